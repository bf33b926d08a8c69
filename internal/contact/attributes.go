package contact

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"unicode/utf8"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
)

// Attributes are what a business keeps about a contact in words of its own: a customer number, a size.
type Attributes map[string]string

// How much there may be.
const (
	mostAttributes = 50
	longestKey     = 64
	longestValue   = 500
)

// check is nil when the attributes may be kept. Its words name no value: they may be read by others.
func (all Attributes) check() error {
	if len(all) > mostAttributes {
		return errs.InvalidField("attributes", "A contact has at most %d attributes.", mostAttributes)
	}
	for key, value := range all {
		if err := checkAttribute(key, value); err != nil {
			return err
		}
	}
	return nil
}

func checkAttribute(key, value string) error {
	switch {
	case key == "" || key != clean(key) || utf8.RuneCountInString(key) > longestKey:
		return errs.InvalidField("attributes", "The name of an attribute has 1 to %d characters.", longestKey)
	case value != clean(value) || utf8.RuneCountInString(value) > longestValue:
		return errs.InvalidField("attributes", "An attribute has at most %d characters.", longestValue)
	}
	return nil
}

// clean is a text of one line as it is kept. PostgreSQL takes no zero bytes.
func clean(text string) string {
	return strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "�"))
}

func (all Attributes) text() (string, error) {
	if len(all) == 0 {
		return "{}", nil
	}
	raw, err := json.Marshal(all)
	return string(raw), err
}

func attributesOf(text string) (Attributes, error) {
	all := Attributes{}
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return nil, fmt.Errorf("read attributes: %w", err)
	}
	return all, nil
}

// AttributesOf reads what the business keeps about a contact.
func AttributesOf(ctx context.Context, q db.Querier, a actor.Actor, id string) (Attributes, error) {
	var text string
	err := q.QueryRow(ctx, `SELECT attributes FROM contacts WHERE tenant_id = $1 AND id = $2`, a.Tenant(), id).Scan(&text)
	if err != nil {
		return nil, db.Found(err, "contact")
	}
	return attributesOf(text)
}

// joinAttributes are those of two contacts that become one. Where both say something, into is right; when there are too
// many, its own come first.
func joinAttributes(ctx context.Context, tx *db.Tx, a actor.Actor, from, into string) (string, error) {
	theirs, err := AttributesOf(ctx, tx, a, from)
	if err != nil {
		return "", err
	}
	all, err := AttributesOf(ctx, tx, a, into)
	if err != nil {
		return "", err
	}
	joined := maps.Clone(all)
	for key, value := range theirs {
		if _, said := joined[key]; !said && len(joined) < mostAttributes {
			joined[key] = value
		}
	}
	return joined.text()
}

package conversation

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"parley/internal/actor"
	"parley/internal/analyzer"
	"parley/internal/contact"
	"parley/internal/db"
	"parley/internal/errs"
)

// Person is a contact in the list of contacts, with how much was said.
type Person struct {
	contact.Contact
	Conversations int64
	LastAt        db.Time // the last word with them; never for somebody who was only imported

	sortName string
}

// Order is how a list of contacts is sorted.
type Order string

// The orders.
const (
	ByActivity Order = "activity" // the newest word first, then who was never talked to, the newest first
	ByName     Order = "name"
)

// PeopleFilter chooses what a list of contacts shows.
type PeopleFilter struct {
	Order Order
	Query string // words of name, username and number, in any language
	After PersonCursor
	Limit int
}

// PersonCursor names a row of the list by what it is sorted by.
type PersonCursor struct {
	At   db.Time
	Name string
	ID   string
}

// Cursor names the person in the list.
func (p Person) Cursor() PersonCursor { return PersonCursor{At: p.LastAt, Name: p.sortName, ID: p.ID} }

// mostFound is how many contacts a search finds at most.
const mostFound = 200

const personColumns = contact.JoinColumns + `, k.sort_name,
	(SELECT count(*) FROM conversations n WHERE n.tenant_id = k.tenant_id AND n.contact_id = k.id),
	(SELECT max(n.last_at) FROM conversations n WHERE n.tenant_id = k.tenant_id AND n.contact_id = k.id)`

// People reads a page of contacts.
func People(ctx context.Context, q db.Querier, a actor.Actor, f PeopleFilter) ([]Person, error) {
	if err := a.Require(actor.ContactsRead); err != nil {
		return nil, err
	}
	args := bound{a.Tenant()}
	found := ""
	if words := analyzer.Words(f.Query); len(words) > 0 {
		ids, err := findPeople(ctx, q, a, words)
		if err != nil || len(ids) == 0 {
			return nil, err
		}
		marks := make([]string, len(ids))
		for i, id := range ids {
			marks[i] = args.arg(id)
		}
		found = ` AND k.id IN (` + strings.Join(marks, ", ") + `)`
	}
	switch f.Order {
	case ByName:
		return peopleByName(ctx, q, args, found, f)
	case "", ByActivity:
		return peopleByActivity(ctx, q, args, found, f)
	}
	return nil, errs.InvalidField("order", "Contacts are sorted by activity or by name.")
}

// findPeople finds contacts that have all the words; the last may be the beginning of one.
func findPeople(ctx context.Context, q db.Querier, a actor.Actor, words []string) ([]string, error) {
	last, others := words[len(words)-1], words[:len(words)-1]
	slices.Sort(others)
	others = slices.Compact(others)
	others = others[:min(len(others), mostWords)]
	lead, err := rarest(ctx, q, a, "contact_terms", "1", others, last)
	if err != nil {
		return nil, err
	}
	l := contactLook{bound{a.Tenant()}}
	hits := l.hits(others, last, lead)
	return readIDs(ctx, q, `SELECT DISTINCT p.contact_id FROM `+hits+` ORDER BY p.contact_id DESC LIMIT `+l.args.arg(int64(mostFound)), l.args...)
}

func peopleByName(ctx context.Context, q db.Querier, args bound, found string, f PeopleFilter) ([]Person, error) {
	after := ""
	if f.After.ID != "" {
		name, id := args.arg(f.After.Name), args.arg(f.After.ID)
		after = ` AND (k.sort_name > ` + name + ` OR k.sort_name = ` + name + ` AND k.id > ` + id + `)`
	}
	return readPeople(ctx, q, `SELECT `+personColumns+` FROM contacts k WHERE k.tenant_id = $1 AND k.merged_into = ''`+found+after+
		` ORDER BY k.sort_name, k.id LIMIT `+args.arg(int64(f.Limit)), args...)
}

// peopleByActivity reads those who were talked to along the newest conversations, one place a contact; then the others.
func peopleByActivity(ctx context.Context, q db.Querier, args bound, found string, f PeopleFilter) ([]Person, error) {
	var page []Person
	talked := f.After.ID == "" || !f.After.At.IsZero()
	if talked {
		own := slices.Clone(args)
		after := ""
		if f.After.ID != "" {
			at, id := own.arg(f.After.At), own.arg(f.After.ID)
			after = ` AND (c.last_at < ` + at + ` OR c.last_at = ` + at + ` AND c.contact_id < ` + id + `)`
		}
		var err error
		page, err = readPeople(ctx, q, `SELECT `+personColumns+` FROM conversations c
			JOIN contacts k ON k.tenant_id = c.tenant_id AND k.id = c.contact_id
			WHERE c.tenant_id = $1 AND k.merged_into = ''`+found+after+` AND NOT EXISTS (SELECT 1 FROM conversations o
				WHERE o.tenant_id = c.tenant_id AND o.contact_id = c.contact_id
					AND (o.last_at > c.last_at OR o.last_at = c.last_at AND o.id > c.id))
			ORDER BY c.last_at DESC, c.contact_id DESC LIMIT `+own.arg(int64(f.Limit)), own...)
		if err != nil || len(page) == f.Limit {
			return page, err
		}
	}
	after := ""
	if !talked {
		after = ` AND k.id < ` + args.arg(f.After.ID)
	}
	rest, err := readPeople(ctx, q, `SELECT `+personColumns+` FROM contacts k WHERE k.tenant_id = $1 AND k.merged_into = ''`+found+after+`
		AND NOT EXISTS (SELECT 1 FROM conversations o WHERE o.tenant_id = k.tenant_id AND o.contact_id = k.id)
		ORDER BY k.id DESC LIMIT `+args.arg(int64(f.Limit-len(page))), args...)
	return append(page, rest...), err
}

func readPeople(ctx context.Context, q db.Querier, sql string, args ...any) ([]Person, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("read contacts: %w", err)
	}
	defer rows.Close()
	var page []Person
	for rows.Next() {
		var p Person
		if err := rows.Scan(append(contact.JoinFields(&p.Contact), &p.sortName, &p.Conversations, &p.LastAt)...); err != nil {
			return nil, fmt.Errorf("read contact: %w", err)
		}
		page = append(page, p)
	}
	return page, rows.Err()
}

// mostOfOne is how many conversations and episodes of one contact are read.
const mostOfOne = 100

// OfContact reads what is said with a contact, the newest first.
func OfContact(ctx context.Context, q db.Querier, a actor.Actor, contactID string) ([]Row, error) {
	return readRows(ctx, q, a, `SELECT `+rowColumns+` FROM conversations c`+rowJoins+
		` WHERE c.tenant_id = $1 AND c.contact_id = $2 ORDER BY c.last_at DESC, c.id DESC LIMIT $3`, a.Tenant(), contactID, int64(mostOfOne))
}

// Episode is a stretch of a conversation and how it ended.
type Episode struct {
	ConversationID string
	Number         int64
	OpenedAt       db.Time
	ClosedAt       db.Time
	Outcome        string
}

// EpisodesOf reads the episodes with a contact, the newest first.
func EpisodesOf(ctx context.Context, q db.Querier, a actor.Actor, contactID string) ([]Episode, error) {
	rows, err := q.Query(ctx, `
		SELECT e.conversation_id, e.number, e.opened_at, e.closed_at, e.outcome FROM conversations c
		JOIN episodes e ON e.tenant_id = c.tenant_id AND e.conversation_id = c.id
		WHERE c.tenant_id = $1 AND c.contact_id = $2 ORDER BY e.opened_at DESC, e.conversation_id, e.number DESC LIMIT $3`,
		a.Tenant(), contactID, int64(mostOfOne))
	if err != nil {
		return nil, fmt.Errorf("read episodes: %w", err)
	}
	defer rows.Close()
	var all []Episode
	for rows.Next() {
		var e Episode
		if err := rows.Scan(&e.ConversationID, &e.Number, &e.OpenedAt, &e.ClosedAt, &e.Outcome); err != nil {
			return nil, fmt.Errorf("read episode: %w", err)
		}
		all = append(all, e)
	}
	return all, rows.Err()
}

// Extent counts what was said with a contact.
type Extent struct{ Conversations, Messages int64 }

// CountSaid counts what was said with a contact; shared are the channels on which somebody else was talked to, too.
func CountSaid(ctx context.Context, q db.Querier, a actor.Actor, contactID, with string) (s Extent, shared int64, err error) {
	err = q.QueryRow(ctx, `SELECT
		(SELECT count(*) FROM conversations c WHERE c.tenant_id = $1 AND c.contact_id = $2),
		(SELECT count(*) FROM conversations c JOIN messages m ON m.tenant_id = c.tenant_id AND m.conversation_id = c.id
			WHERE c.tenant_id = $1 AND c.contact_id = $2),
		(SELECT count(*) FROM conversations c JOIN conversations o ON o.tenant_id = c.tenant_id AND o.channel_id = c.channel_id
			WHERE c.tenant_id = $1 AND c.contact_id = $2 AND o.contact_id = $3)`, a.Tenant(), contactID, with).
		Scan(&s.Conversations, &s.Messages, &shared)
	if err != nil {
		return s, 0, fmt.Errorf("count what was said: %w", err)
	}
	return s, shared, nil
}

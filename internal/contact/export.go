package contact

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/table"
)

const (
	mostExported  = 200_000
	mostKeys      = 200
	exportedAtOne = 500
)

// Exported writes down that somebody takes all contacts with them. It goes before the first row.
func Exported(ctx context.Context, tx *db.Tx, a actor.Actor) error {
	if err := a.Require(actor.ContactsRead); err != nil {
		return err
	}
	return audit.Record(ctx, tx, a, audit.Entry{Action: "contacts.exported", TargetKind: "tenant", TargetID: a.Tenant()})
}

// Export writes the contacts as a table that Import reads, in the order they were made. It reads some at a time, so that
// no connection is held for as long as somebody's line takes.
func Export(ctx context.Context, q db.Querier, a actor.Actor, w io.Writer) error {
	if err := a.Require(actor.ContactsRead); err != nil {
		return err
	}
	keys, err := allKeys(ctx, q, a)
	if err != nil {
		return err
	}
	out, err := table.NewWriter(w)
	if err != nil {
		return err
	}
	heading := append([]string{columnPhone, columnName, columnLanguage}, told...)
	if err := out.Row(append(heading, keys...)...); err != nil {
		return err
	}
	after := ""
	for n := 0; n < mostExported; n += exportedAtOne {
		page, err := some(ctx, q, a, after)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, k := range page {
			if err := out.Row(k.cells(keys)...); err != nil {
				return err
			}
		}
		if err := out.Flush(); err != nil {
			return err
		}
		after = page[len(page)-1].ID
	}
	return nil
}

func (k known) cells(keys []string) []string {
	cells := []string{k.Phone, k.Name, k.Language, k.Username, date(k.OptedOutAt), date(k.CreatedAt)}
	for _, key := range keys {
		cells = append(cells, k.attributes[key])
	}
	return cells
}

func date(t db.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Time().Format(time.RFC3339)
}

// some are the contacts after one.
func some(ctx context.Context, q db.Querier, a actor.Actor, after string) ([]known, error) {
	rows, err := q.Query(ctx, `SELECT c.attributes, `+columns+` FROM contacts c
		WHERE c.tenant_id = $1 AND c.id > $2 AND c.merged_into = '' ORDER BY c.id LIMIT $3`, a.Tenant(), after, int64(exportedAtOne))
	if err != nil {
		return nil, fmt.Errorf("export contacts: %w", err)
	}
	defer rows.Close()
	var page []known
	for rows.Next() {
		var k known
		var text string
		if err := rows.Scan(append([]any{&text}, fields(&k.Contact)...)...); err != nil {
			return nil, fmt.Errorf("export contacts: %w", err)
		}
		if k.attributes, err = attributesOf(text); err != nil {
			return nil, err
		}
		page = append(page, k)
	}
	return page, rows.Err()
}

// allKeys are the names of the attributes that contacts have.
func allKeys(ctx context.Context, q db.Querier, a actor.Actor) ([]string, error) {
	rows, err := q.Query(ctx, `SELECT DISTINCT attributes FROM (SELECT attributes FROM contacts
		WHERE tenant_id = $1 AND attributes <> '{}' AND merged_into = '' ORDER BY id LIMIT $2) k`, a.Tenant(), int64(mostExported))
	if err != nil {
		return nil, fmt.Errorf("read attributes: %w", err)
	}
	defer rows.Close()
	seen := map[string]bool{}
	var keys []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, fmt.Errorf("read attributes: %w", err)
		}
		all, err := attributesOf(text)
		if err != nil {
			return nil, err
		}
		for key := range all {
			if !seen[key] && len(keys) < mostKeys {
				seen[key] = true
				keys = append(keys, key)
			}
		}
	}
	slices.Sort(keys)
	return keys, rows.Err()
}

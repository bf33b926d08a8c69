package template

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/whatsapp"
)

const columns = `id, channel_id, external_id, name, language, category, status, reason, quality, named, parts, removed_at`

func scan(row db.Row) (t Template, err error) {
	var parts string
	err = row.Scan(&t.ID, &t.ChannelID, &t.externalID, &t.Name, &t.Language, &t.Category, &t.Status, &t.Reason, &t.Quality, &t.Named,
		&parts, &t.RemovedAt)
	if err != nil {
		return t, err
	}
	if err := json.Unmarshal([]byte(parts), &t.Parts); err != nil {
		return t, fmt.Errorf("read the parts of a template: %w", err)
	}
	return t, nil
}

// Get reads one of the actor's templates.
func Get(ctx context.Context, q db.Querier, a actor.Actor, id string) (Template, error) {
	t, err := scan(q.QueryRow(ctx, `SELECT `+columns+` FROM templates WHERE tenant_id = $1 AND id = $2`, a.Tenant(), id))
	return t, db.Found(err, "template")
}

// List reads a page of a channel's templates, by name and language: up to limit behind the place after. Those that are gone
// at Meta are left out unless removed is asked for.
func List(ctx context.Context, q db.Querier, a actor.Actor, channelID string, removed bool, after Cursor, limit int) ([]Template, error) {
	rows, err := q.Query(ctx, `SELECT `+columns+` FROM templates
		WHERE tenant_id = $1 AND channel_id = $2 AND ($3 OR removed_at IS NULL)
			AND (name > $4 OR name = $4 AND (language > $5 OR language = $5 AND id > $6))
		ORDER BY name, language, id LIMIT $7`,
		a.Tenant(), channelID, removed, after.Name, after.Language, after.ID, int64(limit))
	if err != nil {
		return nil, fmt.Errorf("read templates: %w", err)
	}
	defer rows.Close()
	var all []Template
	for rows.Next() {
		t, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("read template: %w", err)
		}
		all = append(all, t)
	}
	return all, rows.Err()
}

// Cursor names a place in the list.
type Cursor struct {
	Name     string `json:"name"`
	Language string `json:"language"`
	ID       string `json:"id"`
}

// Cursor is the template's place in the list.
func (t Template) Cursor() Cursor { return Cursor{t.Name, t.Language, t.ID} }

// Reading is how reading a channel's templates went.
type Reading struct {
	AskedAt db.Time // when somebody or something last asked for it; zero is never
	ReadAt  db.Time // when they were last read to the end; zero is never
	Failure string  // why the last reading failed, in plain words
}

// Waits reports whether a reading was asked for and has not ended.
func (r Reading) Waits() bool { return r.AskedAt.After(r.ReadAt) && r.Failure == "" }

// ReadingOf reads how it went.
func ReadingOf(ctx context.Context, q db.Querier, a actor.Actor, channelID string) (r Reading, err error) {
	err = q.QueryRow(ctx, `SELECT asked_at, read_at, failure FROM template_readings WHERE tenant_id = $1 AND channel_id = $2`,
		a.Tenant(), channelID).Scan(&r.AskedAt, &r.ReadAt, &r.Failure)
	if errors.Is(err, db.ErrNoRows) {
		return Reading{}, nil
	}
	return r, err
}

// keep writes down templates as Meta has them now.
func keep(ctx context.Context, tx *db.Tx, a actor.Actor, channelID string, page []whatsapp.Template, at db.Time) error {
	for _, t := range page {
		parts, err := json.Marshal(t.Parts)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			INSERT INTO templates (tenant_id, id, channel_id, external_id, name, language, category, status, reason, quality, named,
				parts, read_at, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)
			ON CONFLICT (tenant_id, channel_id, external_id) DO UPDATE SET
				name = excluded.name, language = excluded.language, category = excluded.category, status = excluded.status,
				reason = excluded.reason, quality = excluded.quality, named = excluded.named, parts = excluded.parts,
				read_at = excluded.read_at, removed_at = NULL
			WHERE templates.read_at <= excluded.read_at`,
			a.Tenant(), tx.NewID(), channelID, t.ID, t.Name, t.Language, t.Category, t.Status, t.Reason, t.Quality, t.Named,
			string(parts), at)
		if err != nil {
			return fmt.Errorf("keep template: %w", err)
		}
	}
	return nil
}

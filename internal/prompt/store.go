package prompt

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"parley/internal/actor"
	"parley/internal/db"
)

const (
	columns        = `id, name, is_default, published_version_id, created_at`
	versionColumns = `id, prompt_id, number, state, body, personality, created_by, created_at, published_at`
)

func scan(row db.Row) (p Prompt, err error) {
	err = row.Scan(&p.ID, &p.Name, &p.IsDefault, &p.PublishedVersionID, &p.CreatedAt)
	return p, err
}

func readVersion(row db.Row) (v Version, err error) {
	var personality string
	err = row.Scan(&v.ID, &v.PromptID, &v.Number, &v.State, &v.Body, &personality, &v.CreatedBy, &v.CreatedAt, &v.PublishedAt)
	if err == nil {
		err = json.Unmarshal([]byte(personality), &v.Personality)
	}
	return v, err
}

const selectLive = `SELECT p.id, p.name, v.id, v.number, v.body, v.personality FROM prompts p
	JOIN prompt_versions v ON v.tenant_id = p.tenant_id AND v.id = p.published_version_id
	WHERE p.tenant_id = $1 AND `

func readLive(ctx context.Context, q db.Querier, a actor.Actor, id string) (Live, error) {
	return scanLive(q.QueryRow(ctx, selectLive+`p.id = $2`, a.Tenant(), id))
}

func readDefault(ctx context.Context, q db.Querier, a actor.Actor) (Live, error) {
	return scanLive(q.QueryRow(ctx, selectLive+`p.is_default`, a.Tenant()))
}

func scanLive(row db.Row) (l Live, err error) {
	var personality string
	err = row.Scan(&l.PromptID, &l.Name, &l.VersionID, &l.Number, &l.Body, &personality)
	if err == nil {
		err = json.Unmarshal([]byte(personality), &l.Personality)
	}
	return l, db.Found(err, "prompt")
}

// makeDefault makes the tenant's default prompt, published, unless somebody else was faster: the index
// prompts_default lets one of two win.
func makeDefault(ctx context.Context, tx *db.Tx, a actor.Actor) error {
	p := Prompt{ID: tx.NewID(), Name: "Default", IsDefault: true, PublishedVersionID: tx.NewID(), CreatedAt: tx.Now()}
	n, err := tx.Exec(ctx, `
		INSERT INTO prompts (tenant_id, id, name, is_default, published_version_id, created_at)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		a.Tenant(), p.ID, p.Name, p.IsDefault, p.PublishedVersionID, p.CreatedAt)
	if err != nil || n == 0 {
		return err
	}
	return insertVersion(ctx, tx, a, Version{
		ID: p.PublishedVersionID, PromptID: p.ID, Number: 1, State: Published, CreatedBy: "system",
		CreatedAt: tx.Now(), PublishedAt: tx.Now(), Text: Text{Body: defaultBody},
	})
}

func insert(ctx context.Context, tx *db.Tx, a actor.Actor, p Prompt) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO prompts (tenant_id, id, name, is_default, published_version_id, created_at)
		VALUES ($1, $2, $3, $4, $5, $6)`, a.Tenant(), p.ID, p.Name, p.IsDefault, p.PublishedVersionID, p.CreatedAt)
	if err != nil {
		return fmt.Errorf("add prompt: %w", err)
	}
	return nil
}

func insertVersion(ctx context.Context, tx *db.Tx, a actor.Actor, v Version) error {
	personality, err := json.Marshal(v.Personality)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO prompt_versions (tenant_id, id, prompt_id, number, state, body, personality, created_by, created_at, published_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, a.Tenant(), v.ID, v.PromptID, v.Number, v.State, v.Body,
		string(personality), v.CreatedBy, v.CreatedAt, v.PublishedAt.OrNull())
	if err != nil {
		return fmt.Errorf("add version: %w", err)
	}
	return nil
}

// rewriteDraft changes the newest draft, if there is one.
func rewriteDraft(ctx context.Context, tx *db.Tx, a actor.Actor, promptID string, t Text) (v Version, found bool, err error) {
	personality, err := json.Marshal(t.Personality)
	if err != nil {
		return v, false, err
	}
	v, err = readVersion(tx.QueryRow(ctx, `
		UPDATE prompt_versions SET body = $3, personality = $4, created_by = $5, created_at = $6
		WHERE tenant_id = $1 AND id = (SELECT d.id FROM prompt_versions d
			WHERE d.tenant_id = $1 AND d.prompt_id = $2 AND d.state = 'draft' ORDER BY d.number DESC LIMIT 1) AND state = 'draft'
		RETURNING `+versionColumns, a.Tenant(), promptID, t.Body, string(personality), a.ID(), tx.Now()))
	if errors.Is(err, db.ErrNoRows) {
		return v, false, nil
	}
	return v, err == nil, err
}

func appendDraft(ctx context.Context, tx *db.Tx, a actor.Actor, promptID string, t Text) (Version, error) {
	v := Version{ID: tx.NewID(), PromptID: promptID, State: Draft, CreatedBy: a.ID(), CreatedAt: tx.Now(), Text: t}
	err := tx.QueryRow(ctx, `
		SELECT coalesce((SELECT max(v.number) FROM prompt_versions v WHERE v.tenant_id = p.tenant_id AND v.prompt_id = p.id), 0) + 1
		FROM prompts p WHERE p.tenant_id = $1 AND p.id = $2`, a.Tenant(), promptID).Scan(&v.Number)
	if err != nil {
		return v, db.Found(err, "prompt")
	}
	return v, insertVersion(ctx, tx, a, v)
}

// lock takes a prompt's row, so that what is read of it next stays so until the step ends.
func lock(ctx context.Context, tx *db.Tx, a actor.Actor, promptID string) error {
	n, err := tx.Exec(ctx, `UPDATE prompts SET name = name WHERE tenant_id = $1 AND id = $2`, a.Tenant(), promptID)
	return db.One(n, err, "prompt")
}

// point lets a prompt answer with one of its versions and says which it was before.
func point(ctx context.Context, tx *db.Tx, a actor.Actor, promptID, versionID string) (before string, err error) {
	if err := lock(ctx, tx, a, promptID); err != nil {
		return "", err
	}
	err = tx.QueryRow(ctx, `SELECT published_version_id FROM prompts WHERE tenant_id = $1 AND id = $2`,
		a.Tenant(), promptID).Scan(&before)
	if err != nil {
		return "", fmt.Errorf("read prompt: %w", err)
	}
	n, err := tx.Exec(ctx, `
		UPDATE prompts SET published_version_id = $3 WHERE tenant_id = $1 AND id = $2 AND EXISTS (
			SELECT 1 FROM prompt_versions v WHERE v.tenant_id = $1 AND v.prompt_id = $2 AND v.id = $3)`,
		a.Tenant(), promptID, versionID)
	return before, db.One(n, err, "version")
}

// setStates makes one version the published one; the one that was is left so.
func setStates(ctx context.Context, tx *db.Tx, a actor.Actor, promptID, versionID string, left State) error {
	_, err := tx.Exec(ctx, `
		UPDATE prompt_versions SET state = CASE WHEN id = $3 THEN 'published' ELSE $4 END
		WHERE tenant_id = $1 AND prompt_id = $2 AND (id = $3 OR state = 'published')`, a.Tenant(), promptID, versionID, left)
	return err
}

func stampPublished(ctx context.Context, tx *db.Tx, a actor.Actor, versionID string) error {
	_, err := tx.Exec(ctx, `UPDATE prompt_versions SET published_at = $3 WHERE tenant_id = $1 AND id = $2`,
		a.Tenant(), versionID, tx.Now())
	return err
}

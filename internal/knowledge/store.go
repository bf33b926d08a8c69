package knowledge

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
)

const columns = `id, knowledge_base_id, title, kind, state, failure, passages, size_bytes, language, enabled, created_by,
	created_at, updated_at`

func fields(d *Document) []any {
	return []any{
		&d.ID, &d.BaseID, &d.Title, &d.Kind, &d.State, &d.Failure, &d.Passages, &d.SizeBytes, &d.Language, &d.Enabled,
		&d.CreatedBy, &d.CreatedAt, &d.UpdatedAt,
	}
}

// List reads a page of the actor's documents of all bases, the newest first.
func (s *Service) List(ctx context.Context, q db.Querier, a actor.Actor, after Cursor, limit int) ([]Document, error) {
	rows, err := q.Query(ctx, `
		SELECT `+columns+` FROM documents
		WHERE tenant_id = $1 AND (CAST($2 AS BIGINT) = 0 OR created_at < $2 OR created_at = $2 AND id < $3)
		ORDER BY created_at DESC, id DESC LIMIT $4`, a.Tenant(), after.CreatedAt, after.ID, limit)
	if err != nil {
		return nil, fmt.Errorf("list documents: %w", err)
	}
	defer rows.Close()
	var page []Document
	for rows.Next() {
		var d Document
		if err := rows.Scan(fields(&d)...); err != nil {
			return nil, fmt.Errorf("list documents: %w", err)
		}
		page = append(page, d)
	}
	return page, rows.Err()
}

// Get reads one of the actor's documents with its text.
func (s *Service) Get(ctx context.Context, q db.Querier, a actor.Actor, id string) (Document, error) {
	var d Document
	err := q.QueryRow(ctx, `SELECT `+columns+`, body FROM documents WHERE tenant_id = $1 AND id = $2`, a.Tenant(), id).
		Scan(append(fields(&d), &d.Text)...)
	return d, db.Found(err, "document")
}

// touch moves the revision of a base ("" is the default) and gives its id. The row stays locked to the end of the
// step, so that changes of a base happen one after the other, whichever process makes them.
func touch(ctx context.Context, tx *db.Tx, a actor.Actor, baseID string) (id string, err error) {
	err = tx.QueryRow(ctx, `
		UPDATE knowledge_bases SET revision = revision + 1
		WHERE tenant_id = $1 AND (id = $2 OR $2 = '' AND is_default)
		RETURNING id`, a.Tenant(), baseID).Scan(&id)
	return id, db.Found(err, "knowledge base")
}

// defaultBase moves the revision of the default base, and makes the base when it is missing. When another step makes
// it at the same moment, this one waits for it and takes that.
func defaultBase(ctx context.Context, tx *db.Tx, a actor.Actor) (id string, err error) {
	if id, err = touch(ctx, tx, a, ""); !errs.Is(err, errs.NotFound) {
		return id, err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO knowledge_bases (tenant_id, id, name, is_default, revision, created_at)
		VALUES ($1, $2, '', TRUE, 0, $3) ON CONFLICT DO NOTHING`, a.Tenant(), tx.NewID(), tx.Now())
	if err != nil {
		return "", fmt.Errorf("make the default base: %w", err)
	}
	return touch(ctx, tx, a, "")
}

// sameText finds a document of a base by the hash of its text.
func sameText(ctx context.Context, tx *db.Tx, a actor.Actor, baseID, hash string) (d Document, there bool, err error) {
	err = tx.QueryRow(ctx, `
		SELECT `+columns+`, body FROM documents
		WHERE tenant_id = $1 AND knowledge_base_id = $2 AND sha256 = $3`, a.Tenant(), baseID, hash).
		Scan(append(fields(&d), &d.Text)...)
	if errors.Is(err, db.ErrNoRows) {
		return d, false, nil
	}
	return d, err == nil, err
}

func countPassages(ctx context.Context, tx *db.Tx, a actor.Actor, baseID string) (n int64, err error) {
	err = tx.QueryRow(ctx, `
		SELECT CAST(coalesce(sum(passages), 0) AS BIGINT) FROM documents
		WHERE tenant_id = $1 AND knowledge_base_id = $2`, a.Tenant(), baseID).Scan(&n)
	return n, err
}

func insertDocument(ctx context.Context, tx *db.Tx, a actor.Actor, d Document, hash string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO documents (tenant_id, id, knowledge_base_id, title, kind, language, source, state, version, size_bytes,
			sha256, body, passages, created_by, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, 'text', $7, 1, $8, $9, $10, $11, $12, $13, $13)`,
		a.Tenant(), d.ID, d.BaseID, d.Title, d.Kind, d.Language, d.State, d.SizeBytes, hash, d.Text, d.Passages, d.CreatedBy,
		d.CreatedAt)
	if err != nil {
		return fmt.Errorf("insert document: %w", err)
	}
	return nil
}

// pipelined is how many passages are sent to the database at once.
const pipelined = 500

func insertPassages(ctx context.Context, tx *db.Tx, a actor.Actor, d Document, all []Passage) error {
	for some := range slices.Chunk(all, pipelined) {
		line := tx.Pipeline()
		for _, p := range some {
			line.Exec(nil, `
				INSERT INTO passages (tenant_id, id, knowledge_base_id, document_id, document_version, ordinal, heading, body,
					language, start_offset)
				VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $8, $9)`,
				a.Tenant(), tx.NewID(), d.BaseID, d.ID, p.Ordinal, p.Heading, p.Body, p.Language, p.Start)
		}
		if err := line.Run(ctx); err != nil {
			return fmt.Errorf("insert passages: %w", err)
		}
	}
	return nil
}

// revisionOf reads which revision a base ("" is the default) is at; a tenant without a base has none.
func revisionOf(ctx context.Context, q db.Querier, a actor.Actor, baseID string) (id string, revision int64, err error) {
	err = q.QueryRow(ctx, `
		SELECT id, revision FROM knowledge_bases
		WHERE tenant_id = $1 AND (id = $2 OR $2 = '' AND is_default)`, a.Tenant(), baseID).Scan(&id, &revision)
	if errors.Is(err, db.ErrNoRows) && baseID == "" {
		return "", 0, nil
	}
	return id, revision, db.Found(err, "knowledge base")
}

// stored is a passage as the index reads it.
type stored struct {
	id, document, title string
	createdAt           db.Time
	Passage
}

// readBase reads all passages of a base that may be found, with the revision they belong to: one statement, so that
// the two agree.
func readBase(ctx context.Context, q db.Querier, a actor.Actor, baseID string) (revision int64, all []stored, err error) {
	rows, err := q.Query(ctx, `
		SELECT b.revision, coalesce(p.id, ''), coalesce(d.id, ''), coalesce(d.title, ''), d.created_at,
			coalesce(p.ordinal, 0), coalesce(p.heading, ''), coalesce(p.body, ''), coalesce(p.language, ''),
			coalesce(p.start_offset, 0)
		FROM knowledge_bases b
		LEFT JOIN documents d ON d.tenant_id = b.tenant_id AND d.knowledge_base_id = b.id AND d.enabled AND d.state = 'ready'
		LEFT JOIN passages p ON p.tenant_id = d.tenant_id AND p.document_id = d.id AND p.document_version = d.version
		WHERE b.tenant_id = $1 AND b.id = $2`, a.Tenant(), baseID)
	if err != nil {
		return 0, nil, fmt.Errorf("read passages: %w", err)
	}
	defer rows.Close()
	there := false
	for rows.Next() {
		there = true
		var p stored
		err := rows.Scan(&revision, &p.id, &p.document, &p.title, &p.createdAt, &p.Ordinal, &p.Heading, &p.Body,
			&p.Language, &p.Start)
		if err != nil {
			return 0, nil, fmt.Errorf("read passages: %w", err)
		}
		if p.id != "" {
			all = append(all, p)
		}
	}
	if err := rows.Err(); err != nil {
		return 0, nil, fmt.Errorf("read passages: %w", err)
	}
	if !there {
		return 0, nil, db.Found(db.ErrNoRows, "knowledge base")
	}
	return revision, all, nil
}

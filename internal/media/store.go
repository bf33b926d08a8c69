package media

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/db"
)

const columns = `f.message_id, f.state, f.failure, f.mime, f.filename, f.size_bytes, f.sha256, f.created_at, f.blob, f.external_id,
	f.uploaded_at, f.attempts`

func fields(f *File) []any {
	return []any{
		&f.MessageID, &f.State, &f.Failure, &f.MIME, &f.Filename, &f.Size, &f.SHA256, &f.CreatedAt, &f.blob, &f.externalID,
		&f.uploadedAt, &f.attempts,
	}
}

// Get reads the file of a message.
func Get(ctx context.Context, q db.Querier, a actor.Actor, messageID string) (f File, err error) {
	err = q.QueryRow(ctx, `SELECT `+columns+` FROM media f WHERE f.tenant_id = $1 AND f.message_id = $2`, a.Tenant(), messageID).
		Scan(fields(&f)...)
	return f, db.Found(err, "file")
}

// Of reads the files of messages, by message.
func Of(ctx context.Context, q db.Querier, a actor.Actor, messageIDs []string) (map[string]File, error) {
	all := map[string]File{}
	if len(messageIDs) == 0 {
		return all, nil
	}
	args := []any{a.Tenant()}
	marks := make([]string, len(messageIDs))
	for i, id := range messageIDs {
		args = append(args, id)
		marks[i] = "$" + strconv.Itoa(len(args))
	}
	rows, err := q.Query(ctx, `SELECT `+columns+` FROM media f WHERE f.tenant_id = $1 AND f.message_id IN (`+
		strings.Join(marks, ", ")+`)`, args...)
	if err != nil {
		return nil, fmt.Errorf("read files: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var f File
		if err := rows.Scan(fields(&f)...); err != nil {
			return nil, fmt.Errorf("read file: %w", err)
		}
		all[f.MessageID] = f
	}
	return all, rows.Err()
}

// wanted is a file with where to fetch it.
type wanted struct {
	File
	conversationID string
	channel        channel.Channel
}

// read reads a file with its channel; found is false when there is none (any more).
func read(ctx context.Context, q db.Querier, a actor.Actor, messageID string) (w wanted, found bool, err error) {
	into := append(fields(&w.File), &w.conversationID)
	err = q.QueryRow(ctx, `
		SELECT `+columns+`, m.conversation_id, `+channel.JoinColumns+`
		FROM media f
		JOIN messages m ON m.tenant_id = f.tenant_id AND m.id = f.message_id
		JOIN channels ch ON ch.tenant_id = m.tenant_id AND ch.id = m.channel_id
		WHERE f.tenant_id = $1 AND f.message_id = $2`, a.Tenant(), messageID,
	).Scan(append(into, channel.JoinFields(&w.channel)...)...)
	if errors.Is(err, db.ErrNoRows) {
		return w, false, nil
	}
	if err != nil {
		return w, false, fmt.Errorf("read file: %w", err)
	}
	return w, true, nil
}

func insert(ctx context.Context, tx *db.Tx, a actor.Actor, f File) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO media (tenant_id, message_id, external_id, state, blob, mime, filename, size_bytes, sha256, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) ON CONFLICT DO NOTHING`,
		a.Tenant(), f.MessageID, f.externalID, f.State, f.blob, f.MIME, f.Filename, f.Size, f.SHA256, tx.Now())
	if err != nil {
		return fmt.Errorf("add file: %w", err)
	}
	return nil
}

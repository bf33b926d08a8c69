package channel

import (
	"context"
	"encoding/json"
	"fmt"

	"parley/internal/actor"
	"parley/internal/db"
)

// Event is something Meta told the owner about an account, a number or a template.
type Event struct {
	ID        string
	ChannelID string // "" when it is about the account
	AccountID string
	Field     string // Meta's name of what changed: account_update, security, …
	Kind      string // Meta's word for what happened: REJECTED, PIN_CHANGED, …
	Severity  string // info | warning | critical
	Subject   string // a template's name, a number
	Detail    string // in plain words: what happened and what follows
	Data      json.RawMessage
	At        db.Time // by Meta's clock
	CreatedAt db.Time
}

// OfAccount finds the numbers of an account. It is read before a tenant is known.
func OfAccount(ctx context.Context, q db.Querier, kind Kind, accountID string) ([]Route, error) {
	if accountID == "" {
		return nil, nil
	}
	rows, err := q.Query(ctx, `
		SELECT tenant_id, channel_id, connection_id FROM channel_numbers
		WHERE account_id = $1 AND kind = $2 ORDER BY tenant_id, channel_id`, accountID, kind)
	if err != nil {
		return nil, fmt.Errorf("read numbers of an account: %w", err)
	}
	defer rows.Close()
	var all []Route
	for rows.Next() {
		var r Route
		if err := rows.Scan(&r.TenantID, &r.ChannelID, &r.ConnectionID); err != nil {
			return nil, fmt.Errorf("read number of an account: %w", err)
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// Told writes down what Meta told. fingerprint tells a repetition, which changes nothing.
func Told(ctx context.Context, tx *db.Tx, a actor.Actor, e Event, fingerprint string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO channel_events (tenant_id, id, channel_id, account_id, field, kind, severity, subject, detail, data,
			fingerprint, at, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING`,
		a.Tenant(), tx.NewID(), e.ChannelID, e.AccountID, e.Field, e.Kind, e.Severity, e.Subject, e.Detail, string(e.Data),
		fingerprint, e.At, tx.Now())
	if err != nil {
		return fmt.Errorf("keep what Meta told: %w", err)
	}
	return nil
}

// Events reads what Meta told, the newest first: up to limit events older than the one named after ("" is the newest).
func Events(ctx context.Context, q db.Querier, a actor.Actor, after string, limit int) ([]Event, error) {
	rows, err := q.Query(ctx, `
		SELECT id, channel_id, account_id, field, kind, severity, subject, detail, data, at, created_at FROM channel_events
		WHERE tenant_id = $1 AND ($2 = '' OR id < $2) ORDER BY id DESC LIMIT $3`, a.Tenant(), after, limit)
	if err != nil {
		return nil, fmt.Errorf("read what Meta told: %w", err)
	}
	defer rows.Close()
	var all []Event
	for rows.Next() {
		var e Event
		var data string
		err := rows.Scan(&e.ID, &e.ChannelID, &e.AccountID, &e.Field, &e.Kind, &e.Severity, &e.Subject, &e.Detail, &data,
			&e.At, &e.CreatedAt)
		if err != nil {
			return nil, fmt.Errorf("read what Meta told: %w", err)
		}
		e.Data = json.RawMessage(data)
		all = append(all, e)
	}
	return all, rows.Err()
}

//go:build unix

package proof

import (
	"context"
	"errors"
	"path/filepath"

	"parley/internal/actor"
	"parley/internal/db"
)

// readLedger reads what is in the database of a server that has ended.
func (t *trial) readLedger(ctx context.Context) (ledger, error) {
	l := ledger{stored: map[string]place{}, talks: map[string]*talk{}}
	d, err := db.Open(ctx, db.Options{URL: t.url, Path: filepath.Join(t.folder, "parley.db")})
	if err != nil {
		return l, err
	}
	q := d.As(actor.ForSystem(t.target.Tenant))
	return l, errors.Join(l.readTalks(ctx, q, t.target.Tenant), l.readMessages(ctx, q, t.target.Tenant), d.Close())
}

func (l ledger) readTalks(ctx context.Context, q db.Querier, tenantID string) error {
	rows, err := q.Query(ctx, `SELECT id, handed_off_at IS NOT NULL FROM conversations WHERE tenant_id = $1`, tenantID)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		k := &talk{}
		if err := rows.Scan(&id, &k.handedOver); err != nil {
			return err
		}
		l.talks[id] = k
	}
	return rows.Err()
}

func (l ledger) readMessages(ctx context.Context, q db.Querier, tenantID string) error {
	rows, err := q.Query(ctx, `
		SELECT COALESCE(external_id, ''), conversation_id, seq, sender, status FROM messages WHERE tenant_id = $1`, tenantID)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var wamid, sender, status string
		var p place
		if err := rows.Scan(&wamid, &p.talk, &p.seq, &sender, &status); err != nil {
			return err
		}
		k := l.talks[p.talk]
		switch {
		case sender == "customer":
			l.stored[wamid] = p
		case status == "failed" && k != nil:
			k.failed = append(k.failed, p.seq)
		case status == "unknown" && k != nil:
			k.unknown = append(k.unknown, p.seq)
		}
	}
	return rows.Err()
}

package intake

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/db"
	"parley/internal/whatsapp"
)

// Limits of what is kept.
const (
	maxTakes   = 12 // tries to take a kept body before people must look
	firstRetry = 5 * time.Second
)

// keep stores a body whole, sealed, to be looked at: it belongs to nobody here, or cannot be read.
func (s *Service) keep(ctx context.Context, conn channel.Connection, tenantID, reason string, body []byte) error {
	return s.insertEnvelope(ctx, conn, tenantID, reason, body, false)
}

// keepToTake stores a body whole for a worker to take: it holds too much for one request, or the database refused it.
func (s *Service) keepToTake(ctx context.Context, conn channel.Connection, body []byte) error {
	return s.insertEnvelope(ctx, conn, conn.TenantID, "later", body, true)
}

func (s *Service) insertEnvelope(ctx context.Context, conn channel.Connection, tenantID, reason string, body []byte, due bool) error {
	nobody := actor.ForSystem("")
	return s.DB.InTx(ctx, nobody, func(tx *db.Tx) error {
		tx.AfterCommit(func() { s.Counted.Kept.Add(1) })
		id := tx.NewID()
		sealed, err := s.Box.Seal(body, "webhook_envelopes.body", id)
		if err != nil {
			return err
		}
		var dueAt db.Time
		if due {
			dueAt = tx.Now()
		}
		_, err = tx.Exec(ctx, `
			INSERT INTO webhook_envelopes (id, tenant_id, connection_id, reason, body_sealed, received_at, due_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`, id, tenantID, conn.ID, reason, sealed, tx.Now(), dueAt.OrNull())
		return err
	})
}

// envelope is a kept body that is due.
type envelope struct {
	id, tenantID, connectionID, sealed string
	attempts                           int
}

// TakeKept takes the kept bodies that are due, at most n, and says how many it took. A body is taken again from its
// start after a failure: what is already stored is a duplicate then.
func (s *Service) TakeKept(ctx context.Context, n int) (int, error) {
	due, err := s.dueEnvelopes(ctx, n)
	if err != nil {
		return 0, err
	}
	for _, e := range due {
		if err := s.takeKept(ctx, e); err != nil {
			s.Log.ErrorContext(ctx, "kept webhook not taken", slog.String("envelope", e.id), slog.Any("error", err))
		}
	}
	return len(due), nil
}

func (s *Service) takeKept(ctx context.Context, e envelope) error {
	conn := channel.Connection{ID: e.connectionID, TenantID: e.tenantID, Kind: channel.WhatsApp}
	if e.connectionID == channel.DemoConnection {
		conn.Kind = channel.Demo
	}
	body, err := s.Box.Open(e.sealed, "webhook_envelopes.body", e.id)
	if err != nil {
		return s.putBack(ctx, e, err)
	}
	delivered, err := whatsapp.Parse(body)
	if err != nil {
		return s.putBack(ctx, e, err)
	}
	items, unknown, err := s.sort(ctx, conn, delivered)
	if err == nil {
		err = inLanes(ctx, items)
	}
	if err != nil {
		return s.putBack(ctx, e, err)
	}
	return s.DB.InTx(ctx, actor.ForSystem(""), func(tx *db.Tx) error {
		if unknown != "" { // something in it is nobody's: it stays, to be looked at
			_, err := tx.Exec(ctx, `UPDATE webhook_envelopes SET reason = $2, due_at = NULL WHERE id = $1`, e.id, unknown)
			return err
		}
		_, err := tx.Exec(ctx, `DELETE FROM webhook_envelopes WHERE id = $1`, e.id)
		return err
	})
}

// putBack tries again later, ever more slowly; at the end the body stays, without a due time, for people to look at.
func (s *Service) putBack(ctx context.Context, e envelope, why error) error {
	err := s.DB.InTx(ctx, actor.ForSystem(""), func(tx *db.Tx) error {
		var dueAt db.Time
		if e.attempts+1 < maxTakes {
			dueAt = tx.Now().Add(firstRetry << e.attempts)
		}
		_, err := tx.Exec(ctx, `UPDATE webhook_envelopes SET attempts = attempts + 1, due_at = $2 WHERE id = $1`, e.id, dueAt.OrNull())
		return err
	})
	if err != nil {
		return err
	}
	return why
}

func (s *Service) dueEnvelopes(ctx context.Context, n int) ([]envelope, error) {
	rows, err := s.DB.As(actor.ForSystem("")).Query(ctx, `
		SELECT id, tenant_id, connection_id, body_sealed, attempts FROM webhook_envelopes
		WHERE due_at IS NOT NULL AND due_at <= $1 ORDER BY due_at LIMIT $2`, s.DB.Now(), n)
	if err != nil {
		return nil, fmt.Errorf("read kept webhooks: %w", err)
	}
	defer rows.Close()
	var due []envelope
	for rows.Next() {
		var e envelope
		if err := rows.Scan(&e.id, &e.tenantID, &e.connectionID, &e.sealed, &e.attempts); err != nil {
			return nil, fmt.Errorf("read kept webhook: %w", err)
		}
		due = append(due, e)
	}
	return due, rows.Err()
}

package delivery

import (
	"context"
	"fmt"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/contact"
	"parley/internal/db"
)

// Merge makes one contact of two: identities, conversations, and what waits to be sent in them.
func (s *Service) Merge(ctx context.Context, tx *db.Tx, a actor.Actor, from, into string) error {
	moved, err := s.Conversations.MoveToContact(ctx, tx, a, from, into)
	if err != nil {
		return err
	}
	for _, m := range moved {
		_, err := tx.Exec(ctx, `
			UPDATE outbox SET conversation_id = $3,
				seq = (SELECT m.seq FROM messages m WHERE m.tenant_id = $1 AND m.id = outbox.message_id)
			WHERE tenant_id = $1 AND conversation_id IN ($2, $3)`, a.Tenant(), m.From, m.Into)
		if err != nil {
			return fmt.Errorf("merge outbox: %w", err)
		}
	}
	if err := contact.Merge(ctx, tx, a, from, into); err != nil {
		return err
	}
	return audit.Record(ctx, tx, a, audit.Entry{
		Action: "contact.merged", TargetKind: "contact", TargetID: into, Before: from, After: into,
	})
}

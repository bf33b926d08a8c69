package delivery

import (
	"context"
	"fmt"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/contact"
	"parley/internal/conversation"
	"parley/internal/db"
)

// Merge makes one contact of two: identities, conversations, and what waits to be sent in them. NotFound says that one of
// the two is not there, or was merged meanwhile.
func (s *Service) Merge(ctx context.Context, tx *db.Tx, a actor.Actor, from, into string) error {
	if err := contact.Merge(ctx, tx, a, from, into); err != nil {
		return err
	}
	moved, err := s.Conversations.MoveToContact(ctx, tx, a, from, into)
	if err != nil {
		return err
	}
	for _, m := range moved {
		if m.From == m.Into {
			continue
		}
		if err := moveOutbox(ctx, tx, a, m); err != nil {
			return err
		}
	}
	tx.AfterCommit(s.outbox.Wake)
	return audit.Record(ctx, tx, a, audit.Entry{
		Action: "contact.merged", TargetKind: "contact", TargetID: into, Before: from, After: into,
	})
}

// moveOutbox gives what waits in one conversation to the other, before what is said there from now on. The places of rows
// already there stay: whoever is sending one finds it under its place. A row of the other that is being sent is uncertain,
// as nobody can find it under its place any more: its status settles it.
func moveOutbox(ctx context.Context, tx *db.Tx, a actor.Actor, m conversation.Merged) error {
	_, err := tx.Exec(ctx, `
		UPDATE outbox SET conversation_id = $3, seq = seq - 1000000000,
			due_at = CASE WHEN claimed_by IN ('', 'uncertain') THEN due_at ELSE $4 END,
			claimed_by = CASE WHEN claimed_by = '' THEN '' ELSE 'uncertain' END
		WHERE tenant_id = $1 AND conversation_id = $2`, a.Tenant(), m.From, m.Into, tx.Now().Add(Grace))
	if err != nil {
		return fmt.Errorf("move outbox: %w", err)
	}
	return nil
}

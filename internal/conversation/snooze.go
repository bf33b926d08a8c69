package conversation

import (
	"context"
	"fmt"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
)

const longestSnooze = 366 * 24 * time.Hour

// Snooze takes an active conversation out of the way until a time comes or the customer writes (takePlace).
func (s *Service) Snooze(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID string, until db.Time) error {
	if err := a.Require(actor.ConversationsReply); err != nil {
		return err
	}
	if !until.After(tx.Now()) || until.After(tx.Now().Add(longestSnooze)) {
		return errs.InvalidField("until", "Choose a time that is still to come, within a year.")
	}
	n, err := tx.Exec(ctx, `UPDATE conversations SET snoozed_until = $3, updated_at = $4
		WHERE tenant_id = $1 AND id = $2 AND status = 'active'`, a.Tenant(), conversationID, until, tx.Now())
	if err != nil {
		return fmt.Errorf("snooze: %w", err)
	}
	if n == 0 {
		if _, err := Get(ctx, tx, a, conversationID); err != nil {
			return err
		}
		return errClosed
	}
	return s.noteChange(ctx, tx, a, conversationID, "snoozed", until.Time().Format(time.RFC3339), nil, until)
}

// Unsnooze brings a snoozed conversation back. One that is awake stays as it is.
func (s *Service) Unsnooze(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID string) error {
	if err := a.Require(actor.ConversationsReply); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE conversations SET snoozed_until = NULL, updated_at = $3
		WHERE tenant_id = $1 AND id = $2 AND snoozed_until > $3`, a.Tenant(), conversationID, tx.Now())
	if err != nil {
		return fmt.Errorf("unsnooze: %w", err)
	}
	if n == 0 {
		_, err := Get(ctx, tx, a, conversationID)
		return err
	}
	return s.note(ctx, tx, a, conversationID, "unsnoozed", "")
}

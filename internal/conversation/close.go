package conversation

import (
	"context"
	"errors"
	"fmt"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
)

// Close ends the open episode. The next message of the customer opens a new one, and finds the AI there again when
// the mode lets it act. Closing what is closed changes nothing.
func (s *Service) Close(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID, outcome string) error {
	var episode int64
	err := tx.QueryRow(ctx, `
		UPDATE conversations SET status = 'closed', handler = CASE WHEN mode = 'off' THEN 'human' ELSE 'ai' END,
			assignee_id = '', handoff_reason = '', handoff_summary = '', handed_off_at = NULL, alerted_at = NULL,
			unread = 0, problem = '', snoozed_until = NULL, updated_at = $3
		WHERE tenant_id = $1 AND id = $2 AND status = 'active'
		RETURNING episode`, a.Tenant(), conversationID, tx.Now()).Scan(&episode)
	if errors.Is(err, db.ErrNoRows) {
		_, err := Get(ctx, tx, a, conversationID)
		return err
	}
	if err != nil {
		return fmt.Errorf("close: %w", err)
	}
	_, err = tx.Exec(ctx, `
		UPDATE episodes SET closed_at = $4, outcome = $5
		WHERE tenant_id = $1 AND conversation_id = $2 AND number = $3`, a.Tenant(), conversationID, episode, tx.Now(), outcome)
	if err != nil {
		return fmt.Errorf("close episode: %w", err)
	}
	sortLabels(tx, a, conversationID)
	if err := voidTurn(ctx, tx, a, conversationID); err != nil {
		return err
	}
	return s.note(ctx, tx, a, conversationID, "closed", "")
}

// Reopen undoes Close: the same episode goes on, with a person.
func (s *Service) Reopen(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID string) error {
	var episode int64
	err := tx.QueryRow(ctx, `
		UPDATE conversations SET status = 'active', handler = 'human', assignee_id = $3, updated_at = $4
		WHERE tenant_id = $1 AND id = $2 AND status = 'closed'
		RETURNING episode`, a.Tenant(), conversationID, a.UserID(), tx.Now()).Scan(&episode)
	if errors.Is(err, db.ErrNoRows) {
		_, err := Get(ctx, tx, a, conversationID)
		return err
	}
	if err != nil {
		return fmt.Errorf("reopen: %w", err)
	}
	_, err = tx.Exec(ctx, `
		UPDATE episodes SET closed_at = NULL, outcome = ''
		WHERE tenant_id = $1 AND conversation_id = $2 AND number = $3`, a.Tenant(), conversationID, episode)
	if err != nil {
		return fmt.Errorf("reopen episode: %w", err)
	}
	sortLabels(tx, a, conversationID)
	return s.note(ctx, tx, a, conversationID, "reopened", "")
}

// MarkRead clears the unread count for everybody: the inbox is the team's.
func (s *Service) MarkRead(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID string) error {
	n, err := tx.Exec(ctx, `UPDATE conversations SET unread = 0 WHERE tenant_id = $1 AND id = $2`, a.Tenant(), conversationID)
	if err != nil {
		return fmt.Errorf("mark read: %w", err)
	}
	if n == 0 {
		return errs.New(errs.NotFound, "No such conversation.")
	}
	s.changed(tx, conversationID)
	return nil
}

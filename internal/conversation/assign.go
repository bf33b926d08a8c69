package conversation

import (
	"context"
	"errors"
	"fmt"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
)

// Assign gives an active conversation to a member of the tenant, or to nobody when userID is "". With a person the AI
// stays quiet and what it owes is void. To nobody it waits for people again; it does not go back to the AI (HandBack).
func (s *Service) Assign(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID, userID string) error {
	if err := a.Require(actor.ConversationsReply); err != nil {
		return err
	}
	before, err := Get(ctx, tx, a, conversationID)
	if err != nil || before.AssigneeID == userID && (userID == "" || before.Handler == Human) {
		return err
	}
	name, err := memberName(ctx, tx, a, userID)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `
		UPDATE conversations SET assignee_id = $3, handler = CASE WHEN $3 = '' THEN handler ELSE 'human' END, updated_at = $4
		WHERE tenant_id = $1 AND id = $2 AND status = 'active'
			AND ($3 = '' OR EXISTS (SELECT 1 FROM members m WHERE m.tenant_id = $1 AND m.user_id = $3))`,
		a.Tenant(), conversationID, userID, tx.Now())
	if err != nil {
		return fmt.Errorf("assign: %w", err)
	}
	if n == 0 {
		return errClosed
	}
	event := "unassigned"
	if userID != "" {
		event = "assigned"
		if err := voidTurn(ctx, tx, a, conversationID); err != nil {
			return err
		}
	}
	return s.noteChange(ctx, tx, a, conversationID, event, name, before.AssigneeID, userID)
}

var errClosed = errs.New(errs.Conflict, "This conversation is closed. Open it again first.")

func memberName(ctx context.Context, q db.Querier, a actor.Actor, userID string) (name string, err error) {
	if userID == "" {
		return "", nil
	}
	err = q.QueryRow(ctx, `SELECT u.name FROM members m JOIN users u ON u.id = m.user_id
		WHERE m.tenant_id = $1 AND m.user_id = $2`, a.Tenant(), userID).Scan(&name)
	if errors.Is(err, db.ErrNoRows) {
		return "", errs.InvalidField("userId", "This person is not a member of the workspace.")
	}
	return name, err
}

package conversation

import (
	"context"
	"errors"
	"fmt"

	"parley/internal/actor"
	"parley/internal/db"
)

// MarkAlerted notes that people were called to a conversation that waits for them since since, when they were last
// called at before (zero: not yet). marked is false when nobody waits there any more: somebody took it or replied, it was
// handed back or closed, or people were called by another call.
func MarkAlerted(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID string, since, before db.Time) (
	marked bool, err error,
) {
	n, err := tx.Exec(ctx, `
		UPDATE conversations SET alerted_at = $5, updated_at = $5
		WHERE tenant_id = $1 AND id = $2 AND handed_off_at = $3 AND coalesce(alerted_at, 0) = $4
			AND status = 'active' AND handler = 'human' AND assignee_id = '' AND last_sender <> 'agent'`,
		a.Tenant(), conversationID, since, before, tx.Now())
	if err != nil {
		return false, fmt.Errorf("mark alerted: %w", err)
	}
	return n > 0, nil
}

// MarkMailed notes that people were written to about a hand-off since since. waits is false when somebody has touched the
// conversation meanwhile, or people were written to already. It gives who has it, "" for nobody: whom a colleague gave it
// to has not touched it before opening it.
func MarkMailed(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID string, since db.Time) (assignee string, waits bool, err error) {
	err = tx.QueryRow(ctx, `
		UPDATE conversations SET mailed_at = $4
		WHERE tenant_id = $1 AND id = $2 AND handed_off_at = $3 AND coalesce(mailed_at, 0) < $3
			AND status = 'active' AND handler = 'human' AND last_sender <> 'agent' AND (assignee_id = '' OR unread > 0)
		RETURNING assignee_id`, a.Tenant(), conversationID, since, tx.Now()).Scan(&assignee)
	if errors.Is(err, db.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("mark mailed: %w", err)
	}
	return assignee, true, nil
}

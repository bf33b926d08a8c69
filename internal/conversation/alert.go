package conversation

import (
	"context"
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

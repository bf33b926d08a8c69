package assistant

import (
	"context"

	"parley/internal/actor"
	"parley/internal/db"
)

// Forget removes why the AI said what it said in some messages: a trace holds the customer's words.
func Forget(_ context.Context, tx *db.Tx, a actor.Actor, messageIDs []string) {
	for _, id := range messageIDs {
		tx.Later("forget trace", `DELETE FROM answer_traces WHERE tenant_id = $1 AND message_id = $2`, a.Tenant(), id)
	}
}

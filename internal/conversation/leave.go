package conversation

import (
	"context"
	"fmt"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/tenant"
)

// RemoveMember ends a membership, and leaves the member's conversations to whoever takes them: nothing waits for somebody
// who does not come any more.
func (s *Service) RemoveMember(ctx context.Context, tx *db.Tx, a actor.Actor, people *tenant.Service, userID string) error {
	if err := people.RemoveMember(ctx, tx, a, userID); err != nil {
		return err
	}
	rows, err := tx.Query(ctx, `
		UPDATE conversations SET assignee_id = '', updated_at = $3 WHERE tenant_id = $1 AND assignee_id = $2 RETURNING id`,
		a.Tenant(), userID, tx.Now())
	if err != nil {
		return fmt.Errorf("leave conversations: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return fmt.Errorf("leave conversation: %w", err)
		}
		s.changed(tx, id)
	}
	return rows.Err()
}

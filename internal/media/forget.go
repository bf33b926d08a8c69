package media

import (
	"context"
	"fmt"

	"parley/internal/actor"
	"parley/internal/db"
)

// ForgetFiles removes the files of messages from the folder; their rows go in the step that follows (ForgetRows), so that
// nothing is left when the process dies in between. A copy that is under way finds no row to arrive at, and removes itself.
func (s *Service) ForgetFiles(ctx context.Context, a actor.Actor, messageIDs []string) error {
	all, err := Of(ctx, s.DB.As(a), a, messageIDs)
	if err != nil {
		return err
	}
	for _, f := range all {
		if f.blob == "" {
			continue
		}
		if err := s.Blobs.Remove(a.Tenant(), f.blob); err != nil {
			return fmt.Errorf("forget file: %w", err)
		}
	}
	return nil
}

// ForgetRows removes what is known of the files of messages. A file that arrived since ForgetFiles is in nobody's row
// then: the sweep finds it.
func ForgetRows(_ context.Context, tx *db.Tx, a actor.Actor, messageIDs []string) {
	for _, id := range messageIDs {
		tx.Later("forget file", `DELETE FROM media WHERE tenant_id = $1 AND message_id = $2`, a.Tenant(), id)
	}
}

package knowledge

import (
	"context"
	"fmt"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
)

// Remove makes the AI forget a document: with the commit nothing of it is found any more, in any process.
func (s *Service) Remove(ctx context.Context, tx *db.Tx, a actor.Actor, id string) error {
	d, err := s.Get(ctx, tx, a, id)
	if err != nil {
		return err
	}
	if _, err := touch(ctx, tx, a, d.BaseID); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM passages WHERE tenant_id = $1 AND document_id = $2`, a.Tenant(), id); err != nil {
		return fmt.Errorf("remove passages: %w", err)
	}
	n, err := tx.Exec(ctx, `DELETE FROM documents WHERE tenant_id = $1 AND id = $2`, a.Tenant(), id)
	if err := db.One(n, err, "document"); err != nil {
		return err
	}
	s.changed(tx, id)
	return audit.Record(ctx, tx, a, audit.Entry{
		Action: "document.removed", TargetKind: "document", TargetID: id, Before: auditView(d),
	})
}

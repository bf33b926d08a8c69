package contact

import (
	"context"
	"fmt"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
)

// Merge gives what one contact is known by to another. The old contact stays as a signpost, and is not found any more.
// What was said with it is the caller's to move (delivery.Merge is the whole).
func Merge(ctx context.Context, tx *db.Tx, a actor.Actor, from, into string) error {
	if from == into {
		return errs.New(errs.Invalid, "A contact cannot be merged with itself.")
	}
	n, err := tx.Exec(ctx, `
		UPDATE contacts SET merged_into = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2 AND merged_into = ''
			AND EXISTS (SELECT 1 FROM contacts k WHERE k.tenant_id = $1 AND k.id = $3 AND k.merged_into = '')`,
		a.Tenant(), from, into, tx.Now())
	if err := db.One(n, err, "contact"); err != nil {
		return err
	}
	p := tx.Pipeline()
	p.Exec(nil, `UPDATE contact_identities SET contact_id = $3 WHERE tenant_id = $1 AND contact_id = $2`, a.Tenant(), from, into)
	p.Exec(nil, `UPDATE consents SET contact_id = $3 WHERE tenant_id = $1 AND contact_id = $2`, a.Tenant(), from, into)
	p.Exec(nil, `DELETE FROM contact_terms WHERE tenant_id = $1 AND contact_id = $2`, a.Tenant(), from)
	if err := p.Run(ctx); err != nil {
		return fmt.Errorf("merge contacts: %w", err)
	}
	return nil
}

package contact

import (
	"context"
	"fmt"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
)

// Merge gives what one contact is known by to another, and what is known of it where the other says nothing; a wish not
// to be written to holds for both. The old contact stays as a signpost, and is not found any more: NotFound says that one
// of the two is one already. What was said with it is the caller's to move (delivery.Merge is the whole).
func Merge(ctx context.Context, tx *db.Tx, a actor.Actor, from, into string) error {
	if from == into {
		return errs.New(errs.Invalid, "A contact cannot be merged with itself.")
	}
	for _, id := range []string{min(from, into), max(from, into)} { // in one order, whichever goes into the other
		if err := Hold(ctx, tx, a, id); err != nil {
			return err
		}
	}
	attributes, err := joinAttributes(ctx, tx, a, from, into)
	if err != nil {
		return err
	}
	p := tx.Pipeline()
	p.Exec(nil, `UPDATE contacts SET attributes = $3 WHERE tenant_id = $1 AND id = $2`, a.Tenant(), into, attributes)
	p.Exec(nil, `
		UPDATE contacts SET opted_out_at = coalesce(contacts.opted_out_at, f.opted_out_at),
			name = CASE WHEN contacts.name = '' THEN f.name ELSE contacts.name END,
			sort_name = CASE WHEN contacts.name = '' THEN f.sort_name ELSE contacts.sort_name END,
			name_chosen = CASE WHEN contacts.name = '' THEN f.name_chosen ELSE contacts.name_chosen END,
			username = CASE WHEN contacts.username = '' THEN f.username ELSE contacts.username END,
			phone = CASE WHEN contacts.phone = '' THEN f.phone ELSE contacts.phone END,
			language = CASE WHEN contacts.language = '' THEN f.language ELSE contacts.language END
		FROM contacts f WHERE contacts.tenant_id = $1 AND contacts.id = $3 AND f.tenant_id = $1 AND f.id = $2`, a.Tenant(), from, into)
	p.Exec(nil, `UPDATE contacts SET merged_into = $3 WHERE tenant_id = $1 AND id = $2`, a.Tenant(), from, into)
	p.Exec(nil, `UPDATE contact_identities SET contact_id = $3 WHERE tenant_id = $1 AND contact_id = $2`, a.Tenant(), from, into)
	p.Exec(nil, `UPDATE consents SET contact_id = $3 WHERE tenant_id = $1 AND contact_id = $2`, a.Tenant(), from, into)
	p.Exec(nil, `INSERT INTO contact_terms (tenant_id, term, contact_id)
		SELECT tenant_id, term, $3 FROM contact_terms WHERE tenant_id = $1 AND contact_id = $2
		ON CONFLICT DO NOTHING`, a.Tenant(), from, into)
	p.Exec(nil, `DELETE FROM contact_terms WHERE tenant_id = $1 AND contact_id = $2`, a.Tenant(), from)
	if err := p.Run(ctx); err != nil {
		return fmt.Errorf("merge contacts: %w", err)
	}
	return nil
}

// Hold keeps a contact from being merged until the step ends. NotFound says that it was merged already, or is not there.
func Hold(ctx context.Context, tx *db.Tx, a actor.Actor, id string) error {
	n, err := tx.Exec(ctx, `UPDATE contacts SET updated_at = $3 WHERE tenant_id = $1 AND id = $2 AND merged_into = ''`,
		a.Tenant(), id, tx.Now())
	return db.One(n, err, "contact")
}

// mergeable gives the contact back, or "" when Meta has told it from every other by an id: a number goes from hand to
// hand, and history must stay with its person.
func mergeable(ctx context.Context, tx *db.Tx, a actor.Actor, id string) (string, error) {
	var told bool
	err := tx.QueryRow(ctx, `SELECT EXISTS (
		SELECT 1 FROM contact_identities WHERE tenant_id = $1 AND contact_id = $2 AND kind = 'bsuid')`, a.Tenant(), id).Scan(&told)
	if err != nil || told {
		return "", err
	}
	return id, nil
}

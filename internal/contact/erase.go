package contact

import (
	"cmp"
	"context"
	"fmt"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
)

// nobody is where the signpost of an erased contact leads.
const nobody = "erased"

// Known is how an erased contact was known: what may still stand where only their number or id says whose it is.
type Known struct {
	Numbers []string
	IDs     []string
}

// Erase takes everything away that is known of a contact, and of those that were merged into it; confirm is the name it
// goes by, as the person who asks has read it. shell becomes a contact without a name that what is still counted belongs to.
func Erase(ctx context.Context, tx *db.Tx, a actor.Actor, id, confirm, shell string) (k Known, err error) {
	if err := a.Require(actor.ContactsErase); err != nil {
		return k, err
	}
	if err := Hold(ctx, tx, a, id); err != nil {
		return k, err
	}
	c, err := Get(ctx, tx, a, id)
	if err != nil {
		return k, err
	}
	if confirm != c.Called() {
		return k, errs.InvalidField("name", "This is not what the contact is called. Nothing was erased.")
	}
	all, err := partsOf(ctx, tx, a, id)
	if err != nil {
		return k, err
	}
	for _, part := range all {
		if err := k.add(ctx, tx, a, part); err != nil {
			return k, err
		}
		p := tx.Pipeline()
		for _, table := range []string{"contact_identities", "contact_terms", "consents"} {
			p.Exec(nil, `DELETE FROM `+table+` WHERE tenant_id = $1 AND contact_id = $2`, a.Tenant(), part)
		}
		p.Exec(nil, `UPDATE contacts SET name = '', name_chosen = FALSE, username = '', phone = '', language = '', sort_name = '',
			attributes = '{}', opted_out_at = NULL, merged_into = $3, updated_at = $4
			WHERE tenant_id = $1 AND id = $2`, a.Tenant(), part, nobody, tx.Now())
		if err := p.Run(ctx); err != nil {
			return k, fmt.Errorf("erase contact: %w", err)
		}
	}
	_, err = tx.Exec(ctx, `INSERT INTO contacts (tenant_id, id, merged_into, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)`,
		a.Tenant(), shell, nobody, tx.Now())
	return k, err
}

// Called is what people here call a contact.
func (c Contact) Called() string { return cmp.Or(c.Name, c.Username, c.Phone, c.ID) }

// partsOf are a contact and all that were merged into it, directly or not.
func partsOf(ctx context.Context, q db.Querier, a actor.Actor, id string) ([]string, error) {
	rows, err := q.Query(ctx, `
		WITH RECURSIVE parts (id) AS (SELECT $2 UNION SELECT c.id FROM contacts c JOIN parts p ON c.merged_into = p.id
			WHERE c.tenant_id = $1)
		SELECT id FROM parts`, a.Tenant(), id)
	if err != nil {
		return nil, fmt.Errorf("read merged contacts: %w", err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var part string
		if err := rows.Scan(&part); err != nil {
			return nil, fmt.Errorf("read merged contacts: %w", err)
		}
		all = append(all, part)
	}
	return all, rows.Err()
}

func (k *Known) add(ctx context.Context, q db.Querier, a actor.Actor, id string) error {
	rows, err := q.Query(ctx, `SELECT kind, value FROM contact_identities WHERE tenant_id = $1 AND contact_id = $2
		UNION SELECT 'wa_id', phone FROM contacts WHERE tenant_id = $1 AND id = $2 AND phone <> ''`, a.Tenant(), id)
	if err != nil {
		return fmt.Errorf("read identities: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var kind IdentityKind
		var value string
		if err := rows.Scan(&kind, &value); err != nil {
			return fmt.Errorf("read identity: %w", err)
		}
		switch kind {
		case WaID, former:
			k.Numbers = append(k.Numbers, value)
		case BSUID:
			k.IDs = append(k.IDs, value)
		case Match: // nobody writes it
		}
	}
	return rows.Err()
}

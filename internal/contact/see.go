package contact

import (
	"context"
	"fmt"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/errs"
)

// See finds the contact of a sighting or makes it, learns identities not seen before, and keeps name and username
// current. When the sighting's identities belong to two contacts, the surest one decides (BSUID, WhatsApp id, match
// key). The other is returned as other when it is the same person and the caller's to merge (delivery.Merge): it is known
// by its number alone. A number that another BSUID wrote from has changed hands, and its contact is left as it is.
func See(ctx context.Context, tx *db.Tx, a actor.Actor, s Sighting) (c Contact, other string, err error) {
	wanted := s.identities()
	if len(wanted) == 0 {
		return c, "", errs.New(errs.Invalid, "A message needs a sender.")
	}
	c, known, err := find(ctx, tx, a, s)
	if err != nil {
		return c, "", err
	}
	if c.NameChosen {
		s.Name = ""
	}
	if c.ID == "" {
		c = create(tx, a, s)
	} else if (s.Name != "" && c.Name != s.Name) || (s.Username != "" && c.Username != s.Username) ||
		(c.Phone == "" && s.WaID != "") {
		c = rename(tx, a, c, s)
	}
	var unseen []identity
	for _, want := range wanted {
		switch owner, seen := known[want.kind]; {
		case !seen:
			unseen = append(unseen, want)
		case owner != c.ID && other == "": // a match key that is another's than the number itself says less
			other = owner
		}
	}
	if other != "" {
		if other, err = mergeable(ctx, tx, a, other); err != nil {
			return c, "", err
		}
	}
	learn(tx, a, c.ID, "message", unseen...)
	return c, other, nil
}

// Rotate follows a system message: the customer's BSUID changed, or the number did. The old identities stay with the
// contact. A changed number is a hint and no proof, so it is learned as an identity only together with a BSUID
// that ties both ends. No such contact is no error: there is nothing to follow.
func Rotate(ctx context.Context, tx *db.Tx, a actor.Actor, previousBSUID, newBSUID string) error {
	if previousBSUID == "" || newBSUID == "" {
		return nil
	}
	c, known, err := find(ctx, tx, a, Sighting{BSUID: previousBSUID})
	if err != nil || c.ID == "" || known[BSUID] == "" {
		return err
	}
	_, taken, err := find(ctx, tx, a, Sighting{BSUID: newBSUID})
	if err != nil || taken[BSUID] != "" {
		return err
	}
	learn(tx, a, c.ID, "rotation", identity{kind: BSUID, value: newBSUID})
	return nil
}

// SetOptOut writes a customer's wish not to be written to, or its end, and keeps the record of it.
func SetOptOut(ctx context.Context, tx *db.Tx, a actor.Actor, contactID string, out bool, source string) error {
	var at db.Time
	if out {
		at = tx.Now()
	}
	n, err := tx.Exec(ctx, `UPDATE contacts SET opted_out_at = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2`,
		a.Tenant(), contactID, at.OrNull(), tx.Now())
	if err := db.One(n, err, "contact"); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO consents (tenant_id, id, contact_id, topic, granted, source, at)
		VALUES ($1, $2, $3, 'messages', $4, $5, $6)`, a.Tenant(), tx.NewID(), contactID, !out, source, tx.Now())
	if err != nil {
		return fmt.Errorf("keep consent: %w", err)
	}
	action := "contact.opted_in"
	if out {
		action = "contact.opted_out"
	}
	return audit.Record(ctx, tx, a, audit.Entry{Action: action, TargetKind: "contact", TargetID: contactID})
}

package contact

import (
	"context"
	"errors"
	"fmt"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/whatsapp"
)

// former is a number that was a contact's: kept for the record, and found by nobody. Numbers are recycled: who writes
// from it next is somebody else.
const former IdentityKind = "former"

// Change is what a system message tells of a customer: how they were known, and how they are known now.
type Change struct {
	OldWaID, OldBSUID string
	NewWaID, NewBSUID string
}

// Follow moves the identity of a contact whose number or id changed. What was said stays with the contact. The news is
// Meta's word only when ids tie both ends; a new number alone is a hint, which people see in the thread and nobody acts
// on. found is false when nobody is known by the old identity.
func Follow(ctx context.Context, tx *db.Tx, a actor.Actor, ch Change) (c Contact, found bool, err error) {
	c, _, err = find(ctx, tx, a, Sighting{BSUID: ch.OldBSUID, WaID: ch.OldWaID})
	if err != nil || c.ID == "" {
		return c, false, err
	}
	if ch.OldBSUID == "" || ch.NewBSUID == "" {
		return c, true, nil
	}
	next := Sighting{BSUID: ch.NewBSUID, WaID: ch.NewWaID}
	holder, taken, err := find(ctx, tx, a, next)
	if err != nil {
		return c, true, err
	}
	if holder.ID != "" && holder.ID != c.ID {
		return c, true, nil // somebody writes from there already: merging two people is for people to decide
	}
	var unseen []identity
	for _, want := range next.identities() {
		if taken[want.kind] == "" {
			unseen = append(unseen, want)
		}
	}
	learn(tx, a, c.ID, "rotation", unseen...)
	if ch.NewWaID == "" || ch.NewWaID == ch.OldWaID {
		return c, true, nil
	}
	return c, true, leave(ctx, tx, a, &c, ch)
}

// leave takes the old number from a contact that has a new one.
func leave(ctx context.Context, tx *db.Tx, a actor.Actor, c *Contact, ch Change) error {
	p := tx.Pipeline()
	p.Exec(nil, `INSERT INTO contact_identities (tenant_id, kind, value, contact_id, source, first_seen)
		SELECT tenant_id, $4, value, contact_id, source, first_seen FROM contact_identities
		WHERE tenant_id = $1 AND kind = 'wa_id' AND value = $3 AND contact_id = $2 ON CONFLICT DO NOTHING`,
		a.Tenant(), c.ID, ch.OldWaID, former)
	p.Exec(nil, `DELETE FROM contact_identities WHERE tenant_id = $1 AND contact_id = $2
		AND (kind = 'wa_id' AND value = $3 OR kind = 'match' AND value = $4)`,
		a.Tenant(), c.ID, ch.OldWaID, whatsapp.MatchKey(ch.OldWaID))
	p.Exec(nil, `DELETE FROM contact_terms WHERE tenant_id = $1 AND contact_id = $2`, a.Tenant(), c.ID)
	c.Phone = ch.NewWaID
	p.Exec(nil, `UPDATE contacts SET phone = $3, sort_name = $4, updated_at = $5 WHERE tenant_id = $1 AND id = $2`,
		a.Tenant(), c.ID, c.Phone, c.sortName(), tx.Now())
	if err := p.Run(ctx); err != nil {
		return fmt.Errorf("move a contact's number: %w", err)
	}
	indexWords(tx, a, *c)
	return audit.Record(ctx, tx, a, audit.Entry{Action: "contact.number_changed", TargetKind: "contact", TargetID: c.ID})
}

// SetMarketing keeps what a customer has set about marketing messages in WhatsApp itself. It says nothing about answers,
// which still arrive. changed is false when the newest wish we know of is as new or newer.
func SetMarketing(ctx context.Context, tx *db.Tx, a actor.Actor, contactID string, granted bool, at db.Time) (changed bool, err error) {
	var known db.Time
	err = tx.QueryRow(ctx, `
		SELECT coalesce(max(at), 0) FROM consents WHERE tenant_id = $1 AND contact_id = $2 AND topic = 'marketing'`,
		a.Tenant(), contactID).Scan(&known)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return false, fmt.Errorf("read consent: %w", err)
	}
	if !known.Before(at) {
		return false, nil
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO consents (tenant_id, id, contact_id, topic, granted, source, at)
		VALUES ($1, $2, $3, 'marketing', $4, 'whatsapp', $5)`, a.Tenant(), tx.NewID(), contactID, granted, at)
	if err != nil {
		return false, fmt.Errorf("keep consent: %w", err)
	}
	return true, nil
}

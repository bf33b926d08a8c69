package contact

import (
	"context"
	"fmt"

	"parley/internal/actor"
	"parley/internal/db"
)

// Profile is all that is known of a contact.
type Profile struct {
	Contact
	Attributes Attributes
	Identities []Identity // the newest first
	Consents   []Consent  // the newest first
}

// Identity is one way a contact is known.
type Identity struct {
	Kind      IdentityKind
	Value     string
	Source    string
	FirstSeen db.Time
}

// Consent is what a customer allowed or forbade, when, and how we know.
type Consent struct {
	Topic   string
	Granted bool
	Source  string
	At      db.Time
}

// mostShown is how many identities and consents of one contact are read.
const mostShown = 200

// ReadProfile reads a contact; of one that was merged, the contact it is a part of now.
func ReadProfile(ctx context.Context, q db.Querier, a actor.Actor, id string) (p Profile, err error) {
	if err := a.Require(actor.ContactsRead); err != nil {
		return p, err
	}
	if id, err = signpost(ctx, q, a, id); err != nil {
		return p, err
	}
	if p.Contact, err = Get(ctx, q, a, id); err != nil {
		return p, err
	}
	if p.Attributes, err = AttributesOf(ctx, q, a, id); err != nil {
		return p, err
	}
	if p.Identities, err = identitiesOf(ctx, q, a, id); err != nil {
		return p, err
	}
	p.Consents, err = consentsOf(ctx, q, a, id)
	return p, err
}

// signpost follows a contact that was merged to the one it is now.
func signpost(ctx context.Context, q db.Querier, a actor.Actor, id string) (string, error) {
	for range 10 {
		var next string
		err := q.QueryRow(ctx, `SELECT merged_into FROM contacts WHERE tenant_id = $1 AND id = $2`, a.Tenant(), id).Scan(&next)
		if err != nil || next == "" {
			return id, db.Found(err, "contact")
		}
		id = next
	}
	return id, nil
}

// identitiesOf leaves out the comparing form of numbers: it is nothing a person would know.
func identitiesOf(ctx context.Context, q db.Querier, a actor.Actor, id string) ([]Identity, error) {
	rows, err := q.Query(ctx, `SELECT kind, value, source, first_seen FROM contact_identities
		WHERE tenant_id = $1 AND contact_id = $2 AND kind <> 'match' ORDER BY first_seen DESC, value LIMIT $3`,
		a.Tenant(), id, int64(mostShown))
	if err != nil {
		return nil, fmt.Errorf("read identities: %w", err)
	}
	defer rows.Close()
	var all []Identity
	for rows.Next() {
		var i Identity
		if err := rows.Scan(&i.Kind, &i.Value, &i.Source, &i.FirstSeen); err != nil {
			return nil, fmt.Errorf("read identity: %w", err)
		}
		all = append(all, i)
	}
	return all, rows.Err()
}

func consentsOf(ctx context.Context, q db.Querier, a actor.Actor, id string) ([]Consent, error) {
	rows, err := q.Query(ctx, `SELECT topic, granted, source, at FROM consents
		WHERE tenant_id = $1 AND contact_id = $2 ORDER BY at DESC, id DESC LIMIT $3`, a.Tenant(), id, int64(mostShown))
	if err != nil {
		return nil, fmt.Errorf("read consents: %w", err)
	}
	defer rows.Close()
	var all []Consent
	for rows.Next() {
		var c Consent
		if err := rows.Scan(&c.Topic, &c.Granted, &c.Source, &c.At); err != nil {
			return nil, fmt.Errorf("read consent: %w", err)
		}
		all = append(all, c)
	}
	return all, rows.Err()
}

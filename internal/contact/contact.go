// Package contact holds a tenant's customers and how they are known: by business-scoped user id (BSUID), by WhatsApp
// id, or by the comparing form of a number whose spelling varies (Brazil, Mexico, Argentina). A phone number may be
// absent. Identities are added and never overwritten: numbers are recycled, and history must stay with its person.
package contact

import (
	"cmp"

	"parley/internal/analyzer"
	"parley/internal/db"
	"parley/internal/whatsapp"
)

// IdentityKind is how a contact is known.
type IdentityKind string

// The kinds of identity.
const (
	BSUID IdentityKind = "bsuid" // Meta's business-scoped user id
	WaID  IdentityKind = "wa_id" // exactly as received; what one replies to
	Match IdentityKind = "match" // whatsapp.MatchKey of a number: for comparing, never for sending
)

// Contact is one customer of a tenant.
type Contact struct {
	ID         string
	Name       string
	NameChosen bool // by a person of the business: what WhatsApp tells does not replace it
	Username   string
	Phone      string // digits as WhatsApp gave them; "" when the customer hides the number
	Language   string
	OptedOutAt db.Time
	CreatedAt  db.Time
	UpdatedAt  db.Time
}

// sortName is what lists of contacts are sorted by.
func (c Contact) sortName() string { return analyzer.Fold(cmp.Or(c.Name, c.Username, c.Phone)) }

// Sighting is how a customer showed up in a message: at least one of BSUID and WaID is set.
type Sighting struct {
	BSUID    string
	WaID     string
	Name     string
	Username string
}

// Lane is the lane of this customer's steps on a channel: the same for every spelling of a number.
func (s Sighting) Lane(channelID string) int64 {
	if s.WaID != "" {
		return db.Lane(channelID, whatsapp.MatchKey(s.WaID))
	}
	return db.Lane(channelID, s.BSUID)
}

// identities lists the sighting's identities, the surest first.
func (s Sighting) identities() []identity {
	var all []identity
	if s.BSUID != "" {
		all = append(all, identity{kind: BSUID, value: s.BSUID})
	}
	if s.WaID != "" {
		all = append(all, identity{kind: WaID, value: s.WaID}, identity{kind: Match, value: whatsapp.MatchKey(s.WaID)})
	}
	return all
}

type identity struct {
	kind  IdentityKind
	value string
}

package contact

import (
	"context"
	"fmt"
	"regexp"
	"unicode/utf8"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/errs"
)

// Correction is what a person changes about a contact; nil stays as it is. Attributes replace all there were.
type Correction struct {
	Name       *string
	Language   *string
	Attributes Attributes
}

const longestName = 200

var languageTag = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$`)

func (ch *Correction) check() error {
	if ch.Name != nil {
		name := clean(*ch.Name)
		if utf8.RuneCountInString(name) > longestName {
			return errs.InvalidField("name", "A name has at most %d characters.", longestName)
		}
		ch.Name = &name
	}
	if ch.Language != nil && *ch.Language != "" && !languageTag.MatchString(*ch.Language) {
		return errs.InvalidField("language", "A language is written as a tag, such as en or pt-BR.")
	}
	return ch.Attributes.check()
}

// Correct corrects what is known of a contact. The name is the business's own from then on; an empty one gives it back to
// WhatsApp. How the contact is known is nobody's to change.
func Correct(ctx context.Context, tx *db.Tx, a actor.Actor, id string, ch Correction) error {
	if err := a.Require(actor.ContactsWrite); err != nil {
		return err
	}
	if err := ch.check(); err != nil {
		return err
	}
	if err := Hold(ctx, tx, a, id); err != nil {
		return err
	}
	c, err := Get(ctx, tx, a, id)
	if err != nil {
		return err
	}
	if err := correct(tx, a, c, ch); err != nil {
		return err
	}
	return audit.Record(ctx, tx, a, audit.Entry{Action: "contact.changed", TargetKind: "contact", TargetID: id, After: ch.parts()})
}

// correct writes a correction of a contact that is held.
func correct(tx *db.Tx, a actor.Actor, c Contact, ch Correction) error {
	if ch.Name != nil {
		c.Name, c.NameChosen = *ch.Name, *ch.Name != ""
		tx.Later("name contact", `UPDATE contacts SET name = $3, name_chosen = $4, sort_name = $5 WHERE tenant_id = $1 AND id = $2`,
			a.Tenant(), c.ID, c.Name, c.NameChosen, c.sortName())
		indexAgain(tx, a, c)
	}
	if ch.Language != nil {
		tx.Later("set language", `UPDATE contacts SET language = $3 WHERE tenant_id = $1 AND id = $2`, a.Tenant(), c.ID, *ch.Language)
	}
	if ch.Attributes != nil {
		text, err := ch.Attributes.text()
		if err != nil {
			return fmt.Errorf("keep attributes: %w", err)
		}
		tx.Later("keep attributes", `UPDATE contacts SET attributes = $3 WHERE tenant_id = $1 AND id = $2`, a.Tenant(), c.ID, text)
	}
	return nil
}

// parts names what is changed, for the audit log: a customer's data does not stand in it, so it can be erased.
func (ch *Correction) parts() (all []string) {
	if ch.Name != nil {
		all = append(all, "name")
	}
	if ch.Language != nil {
		all = append(all, "language")
	}
	if ch.Attributes != nil {
		all = append(all, "attributes")
	}
	return all
}

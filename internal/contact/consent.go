package contact

import (
	"context"
	"fmt"
	"unicode/utf8"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/errs"
)

// What a consent is about.
const (
	TopicMessages  = "messages"  // being written to at all
	TopicMarketing = "marketing" // offers and news
)

const longestSource = 200

// RecordConsent writes down by hand what a customer said elsewhere: on the telephone, on a form.
func RecordConsent(ctx context.Context, tx *db.Tx, a actor.Actor, contactID string, c Consent) error {
	if err := a.Require(actor.ContactsWrite); err != nil {
		return err
	}
	c.Source = clean(c.Source)
	switch {
	case c.Topic != TopicMessages && c.Topic != TopicMarketing:
		return errs.InvalidField("topic", "A consent is about messages or marketing.")
	case c.Source == "" || utf8.RuneCountInString(c.Source) > longestSource:
		return errs.InvalidField("source", "Say in 1 to %d characters how you know this.", longestSource)
	}
	if err := Hold(ctx, tx, a, contactID); err != nil {
		return err
	}
	if c.Topic == TopicMessages {
		return SetOptOut(ctx, tx, a, contactID, !c.Granted, c.Source)
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO consents (tenant_id, id, contact_id, topic, granted, source, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, a.Tenant(), tx.NewID(), contactID, c.Topic, c.Granted, c.Source, tx.Now())
	if err != nil {
		return fmt.Errorf("keep consent: %w", err)
	}
	action := "contact.marketing_refused"
	if c.Granted {
		action = "contact.marketing_allowed"
	}
	return audit.Record(ctx, tx, a, audit.Entry{Action: action, TargetKind: "contact", TargetID: contactID})
}

// Wishes are what a customer wants to be written to about.
type Wishes struct {
	OptedOut  bool // not at all
	Marketing Answer
}

// Answer is what a customer said about something, if they were asked.
type Answer string

// The answers.
const (
	Unasked Answer = ""
	Yes     Answer = "yes"
	No      Answer = "no"
)

// WishesOf reads them, with the contact held: what it says stays true until the step ends.
func WishesOf(ctx context.Context, tx *db.Tx, a actor.Actor, contactID string) (w Wishes, err error) {
	if err := Hold(ctx, tx, a, contactID); err != nil {
		return w, err
	}
	var out db.Time
	err = tx.QueryRow(ctx, `
		SELECT opted_out_at, coalesce((SELECT CASE WHEN granted THEN 'yes' ELSE 'no' END FROM consents
			WHERE tenant_id = $1 AND contact_id = $2 AND topic = 'marketing' ORDER BY at DESC, id DESC LIMIT 1), '')
		FROM contacts WHERE tenant_id = $1 AND id = $2`, a.Tenant(), contactID).Scan(&out, &w.Marketing)
	if err != nil {
		return w, fmt.Errorf("read wishes: %w", err)
	}
	w.OptedOut = !out.IsZero()
	return w, nil
}

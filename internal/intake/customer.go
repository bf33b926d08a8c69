package intake

import (
	"context"
	"errors"

	"parley/internal/actor"
	"parley/internal/contact"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/errs"
)

// errOvertaken says that the customer was made one with another while the step ran: run again, it finds the one.
var errOvertaken = errors.New("the contact was merged meanwhile")

// step runs a step of a customer, and once more when another got in between: the same customer's first messages met in
// two processes, or two contacts became one. Now what the other wrote is there to be found.
func (s *Service) step(ctx context.Context, a actor.Actor, lane int64, do db.Step) error {
	err := s.DB.InTx(ctx, a, do, db.InLane(lane))
	_, taken := db.UniqueViolation(err)
	if taken && !conversation.SeenBefore(err) || errors.Is(err, errOvertaken) {
		err = s.DB.InTx(ctx, a, do, db.InLane(lane))
	}
	return err
}

// customer finds who is seen, or makes the contact. When Meta shows one person under identities of two contacts, they
// become one here, with all that was said.
func (s *Service) customer(ctx context.Context, tx *db.Tx, a actor.Actor, seen contact.Sighting) (contact.Contact, error) {
	who, other, err := contact.See(ctx, tx, a, seen)
	if err != nil || other == "" {
		return who, err
	}
	switch err := s.Delivery.Merge(ctx, tx, a, other, who.ID); {
	case errs.Is(err, errs.NotFound):
		return who, errOvertaken
	case err != nil:
		return who, err
	}
	return contact.Get(ctx, tx, a, who.ID)
}

// errErased says that a contact was about to be made for a message of somebody who was erased.
var errErased = errors.New("the message is of somebody who was erased")

// onlyKnown refuses a contact that was made in this step for a message that turned out to be here already: it was erased,
// and who wrote it stays so. The whole step is undone.
func onlyKnown(tx *db.Tx, who contact.Contact) error {
	if who.CreatedAt == tx.Now() {
		return errErased
	}
	return nil
}

// seenBefore reports whether a step wrote nothing because its message is here already, or was and is erased.
func seenBefore(err error) bool {
	return conversation.SeenBefore(err) || errors.Is(err, errErased)
}

// stays makes sure that a conversation that was opened here, by the message at the place seq, is not a merged contact's: the
// merge did not see it.
func stays(ctx context.Context, tx *db.Tx, a actor.Actor, who contact.Contact, seq int64) error {
	if seq > 1 || who.CreatedAt == tx.Now() {
		return nil // it was there before, or its contact was not
	}
	err := contact.Hold(ctx, tx, a, who.ID)
	if errs.Is(err, errs.NotFound) {
		return errOvertaken
	}
	return err
}

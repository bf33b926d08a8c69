package intake

import (
	"context"

	"parley/internal/actor"
	"parley/internal/contact"
	"parley/internal/db"
	"parley/internal/whatsapp"
)

// sender finds who wrote. When the message tells that a customer's number or id has changed, it is the customer as they
// were known before, whose identity moves along.
func (s *Service) sender(ctx context.Context, tx *db.Tx, a actor.Actor, m whatsapp.Message) (contact.Contact, error) {
	told := m.Payload.System
	if told == nil {
		return s.customer(ctx, tx, a, sighting(m))
	}
	who, found, err := contact.Follow(ctx, tx, a, contact.Change{
		OldWaID: m.WaID, OldBSUID: told.PreviousUserID, NewWaID: told.WaID, NewBSUID: told.UserID,
	})
	if err != nil || found {
		return who, err
	}
	seen := sighting(m)
	if told.UserID != "" {
		seen.BSUID = told.UserID
		if told.WaID != "" {
			seen.WaID = told.WaID
		}
	}
	return s.customer(ctx, tx, a, seen)
}

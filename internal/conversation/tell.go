package conversation

import (
	"context"
	"errors"

	"parley/internal/actor"
	"parley/internal/db"
)

// Tell adds a system line to the conversation with a contact on a channel, if there is one: something about the customer
// that people should see where they talk to them.
func (s *Service) Tell(ctx context.Context, tx *db.Tx, a actor.Actor, channelID, contactID, event string) error {
	var id string
	err := tx.QueryRow(ctx, `SELECT id FROM conversations WHERE tenant_id = $1 AND channel_id = $2 AND contact_id = $3`,
		a.Tenant(), channelID, contactID).Scan(&id)
	if errors.Is(err, db.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = s.line(ctx, tx, a, id, Line{Sender: FromSystem, Kind: KindEvent, Body: event})
	return err
}

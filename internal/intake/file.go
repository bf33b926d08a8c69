package intake

import (
	"context"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/whatsapp"
)

// want has the file of a message that was just written down copied, if it has one. Nothing happens for plain words.
func (s *Service) want(ctx context.Context, tx *db.Tx, a actor.Actor, messageID string, m whatsapp.Payload) error {
	if m.Media == nil || m.Media.ID == "" {
		return nil
	}
	return s.Media.Want(ctx, tx, a, messageID, *m.Media)
}

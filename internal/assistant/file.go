package assistant

import (
	"context"

	"parley/internal/actor"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/media"
)

// ReplyWithFile is Reply with a file that was kept: message, file and what must leave are one step.
func (s *Service) ReplyWithFile(
	ctx context.Context, a actor.Actor, what conversation.Saying, k media.Kept,
) (said conversation.Said, err error) {
	slot := s.Delivery.Reserve(a.Tenant())
	defer slot.Release()
	err = s.once(ctx, a, what, func(tx *db.Tx) (err error) {
		tx.AfterCommit(func() { s.think.interrupt(what.ConversationID) })
		said, err = s.Delivery.QueueFile(ctx, tx, a, what, k, slot)
		return err
	})
	return said, err
}

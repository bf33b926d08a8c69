package assistant

import (
	"context"

	"parley/internal/actor"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/delivery"
)

// ReplyWithTemplate is Reply with a template of the channel.
func (s *Service) ReplyWithTemplate(ctx context.Context, a actor.Actor, o delivery.Order) (said conversation.Said, err error) {
	slot := s.Delivery.Reserve(a.Tenant())
	defer slot.Release()
	err = s.DB.InTx(ctx, a, func(tx *db.Tx) (err error) {
		tx.AfterCommit(func() { s.think.interrupt(o.ConversationID) })
		said, err = s.Delivery.QueueTemplate(ctx, tx, a, o, slot)
		return err
	})
	return said, err
}

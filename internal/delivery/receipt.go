package delivery

import (
	"context"
	"log/slog"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/lease"
)

// Receipt applies a status of Meta's: to its message, and to an uncertain send, which it settles. A status of a
// message that is not ours is kept as a stray.
func (s *Service) Receipt(ctx context.Context, tx *db.Tx, a actor.Actor, r conversation.Receipt) error {
	m, err := s.Conversations.Mark(ctx, tx, a, r)
	if err != nil {
		return err
	}
	if m.MessageID == "" {
		return keepStray(ctx, tx, a, r)
	}
	var settled int64
	tx.Later("settle uncertain send", `
		DELETE FROM outbox WHERE tenant_id = $1 AND conversation_id = $2 AND message_id = $3 AND claimed_by = 'uncertain'`,
		a.Tenant(), m.ConversationID, m.MessageID).Count(&settled)
	tx.AfterCommit(func() {
		if settled > 0 {
			s.outbox.Next(lease.Item{Tenant: a.Tenant(), Conversation: m.ConversationID, Seq: m.Seq, Lane: m.Lane})
		}
	})
	return nil
}

// judge decides about a send that was cut off and whose grace has ended without a status. When Meta's webhooks came
// through meanwhile, a message that had left would have been reported: it is sent again. When nothing came, nobody
// can tell, and people decide.
func (s *Service) judge(ctx context.Context, a actor.Actor, it lease.Item, l letter) (again bool, err error) {
	heard, err := channel.LastHeard(ctx, s.DB.As(a), a, l.channel.ID)
	if err != nil {
		return false, err
	}
	again = heard.After(l.dueAt.Add(-Grace))
	s.Log.WarnContext(ctx, "no status for a send that was cut off", slog.String("tenant", it.Tenant),
		slog.String("message", l.messageID), slog.Bool("sendAgain", again))
	if again {
		return true, nil
	}
	ctx = context.WithoutCancel(ctx)
	return false, s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		if err := s.Conversations.MarkUnknown(ctx, tx, a, l.messageID, it.Conversation); err != nil {
			return err
		}
		s.remove(tx, it)
		return nil
	}, db.InLane(it.Lane), db.Urgent())
}

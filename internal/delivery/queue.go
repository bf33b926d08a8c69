package delivery

import (
	"context"

	"parley/internal/actor"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/lease"
	"parley/internal/whatsapp"
)

// Bubbles turns the AI's Markdown into what WhatsApp shows, cut only where one message cannot hold it. It is pure
// and not for free: do it before the step.
func Bubbles(markdown string) []string { return whatsapp.Split(whatsapp.FromMarkdown(markdown)) }

// Queue says something, under conversation.Say's guard, and sees to it that it is sent: message, turn and outbox rows
// change in one step. The AI's answers and a person's replies come through here alike.
func (s *Service) Queue(ctx context.Context, tx *db.Tx, a actor.Actor, what conversation.Saying, slot *lease.Slot) (conversation.Said, error) {
	said, err := s.Conversations.Say(ctx, tx, a, what)
	if err != nil || said.Again {
		return said, err
	}
	for i, m := range said.Messages {
		claim := ""
		if i == 0 {
			claim = slot.Claim()
		}
		s.enqueue(tx, a, m, said.Lane, claim, slot, func(it lease.Item) { s.keepAtHand(it, m, said) })
	}
	return said, nil
}

// SendAgain queues a failed or unknown message of ours once more, in its old place: before what waits in its conversation.
func (s *Service) SendAgain(ctx context.Context, tx *db.Tx, a actor.Actor, messageID string, slot *lease.Slot) (conversation.Message, error) {
	m, ok, err := s.Conversations.Requeue(ctx, tx, a, messageID)
	if err != nil {
		return m, err
	}
	if !ok {
		return m, errs.New(errs.Conflict, "Only a message that was not delivered can be sent again.")
	}
	if err := mayGetAgain(ctx, tx, a, m); err != nil {
		return m, err
	}
	c, err := conversation.Get(ctx, tx, a, m.ConversationID)
	if err != nil {
		return m, err
	}
	s.enqueue(tx, a, m, c.Lane, slot.Claim(), slot, func(lease.Item) {})
	return m, nil
}

// enqueue writes the outbox row, born claimed when nothing of its conversation waits before it, and starts it after
// the commit, when it was prepared.
func (s *Service) enqueue(
	tx *db.Tx, a actor.Actor, m conversation.Message, lane int64, claim string, slot *lease.Slot, prepare func(lease.Item),
) {
	var claimedBy string
	tx.Later("queue message", `
		INSERT INTO outbox (tenant_id, conversation_id, seq, lane, message_id, created_at, due_at, claimed_by, attempts)
		SELECT $1, $2, $3, $4, $5, $6, $6, CASE WHEN EXISTS (
			SELECT 1 FROM outbox p WHERE p.tenant_id = $1 AND p.conversation_id = $2) THEN '' ELSE $7 END, 0
		RETURNING claimed_by`, a.Tenant(), m.ConversationID, m.Seq, lane, m.ID, tx.Now(), claim).Into(&claimedBy)
	it := lease.Item{Tenant: a.Tenant(), Conversation: m.ConversationID, Seq: m.Seq, Lane: lane}
	tx.AfterCommit(func() {
		switch {
		case claimedBy != "":
			prepare(it)
			slot.Start(it)
		case claim == "":
			s.outbox.Wake()
		}
	})
}

package intake

import (
	"context"

	"parley/internal/actor"
	"parley/internal/contact"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/whatsapp"
)

// about is Meta's id of the message that another one is about: one that is reacted to, edited or taken back.
func about(m whatsapp.Message) (messageID string, is bool) {
	switch p := m.Payload; {
	case p.Reaction != nil:
		return p.Reaction.MessageID, true
	case p.Edit != nil:
		return p.Edit.MessageID, true
	case p.Revoke != nil:
		return p.Revoke.MessageID, true
	}
	return "", false
}

// amend writes down what a customer, or a person in WhatsApp's own app, said about an earlier message. The AI at work on
// that message thinks again, or stops when nothing is left to answer.
func (s *Service) amend(
	ctx context.Context, tx *db.Tx, a actor.Actor, who contact.Contact, in conversation.Inbound, by conversation.Sender,
) error {
	in.ContactID = who.ID
	r, err := s.Conversations.Amend(ctx, tx, a, in, by)
	if err != nil {
		return err
	}
	if !r.Fresh {
		tx.AfterCommit(func() { s.Counted.Duplicates.Add(1) })
		return onlyKnown(tx, who)
	}
	tx.AfterCommit(func() {
		s.Counted.Messages.Add(1)
		if r.TurnMoved {
			s.Assistant.Newer(r.ConversationID)
		}
	})
	if err := stays(ctx, tx, a, who, r.Seq); err != nil || r.Found {
		return err
	}
	return s.Settler.Later(ctx, tx, a, r.MessageID)
}

package intake

import (
	"context"
	"encoding/json"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/contact"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/whatsapp"
)

// echo writes down what a person answered from the WhatsApp Business app on the same number: a human reply, which
// stops the AI in the same step.
func (s *Service) echo(ctx context.Context, route channel.Route, m whatsapp.Message, lane int64) error {
	a := actor.ForChannel(route.TenantID, route.ChannelID)
	payload, err := json.Marshal(m.Payload)
	if err != nil {
		return err
	}
	in := conversation.Inbound{
		ChannelID: route.ChannelID, Lane: lane, ExternalID: m.ID, ReplyTo: m.Context.MessageID, Kind: string(m.Kind), Body: m.Text,
		Payload: payload, SaidAt: s.said(m.SentAt),
	}
	if id, is := about(m); is {
		in.ReplyTo = id
	}
	err = s.step(ctx, a, lane, func(tx *db.Tx) error {
		who, err := s.customer(ctx, tx, a, echoed(m))
		if err != nil {
			return err
		}
		if _, is := about(m); is {
			return s.amend(ctx, tx, a, who, in, conversation.FromAgent)
		}
		in.ContactID = who.ID
		r, err := s.Conversations.Echo(ctx, tx, a, in)
		if err != nil {
			return err
		}
		if !r.Fresh {
			return onlyKnown(tx, who)
		}
		tx.AfterCommit(func() { s.Assistant.Newer(r.ConversationID) })
		if err := s.want(ctx, tx, a, r.MessageID, m.Payload); err != nil {
			return err
		}
		return stays(ctx, tx, a, who, r.Seq)
	})
	if seenBefore(err) {
		return nil
	}
	return err
}

// echoed is the customer an echo was written to.
func echoed(m whatsapp.Message) contact.Sighting {
	return contact.Sighting{WaID: m.To, BSUID: m.ToUserID}
}

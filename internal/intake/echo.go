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
		ChannelID: route.ChannelID, Lane: lane, ExternalID: m.ID, Kind: string(m.Kind), Body: m.Text, Payload: payload,
		SaidAt: db.FromTime(m.SentAt),
	}
	err = s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		who, _, err := contact.See(ctx, tx, a, echoed(m))
		if err != nil {
			return err
		}
		in.ContactID = who.ID
		r, err := s.Conversations.Echo(ctx, tx, a, in)
		if err == nil && r.Fresh {
			tx.AfterCommit(func() { s.Assistant.Newer(r.ConversationID) })
		}
		return err
	}, db.InLane(lane))
	if table, taken := db.UniqueViolation(err); taken && table == "messages" {
		return nil
	}
	return err
}

// echoed is the customer an echo was written to.
func echoed(m whatsapp.Message) contact.Sighting {
	return contact.Sighting{WaID: m.To, BSUID: m.ToUserID}
}

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

// callPayload is what a call's line holds.
type callPayload struct {
	Event   string `json:"event"`            // connect: the customer calls; terminate: it is over
	Status  string `json:"status,omitempty"` // of a call that is over: COMPLETED, FAILED
	Seconds int    `json:"seconds,omitempty"`
}

// call writes down that a customer called, or that the call is over. A call lets the business write for 24 hours. Nobody
// picks up here, and the AI does not answer a call in writing: people see it.
func (s *Service) call(ctx context.Context, route channel.Route, c whatsapp.Call, lane int64) error {
	a := actor.ForChannel(route.TenantID, route.ChannelID)
	payload, err := json.Marshal(map[string]callPayload{"call": {Event: c.Event, Status: c.Status, Seconds: c.Seconds}})
	if err != nil {
		return err
	}
	in := conversation.Inbound{
		ChannelID: route.ChannelID, Lane: lane, ExternalID: c.ID + " " + c.Event, Kind: conversation.KindCall, Payload: payload,
		SaidAt: s.said(c.At), Weight: conversation.Silent, OpensWindow: c.OpensWindow(),
	}
	err = s.step(ctx, a, lane, func(tx *db.Tx) error {
		who, err := s.customer(ctx, tx, a, caller(c))
		if err != nil {
			return err
		}
		in.ContactID = who.ID
		r, err := s.Conversations.Receive(ctx, tx, a, in)
		if err != nil {
			return err
		}
		if !r.Fresh {
			return onlyKnown(tx, who)
		}
		tx.AfterCommit(func() { s.Counted.Messages.Add(1) })
		return stays(ctx, tx, a, who, r.Seq)
	})
	if seenBefore(err) {
		return nil
	}
	return err
}

func caller(c whatsapp.Call) contact.Sighting {
	return contact.Sighting{WaID: c.WaID, BSUID: c.FromUserID}
}

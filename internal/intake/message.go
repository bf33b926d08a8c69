package intake

import (
	"context"
	"encoding/json"
	"time"

	"parley/internal/actor"
	"parley/internal/assistant"
	"parley/internal/billing"
	"parley/internal/channel"
	"parley/internal/contact"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/lease"
	"parley/internal/whatsapp"
)

// arrival is one message on its way in: what it is, and the places held for the work it may cause.
type arrival struct {
	whatsapp.Message
	in      conversation.Inbound
	keyword assistant.Keyword
	turn    *lease.Slot
	confirm *lease.Slot
}

// message is where an inbound message is handled: who wrote, write it down, open or extend the turn, all in one step.
// A message that came before is no error and changes nothing.
func (s *Service) message(ctx context.Context, route channel.Route, m whatsapp.Message, lane int64) error {
	a := actor.ForChannel(route.TenantID, route.ChannelID)
	got := arrival{Message: m, turn: s.Assistant.Reserve(route.TenantID)}
	defer got.turn.Release()
	if m.Kind == whatsapp.KindText {
		got.keyword = assistant.KeywordOf(m.Text)
	}
	if got.keyword != assistant.NoKeyword {
		got.confirm = s.Delivery.Reserve(route.TenantID)
		defer got.confirm.Release()
	}
	var err error
	if got.FromBusiness, err = s.isOwn(ctx, a, m.WaID); err != nil {
		return err
	}
	got.FromBusiness = got.FromBusiness || m.FromBusiness
	if got.in, err = s.inbound(route, got, lane); err != nil {
		return err
	}
	err = s.step(ctx, a, lane, func(tx *db.Tx) error { return s.receive(ctx, tx, a, got) })
	if seenBefore(err) {
		s.Counted.Duplicates.Add(1)
		return nil
	}
	return err
}

func (s *Service) receive(ctx context.Context, tx *db.Tx, a actor.Actor, got arrival) error {
	who, err := s.sender(ctx, tx, a, got.Message)
	if err != nil {
		return err
	}
	if _, is := about(got.Message); is {
		return s.amend(ctx, tx, a, who, got.in, conversation.FromCustomer)
	}
	got.in.ContactID = who.ID
	if got.keyword == assistant.Start && who.OptedOutAt.IsZero() {
		got.keyword = assistant.NoKeyword // nothing to undo: a word like any other, and often somebody's first
	}
	if got.keyword != assistant.NoKeyword && got.in.Weight == conversation.Owes {
		got.in.Weight = conversation.Counts
	}
	r, err := s.Conversations.Receive(ctx, tx, a, got.in)
	if err != nil {
		return err
	}
	if !r.Fresh {
		tx.AfterCommit(func() { s.Counted.Duplicates.Add(1) })
		return onlyKnown(tx, who)
	}
	if err := stays(ctx, tx, a, who, r.Seq); err != nil {
		return err
	}
	if err := s.want(ctx, tx, a, r.MessageID, got.Payload); err != nil {
		return err
	}
	if r.EpisodeOpened {
		use := billing.Usage{Kind: billing.Episodes, Amount: 1, ChannelID: got.in.ChannelID, ConversationID: r.ConversationID}
		billing.Spend(tx, a, use)
	}
	if got.keyword != assistant.NoKeyword {
		if err := s.obey(ctx, tx, a, who, r, got); err != nil {
			return err
		}
	}
	s.afterwards(tx, a, r, got)
	return nil
}

// afterwards starts the turn that was born here, or tells the one at work that the customer went on writing.
func (s *Service) afterwards(tx *db.Tx, a actor.Actor, r *conversation.Received, got arrival) {
	it := lease.Item{Tenant: a.Tenant(), Conversation: r.ConversationID, Lane: got.in.Lane}
	tx.AfterCommit(func() {
		s.Counted.Messages.Add(1)
		switch {
		case r.TurnOpened():
			got.turn.Start(it)
		case r.TurnExtended():
			s.Assistant.Newer(r.ConversationID)
		}
	})
}

// inbound is the message as conversation stores it, weighed.
func (s *Service) inbound(route channel.Route, got arrival, lane int64) (conversation.Inbound, error) {
	m, said := got.Message, s.said(got.SentAt)
	replyTo := m.Context.MessageID
	if id, is := about(m); is {
		replyTo = id
	}
	payload, err := json.Marshal(m.Payload)
	if err != nil {
		return conversation.Inbound{}, err
	}
	return conversation.Inbound{
		ChannelID: route.ChannelID, Lane: lane, ExternalID: m.ID, ReplyTo: replyTo, Kind: string(m.Kind),
		Body: m.Text, Payload: payload, SaidAt: said, Weight: weigh(m, s.DB.Now().Sub(said)), OpensWindow: m.OpensWindow(),
		Claim: got.turn.Claim(), Deadline: s.Assistant.Deadline(),
	}, nil
}

// weigh says what a message asks of us. After an outage Meta delivers old messages: one whose window is over is
// shown to people and not answered.
func weigh(m whatsapp.Message, age time.Duration) conversation.Weight {
	switch {
	case !m.Answerable():
		return conversation.Silent
	case age >= conversation.Window:
		return conversation.Counts
	}
	return conversation.Owes
}

func sighting(m whatsapp.Message) contact.Sighting {
	return contact.Sighting{BSUID: m.FromUserID, WaID: m.WaID, Name: m.Name, Username: m.Username}
}

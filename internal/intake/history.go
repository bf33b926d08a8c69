package intake

import (
	"context"
	"encoding/json"
	"slices"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/contact"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/whatsapp"
)

// pastAtOnce is how many imported messages one step writes; others wait for the same writer.
const pastAtOnce = 50

// history writes down what was said with a customer before the number was connected here. Nobody is owed anything for it.
func (s *Service) history(ctx context.Context, route channel.Route, t whatsapp.Thread, lane int64) error {
	a := actor.ForChannel(route.TenantID, route.ChannelID)
	var all []conversation.Past
	files := map[string]whatsapp.Payload{}
	for _, m := range t.Messages {
		if _, is := about(m); is || m.Kind == whatsapp.KindSystem || m.GroupID != "" {
			continue
		}
		payload, err := json.Marshal(m.Payload)
		if err != nil {
			return err
		}
		files[m.ID] = m.Payload
		all = append(all, conversation.Past{
			ExternalID: m.ID, ReplyTo: m.Context.MessageID, Ours: m.FromBusiness, Kind: string(m.Kind), Body: m.Text,
			Payload: payload, Status: came(m), SaidAt: db.FromTime(m.SentAt),
		})
	}
	all, err := s.notErased(ctx, a, route.ChannelID, all)
	if err != nil {
		return err
	}
	for len(all) > 0 {
		n := min(pastAtOnce, len(all))
		err := s.step(ctx, a, lane, func(tx *db.Tx) error { return s.takePast(ctx, tx, a, route, t, lane, all[:n], files) })
		if err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

// notErased leaves out what was erased: nobody is made a contact for it.
func (s *Service) notErased(ctx context.Context, a actor.Actor, channelID string, all []conversation.Past) (left []conversation.Past, err error) {
	for some := range slices.Chunk(all, pastAtOnce) {
		ids := make([]string, len(some))
		for i, m := range some {
			ids[i] = m.ExternalID
		}
		stays, err := conversation.NotErased(ctx, s.DB.As(a), a, channelID, ids)
		if err != nil {
			return nil, err
		}
		for _, m := range some {
			if stays[m.ExternalID] {
				left = append(left, m)
			}
		}
	}
	return left, nil
}

func (s *Service) takePast(
	ctx context.Context, tx *db.Tx, a actor.Actor, route channel.Route, t whatsapp.Thread, lane int64, some []conversation.Past,
	files map[string]whatsapp.Payload,
) error {
	who, err := s.customer(ctx, tx, a, withCustomer(t))
	if err != nil {
		return err
	}
	fresh, err := s.Conversations.Import(ctx, tx, a, route.ChannelID, who.ID, lane, some)
	if err != nil {
		return err
	}
	for _, one := range fresh {
		if err := s.want(ctx, tx, a, one.MessageID, files[one.ExternalID]); err != nil {
			return err
		}
	}
	tx.AfterCommit(func() { s.Counted.Imported.Add(int64(len(fresh))) })
	return nil
}

func withCustomer(t whatsapp.Thread) contact.Sighting { return contact.Sighting{WaID: t.WaID} }

// came is how far an imported message had come.
func came(m whatsapp.Message) conversation.MessageStatus {
	if !m.FromBusiness {
		return conversation.StatusReceived
	}
	switch m.HistoryStatus {
	case "DELIVERED":
		return conversation.StatusDelivered
	case "READ":
		return conversation.StatusRead
	case "PLAYED":
		return conversation.StatusPlayed
	case "ERROR":
		return conversation.StatusFailed
	}
	return conversation.StatusSent
}

package intake

import (
	"context"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/contact"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/whatsapp"
)

// status applies what Meta reports of a message of ours.
func (s *Service) status(ctx context.Context, route channel.Route, st whatsapp.Status, lane int64) error {
	reported, known := stations[st.Status]
	if !known {
		return nil // "warning", "deleted" and whatever comes: says nothing about delivery
	}
	r := conversation.Receipt{
		ChannelID: route.ChannelID, ExternalID: st.ID, MessageID: st.CallbackData, Status: reported, At: db.FromTime(st.At),
	}
	if len(st.Errors) > 0 {
		r.ErrorCode, r.ErrorText = int64(st.Errors[0].Code), st.Errors[0].Text()
	}
	a := actor.ForChannel(route.TenantID, route.ChannelID)
	s.Counted.Statuses.Add(1)
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error { return s.Delivery.Receipt(ctx, tx, a, r) }, db.InLane(lane))
}

var stations = map[string]conversation.MessageStatus{
	"sent": conversation.StatusSent, "delivered": conversation.StatusDelivered, "read": conversation.StatusRead,
	"played": conversation.StatusPlayed, "failed": conversation.StatusFailed,
}

func recipient(st whatsapp.Status) contact.Sighting {
	return contact.Sighting{WaID: st.RecipientID, BSUID: st.RecipientUserID}
}

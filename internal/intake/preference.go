package intake

import (
	"context"
	"time"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/contact"
	"parley/internal/db"
	"parley/internal/whatsapp"
)

// preference keeps what a customer has set about marketing messages in WhatsApp itself. Answers still arrive, so nothing
// else changes.
func (s *Service) preference(ctx context.Context, route channel.Route, p whatsapp.Preference, lane int64) error {
	a := actor.ForChannel(route.TenantID, route.ChannelID)
	granted := p.Value != "stop"
	return s.step(ctx, a, lane, func(tx *db.Tx) error {
		who, err := s.customer(ctx, tx, a, wishing(p))
		if err != nil {
			return err
		}
		changed, err := contact.SetMarketing(ctx, tx, a, who.ID, granted, s.said(p.At))
		if err != nil || !changed {
			return err
		}
		event := "marketing_stopped"
		if granted {
			event = "marketing_resumed"
		}
		return s.Conversations.Tell(ctx, tx, a, route.ChannelID, who.ID, event)
	})
}

func wishing(p whatsapp.Preference) contact.Sighting {
	return contact.Sighting{WaID: p.WaID, BSUID: p.UserID}
}

// said is when something was said by the speaker's clock, and now when that cannot be.
func (s *Service) said(at time.Time) db.Time {
	said, now := db.FromTime(at), s.DB.Now()
	if said.IsZero() || said.After(now) {
		return now
	}
	return said
}

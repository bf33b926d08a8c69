package setup

import (
	"context"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/db"
	"parley/internal/errs"
)

// AskGraph asks Meta what it knows about a number with its token. An error of the kinds Invalid, Unauthenticated,
// Forbidden and NotFound is Meta's no, with words to show; any other says that nobody could tell.
type AskGraph func(ctx context.Context, phoneNumberID, token string) (displayPhone, name string, err error)

// Prove asks Meta about the number of the settings, once: its answer proves the channel, its no marks it broken. An
// error is returned when nobody could tell; then nothing is changed, and the number is used as it was.
func (s *Service) Prove(ctx context.Context, tenantID string, ask AskGraph) error {
	n := s.o.WhatsApp
	if n.PhoneNumberID == "" {
		return nil
	}
	a := actor.ForSystem(tenantID)
	route, err := channel.Lookup(ctx, s.DB.As(a), channel.WhatsApp, n.PhoneNumberID)
	if err != nil {
		return err
	}
	phone, name, err := ask(ctx, n.PhoneNumberID, n.Token)
	switch errs.KindOf(err) {
	case "":
		return s.DB.InTx(ctx, a, func(tx *db.Tx) error {
			if err := s.Channels.Prove(ctx, tx, a, route.ChannelID, phone, name); err != nil || n.AccountID == "" || s.Templates == nil {
				return err
			}
			return s.Templates.Want(ctx, tx, a, route.ChannelID)
		})
	case errs.Invalid, errs.Unauthenticated, errs.Forbidden, errs.NotFound:
		reason := errs.Message(err)
		return s.DB.InTx(ctx, a, func(tx *db.Tx) error {
			return s.Channels.Break(ctx, tx, a, route.ChannelID, reason)
		})
	default:
		return err
	}
}

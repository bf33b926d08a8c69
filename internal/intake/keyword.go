package intake

import (
	"context"

	"parley/internal/actor"
	"parley/internal/assistant"
	"parley/internal/contact"
	"parley/internal/conversation"
	"parley/internal/db"
)

// obey does what STOP or START asks, without a model: the wish is written down and confirmed once. A second STOP is
// not confirmed again. A question asked later is still answered.
func (s *Service) obey(ctx context.Context, tx *db.Tx, a actor.Actor, who contact.Contact, r *conversation.Received, got arrival) error {
	out := got.keyword == assistant.Stop
	if out != who.OptedOutAt.IsZero() {
		return nil // it is so already
	}
	if err := contact.SetOptOut(ctx, tx, a, who.ID, out, "keyword"); err != nil {
		return err
	}
	words := assistant.Confirmation(got.keyword, got.Text)
	_, err := s.Delivery.Queue(ctx, tx, a, conversation.Saying{
		ConversationID: r.ConversationID, As: conversation.FromSystem, Bubbles: []string{words},
	}, got.confirm)
	return err
}

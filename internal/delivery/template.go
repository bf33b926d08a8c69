package delivery

import (
	"context"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/contact"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/lease"
	"parley/internal/template"
)

// Order is a template to be sent in a conversation.
type Order struct {
	ConversationID string
	TemplateID     string
	Values         template.Values
	// Consent says how it is known that the customer agreed to offers, where nothing that is kept says so; it is kept then.
	Consent string
}

// QueueTemplate says an approved template, as Queue says a text; the window may be closed. Nobody who asked not to be
// written to gets one, and offers go only to who agreed to them.
func (s *Service) QueueTemplate(ctx context.Context, tx *db.Tx, a actor.Actor, o Order, slot *lease.Slot) (conversation.Said, error) {
	c, err := conversation.Get(ctx, tx, a, o.ConversationID)
	if err != nil {
		return conversation.Said{}, err
	}
	t, err := template.Get(ctx, tx, a, o.TemplateID)
	if err == nil && t.ChannelID != c.ChannelID {
		err = errs.New(errs.NotFound, "There is no such template on the number of this conversation.")
	}
	if err != nil {
		return conversation.Said{}, err
	}
	filled, err := t.Fill(o.Values)
	if err != nil {
		return conversation.Said{}, err
	}
	if err := mayGet(ctx, tx, a, c, t.Category, o.Consent); err != nil {
		return conversation.Said{}, err
	}
	return s.Queue(ctx, tx, a, conversation.Saying{
		ConversationID: c.ID, As: conversation.FromAgent, Kind: conversation.KindTemplate, Bubbles: []string{filled.Text},
		Payload: filled.Payload,
	}, slot)
}

// mayGet refuses what a customer does not want, and what can reach nobody.
func mayGet(
	ctx context.Context, tx *db.Tx, a actor.Actor, c conversation.Conversation, category template.Category, consent string,
) error {
	ch, err := channel.Get(ctx, tx, a, c.ChannelID)
	if err != nil {
		return err
	}
	if ch.State == channel.Disconnected {
		return errs.New(errs.Conflict, "The number of this conversation was disconnected.")
	}
	wishes, err := contact.WishesOf(ctx, tx, a, c.ContactID)
	if err != nil {
		return err
	}
	switch {
	case wishes.OptedOut:
		return errs.New(errs.Conflict, "This customer asked not to be written to (STOP). Wait until they write again.")
	case category != template.Marketing || wishes.Marketing == contact.Yes:
		return nil
	case wishes.Marketing == contact.No:
		return errs.New(errs.Conflict, "This customer does not want offers. Use a template that is no marketing.")
	case consent == "":
		return errs.InvalidField("consent", "Nothing says that this customer agreed to offers. Say how you know that they did.")
	}
	return contact.RecordConsent(ctx, tx, a, c.ContactID, contact.Consent{Topic: contact.TopicMarketing, Granted: true, Source: consent})
}

// mayGetAgain is mayGet for a template that is sent once more: the customer may have thought otherwise meanwhile.
func mayGetAgain(ctx context.Context, tx *db.Tx, a actor.Actor, m conversation.Message) error {
	if m.Kind != conversation.KindTemplate {
		return nil
	}
	c, err := conversation.Get(ctx, tx, a, m.ConversationID)
	if err != nil {
		return err
	}
	category, err := template.CategoryOf(m.Payload)
	if err != nil {
		return err
	}
	return mayGet(ctx, tx, a, c, category, "")
}

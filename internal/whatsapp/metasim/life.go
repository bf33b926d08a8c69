package metasim

import (
	"context"
	"encoding/json"
	"time"
)

// Edit lets a customer change the words of something they wrote.
func (s *Sim) Edit(ctx context.Context, phoneNumberID string, from Customer, wamid, text string) (id string, err error) {
	content := encode(map[string]any{
		"original_message_id": wamid, "message": map[string]any{"type": "text", "text": textContent{text}},
	})
	s.onLine(phoneNumberID, from, wamid, func(l *Line) { l.Text = text })
	return s.Say(ctx, phoneNumberID, from, Inbound{Type: "edit", Content: content, Text: text, hidden: true})
}

// Revoke lets a customer take back something they wrote.
func (s *Sim) Revoke(ctx context.Context, phoneNumberID string, from Customer, wamid string) (id string, err error) {
	s.onLine(phoneNumberID, from, wamid, func(l *Line) { l.Kind, l.Text = "revoked", "" })
	return s.Say(ctx, phoneNumberID, from, Inbound{
		Type: "revoke", Content: encode(map[string]string{"original_message_id": wamid}), hidden: true,
	})
}

// React lets a customer put an emoji on a message; "" takes it away.
func (s *Sim) React(ctx context.Context, phoneNumberID string, from Customer, wamid, emoji string) (id string, err error) {
	content := map[string]string{"message_id": wamid}
	if emoji != "" {
		content["emoji"] = emoji
	}
	return s.Say(ctx, phoneNumberID, from, Inbound{Type: "reaction", Content: encode(content), Text: emoji, hidden: true})
}

// ChangeNumber tells that a customer has another number, and with it another id, from now on.
func (s *Sim) ChangeNumber(ctx context.Context, phoneNumberID string, from, to Customer) (id string, err error) {
	content := map[string]string{
		"type": "user_changed_number", "body": "User " + from.Name + " changed from " + from.WaID + " to " + to.WaID, "wa_id": to.WaID,
	}
	if from.BSUID != "" && to.BSUID != "" {
		content["previous_user_id"], content["user_id"] = from.BSUID, to.BSUID
	}
	return s.Say(ctx, phoneNumberID, from, Inbound{Type: "system", Content: encode(content), hidden: true, anonymous: true})
}

func (s *Sim) onLine(phoneNumberID string, who Customer, wamid string, do func(l *Line)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := s.numbers[phoneNumberID]; n != nil {
		if c := n.find(who); c != nil {
			if l := c.line(wamid); l != nil {
				do(l)
			}
		}
	}
}

// Echo lets a person of the business answer a customer from WhatsApp's own app on the same number.
func (s *Sim) Echo(ctx context.Context, phoneNumberID string, to Customer, text string) (wamid string, err error) {
	return s.EchoOf(ctx, phoneNumberID, to, Inbound{Type: "text", Content: encode(textContent{text}), Text: text})
}

// EchoOf is Echo for any kind of message: also an edit, a revoke or a reaction made in the app.
func (s *Sim) EchoOf(ctx context.Context, phoneNumberID string, to Customer, m Inbound) (wamid string, err error) {
	err = s.post1(ctx, phoneNumberID, to, func(n *number, c *customer) update {
		if m.ID == "" {
			m.ID = s.wamid(c.Customer)
		}
		if m.At.IsZero() {
			m.At = s.o.Now()
		}
		if m.Text != "" && m.Type == "text" {
			s.add(n, c, Line{ID: m.ID, From: FromBusiness, Kind: m.Type, Text: m.Text, Status: "sent", At: m.At})
		}
		from := Customer{WaID: n.digits()}
		raw := with(n.message(from, m), "to", encode(c.WaID))
		return update{account: n.AccountID, field: "smb_message_echoes", value: encode(map[string]any{
			"messaging_product": "whatsapp", "metadata": n.metadata(), "message_echoes": []json.RawMessage{raw},
		})}
	})
	return m.ID, err
}

// PastLine is a message of a number's history.
type PastLine struct {
	ID     string // "" is made
	From   string // FromCustomer or FromBusiness
	Type   string // "" is text; media_placeholder is a file that follows, or not
	Text   string
	Status string // upper case; "" is READ
	At     time.Time
}

// History brings what was said with a customer before the number was connected.
func (s *Sim) History(ctx context.Context, phoneNumberID string, with Customer, lines ...PastLine) error {
	return s.post1(ctx, phoneNumberID, with, func(n *number, c *customer) update {
		var all []json.RawMessage
		for _, l := range lines {
			all = append(all, s.past(n, c, l))
		}
		return update{account: n.AccountID, field: "history", value: encode(map[string]any{
			"messaging_product": "whatsapp", "metadata": n.metadata(), "history": []any{map[string]any{
				"metadata": map[string]int{"phase": 0, "chunk_order": 1, "progress": 100},
				"threads":  []any{map[string]any{"id": c.WaID, "messages": all}},
			}},
		})}
	})
}

// past is a line of a history in Meta's form. The lock is held.
func (s *Sim) past(n *number, c *customer, l PastLine) json.RawMessage {
	m := Inbound{ID: l.ID, Type: l.Type, At: l.At}
	if m.ID == "" {
		m.ID = s.inboundWamid(c.Customer)
	}
	if m.Type == "" {
		m.Type, m.Content = "text", encode(textContent{l.Text})
	}
	if l.Status == "" {
		l.Status = "READ"
	}
	from := c.Customer
	if l.From == FromBusiness {
		from = Customer{WaID: n.digits()}
	}
	raw := with(n.message(from, m), "history_context", encode(map[string]string{"status": l.Status}))
	if l.From == FromBusiness {
		raw = with(raw, "to", encode(c.WaID))
	}
	return raw
}

// Tell brings a webhook of any field about an account: a template's fate, a restriction, a changed PIN.
func (s *Sim) Tell(ctx context.Context, phoneNumberID, field string, value json.RawMessage) error {
	return s.post1(ctx, phoneNumberID, Customer{}, func(n *number, _ *customer) update {
		return update{account: n.AccountID, at: s.o.Now(), field: field, value: value}
	})
}

// TellNumber brings a webhook of any field about a number: its metadata is put in.
func (s *Sim) TellNumber(ctx context.Context, phoneNumberID, field string, value map[string]any) error {
	return s.post1(ctx, phoneNumberID, Customer{}, func(n *number, _ *customer) update {
		value["messaging_product"], value["metadata"] = "whatsapp", n.metadata()
		return update{account: n.AccountID, at: s.o.Now(), field: field, value: encode(value)}
	})
}

// post1 posts one update and waits until it was tried. what is called under the lock; a customer without a key is nobody.
func (s *Sim) post1(ctx context.Context, phoneNumberID string, who Customer, what func(n *number, c *customer) update) error {
	s.mu.Lock()
	n := s.numbers[phoneNumberID]
	if s.closed || n == nil {
		s.mu.Unlock()
		if n == nil {
			return errNoNumber
		}
		return errClosed
	}
	var c *customer
	if who.Key() != "" {
		c = s.meet(n, who)
	}
	u := what(n, c)
	p := &parcel{
		phoneNumberID: phoneNumberID, customer: who.Key(), due: s.post.clock(), first: make(chan struct{}),
		make: func(time.Time) update { return u },
	}
	first := p.first
	s.enqueue(p)
	s.ring()
	s.mu.Unlock()
	s.changed(phoneNumberID, who.Key())
	select {
	case <-first:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-s.done.Done():
		return errClosed
	}
}

// with adds a field to an object that has some.
func with(object json.RawMessage, name string, value json.RawMessage) json.RawMessage {
	out := append(append(object[:len(object)-1:len(object)-1], ','), encode(name)...)
	return append(append(append(out, ':'), value...), '}')
}

// AccountBody is the webhook of a field about an account in Meta's form, for Post.
func AccountBody(account, field string, value json.RawMessage, at time.Time) []byte {
	return bodyOf([]update{{account: account, at: at, field: field, value: value}})
}

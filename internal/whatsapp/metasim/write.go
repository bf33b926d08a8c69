package metasim

import (
	"context"
	"time"
)

// Write lets a customer write a text. It returns when the webhook was answered for the first time, whatever the answer
// was, or withheld: what was not taken is posted again by itself, and Thread tells. The error says that nothing was
// written, or that ctx ended first.
func (s *Sim) Write(ctx context.Context, phoneNumberID string, from Customer, text string) (wamid string, err error) {
	if blank(text) {
		return "", errNoText
	}
	return s.Say(ctx, phoneNumberID, from, Inbound{Type: "text", Text: text})
}

// Say lets a customer do something of any kind, as Write does.
func (s *Sim) Say(ctx context.Context, phoneNumberID string, from Customer, m Inbound) (wamid string, err error) {
	if from.Key() == "" {
		return "", errNobody
	}
	if m.Type == "text" && m.Content == nil {
		m.Content = encode(textContent{m.Text})
	}
	s.mu.Lock()
	n := s.numbers[phoneNumberID]
	if s.closed || n == nil {
		s.mu.Unlock()
		if n == nil {
			return "", errNoNumber
		}
		return "", errClosed
	}
	first := s.say(n, from, &m)
	s.mu.Unlock()
	s.changed(phoneNumberID, from.Key())
	select {
	case <-first:
		return m.ID, nil
	case <-ctx.Done():
		return m.ID, ctx.Err()
	case <-s.done.Done():
		return m.ID, errClosed
	}
}

// say writes the line and posts its webhook. The lock is held.
func (s *Sim) say(n *number, from Customer, m *Inbound) (first <-chan struct{}) {
	c := s.meet(n, from)
	who := from
	if who.Name == "" {
		who.Name = c.Name
	}
	if m.ID == "" {
		m.ID = s.inboundWamid(who)
	}
	if m.At.IsZero() {
		m.At = s.o.Now()
	}
	l := Line{ID: m.ID, From: FromCustomer, Kind: m.Type, Text: m.Text, Status: "sent", ReplyTo: m.ReplyTo, At: m.At}
	if !m.hidden && m.Type != "reaction" && m.At.After(c.wroteAt) {
		c.wroteAt = m.At
	}
	if !m.hidden {
		s.add(n, c, l)
	}
	said := *m
	p := &parcel{
		phoneNumberID: n.PhoneNumberID, customer: c.Key(), due: s.post.clock(), first: make(chan struct{}),
		make: func(time.Time) update { return n.inboundUpdate(who, said) },
		taken: func() {
			if line := c.line(said.ID); line != nil {
				line.advance("delivered")
			}
		},
	}
	first = p.first
	s.enqueue(p)
	s.ring()
	return first
}

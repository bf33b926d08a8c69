package metasim

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode/utf16"
)

// Limits of a text, as Meta prints them. What a character is it does not say: here it is a UTF-16 unit, the strictest
// reading that anybody has reported.
const (
	maxText     = 4096
	maxCallback = 512
)

// outbound is a request to send, or to mark as read.
type outbound struct {
	Product       string `json:"messaging_product"`
	RecipientType string `json:"recipient_type"`
	To            string `json:"to"`
	Recipient     string `json:"recipient"`
	Type          string `json:"type"`
	Callback      string `json:"biz_opaque_callback_data"`
	Text          *struct {
		Body string `json:"body"`
	} `json:"text"`
	Interactive *interactive    `json:"interactive"`
	Reaction    *reaction       `json:"reaction"`
	Template    *templateSend   `json:"template"`
	Image       *mediaSend      `json:"image"`
	Video       *mediaSend      `json:"video"`
	Audio       *mediaSend      `json:"audio"`
	Document    *mediaSend      `json:"document"`
	Sticker     *mediaSend      `json:"sticker"`
	Location    *locationSend   `json:"location"`
	Contacts    json.RawMessage `json:"contacts"`
	Context     *struct {
		MessageID string `json:"message_id"`
	} `json:"context"`

	Status    string `json:"status"`
	MessageID string `json:"message_id"`
	Typing    *struct {
		Type string `json:"type"`
	} `json:"typing_indicator"`

	raw json.RawMessage
}

// messages takes POST /{number}/messages.
func (s *Sim) messages(w http.ResponseWriter, r *http.Request, who access) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxRequest+1))
	if err != nil {
		return
	}
	out := outbound{raw: raw}
	e := decode(raw, &out)
	switch {
	case len(raw) > maxRequest:
		e = refuse(100, "The request is too large.")
	case e == nil && out.Product != "whatsapp":
		e = refuse(100, `The parameter messaging_product must be "whatsapp".`)
	}
	if e != nil {
		s.answerError(w, e)
		return
	}
	if out.Status != "" {
		s.mark(w, r, who, out)
		return
	}
	s.send(w, r, who, out)
}

// send checks a message, takes it, sees to its statuses and answers. Where a fault is due, it happens.
func (s *Sim) send(w http.ResponseWriter, r *http.Request, who access, out outbound) {
	id := r.PathValue("id")
	if out.Type == "" {
		out.Type = "text"
	}
	s.mu.Lock()
	n, e := s.number(id, who)
	var fault Fault
	if e == nil {
		fault = s.fault(id, n.keyOf(out), false)
	}
	s.mu.Unlock()
	if e == nil && s.fail(w, r, fault) {
		return
	}
	if e == nil {
		e = s.valid(out)
	}
	if e == nil && out.Type == "template" {
		e = s.validTemplate(id, out.Template)
	}
	if e != nil {
		s.answerError(w, e)
		return
	}
	taken, early, e := s.accept(id, out, fault)
	if e != nil {
		s.answerError(w, e)
		return
	}
	s.changed(id, taken.customer)
	if early != nil {
		select {
		case <-early:
		case <-r.Context().Done():
		}
	}
	if fault.Lost {
		cut()
	}
	if fault.Drip > 0 {
		w = dripping{w, fault.Drip, r.Context().Done()}
	}
	s.answer(w, taken.response(out))
	s.answered(taken.id)
}

// accepted is what the answer to a send says.
type accepted struct {
	id, customer string
	who          Customer
}

type sendResponse struct {
	Product  string        `json:"messaging_product"`
	Contacts []sentContact `json:"contacts"`
	Messages []sentMessage `json:"messages"`
}

type sentContact struct {
	Input  string `json:"input"`
	WaID   string `json:"wa_id,omitempty"`
	UserID string `json:"user_id,omitempty"`
}

type sentMessage struct {
	ID string `json:"id"`
	// Status is only there for templates.
	Status string `json:"message_status,omitempty"`
}

func (a accepted) response(out outbound) sendResponse {
	c := sentContact{Input: out.To, WaID: a.who.WaID}
	if out.To == "" {
		c = sentContact{Input: out.Recipient, UserID: out.Recipient}
	}
	m := sentMessage{ID: a.id}
	if out.Type == "template" {
		m.Status = "accepted"
	}
	return sendResponse{Product: "whatsapp", Contacts: []sentContact{c}, Messages: []sentMessage{m}}
}

// keyOf is the key of the customer a message is for, known or not.
func (n *number) keyOf(out outbound) string {
	who := recipient(out)
	if c := n.find(who); c != nil {
		return c.Key()
	}
	return who.Key()
}

func recipient(out outbound) Customer {
	if out.To != "" {
		return Customer{WaID: digitsOf(out.To)}
	}
	return Customer{BSUID: out.Recipient}
}

// accept writes a message down and lets its statuses follow. early is closed when the first status was answered, nil
// when nobody has to wait for it.
func (s *Sim) accept(id string, out outbound, fault Fault) (taken accepted, early <-chan struct{}, e *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.numbers[id]
	if n == nil {
		return taken, nil, missing(id)
	}
	now := s.o.Now()
	c := s.meet(n, recipient(out))
	if e := s.allowed(n, c, out, now); e != nil {
		return taken, nil, e
	}
	l := Line{
		ID: s.wamid(c.Customer), From: FromBusiness, Kind: out.Type, Text: out.said(), Status: "accepted",
		CallbackData: out.Callback, At: now,
	}
	if out.Template != nil {
		l.Text = s.said(id, out.Template)
	}
	if out.Context != nil {
		l.ReplyTo = out.Context.MessageID
	}
	s.add(n, c, l)
	c.typingUntil = time.Time{}
	s.log.add(Sent{
		ID: l.ID, PhoneNumberID: id, Customer: c.Key(), To: out.To, Recipient: out.Recipient, Kind: out.Type, Text: l.Text,
		ReplyTo: l.ReplyTo, CallbackData: out.Callback, At: now, Body: out.raw,
	})
	failure := fault.Later
	if failure == 0 && out.Type != "template" && !n.AlwaysOpen && now.Sub(c.wroteAt) >= window {
		failure = 131047
	}
	early = s.report(n, c, l, failure)
	s.ring()
	return accepted{id: l.ID, customer: c.Key(), who: c.Customer}, early, nil
}

// allowed applies the limits, and the window when it is to be refused at once. The lock is held.
func (s *Sim) allowed(n *number, c *customer, out outbound, now time.Time) *graphError {
	switch {
	case n.offline:
		return refuse(133010, "The number is not registered.")
	case c.WaID != "" && c.WaID == n.digits():
		return refuse(131021, "The recipient is the sender.")
	case !n.rate.take(now, s.o.Limits.PerSecond, time.Second/time.Duration(max(1, s.o.Limits.PerSecond))):
		return refuse(130429, "Message failed to send because there were too many messages sent from this phone number.")
	case !c.pair.take(now, s.o.Limits.PairBurst, 6*time.Second):
		return refuse(131056, "Message failed to send because there were too many messages sent to the same phone number.")
	case s.mischief.WindowAtOnce && out.Type != "template" && !n.AlwaysOpen && now.Sub(c.wroteAt) >= window:
		return refuse(131047, failureDetails(131047))
	}
	return nil
}

// mark takes a read receipt, which may carry the typing indicator.
func (s *Sim) mark(w http.ResponseWriter, r *http.Request, who access, out outbound) {
	id := r.PathValue("id")
	s.mu.Lock()
	n, e := s.number(id, who)
	var fault Fault
	if e == nil {
		fault = s.fault(id, n.inbound[out.MessageID], true)
	}
	s.mu.Unlock()
	if e == nil && s.fail(w, r, fault) {
		return
	}
	key := ""
	if e == nil {
		key, e = s.seen(n, out)
	}
	if e != nil {
		s.answerError(w, e)
		return
	}
	s.changed(id, key)
	s.succeed(w)
}

// seen marks the customer's lines as read up to the one named.
func (s *Sim) seen(n *number, out outbound) (key string, e *graphError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key = n.inbound[out.MessageID]
	c := n.customers[key]
	switch {
	case out.Status != "read":
		return "", refuse(100, `The only status that can be set is "read".`)
	case out.Typing != nil && out.Typing.Type != "text":
		return "", refuse(100, `The only typing indicator is {"type":"text"}.`)
	case c == nil:
		return "", refuse(131009, "The message id is not one of a message this number has received.")
	}
	s.log.counts.Reads++
	for i := range c.lines {
		if c.lines[i].From == FromCustomer {
			c.lines[i].advance("read")
		}
		if c.lines[i].ID == out.MessageID {
			break
		}
	}
	if out.Typing != nil {
		s.log.counts.Typing++
		c.typingUntil = s.o.Now().Add(typingTime)
	}
	s.ring()
	return key, nil
}

// length counts as maxText does.
func length(s string) int { return len(utf16.Encode([]rune(s))) }

// blank reports whether there is nothing to read in a text.
func blank(s string) bool { return strings.TrimSpace(s) == "" }

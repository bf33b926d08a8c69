package metasim

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"parley/internal/whatsapp"
)

// Customer is a person with WhatsApp.
type Customer struct {
	WaID     string `json:"wa_id,omitempty"` // digits; "" is a person who hides their number
	BSUID    string `json:"user_id,omitempty"`
	Name     string `json:"name,omitempty"`
	Username string `json:"username,omitempty"`
}

// Key is what a customer's thread is found by.
func (c Customer) Key() string {
	if c.WaID != "" {
		return c.WaID
	}
	return c.BSUID
}

// NewCustomer makes somebody up, with a number from a range reserved for fiction and an id of their own.
func (s *Sim) NewCustomer(name string) Customer {
	s.mu.Lock()
	defer s.mu.Unlock()
	// 555-0100 to 555-0199 is fiction in every American area.
	area := 201 + s.rand.IntN(700)
	return Customer{
		WaID:  fmt.Sprintf("1%03d55501%02d", area, s.rand.IntN(100)),
		BSUID: fmt.Sprintf("US.%010d%010d", s.rand.Uint64N(1e10), s.rand.Uint64N(1e10)), Name: name,
	}
}

// Who wrote a line.
const (
	FromCustomer = "customer"
	FromBusiness = "business"
)

// Line is one bubble of a thread.
type Line struct {
	ID   string `json:"id"` // the wamid
	From string `json:"from"`
	Kind string `json:"kind"`
	Text string `json:"text"`
	// Status of a customer's line: sent, delivered (its webhook was answered with 200), read. Of the business's:
	// accepted, sent, delivered, read, failed.
	Status       string    `json:"status"`
	ReplyTo      string    `json:"replyTo,omitempty"`
	CallbackData string    `json:"callbackData,omitempty"`
	ErrorCode    int       `json:"errorCode,omitempty"`
	At           time.Time `json:"at"`
}

// Thread is what a customer's phone shows of one number.
type Thread struct {
	Customer Customer `json:"customer"`
	Lines    []Line   `json:"lines"` // oldest first
	Typing   bool     `json:"typing"`
}

type customer struct {
	Customer
	lines       []Line
	wroteAt     time.Time // opens the window
	typingUntil time.Time
	pair        bucket
	touched     int64
}

// window is how long a business may write freely after a customer wrote; typing is how long it is shown.
const (
	window     = 24 * time.Hour
	typingTime = 25 * time.Second
)

// Thread is what the customer sees; empty for somebody unknown.
func (s *Sim) Thread(phoneNumberID, customerKey string) Thread {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.numbers[phoneNumberID]
	if n == nil || n.customers[customerKey] == nil {
		return Thread{Lines: []Line{}}
	}
	c := n.customers[customerKey]
	return Thread{Customer: c.Customer, Lines: slices.Clone(c.lines), Typing: s.o.Now().Before(c.typingUntil)}
}

// Customers are the keys of those who are known on a number, sorted.
func (s *Sim) Customers(phoneNumberID string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	keys := []string{}
	if n := s.numbers[phoneNumberID]; n != nil {
		for k := range n.customers {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}

// Reset forgets a customer.
func (s *Sim) Reset(phoneNumberID, customerKey string) {
	s.mu.Lock()
	if n := s.numbers[phoneNumberID]; n != nil {
		n.forget(customerKey)
	}
	s.mu.Unlock()
	s.changed(phoneNumberID, customerKey)
}

// Restore puts a thread back that was lost with an earlier Sim. No webhook leaves.
func (s *Sim) Restore(phoneNumberID string, who Customer, lines []Line) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.numbers[phoneNumberID]
	if n == nil || who.Key() == "" {
		return
	}
	n.forget(who.Key())
	c := s.meet(n, who)
	for _, l := range lines {
		s.add(n, c, l)
		if l.From == FromCustomer && l.At.After(c.wroteAt) {
			c.wroteAt = l.At
		}
	}
}

// meet finds a customer or makes them known, with what is new about them. The lock is held.
func (s *Sim) meet(n *number, who Customer) *customer {
	c := n.find(who)
	if c == nil {
		n.makeRoom(s.o.KeepCustomers)
		c = &customer{Customer: who}
		n.customers[who.Key()] = c
	}
	n.touched++
	c.touched = n.touched
	for _, f := range []struct {
		have *string
		now  string
	}{{&c.BSUID, who.BSUID}, {&c.Name, who.Name}, {&c.Username, who.Username}} {
		if f.now != "" {
			*f.have = f.now
		}
	}
	if c.WaID != "" {
		n.byWaID[whatsapp.MatchKey(c.WaID)] = c.Key()
	}
	if c.BSUID != "" {
		n.byBSUID[c.BSUID] = c.Key()
	}
	return c
}

// find looks a customer up by number, in any of its spellings, or by id.
func (n *number) find(who Customer) *customer {
	if c := n.customers[who.Key()]; c != nil {
		return c
	}
	if who.WaID != "" {
		if c := n.customers[n.byWaID[whatsapp.MatchKey(who.WaID)]]; c != nil {
			return c
		}
	}
	if who.BSUID == "" {
		return nil
	}
	return n.customers[n.byBSUID[who.BSUID]]
}

func (n *number) forget(key string) {
	c := n.customers[key]
	if c == nil {
		return
	}
	for _, l := range c.lines {
		delete(n.inbound, l.ID)
	}
	delete(n.byWaID, whatsapp.MatchKey(c.WaID))
	delete(n.byBSUID, c.BSUID)
	delete(n.customers, key)
}

// makeRoom forgets the customer nothing was heard of for longest, when there are too many.
func (n *number) makeRoom(most int) {
	if len(n.customers) < most {
		return
	}
	oldest := ""
	for key, c := range n.customers {
		if oldest == "" || c.touched < n.customers[oldest].touched {
			oldest = key
		}
	}
	n.forget(oldest)
}

// add puts a line at the end of a thread, and drops the oldest when there are too many. The lock is held.
func (s *Sim) add(n *number, c *customer, l Line) {
	if l.From == FromCustomer {
		n.inbound[l.ID] = c.Key()
	}
	c.lines = append(c.lines, l)
	if over := len(c.lines) - s.o.KeepLines; over > 0 {
		for _, old := range c.lines[:over] {
			delete(n.inbound, old.ID)
		}
		c.lines = slices.Delete(c.lines, 0, over)
	}
}

// line finds a line of the thread, newest first.
func (c *customer) line(id string) *Line {
	for i := len(c.lines) - 1; i >= 0; i-- {
		if c.lines[i].ID == id {
			return &c.lines[i]
		}
	}
	return nil
}

// rank says how far a status is; a line never goes back.
func rank(status string) int {
	return slices.Index([]string{"", "accepted", "sent", "delivered", "read"}, status)
}

// advance moves a line's status forward.
func (l *Line) advance(status string) bool {
	if l.Status == "failed" || status != "failed" && rank(status) <= rank(l.Status) {
		return false
	}
	l.Status = status
	return true
}

// digitsOf keeps the digits of a number somebody wrote.
func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

package metasim

import (
	"errors"
	"strings"
	"time"
)

// What is wrong with a call of the Sim's own.
var (
	errClosed   = errors.New("metasim: closed")
	errNoNumber = errors.New("metasim: no such number")
	errNobody   = errors.New("metasim: a customer needs a WaID or a BSUID")
	errNoText   = errors.New("metasim: nothing to say")
)

// Number is a business's number, and where its webhooks go.
type Number struct {
	PhoneNumberID string
	AccountID     string // the WhatsApp business account; "" is one of its own
	DisplayPhone  string // as people write it: "+1 555 010 0199"
	VerifiedName  string
	WebhookURL    string
	Secret        string // signs its webhooks; "" is Options.AppSecret
	VerifyToken   string
	Token         string // the only token for it; "" is Options.Token
	// AlwaysOpen: its customers' 24 hours never end. For a demo whose memory is shorter than the business's.
	AlwaysOpen bool
}

// number is a Number and what happened on it.
type number struct {
	Number
	override  override // of its webhooks, set through Graph
	pin       string
	offline   bool // deregistered
	registers []time.Time
	profile   profile

	customers map[string]*customer // by key
	byWaID    map[string]string    // every spelling's match key, to customer keys
	byBSUID   map[string]string
	inbound   map[string]string // wamid of a customer's line, to its customer's key
	touched   int64             // grows with every use of a customer

	rate   bucket
	months map[string]int // delivered service messages
}

// account is a WhatsApp business account.
type account struct {
	id         string
	subscribed bool
	override   override
}

// AddNumber makes a number known, or brings it up to date; its threads stay.
func (s *Sim) AddNumber(n Number) {
	if n.AccountID == "" {
		n.AccountID = "2" + n.PhoneNumberID
	}
	if n.Secret == "" {
		n.Secret = s.o.AppSecret
	}
	if n.Token == "" {
		n.Token = s.o.Token
	}
	if n.VerifiedName == "" {
		n.VerifiedName = "Demo"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.accounts[n.AccountID] == nil {
		s.accounts[n.AccountID] = &account{id: n.AccountID, subscribed: true}
		s.ship(n.AccountID)
	}
	if known := s.numbers[n.PhoneNumberID]; known != nil {
		known.Number = n
		return
	}
	s.numbers[n.PhoneNumberID] = &number{
		Number: n, customers: map[string]*customer{}, byWaID: map[string]string{}, byBSUID: map[string]string{},
		inbound: map[string]string{}, months: map[string]int{}, pin: "123456",
	}
}

// RemoveNumber forgets a number and its threads.
func (s *Sim) RemoveNumber(phoneNumberID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.numbers, phoneNumberID)
}

// webhook is where the number's webhooks go: the number's own address before the account's before the app's. "" is
// nowhere.
func (s *Sim) webhook(n *number) string {
	a := s.accounts[n.AccountID]
	switch {
	case a == nil || !a.subscribed:
		return ""
	case n.override.URL != "":
		return n.override.URL
	case a.override.URL != "":
		return a.override.URL
	}
	return n.WebhookURL
}

func (n *number) digits() string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, n.DisplayPhone)
}

// bucket lets so many through at once, and one more with every pause.
type bucket struct {
	level float64 // what is used up
	at    time.Time
}

// take reports whether one more fits; without a burst there is no limit.
func (b *bucket) take(now time.Time, burst int, every time.Duration) bool {
	if burst <= 0 {
		return true
	}
	if passed := now.Sub(b.at); passed > 0 {
		b.level = max(0, b.level-float64(passed)/float64(every))
		b.at = now
	}
	if b.level+1 > float64(burst) {
		return false
	}
	b.level++
	return true
}

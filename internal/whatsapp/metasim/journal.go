package metasim

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// Sent is a message the business sent and Graph took. What is counted is what arrived, not what its sender knows of it:
// a message whose answer was lost is here too.
type Sent struct {
	ID            string          `json:"id"` // the wamid
	PhoneNumberID string          `json:"phoneNumberId"`
	Customer      string          `json:"customer"` // the key
	To            string          `json:"to,omitempty"`
	Recipient     string          `json:"recipient,omitempty"`
	Kind          string          `json:"kind"`
	Text          string          `json:"text"`
	ReplyTo       string          `json:"replyTo,omitempty"`
	CallbackData  string          `json:"callbackData,omitempty"`
	At            time.Time       `json:"at"`
	Answered      bool            `json:"answered"` // the 200 was written
	Body          json.RawMessage `json:"-"`        // the request; nil when it was larger than 16 KiB
}

// Counts are numbers since the start.
type Counts struct {
	Sends    int `json:"sends"`    // taken, Doubled and Lost among them
	Refused  int `json:"refused"`  // answered with an error
	Hung     int `json:"hung"`     // held without an answer, by a fault
	Doubled  int `json:"doubled"`  // sends whose callback data had arrived before
	Reads    int `json:"reads"`    // read receipts
	Typing   int `json:"typing"`   // of these with the typing indicator
	Uploads  int `json:"uploads"`  // files
	Webhooks int `json:"webhooks"` // answered with 200
	Failures int `json:"failures"` // deliveries that were not
	GivenUp  int `json:"givenUp"`  // webhooks dropped after the last try, or because too many waited
}

// journal remembers the last sends, and how often each callback data arrived among them.
type journal struct {
	keep     int
	sent     []Sent
	arrivals map[string]int
	counts   Counts
}

// maxKept bounds the requests that are remembered.
const maxKept = 16 << 10

func newJournal(keep int) journal { return journal{keep: keep, arrivals: map[string]int{}} }

func (j *journal) add(m Sent) {
	j.counts.Sends++
	if m.CallbackData != "" {
		if j.arrivals[m.CallbackData]++; j.arrivals[m.CallbackData] > 1 {
			j.counts.Doubled++
		}
	}
	if len(m.Body) > maxKept {
		m.Body = nil
	}
	j.sent = append(j.sent, m)
	// Dropping an eighth at a time keeps adding cheap.
	if over := len(j.sent) - j.keep; over > j.keep/8 {
		for _, old := range j.sent[:over] {
			if j.arrivals[old.CallbackData]--; j.arrivals[old.CallbackData] <= 0 {
				delete(j.arrivals, old.CallbackData)
			}
		}
		j.sent = slices.Clone(j.sent[over:])
	}
}

// answered notes that the sender was told.
func (s *Sim) answered(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(s.log.sent) - 1; i >= 0; i-- {
		if s.log.sent[i].ID == id {
			s.log.sent[i].Answered = true
			break
		}
	}
	s.ring()
}

// Sent are the messages that arrived, oldest first.
func (s *Sim) Sent() []Sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Sent{}, s.log.sent...)
}

// Arrivals tell how often each callback data arrived: 1 is right, 2 is a message the customer got twice.
func (s *Sim) Arrivals() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.log.arrivals)
}

// Counts are the numbers since the start.
func (s *Sim) Counts() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.counts
}

// WaitSent waits until n messages have arrived in all, and returns those that are remembered.
func (s *Sim) WaitSent(ctx context.Context, n int) ([]Sent, error) {
	err := s.until(ctx, func() bool { return s.log.counts.Sends >= n })
	return s.Sent(), err
}

// WaitCounts waits until the numbers are as wanted.
func (s *Sim) WaitCounts(ctx context.Context, wanted func(Counts) bool) error {
	return s.until(ctx, func() bool { return wanted(s.log.counts) })
}

// WaitLine waits until a line of the customer's thread is as wanted.
func (s *Sim) WaitLine(ctx context.Context, phoneNumberID, customerKey string, wanted func(Line) bool) (Line, error) {
	var found Line
	err := s.until(ctx, func() bool {
		n := s.numbers[phoneNumberID]
		if n == nil || n.customers[customerKey] == nil {
			return false
		}
		lines := n.customers[customerKey].lines
		i := slices.IndexFunc(lines, wanted)
		if i >= 0 {
			found = lines[i]
		}
		return i >= 0
	})
	return found, err
}

// Idle reports whether nothing is on its way: no webhook under way, due later or waiting for another try. What is
// withheld does not count.
func (s *Sim) Idle() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.idle()
}

// idle is Idle under the lock.
func (s *Sim) idle() bool {
	return s.post.underWay == 0 && len(s.post.waiting) == 0 && s.post.chained == 0
}

// WaitIdle waits until nothing is on its way.
func (s *Sim) WaitIdle(ctx context.Context) error { return s.until(ctx, s.idle) }

package metasim

import (
	"net/http"
	"time"
)

// Fault is what goes wrong with a request to Graph. The zero Fault does nothing.
type Fault struct {
	Code       int           // Graph refuses with this code and, unless Status is set, Meta's usual status for it
	Status     int           // without a Code: something before Graph answers this status with a page
	RetryAfter time.Duration // sent along as Retry-After
	Hang       bool          // nothing is done and nothing answered until the caller gives up
	Reset      bool          // nothing is done and the connection cut
	Lost       bool          // the message is accepted and its statuses follow, but the connection is cut before the 200
	Later      int           // the message is accepted; later comes a failed with this code
	Drip       time.Duration // the message is accepted; the answer comes byte by byte, with this pause after each

	PhoneNumberID string // only requests of this number; "" is all
	Customer      string // only messages to this customer's key; "" is all
	Reads         bool   // meant for read receipts instead of messages

	// Files, when not "", means the fault for requests about files: where one is, its bytes, an upload.
	Files      FileStep
	Slow       time.Duration // before anything is answered
	CutOff     bool          // of a download: the connection is cut in the middle
	WrongBytes bool          // of a download: other bytes; of a lookup: another sum
}

type pendingFault struct {
	Fault
	left int // negative: until Heal
}

// Mischief is how webhooks misbehave.
type Mischief struct {
	Withhold      bool // none leaves until Release
	Double        bool // every one comes twice, at the same time
	Shuffle       bool // in no order
	EarlyStatuses bool // the sent status comes before the answer to the send
	NoStatuses    bool // none ever comes
	WindowAtOnce  bool // a closed window is refused at once (400) and not by a later failed
	Batch         int  // up to so many updates in one body; 0 is one
}

// FailNext lets a fault happen to the next n requests it fits; a negative n is until Heal. Faults set earlier go first.
func (s *Sim) FailNext(n int, f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n != 0 {
		s.faults = append(s.faults, &pendingFault{f, n})
	}
}

// Mischief sets all switches of the webhooks.
func (s *Sim) Mischief(m Mischief) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mischief = m
}

// Heal ends all faults and mischief, and releases what was withheld.
func (s *Sim) Heal() {
	s.mu.Lock()
	s.faults, s.mischief = nil, Mischief{}
	s.ring()
	s.mu.Unlock()
	s.Release()
}

// fault takes the first fault that fits. The lock is held.
func (s *Sim) fault(phoneNumberID, customerKey string, read bool) Fault {
	for i, f := range s.faults {
		if f.Files != "" || f.Reads != read || f.PhoneNumberID != "" && f.PhoneNumberID != phoneNumberID ||
			f.Customer != "" && f.Customer != customerKey {
			continue
		}
		return s.used(i)
	}
	return Fault{}
}

// used takes a fault once. The lock is held.
func (s *Sim) used(i int) Fault {
	f := s.faults[i]
	if f.left > 0 {
		if f.left--; f.left == 0 {
			s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
		}
	}
	return f.Fault
}

// fail plays a fault that ends the request, and reports whether there was one.
func (s *Sim) fail(w http.ResponseWriter, r *http.Request, f Fault) bool {
	switch {
	case f.Hang:
		s.mu.Lock()
		s.log.counts.Hung++
		s.ring()
		s.mu.Unlock()
		select {
		case <-r.Context().Done():
		case <-s.done.Done():
		}
		cut()
	case f.Reset:
		cut()
	case f.Code != 0:
		e := refuse(f.Code, "")
		if f.Status != 0 {
			e.status = f.Status
		}
		e.retryAfter = f.RetryAfter
		s.answerError(w, e)
	case f.Status != 0:
		setRetryAfter(w, f.RetryAfter)
		http.Error(w, "<html><body>"+http.StatusText(f.Status)+"</body></html>", f.Status)
	default:
		return false
	}
	return true
}

// dripping is an answer that comes byte by byte, until nobody listens any more.
type dripping struct {
	http.ResponseWriter
	pause time.Duration
	gone  <-chan struct{}
}

// Write takes its time.
func (d dripping) Write(all []byte) (int, error) {
	out := http.NewResponseController(d.ResponseWriter)
	for i := range all {
		if _, err := d.ResponseWriter.Write(all[i : i+1]); err != nil {
			return i, err
		}
		_ = out.Flush() // an error shows at the next byte
		select {
		case <-time.After(d.pause):
		case <-d.gone:
			cut()
		}
	}
	return len(all), nil
}

// cut ends the request by closing its connection.
func cut() { panic(http.ErrAbortHandler) }

package delivery

import (
	"errors"
	"sync"
	"time"

	"parley/internal/db"
	"parley/internal/whatsapp"
)

// Watch is told how sending goes, for the metrics.
type Watch interface {
	// Asked is told of each request to Graph how long it took, and how it ended.
	Asked(took time.Duration, how Ending)
	// Answered is told of each answer of the AI that Graph accepted, how long the customer waited for it beyond what it
	// had to take.
	Answered(overhead time.Duration)
}

// Ending is how a request to Graph ended.
type Ending string

// The endings.
const (
	Accepted  Ending = "accepted"
	Refused   Ending = "refused"   // Graph said no
	Uncertain Ending = "uncertain" // it may have been accepted
	Unreached Ending = "unreached"
)

// endingOf classifies the error of a request.
func endingOf(err error) Ending {
	_, told := errors.AsType[*whatsapp.GraphError](err)
	switch {
	case err == nil:
		return Accepted
	case whatsapp.IsUncertain(err):
		return Uncertain
	case told:
		return Refused
	}
	return Unreached
}

// Timing is what of an answer's time is not ours.
type Timing struct {
	Heard  db.Time       // when the customer's last word of the turn was stored
	Spared time.Duration // from then on: the longer of the model's time and the quiet window
}

// mostTimings bounds the memory of what is under way, or was given up.
const mostTimings = 20_000

// timings are those of answers under way, by message. What another process sends after all is not measured.
type timings struct {
	mu *sync.Mutex
	of map[string]Timing
}

func newTimings() timings { return timings{mu: &sync.Mutex{}, of: map[string]Timing{}} }

// Time notes an answer that is about to be sent: call it after its step has committed.
func (s *Service) Time(messageID string, t Timing) {
	s.timed.mu.Lock()
	defer s.timed.mu.Unlock()
	for other := range s.timed.of {
		if len(s.timed.of) < mostTimings {
			break
		}
		delete(s.timed.of, other) // one that was given up, most likely
	}
	s.timed.of[messageID] = t
}

// take forgets an answer and gives its timing.
func (t timings) take(messageID string) (Timing, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	timing, known := t.of[messageID]
	delete(t.of, messageID)
	return timing, known
}

// asked tells the watch how a request went that began at a time.
func (s *Service) asked(messageID string, began db.Time, err error) {
	if s.o.Watch == nil {
		return
	}
	now, how := s.DB.Now(), endingOf(err)
	s.o.Watch.Asked(now.Sub(began), how)
	if how != Accepted {
		return
	}
	if timing, known := s.timed.take(messageID); known {
		s.o.Watch.Answered(max(now.Sub(timing.Heard)-timing.Spared, 0))
	}
}

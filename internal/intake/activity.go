package intake

import (
	"context"
	"sync"
	"time"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/db"
	"parley/internal/whatsapp"
)

// activity remembers when each channel was last heard until it is written down: a row that every message of a channel
// updated would make its customers wait for each other.
type activity struct {
	mu   sync.Mutex
	last map[channel.Route]db.Time
}

func newActivity() *activity { return &activity{last: map[channel.Route]db.Time{}} }

func (h *activity) at(route channel.Route, now db.Time) {
	if now.IsZero() {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last[route] = max(h.last[route], now)
}

// newest is when the last thing of a change happened, as Meta says, to the end of its second; zero when it says nothing.
// Not when it came: while Meta works off what it could not deliver, what comes now is no sign that everything that
// happened until now has come.
func newest(change whatsapp.Change, now db.Time) (last db.Time) {
	for _, m := range change.Messages {
		last = max(last, db.FromTime(m.SentAt))
	}
	for _, m := range change.Echoes {
		last = max(last, db.FromTime(m.SentAt))
	}
	for _, st := range change.Statuses {
		last = max(last, db.FromTime(st.At))
	}
	if last.IsZero() {
		return 0
	}
	return min(last.Add(time.Second), now)
}

func (h *activity) take() map[channel.Route]db.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	taken := h.last
	h.last = map[channel.Route]db.Time{}
	return taken
}

// WriteActivity writes down which channels were heard since the last call; the program calls it every few seconds.
// delivery judges by it whether a status that did not come could have come.
func (s *Service) WriteActivity(ctx context.Context) error {
	heard := s.heard.take()
	if len(heard) == 0 {
		return nil
	}
	err := s.DB.InTx(ctx, actor.ForSystem(""), func(tx *db.Tx) error { return channel.Heard(ctx, tx, heard) })
	if err != nil {
		for route, at := range heard {
			s.heard.at(route, at) // to be written down the next time
		}
		return err
	}
	s.Counted.Heard.Add(int64(len(heard)))
	return nil
}

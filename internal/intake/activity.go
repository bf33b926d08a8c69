package intake

import (
	"context"
	"errors"
	"sync"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/db"
)

// activity remembers when each channel was last heard until it is written down: a row that every message of a channel
// updated would make its customers wait for each other.
type activity struct {
	mu   sync.Mutex
	last map[channel.Route]db.Time
}

func newActivity() *activity { return &activity{last: map[channel.Route]db.Time{}} }

func (h *activity) at(route channel.Route, now db.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last[route] = max(h.last[route], now)
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
	var failed []error
	for route, at := range s.heard.take() {
		a := actor.ForChannel(route.TenantID, route.ChannelID)
		err := s.DB.InTx(ctx, a, func(tx *db.Tx) error { return channel.Heard(ctx, tx, a, route.ChannelID, at) })
		if err != nil {
			s.heard.at(route, at) // to be written down the next time
			failed = append(failed, err)
			continue
		}
		s.Counted.Heard.Add(1)
	}
	return errors.Join(failed...)
}

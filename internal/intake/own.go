package intake

import (
	"context"
	"strings"
	"sync"
	"time"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/db"
)

// ownFor is how long a tenant's own numbers are remembered.
const ownFor = time.Minute

// ownNumbers remembers the numbers of each tenant: what one of them writes to another is shown and never answered, or
// two of our own would talk to each other without end.
type ownNumbers struct {
	mu  sync.Mutex
	all map[string]ownSet
}

type ownSet struct {
	until  db.Time
	digits map[string]bool
}

func newOwnNumbers() *ownNumbers { return &ownNumbers{all: map[string]ownSet{}} }

// isOwn reports whether a customer is one of the tenant's own numbers.
func (s *Service) isOwn(ctx context.Context, a actor.Actor, waID string) (bool, error) {
	if waID == "" {
		return false, nil
	}
	now := s.DB.Now()
	s.own.mu.Lock()
	set, known := s.own.all[a.Tenant()]
	s.own.mu.Unlock()
	if !known || now.After(set.until) {
		channels, err := channel.List(ctx, s.DB.As(a), a)
		if err != nil {
			return false, err
		}
		set = ownSet{until: now.Add(ownFor), digits: map[string]bool{}}
		for _, c := range channels {
			if c.Kind != channel.Demo {
				set.digits[digits(c.DisplayPhone)] = true
			}
		}
		s.own.mu.Lock()
		s.own.all[a.Tenant()] = set
		s.own.mu.Unlock()
	}
	return set.digits[waID], nil
}

// digits are those of a number as it is displayed.
func digits(number string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
}

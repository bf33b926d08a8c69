package intake

import (
	"context"
	"strings"
	"time"

	"parley/internal/actor"
	"parley/internal/channel"
)

// routesFor is how old it may be whose number something arrives at.
const routesFor = 2 * time.Second

// ownFor is how long a tenant's own numbers are remembered: what one of them writes to another is shown and never
// answered, or two of our own would talk to each other without end.
const ownFor = time.Minute

// isOwn reports whether a customer is one of the tenant's own numbers.
func (s *Service) isOwn(ctx context.Context, a actor.Actor, waID string) (bool, error) {
	if waID == "" {
		return false, nil
	}
	own, err := s.own.Get(ctx, a.Tenant(), func() (map[string]bool, error) {
		channels, err := channel.List(ctx, s.DB.As(a), a)
		numbers := map[string]bool{}
		for _, c := range channels {
			if c.Kind != channel.Demo {
				numbers[digits(c.DisplayPhone)] = true
			}
		}
		return numbers, err
	})
	return own[waID], err
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

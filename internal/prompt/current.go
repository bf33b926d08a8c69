package prompt

import (
	"context"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
)

// staleAfter is how long another process's publishing may stay unseen; our own is seen at once.
const staleAfter = 2 * time.Second

// place is where a prompt answers: every answer asks, and it hardly ever changes.
type place struct{ tenant, prompt string }

// Current is the version that answers under a prompt, "" being the tenant's default, which is made when it is not
// there yet. A prompt that is not there, or was never published, leaves its answers to the default. What it says may
// be two seconds old.
func (s *Service) Current(ctx context.Context, a actor.Actor, promptID string) (Live, error) {
	return s.live.Get(ctx, place{a.Tenant(), promptID}, func() (Live, error) { return s.look(ctx, a, promptID) })
}

func (s *Service) look(ctx context.Context, a actor.Actor, promptID string) (Live, error) {
	q := s.db.As(a)
	if promptID != "" {
		live, err := readLive(ctx, q, a, promptID)
		if !errs.Is(err, errs.NotFound) {
			return live, err
		}
	}
	live, err := readDefault(ctx, q, a)
	if !errs.Is(err, errs.NotFound) {
		return live, err
	}
	if err := s.db.InTx(ctx, a, func(tx *db.Tx) error { return makeDefault(ctx, tx, a) }); err != nil {
		return Live{}, err
	}
	return readDefault(ctx, q, a)
}

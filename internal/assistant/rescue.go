package assistant

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"parley/internal/actor"
	"parley/internal/conversation"
	"parley/internal/errs"
)

// letWorkersFirst is how long after a gap (the machine slept) the watchdog leaves overdue turns to the workers.
const letWorkersFirst = 10 * time.Second

// Rescue gives conversations whose turn has passed its deadline to people, so that nobody is left in silence, and
// says how many. The program calls it about once a second.
func (s *Service) Rescue(ctx context.Context) (int, error) {
	if gap := s.Process.Gap(); !gap.IsZero() && s.DB.Now().Time().Sub(gap) < letWorkersFirst {
		return 0, nil
	}
	owed, err := conversation.Overdue(ctx, s.DB.As(actor.ForSystem("")), s.DB.Now(), 200)
	if err != nil {
		return 0, err
	}
	var failed []error
	for _, o := range owed { // one that cannot be rescued must not keep the others waiting
		if err := s.rescue(ctx, o); err != nil && !errs.Is(err, errs.Conflict) {
			failed = append(failed, err)
		}
	}
	return len(owed) - len(failed), errors.Join(failed...)
}

func (s *Service) rescue(ctx context.Context, o conversation.Owed) error {
	a := actor.ForAI(o.TenantID)
	sit, isOwed, err := s.read(ctx, a, o.ConversationID)
	if err != nil || !isOwed {
		return err
	}
	s.Log.WarnContext(ctx, "a turn passed its deadline and goes to people", slog.String("tenant", o.TenantID),
		slog.String("conversation", o.ConversationID), slog.Duration("late", s.DB.Now().Sub(o.DeadlineAt)))
	s.think.interrupt(o.ConversationID)
	_, err = s.carryOut(ctx, sit, s.toPeople(sit, ReasonDeadline), false)
	return err
}

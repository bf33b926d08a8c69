package assistant

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/lease"
)

// errNewer ends an attempt because something newer was said.
var errNewer = errors.New("something newer was said")

// answer takes one turn to its end: an answer, a hand-off, a suggestion, or nothing when none is due any more. It
// reads, thinks, and writes one step under the guard; when the guard fails it looks again and thinks anew.
func (s *Service) answer(ctx context.Context, it lease.Item) error {
	a := actor.ForAI(it.Tenant)
	thought := s.think.begin(it.Conversation)
	defer s.think.end(it.Conversation, thought)
	defer s.settle(ctx, a, it.Conversation, thought)
	begun := s.DB.Now()
	for aborted := 0; ; {
		attempt, cancel := thought.attempt(ctx, aborted >= maxAborted)
		sit, owed, err := s.read(attempt, a, it.Conversation)
		if err != nil && thought.interrupted() && ctx.Err() == nil {
			cancel()
			continue // nothing was thought yet: this costs no attempt
		}
		if err != nil || !owed {
			cancel()
			return err
		}
		if aborted == 0 && it.Attempts == 0 {
			s.courtesies.Go(func() { s.greetTheWait(ctx, sit) })
		}
		budget := max(sit.turn.OpenedAt.Add(turnBudget), begun.Add(lateBudget)).Sub(s.DB.Now())
		left, err := s.try(attempt, sit, thought, budget, aborted >= maxAborted)
		cancel()
		switch {
		case err == nil && left:
			aborted = 0
		case errors.Is(err, errNewer), errs.Is(err, errs.Conflict), errors.Is(err, context.Canceled) && thought.interrupted():
			aborted++
		default:
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// try thinks once and writes what it decided. An answer that is ready before the customer has finished a burst is
// held until the quiet window ends.
func (s *Service) try(
	ctx context.Context, sit situation, thought *thought, budget time.Duration, atCap bool,
) (left bool, err error) {
	bounded, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	d, err := s.consider(bounded, sit)
	d.calls = append(thought.unpaid, d.calls...)
	thought.unpaid = d.calls
	if err != nil {
		return false, err
	}
	if !atCap {
		if err := s.waitForQuiet(ctx, sit, thought); err != nil {
			return false, err
		}
	}
	left, err = s.carryOut(ctx, sit, d, atCap)
	if err == nil {
		thought.unpaid = nil
	}
	return left, err
}

// settle pays for answers that were never said: the customer went on writing, or a person took over.
func (s *Service) settle(ctx context.Context, a actor.Actor, conversationID string, thought *thought) {
	if len(thought.unpaid) == 0 {
		return
	}
	ctx = context.WithoutCancel(ctx)
	err := s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		pay(tx, a, conversationID, "", thought.unpaid)
		return nil
	})
	if err != nil {
		s.Log.ErrorContext(ctx, "model calls not written to the ledger", slog.String("tenant", a.Tenant()),
			slog.Int("calls", len(thought.unpaid)), slog.Any("error", err))
	}
}

func (s *Service) waitForQuiet(ctx context.Context, sit situation, thought *thought) error {
	wait := sit.quietUntil().Sub(s.DB.Now().Time())
	if wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return errNewer
		}
	}
	if thought.interrupted() {
		return errNewer
	}
	return nil
}

// greetTheWait tells the customer that the message was read and an answer is being written.
func (s *Service) greetTheWait(ctx context.Context, sit situation) {
	defer func() {
		if cause := recover(); cause != nil {
			s.Log.ErrorContext(ctx, "read receipt panicked", slog.String("panic", errs.Panicked(cause)))
		}
	}()
	last := sit.thread[len(sit.thread)-1]
	if last.ExternalID != "" {
		s.Delivery.MarkRead(ctx, sit.actor, sit.channel, last.ExternalID, true)
	}
}

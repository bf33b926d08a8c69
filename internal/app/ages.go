package app

import (
	"context"
	"log/slog"
	"math"
	"sync/atomic"
	"time"

	"parley/internal/actor"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/delivery"
)

// lateAfter is when a row of the outbox is an alarm, alarmEvery how often it is raised while that lasts.
const (
	lateAfter  = 60 * time.Second
	alarmEvery = 10 * time.Second
)

// ages are how long the oldest rows have waited, as of the last look.
type ages struct {
	turn, outbox age
	alarmed      db.Time // of the loop
}

// age is a time in seconds that may be read while it is written.
type age struct{ bits atomic.Uint64 }

func (a *age) set(d time.Duration) { a.bits.Store(math.Float64bits(max(d.Seconds(), 0))) }
func (a *age) seconds() float64    { return math.Float64frombits(a.bits.Load()) }

// lookAtAges measures the oldest turn and the oldest message that waits, and says in the log when messages do not
// leave.
func (a *App) lookAtAges(ctx context.Context) error {
	q, now := a.DB.As(actor.ForSystem("")), a.DB.Now()
	turn, err := conversation.OldestTurn(ctx, q)
	if err != nil {
		return err
	}
	waiting, err := delivery.OldestWaiting(ctx, q)
	if err != nil {
		return err
	}
	a.ages.turn.set(since(turn, now))
	a.ages.outbox.set(since(waiting, now))
	if late := since(waiting, now); late > lateAfter && now.Sub(a.ages.alarmed) >= alarmEvery {
		a.ages.alarmed = now
		a.o.Log.WarnContext(ctx, "messages do not leave: the oldest has waited too long", slog.Duration("age", late))
	}
	return nil
}

// since is how long ago a time was, 0 for never.
func since(at, now db.Time) time.Duration {
	if at.IsZero() {
		return 0
	}
	return now.Sub(at)
}

// ask is nil when the database answers.
func (a *App) ask(ctx context.Context) error {
	_, err := conversation.OldestTurn(ctx, a.DB.As(actor.ForSystem("")))
	return err
}

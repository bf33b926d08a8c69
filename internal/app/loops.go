package app

import (
	"context"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"parley/internal/errs"
)

// Every how often the program looks after what no message causes.
const (
	rescueEvery   = time.Second // turns past their deadline
	keptEvery     = time.Second // webhooks kept whole
	activityEvery = 2 * time.Second
	tendEvery     = 3 * time.Second // the planner's statistics
	agesEvery     = time.Second
	linkEvery     = time.Second // the first owner's link
	sweepEvery    = time.Hour   // files that a crash left unfinished
)

// unfinishedFor is how long a file may be under way: no upload and no download takes as long.
const unfinishedFor = 24 * time.Hour

// keptAtOnce is how many kept webhooks are taken in one look.
const keptAtOnce = 20

// loops are the program's own regular work, until they are told to stop.
type loops struct {
	stop context.CancelFunc
	all  sync.WaitGroup
}

// startLoops begins the regular work.
func (a *App) startLoops(ctx context.Context) {
	ctx, a.loops.stop = context.WithCancel(context.WithoutCancel(ctx))
	a.every(ctx, rescueEvery, "rescue overdue turns", func(ctx context.Context) error {
		_, err := a.Assistant.Rescue(ctx)
		return err
	})
	a.every(ctx, keptEvery, "take kept webhooks", func(ctx context.Context) error {
		_, err := a.Intake.TakeKept(ctx, keptAtOnce)
		return err
	})
	a.every(ctx, activityEvery, "write channel activity", a.Intake.WriteActivity)
	a.every(ctx, linkEvery, "renew the first owner's link", a.Setup.RenewLink)
	a.every(ctx, tendEvery, "tend the database", func(ctx context.Context) error {
		_, err := a.DB.Tend(ctx)
		return err
	})
	a.every(ctx, sweepEvery, "sweep files", func(context.Context) error {
		return a.blobs.Sweep(a.DB.Now().Add(-unfinishedFor).Time())
	})
	a.every(ctx, agesEvery, "look at what waits", a.lookAtAges)
}

// every calls do again and again; a failure is logged, and the next round tries anew.
func (a *App) every(ctx context.Context, pause time.Duration, what string, do func(context.Context) error) {
	a.loops.all.Go(func() {
		tick := time.NewTicker(pause)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if err := a.contained(ctx, what, do); err != nil && ctx.Err() == nil && !errs.Is(err, errs.Conflict) {
				a.o.Log.ErrorContext(ctx, "regular work failed", slog.String("work", what), slog.Any("error", err))
			}
		}
	})
}

// contained does one round. A panic must not end the program: it would come again at the next start.
func (a *App) contained(ctx context.Context, what string, do func(context.Context) error) error {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		a.o.Log.ErrorContext(ctx, "regular work panicked", slog.String("work", what), slog.String("panic", errs.Panicked(cause)),
			slog.String("stack", string(debug.Stack())))
	}()
	return do(ctx)
}

func (a *App) stopLoops() {
	if a.loops.stop != nil {
		a.loops.stop()
		a.loops.all.Wait()
	}
}

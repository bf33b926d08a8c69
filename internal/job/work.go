package job

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/riverqueue/river"

	"parley/internal/errs"
)

// Kind is how jobs of one kind are worked.
type Kind struct {
	// Quick jobs have places of their own, so that they do not wait behind slow ones.
	Quick bool
	// Timeout is how long one may take; 0 is Options.Timeout. Its context ends then.
	Timeout time.Duration
	// Attempts is how often it is tried before it is given up; 0 is 25, which is about three hours.
	Attempts int
}

const attempts = 25

// Register says who works the jobs of A's kind. It is called once for each kind, before Start. The worker makes the
// Actor; a job whose work fails or panics is tried again later, and later.
func Register[A Args](q *Queue, k Kind, work func(ctx context.Context, args A) error) {
	if k.Attempts <= 0 {
		k.Attempts = attempts
	}
	var args A
	q.kinds[args.Kind()] = k
	river.AddWorker(q.workers, &worker[A]{q: q, kind: k, work: work})
}

// worker is one kind's.
type worker[A Args] struct {
	river.WorkerDefaults[A]
	q    *Queue
	kind Kind
	work func(ctx context.Context, args A) error
}

// Timeout is the kind's, 0 for the queue's.
func (w *worker[A]) Timeout(*river.Job[A]) time.Duration { return w.kind.Timeout }

// Work works a job. What went wrong is said in the log; in the queue's table, which is of no tenant, stands its kind.
func (w *worker[A]) Work(ctx context.Context, job *river.Job[A]) error {
	err := w.guarded(ctx, job.Args)
	if err == nil {
		w.q.done.Add(1)
		return nil
	}
	log := w.q.log.With(slog.String("kind", job.Kind), slog.Int64("job", job.ID), slog.Int("attempt", job.Attempt))
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		log.InfoContext(ctx, "job stopped; it will be worked again")
		return context.Canceled
	}
	w.q.errors.Add(1)
	if job.Attempt >= job.MaxAttempts {
		log.ErrorContext(ctx, "job given up", slog.Any("error", err))
	} else {
		log.WarnContext(ctx, "job failed; it will be tried again", slog.Any("error", err))
	}
	return errors.New(string(errs.KindOf(err)))
}

// guarded turns a panic into an Internal error. What a job panics with may be anything, so only what the runtime says
// is repeated.
func (w *worker[A]) guarded(ctx context.Context, args A) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			what := errs.Panicked(cause)
			w.q.log.ErrorContext(ctx, "a job panicked", slog.String("kind", args.Kind()), slog.String("panic", what),
				slog.String("stack", string(debug.Stack())))
			err = errs.New(errs.Internal, "the job panicked: %s", what)
		}
	}()
	return w.work(ctx, args)
}

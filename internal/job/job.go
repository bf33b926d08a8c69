// Package job does later, in the background, what need not be done at once: River's queue on both databases. A job is
// inserted in the step that causes it, so it exists exactly when the step is committed, and it is worked at least
// once, by one process at a time: what a worker does must be the same when it is done again. What is owed to a customer
// is no job but a row of its own (see lease).
//
// The queue's tables belong to no tenant: they hold kinds, ids, times and the kinds of errors, nothing that was said.
package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/riverqueue/river"

	"parley/internal/db"
)

// Args are what a job is about: ids, as exported fields with JSON names. Kind names the sort of job, "room.what"; it is
// stored, so it never changes.
type Args interface{ Kind() string }

// Options are what can be chosen.
type Options struct {
	// Slots is how many jobs this process works on at once; 0 is 8. QuickSlots is the same for jobs whose kind is
	// quick, which do not wait behind slow ones; 0 is 4.
	Slots, QuickSlots int
	// Timeout is how long a job may take when its kind says nothing else; 0 is one minute.
	Timeout time.Duration
	// Backoff is how long a job waits after its n-th failure; nil is 1 s, doubling to 10 min.
	Backoff func(failures int) time.Duration
	// Poll is how long at most a job waits for a process that was not told of it; 0 is 250 ms.
	Poll time.Duration
	// Life is how long a silent process counts as alive, on PostgreSQL; then others work on its jobs. 0 is 30 s.
	Life time.Duration
}

func (o *Options) defaults() {
	if o.Slots <= 0 {
		o.Slots = 8
	}
	if o.QuickSlots <= 0 {
		o.QuickSlots = 4
	}
	if o.Timeout <= 0 {
		o.Timeout = time.Minute
	}
	if o.Backoff == nil {
		o.Backoff = doubling
	}
	if o.Life <= 0 {
		o.Life = 30 * time.Second
	}
	if o.Poll <= 0 {
		o.Poll = 250 * time.Millisecond
	}
}

// Names of River's queues, and the schema its tables are in on PostgreSQL.
const (
	normal = "normal"
	quick  = "quick"
	schema = "jobs"
)

// patience is how long Stop waits for jobs it has told to end.
const patience = 5 * time.Second

// Queue is this process's part of the queue. It is safe for concurrent use.
type Queue struct {
	d       *db.DB
	log     *slog.Logger
	o       Options
	workers *river.Workers
	kinds   map[string]Kind
	bell    *bell
	engine  engine
	heart   *heart
	done    atomic.Int64
	errors  atomic.Int64
}

// New makes the queue's tables, or brings them up to date, and gives a queue that takes jobs. It works on them from
// Start on. Kinds are registered in between.
func New(ctx context.Context, d *db.DB, log *slog.Logger, o Options) (*Queue, error) {
	o.defaults()
	q := &Queue{d: d, log: log, o: o, workers: river.NewWorkers(), kinds: map[string]Kind{}, bell: newBell(), heart: newHeart(d, log, o)}
	if err := migrate(ctx, d, riversLog(log)); err != nil {
		return nil, err
	}
	var err error
	q.engine, err = newEngine(q)
	return q, err
}

// Start begins to work.
func (q *Queue) Start(ctx context.Context) error {
	if err := q.engine.free(ctx); err != nil {
		return err
	}
	if err := q.heart.start(ctx); err != nil {
		return fmt.Errorf("beat for the first time: %w", err)
	}
	return q.engine.start(context.WithoutCancel(ctx))
}

// Stop ends working: jobs under way are finished until ctx ends; then they are told to stop, and are free for the next
// process, or for the next start.
func (q *Queue) Stop(ctx context.Context) error {
	return errors.Join(q.stopWorking(ctx), q.heart.end(context.WithoutCancel(ctx)))
}

func (q *Queue) stopWorking(ctx context.Context) error {
	err := q.engine.stop(ctx)
	if err == nil || ctx.Err() == nil {
		return err
	}
	harder, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	return q.engine.cancel(harder)
}

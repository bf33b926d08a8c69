package job

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"parley/internal/db"
)

// Opts change how a job is inserted.
type Opts struct {
	// Once inserts nothing while a job of the same kind and args waits or is being worked. One that is being worked may
	// have looked before this step commits, so it is for work that is done again anyway, or for callers who look at
	// what Insert says. Two steps that insert the same job wait for each other, so it has no place in a hot step.
	Once bool
	// In puts the job off. River looks for jobs that have become due every 5 s.
	In time.Duration
}

// Insert adds a job in the step that causes it: it is there if, and only if, the step commits, and is looked at once
// then. inserted is false when Once found the same job.
func (q *Queue) Insert(ctx context.Context, tx *db.Tx, args Args, o Opts) (inserted bool, err error) {
	opts := q.insertOpts(args, o)
	if o.In > 0 {
		opts.ScheduledAt = tx.Now().Time().Add(o.In)
	}
	// A statement of a step is never cut off: it would take the steps it shares its commit with along.
	result, err := q.engine.insert(context.WithoutCancel(ctx), tx, args, opts)
	if err != nil {
		return false, fmt.Errorf("insert job %s: %w", args.Kind(), err)
	}
	if result.UniqueSkippedAsDuplicate {
		return false, nil
	}
	tx.AfterCommit(func() { q.bell.ring(opts.Queue) })
	return true, nil
}

// Every inserts a job again and again, and at the start, by one process of all. While the last one waits or is being
// worked no other is inserted. Call it before Start; the interval is at least a second.
func (q *Queue) Every(interval time.Duration, args Args) {
	next := func() (river.JobArgs, *river.InsertOpts) { return args, q.insertOpts(args, Opts{Once: true}) }
	q.engine.every(river.NewPeriodicJob(river.PeriodicInterval(interval), next, &river.PeriodicJobOpts{
		ID: args.Kind(), RunOnStart: true,
	}))
}

func (q *Queue) insertOpts(args Args, o Opts) *river.InsertOpts {
	k := q.kinds[args.Kind()]
	opts := &river.InsertOpts{Queue: normal, MaxAttempts: k.Attempts}
	if k.Quick {
		opts.Queue = quick
	}
	if o.Once {
		opts.UniqueOpts = river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
			rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
			rivertype.JobStateRunning, rivertype.JobStateScheduled,
		}}
	}
	return opts
}

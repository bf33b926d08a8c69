package job

import (
	"context"
	"database/sql"
	"log/slog"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

const (
	// cooldown is how soon after one look for jobs the next may follow (measured: 1 ms picks up in 1 to 5 ms).
	cooldown = time.Millisecond
	// rescueAfter is how long after its time a job that is still marked as being worked counts as lost, whoever works it.
	rescueAfter = 15 * time.Second
	// keepDone is how long jobs that succeeded are kept to be looked at, keepFailed those that were given up.
	keepDone   = time.Hour
	keepFailed = 30 * 24 * time.Hour
)

func (q *Queue) config(schema string) *river.Config {
	return &river.Config{
		ID:      q.heart.id,
		Schema:  schema,
		Workers: q.workers,
		Queues: map[string]river.QueueConfig{
			normal: {MaxWorkers: q.o.Slots}, quick: {MaxWorkers: q.o.QuickSlots},
		},
		FetchCooldown:               cooldown,
		FetchPollInterval:           max(q.o.Poll, cooldown),
		JobTimeout:                  q.o.Timeout,
		RescueStuckJobsAfter:        q.o.Timeout + rescueAfter,
		RetryPolicy:                 retries{q.o.Backoff},
		CompletedJobRetentionPeriod: keepDone,
		DiscardedJobRetentionPeriod: keepFailed,
		// The working role does not own the tables, so it may not rebuild their indexes.
		ReindexerIndexNames: []string{},
		Logger:              riversLog(q.log),
	}
}

// retries says when a failed job is tried again.
type retries struct {
	backoff func(failures int) time.Duration
}

func (r retries) NextRetry(job *rivertype.JobRow) time.Time {
	return time.Now().Add(r.backoff(max(job.Attempt, 1)))
}

// doubling waits 1 s after the first failure, then twice as long each time up to 10 min, a little more or less by
// chance, so that what failed together is not tried again together.
func doubling(failures int) time.Duration {
	const first, most = time.Second, 10 * time.Minute
	d := most
	if failures <= 10 {
		d = min(most, first<<(failures-1))
	}
	return d*9/10 + rand.N(d/5)
}

// riversLog lets through what goes wrong in the queue itself. River says more than that about jobs that fail, and so
// do we, in our own words.
func riversLog(log *slog.Logger) *slog.Logger { return slog.New(warnings{log.Handler()}) }

type warnings struct{ slog.Handler }

func (w warnings) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && w.Handler.Enabled(ctx, l)
}

// Handle leaves out what was cut off because the program stops: River does it again elsewhere, or at the next start.
// What River will try again by itself, after a sleep, is no more than a warning.
func (w warnings) Handle(ctx context.Context, r slog.Record) error {
	stopped := false
	r.Attrs(func(a slog.Attr) bool {
		stopped = a.Key == "error" && cutOff(a.Value.String())
		if a.Key == "sleep_duration" {
			r.Level = slog.LevelWarn
		}
		return !stopped
	})
	if stopped {
		return nil
	}
	return w.Handler.Handle(ctx, r)
}

// cutOff reads an error, of which River logs the text: its context ended, and database/sql has rolled back by itself.
func cutOff(text string) bool {
	return strings.HasSuffix(text, context.Canceled.Error()) || strings.HasSuffix(text, sql.ErrTxDone.Error())
}

func (w warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnings{w.Handler.WithAttrs(attrs)}
}
func (w warnings) WithGroup(name string) slog.Handler { return warnings{w.Handler.WithGroup(name)} }

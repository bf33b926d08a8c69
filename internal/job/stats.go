package job

import (
	"context"
	"fmt"

	"github.com/riverqueue/river/rivertype"
)

// Stats are what the metrics show.
type Stats struct {
	// Of the whole queue, at this moment.
	Waiting  int // can be worked at once
	Put      int // put off until a time
	Running  int
	Retrying int // failed, and will be tried again
	GivenUp  int // failed for good, in the last 30 days
	// Of this process, since its start.
	Done   int64
	Errors int64 // failures and panics, each attempt counted
}

// Stats counts.
func (q *Queue) Stats(ctx context.Context) (Stats, error) {
	n, err := q.engine.count(ctx)
	if err != nil {
		return Stats{}, fmt.Errorf("count jobs: %w", err)
	}
	return Stats{
		Waiting: n[rivertype.JobStateAvailable] + n[rivertype.JobStatePending], Put: n[rivertype.JobStateScheduled],
		Running: n[rivertype.JobStateRunning], Retrying: n[rivertype.JobStateRetryable], GivenUp: n[rivertype.JobStateDiscarded],
		Done: q.done.Load(), Errors: q.errors.Load(),
	}, nil
}

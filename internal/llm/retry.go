package llm

import (
	"context"
	"errors"
	"time"
)

// Waits between tries.
const (
	firstWait   = 250 * time.Millisecond // doubled at each further one
	longestWait = 5 * time.Second        // a longer wish is somebody else's chance
)

// triesOf is how often a call is made in all when it fails this way.
func triesOf(class Class) int {
	switch class {
	case Busy:
		return 4
	case Down:
		return 3
	case Nonsense:
		return 2
	case Slow, Refused, Resting:
	}
	return 1
}

// again says whether a failed call is worth another try, and after how long.
func (c *Client) again(err error, try int) (wait time.Duration, again bool) {
	e, is := errors.AsType[*Error](err)
	if !is || try+1 >= triesOf(e.Class) || e.RetryAfter > longestWait {
		return 0, false
	}
	wait = firstWait << try
	wait = wait/2 + time.Duration(c.o.Chance()*float64(wait/2))
	return max(wait, e.RetryAfter), true
}

// fits reports whether there is time left for more than the wait.
func (c *Client) fits(ctx context.Context, wait time.Duration) bool {
	deadline, has := ctx.Deadline()
	return !has || c.o.Clock().Add(wait).Before(deadline)
}

func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

//go:build unix

package proof

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// killed kills the server at random moments while customers go on writing, and starts it again on what it left.
func killed(ctx context.Context, t *trial) error {
	kills, rate := pick(t, 50, 3), pick(t, 20.0, 15.0)
	longest := pick(t, 3*time.Second, 2*time.Second)
	t.faults = fmt.Sprintf("%d × kill -9 at random moments, started again at once", kills)
	stop := t.crowd.begins(ctx, rate)
	defer stop()
	for range kills {
		pause(ctx, 200*time.Millisecond+rand.N(longest))
		if t.target.Ended() {
			return errors.New("the server ended before it was killed")
		}
		if err := t.target.Kill(); err != nil {
			return err
		}
		if err := t.target.Again(ctx); err != nil {
			return err
		}
	}
	t.calmed()
	pause(ctx, pick(t, 3*time.Second, time.Second))
	return ctx.Err()
}

//go:build unix

package proof

import (
	"context"
	"fmt"
	"syscall"
	"time"
)

// stopped stops the server (SIGSTOP) under load and wakes it again. What is overdue then is not yet anybody's failure:
// nobody may be handed over for the server's own sleep.
func stopped(ctx context.Context, t *trial) error {
	sleep := pick(t, 60*time.Second, 12*time.Second)
	t.faults = fmt.Sprintf("SIGSTOP for %.0f s, then SIGCONT", sleep.Seconds())
	stop := t.crowd.begins(ctx, pick(t, 20.0, 15.0))
	defer stop()
	pause(ctx, 2*time.Second)
	if err := t.target.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	pause(ctx, sleep)
	if err := t.target.Signal(syscall.SIGCONT); err != nil {
		return err
	}
	t.calmed()
	pause(ctx, pick(t, 5*time.Second, time.Second))
	return ctx.Err()
}

// takenOver stops one of two servers with turns and sends at work, for longer than its lease lives: the other takes
// over. The first, waked, must say and send nothing of what is the other's by now.
func takenOver(ctx context.Context, t *trial) error {
	sleep := pick(t, 60*time.Second, 36*time.Second)
	t.faults = fmt.Sprintf("one of two processes stopped for %.0f s, the other takes over, the first is waked", sleep.Seconds())
	first := t.target
	second, err := t.launch(ctx)
	if err != nil {
		return err
	}
	stop := t.crowd.begins(ctx, pick(t, 20.0, 10.0))
	defer stop()
	pause(ctx, 2*time.Second)
	if err := first.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	t.webhooksTo(second)
	pause(ctx, sleep)
	if err := first.Signal(syscall.SIGCONT); err != nil {
		return err
	}
	t.calmed()
	pause(ctx, 3*time.Second)
	stop()
	second.Tenant, t.target = first.Tenant, second
	err = t.settle(ctx)
	if first.Ended() {
		t.fail("the first process ended by itself")
	} else if err := first.Rest(); err != nil {
		t.fail("the first process did not stop well: %v", err)
	}
	return err
}

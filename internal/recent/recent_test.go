package recent_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/recent"
)

// clock is a time that tests move.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time       { return time.Unix(0, c.at.Load()) }
func (c *clock) move(d time.Duration) { c.at.Add(int64(d)) }

func reads(n *int) func() (int, error) { return func() (int, error) { *n++; return *n, nil } }

func TestWhatWasReadIsKeptForAWhile(t *testing.T) {
	t.Parallel()
	var c clock
	m, n := recent.New[string, int](c.now, time.Second), 0
	want := func(v int) {
		t.Helper()
		if got, err := m.Get(t.Context(), "a", reads(&n)); got != v || err != nil {
			t.Errorf("got %d, %v, want %d", got, err, v)
		}
	}
	want(1)
	c.move(999 * time.Millisecond)
	want(1)
	c.move(time.Millisecond)
	want(2)
	m.Forget(func(key string, v int) bool { return key == "a" && v == 2 })
	want(3)
	m.Forget(func(key string, _ int) bool { return key == "b" })
	want(3)
}

func TestAFailureIsNotKept(t *testing.T) {
	t.Parallel()
	var c clock
	m, n := recent.New[string, int](c.now, time.Minute), 0
	broken := errors.New("broken")
	if _, err := m.Get(t.Context(), "a", func() (int, error) { return 0, broken }); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if got, err := m.Get(t.Context(), "a", reads(&n)); got != 1 || err != nil {
		t.Errorf("got %d, %v", got, err)
	}
}

func TestOfManyWhoMissTheSameOneReads(t *testing.T) {
	t.Parallel()
	var c clock
	m := recent.New[string, int](c.now, time.Minute)
	var read atomic.Int64
	goOn := make(chan struct{})
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			got, err := m.Get(t.Context(), "a", func() (int, error) { read.Add(1); <-goOn; return 7, nil })
			if got != 7 || err != nil {
				t.Errorf("got %d, %v", got, err)
			}
		})
	}
	for read.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	close(goOn)
	all.Wait()
	if n := read.Load(); n != 1 {
		t.Errorf("%d read", n)
	}
}

// Whoever waits for a reader that goes away reads by himself, and one without time waits no longer.
func TestAReaderThatGoesAwayTakesNobodyWithIt(t *testing.T) {
	t.Parallel()
	var c clock
	m, n := recent.New[string, int](c.now, time.Minute), 0
	began, goOn := make(chan struct{}), make(chan struct{})
	gone := make(chan error, 1)
	go func() {
		_, err := m.Get(context.Background(), "a", func() (int, error) { close(began); <-goOn; return 0, context.Canceled })
		gone <- err
	}()
	<-began
	noTime, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.Get(noTime, "a", reads(&n)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	waits := make(chan error, 1)
	go func() {
		_, err := m.Get(context.Background(), "a", reads(&n))
		waits <- err
	}()
	close(goOn)
	if err := errors.Join(<-waits); err != nil || !errors.Is(<-gone, context.Canceled) || n != 1 {
		t.Errorf("%v, %d read", err, n)
	}
}

// What was being read when it was forgotten may be what made somebody forget: it is not kept.
func TestWhatIsForgottenWhileItIsReadIsReadAgain(t *testing.T) {
	t.Parallel()
	var c clock
	m, n := recent.New[string, int](c.now, time.Minute), 10
	_, err := m.Get(t.Context(), "a", func() (int, error) {
		m.Forget(func(string, int) bool { return true })
		return 1, nil
	})
	if got, again := m.Get(t.Context(), "a", reads(&n)); err != nil || again != nil || got != 11 {
		t.Errorf("got %d, %v, %v", got, err, again)
	}
}

package limit_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"parley/internal/limit"
	"parley/internal/limit/redistest"
)

// clock is a time that stands still until it is moved.
type clock struct{ now atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.now.Store(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC).UnixNano())
	return c
}

func (c *clock) Now() time.Time       { return time.Unix(0, c.now.Load()) }
func (c *clock) Move(d time.Duration) { c.now.Add(int64(d)) }

var pair = limit.Rate{Burst: 3, Every: 6 * time.Second}

// kinds are the limiters there are. What they promise is the same.
func kinds(t *testing.T) map[string]func(c *clock) limit.Limiter {
	t.Helper()
	return map[string]func(c *clock) limit.Limiter{
		"memory": func(c *clock) limit.Limiter { return limit.New(c.Now) },
		"shared": func(c *clock) limit.Limiter { return shared(t, c, redistest.URL()) },
	}
}

// shared is a limiter in Redis, under names that nobody else has, which has found its Redis.
func shared(t *testing.T, c *clock, url string) *limit.Shared {
	t.Helper()
	return sharedAs(t, uuid.NewString()+":", c, url)
}

// patient is for machines that do much else besides.
const patient = 10 * time.Second

func sharedAs(t *testing.T, prefix string, c *clock, url string) *limit.Shared {
	t.Helper()
	o := limit.SharedOptions{URL: url, Prefix: prefix, Patience: patient}
	if c != nil {
		o.Clock, o.SharedClock = c.Now, c.Now
	}
	s, err := limit.NewShared(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	eventually(t, "Redis is found", func() bool { return !s.Away() })
	return s
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

// Buckets of this process go by its own clock, which somebody may set back: nobody waits for as long as that.
func TestAClockThatIsSetBackMakesNobodyWaitLonger(t *testing.T) {
	t.Parallel()
	c := newClock()
	l := limit.New(c.Now)
	l.Take("a", pair, 3)
	c.Move(-time.Hour)
	if ok, wait := l.Take("a", pair, 1); ok || wait != 6*time.Second {
		t.Errorf("got %v after %v, want to wait as before", ok, wait)
	}
	c.Move(6 * time.Second)
	if ok, _ := l.Take("a", pair, 1); !ok {
		t.Error("the time since then does not count")
	}
}

func TestTake(t *testing.T) {
	t.Parallel()
	for kind, fresh := range kinds(t) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			testTake(t, fresh)
		})
	}
}

func testTake(t *testing.T, fresh func(c *clock) limit.Limiter) {
	t.Helper()
	type take struct {
		after time.Duration
		key   string
		rate  limit.Rate
		n     int
		ok    bool
		wait  time.Duration
	}
	for name, takes := range map[string][]take{
		"the burst at once, then one a drip": {
			{0, "a", pair, 1, true, 0},
			{0, "a", pair, 2, true, 0},
			{0, "a", pair, 1, false, 6 * time.Second},
			{4 * time.Second, "a", pair, 1, false, 2 * time.Second},
			{2 * time.Second, "a", pair, 1, true, 0},
			{0, "a", pair, 1, false, 6 * time.Second},
		},
		"a refusal takes nothing": {
			{0, "a", pair, 2, true, 0},
			{0, "a", pair, 2, false, 6 * time.Second},
			{0, "a", pair, 1, true, 0},
		},
		"names do not share": {
			{0, "acme", pair, 3, true, 0},
			{0, "zeta", pair, 3, true, 0},
			{0, "acme", pair, 1, false, 6 * time.Second},
		},
		"a bucket does not grow past its burst": {
			{0, "a", pair, 3, true, 0},
			{time.Hour, "a", pair, 3, true, 0},
			{0, "a", pair, 1, false, 6 * time.Second},
		},
		"more than the burst is never there": {
			{0, "a", pair, 4, false, 0},
			{0, "a", pair, 1, true, 0},
			{0, "a", pair, 4, false, 6 * time.Second},
			{time.Hour, "a", pair, 4, false, 0},
		},
		"no interval bounds nothing": {
			{0, "a", limit.Rate{Burst: 1}, 1_000_000, true, 0},
			{0, "a", limit.Rate{Burst: 1}, 1, true, 0},
		},
		"a burst below one is one": {
			{0, "a", limit.Rate{Every: time.Second}, 1, true, 0},
			{0, "a", limit.Rate{Every: time.Second}, 1, false, time.Second},
		},
		"nothing can always be taken": {
			{0, "a", pair, 3, true, 0},
			{0, "a", pair, 0, true, 0},
			{0, "a", pair, -5, true, 0},
			{0, "a", pair, 1, false, 6 * time.Second},
		},
		"a rate beyond the clock's range does not run over": {
			{0, "a", limit.Rate{Burst: 1 << 40, Every: time.Hour}, 1 << 39, true, 0},
			{0, "a", limit.Rate{Burst: 1 << 40, Every: time.Hour}, 1, false, 0},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newClock()
			l := fresh(c)
			for i, take := range takes {
				c.Move(take.after)
				ok, wait := l.Take(take.key, take.rate, take.n)
				if ok != take.ok || take.wait > 0 && wait != take.wait || ok && wait != 0 {
					t.Fatalf("take %d: got %v after %v, want %v after %v", i, ok, wait, take.ok, take.wait)
				}
			}
		})
	}
}

// Whatever is asked and whenever: in any stretch of time no more is given than the burst and what dripped in it.
func TestNeverMoreThanBurstAndDrips(t *testing.T) {
	t.Parallel()
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		neverMore(t, newClock(), func(c *clock) limit.Limiter { return limit.NewSized(c.Now, 4) })
	})
	t.Run("shared", func(t *testing.T) {
		t.Parallel()
		c := newClock()
		l := shared(t, c, redistest.URL())
		neverMore(t, c, func(*clock) limit.Limiter { return l })
	})
}

func neverMore(t *testing.T, c *clock, fresh func(c *clock) limit.Limiter) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) {
		l, name := fresh(c), uuid.NewString()
		rate := limit.Rate{
			Burst: rapid.IntRange(1, 20).Draw(t, "burst"),
			Every: time.Duration(rapid.IntRange(1, 5000).Draw(t, "every")) * time.Millisecond,
		}
		type gift struct {
			at time.Time
			n  int
		}
		var given []gift
		for i := range rapid.IntRange(1, 60).Draw(t, "takes") {
			c.Move(time.Duration(rapid.IntRange(0, 8000).Draw(t, "after")) * time.Millisecond)
			n := rapid.IntRange(1, 22).Draw(t, "n")
			ok, wait := l.Take(name, rate, n)
			switch {
			case ok:
				given = append(given, gift{c.Now(), n})
			case n <= rate.Burst:
				c.Move(wait - 1)
				if early, _ := l.Take(name, rate, n); early {
					t.Fatalf("take %d: given before the wait was over", i)
				}
				c.Move(1)
				if late, _ := l.Take(name, rate, n); !late {
					t.Fatalf("take %d: refused after the wait it was told", i)
				}
				given = append(given, gift{c.Now(), n})
			}
		}
		for from := range given {
			sum := 0
			for _, g := range given[from:] {
				sum += g.n
				if most := rate.Burst + int(g.at.Sub(given[from].at)/rate.Every); sum > most {
					t.Fatalf("%d given within %v, at most %d allowed", sum, g.at.Sub(given[from].at), most)
				}
			}
		}
	})
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	c := newClock()
	l := limit.NewSized(c.Now, 100)
	l.Take("spent", pair, 3)
	for i := range 10_000 {
		l.Take(fmt.Sprintf("flood-%d", i), pair, 1)
	}
	if n := l.Buckets(); n != 100 {
		t.Errorf("remembers %d buckets, want 100", n)
	}
	if ok, _ := l.Take("spent", pair, 1); ok {
		t.Error("a flood of new names made it forget the name that had used up its share")
	}
	c.Move(18 * time.Second)
	l.Take("later", pair, 1)
	if n := l.Buckets(); n != 1 {
		t.Errorf("remembers %d buckets after all have filled up, want the new one only", n)
	}
}

func TestManyAtOnceGetTheBurst(t *testing.T) {
	t.Parallel()
	for kind, fresh := range kinds(t) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			l := fresh(newClock())
			if given := rush(l); given != 45 {
				t.Errorf("%d given, want 45", given)
			}
		})
	}
}

// rush is how much a thousand takes at once from one bucket of 45 are given, from all limiters together.
func rush(from ...limit.Limiter) int64 {
	var given atomic.Int64
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			for range 10 {
				if ok, _ := from[i%len(from)].Take("one", limit.Rate{Burst: 45, Every: time.Second}, 1); ok {
					given.Add(1)
				}
			}
		})
	}
	all.Wait()
	return given.Load()
}

func TestRealClockIsTheDefault(t *testing.T) {
	t.Parallel()
	var l limit.Limiter = limit.New(nil)
	if ok, _ := l.Take("a", limit.Rate{Burst: 1, Every: time.Hour}, 1); !ok {
		t.Fatal("the first piece was refused")
	}
	if ok, wait := l.Take("a", limit.Rate{Burst: 1, Every: time.Hour}, 1); ok || wait > time.Hour || wait < 59*time.Minute {
		t.Fatalf("the second piece: %v after %v", ok, wait)
	}
}

func BenchmarkTake(b *testing.B) {
	l := limit.New(nil)
	keys := make([]string, 1000)
	for i := range keys {
		keys[i] = fmt.Sprintf("address:192.0.2.%d", i)
	}
	i := 0
	for b.Loop() {
		l.Take(keys[i%len(keys)], limit.Rate{Burst: 300, Every: 20 * time.Millisecond}, 1)
		i++
	}
}

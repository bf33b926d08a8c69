package limit_test

import (
	"bytes"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/redis/rueidis"
	"go.uber.org/goleak"

	"parley/internal/limit"
	"parley/internal/limit/redistest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestTwoProcessesShareOneBucket(t *testing.T) {
	t.Parallel()
	name, c := uuid.NewString()+":", newClock()
	here, there := sharedAs(t, name, c, redistest.URL()), sharedAs(t, name, c, redistest.URL())
	if given := rush(here, there); given != 45 {
		t.Errorf("%d given by both together, want 45", given)
	}
}

// Processes whose clocks differ keep to one rate all the same: the time is Redis's.
func TestAFastClockRefillsNothing(t *testing.T) {
	t.Parallel()
	name, rate := uuid.NewString(), limit.Rate{Burst: 2, Every: time.Hour}
	fast := newClock() // months before the true time, and ahead of it soon
	fast.Move(10 * 365 * 24 * time.Hour)
	var all []*limit.Shared
	for _, clock := range []func() time.Time{nil, fast.Now} {
		s, err := limit.NewShared(limit.SharedOptions{URL: redistest.URL(), Clock: clock, Patience: patient})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		eventually(t, "Redis is found", func() bool { return !s.Away() })
		all = append(all, s)
	}
	for i, want := range []bool{true, true, false, false} {
		ok, wait := all[i%2].Take(name, rate, 1)
		if ok != want || !ok && (wait > time.Hour || wait < 59*time.Minute) {
			t.Errorf("take %d: %v after %v", i, ok, wait)
		}
	}
}

// redis speaks to the tests' Redis directly.
func redis(t *testing.T) rueidis.Client {
	t.Helper()
	option, err := rueidis.ParseURL(redistest.URL())
	if err != nil {
		t.Fatal(err)
	}
	option.DisableCache = true
	option.ForceSingleClient = true
	client, err := rueidis.NewClient(option)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

func TestBucketsAreKeysOfTheirTenantThatEnd(t *testing.T) {
	t.Parallel()
	client, tenant, who := redis(t), uuid.NewString(), uuid.NewString()
	s, err := limit.NewShared(limit.SharedOptions{URL: redistest.URL()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	eventually(t, "Redis is found", func() bool { return !s.Away() })
	for name, key := range map[string]string{
		limit.OfTenant(tenant, "pair:x"): "tenant:" + tenant + ":limit:pair:x",
		"address:" + who:                 "limit:address:" + who,
	} {
		if ok, _ := s.Take(name, pair, 2); !ok {
			t.Errorf("%s: refused", name)
		}
		left, err := client.Do(t.Context(), client.B().Pttl().Key(key).Build()).AsInt64()
		if err != nil || left <= 0 || left > 12_000 {
			t.Errorf("%s ends in %d ms, want at most the 12 s until it is full: %v", key, left, err)
		}
	}
}

// Redis forgets scripts when it restarts.
func TestAForgottenScriptIsSentAgain(t *testing.T) {
	t.Parallel()
	client, s := redis(t), shared(t, newClock(), redistest.URL())
	for i, want := range []bool{true, true, true, false} {
		if err := client.Do(t.Context(), client.B().ScriptFlush().Build()).Error(); err != nil {
			t.Fatal(err)
		}
		if ok, _ := s.Take("one", pair, 1); ok != want || s.Away() {
			t.Errorf("take %d: %v", i, ok)
		}
	}
}

// The loss of Redis opens nothing: what a process gave before counts, and what it gives meanwhile counts afterwards.
func TestRedisLostAndBack(t *testing.T) {
	t.Parallel()
	line, c, name := redistest.NewLine(t), newClock(), uuid.NewString()+":"
	s, other := sharedAs(t, name, c, line.URL), sharedAs(t, name, c, redistest.URL())
	take := func(from *limit.Shared, want bool, when string) {
		t.Helper()
		if ok, _ := from.Take("one", pair, 1); ok != want {
			t.Errorf("%s: %v, want %v", when, ok, want)
		}
	}
	take(s, true, "the first")
	line.Cut()
	take(s, true, "the second, without Redis")
	if !s.Away() {
		t.Fatal("it did not notice that Redis is away")
	}
	take(s, true, "the third")
	take(s, false, "the fourth")
	c.Move(6 * time.Second)
	take(s, true, "what dripped in")
	take(s, false, "no more than that")
	line.Mend()
	// A connection that was made while the line was being mended may be a dead one: then it is away once more.
	eventually(t, "Redis is back, and asked", func() bool {
		if s.Away() {
			return false
		}
		take(s, false, "with Redis back: what was given meanwhile counts")
		return !s.Away()
	})
	take(other, false, "at another process, which never lost Redis: it counts there, too")
	c.Move(6 * time.Second)
	take(s, true, "what dripped in since")
	take(other, false, "and that is gone for both")
}

// A Redis that says nothing any more delays nobody longer than Patience, and those who come later not at all.
func TestARedisThatHangsIsLeftAlone(t *testing.T) {
	t.Parallel()
	line := redistest.NewLine(t)
	c := newClock()
	s, err := limit.NewShared(limit.SharedOptions{URL: line.URL, Clock: c.Now, SharedClock: c.Now, Prefix: uuid.NewString()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	eventually(t, "Redis is found", func() bool { return !s.Away() })
	line.Hang()
	begun := time.Now()
	if ok, _ := s.Take("one", pair, 1); !ok {
		t.Error("refused because Redis hangs")
	}
	if took := time.Since(begun); took > 20*limit.Patience {
		t.Errorf("it took %v", took)
	}
	if !s.Away() {
		t.Fatal("it waits for a Redis that hangs")
	}
	for i, want := range []bool{true, true, false} {
		if ok, _ := s.Take("one", pair, 1); ok != want {
			t.Errorf("take %d without Redis: %v", i, ok)
		}
	}
	line.Mend()
	eventually(t, "Redis is back", func() bool { return !s.Away() })
	if ok, _ := s.Take("one", pair, 1); ok {
		t.Error("with Redis back it opened")
	}
}

func TestItWorksBeforeRedisIsThere(t *testing.T) {
	t.Parallel()
	line, c := redistest.NewLine(t), newClock()
	line.Cut()
	out := &record{}
	s, err := limit.NewShared(limit.SharedOptions{
		URL: line.URL, Clock: c.Now, SharedClock: c.Now, Prefix: uuid.NewString(), Log: slog.New(slog.NewTextHandler(out, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	for i, want := range []bool{true, true, true, false} {
		if ok, _ := s.Take("one", pair, 1); ok != want {
			t.Errorf("take %d: %v", i, ok)
		}
	}
	eventually(t, "it says that Redis is away", func() bool { return strings.Contains(out.String(), "Redis is away") })
	line.Mend()
	eventually(t, "Redis is found", func() bool { return !s.Away() })
	if ok, _ := s.Take("one", pair, 1); ok {
		t.Error("with Redis there it opened")
	}
	if n := strings.Count(out.String(), "Redis is away"); n != 1 {
		t.Errorf("it said %d times that Redis is away", n)
	}
}

func TestAnAddressThatIsNoneIsRefusedWithoutItsPassword(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"nonsense://:secret@x y", "redis://:secret@host:port", "http://:secret@host"} {
		s, err := limit.NewShared(limit.SharedOptions{URL: address})
		if err == nil {
			s.Close()
			t.Errorf("%s: no error", address)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("the error tells the password: %v", err)
		}
	}
	u, err := url.Parse(redistest.URL())
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword("nobody", "a-secret")
	out := &record{}
	s, err := limit.NewShared(limit.SharedOptions{URL: u.String(), Log: slog.New(slog.NewTextHandler(out, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	eventually(t, "it is refused or let in", func() bool { return !s.Away() || out.String() != "" })
	if strings.Contains(out.String(), "a-secret") {
		t.Errorf("the log tells the password: %s", out)
	}
}

func TestAfterCloseItTakesFromItsOwn(t *testing.T) {
	t.Parallel()
	s := shared(t, newClock(), redistest.URL())
	s.Close()
	if ok, _ := s.Take("one", pair, 3); !ok || !s.Away() {
		t.Error("refused")
	}
}

// record keeps what was logged.
type record struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.Write(p)
}
func (r *record) String() string { r.mu.Lock(); defer r.mu.Unlock(); return r.out.String() }

func BenchmarkTakeShared(b *testing.B) {
	s, err := limit.NewShared(limit.SharedOptions{URL: redistest.URL(), Prefix: uuid.NewString()})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for s.Away() {
		time.Sleep(time.Millisecond)
	}
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			s.Take("address:192.0.2.1", limit.Rate{Burst: 300, Every: 20 * time.Millisecond}, 1)
		}
	})
}

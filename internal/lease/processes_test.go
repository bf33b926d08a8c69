package lease_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/lease"
)

// pair is two programs on one PostgreSQL.
func pair(t *testing.T) (one, two *world) {
	t.Helper()
	o := dbtest.Options(t, dbtest.Postgres)
	both := make([]*world, 2)
	for i := range both {
		d, err := db.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.Close() })
		both[i] = &world{t: t, d: d, clock: &clock{}, machine: &clock{}, log: &dbtest.Record{}, acme: "acme", zeta: "zeta"}
		both[i].p = lease.NewProcess(d, discard(), lease.ProcessOptions{Beat: 20 * time.Millisecond, Clock: both[i].machine.Now})
	}
	return both[0], both[1]
}

func TestARowThatFindsNoPlaceIsTakenByTheOtherProcess(t *testing.T) {
	t.Parallel()
	one, two := pair(t)
	ran := make(chan string, 10)
	engine := func(w *world, name string, slots int) *lease.Engine {
		return lease.NewEngine(w.p, turns, lease.EngineOptions{Poll: never, Slots: slots}, func(ctx context.Context, it lease.Item) error {
			ran <- name + " " + it.Conversation
			if it.Conversation == "long" {
				<-ctx.Done()
			}
			return w.done(nil, turns, it)
		})
	}
	full, other := engine(one, "one", 1), engine(two, "two", 10)
	one.begin(full)
	two.begin(other)
	one.bears(full, turns, turn(one.acme, "long"))
	comes(one, ran)
	one.bears(full, turns, turn(one.zeta, "z"))
	if got := comes(one, ran); got != "two z" {
		t.Errorf("%s", got)
	}
	now, cancel := context.WithCancel(t.Context())
	cancel()
	if err := full.Stop(now); err != nil {
		t.Error(err)
	}
}

func TestTheOtherProcessTakesOverFromADeadOne(t *testing.T) {
	t.Parallel()
	one, two := pair(t)
	ran := make(chan lease.Item, 10)
	e := lease.NewEngine(two.p, turns, lease.EngineOptions{Poll: never}, func(_ context.Context, it lease.Item) error {
		ran <- it
		return two.done(nil, turns, it)
	})
	two.begin(e)
	one.otherProcess("killed", 100*time.Millisecond)
	one.leaves(turns, row{Item: turn(one.acme, "a"), claimedBy: "killed"}, row{Item: turn(one.zeta, "z"), claimedBy: "killed"})
	got := map[string]bool{comes(two, ran).Conversation: true, comes(two, ran).Conversation: true}
	if !got["a"] || !got["z"] {
		t.Errorf("ran %v", got)
	}
}

// Two programs claim side by side, refuse, retry and finish: no row is ever worked on by both, each is done once, and
// conversations stay in order.
func TestTwoProcessesNeverWorkOnTheSameRow(t *testing.T) {
	t.Parallel()
	one, two := pair(t)
	const conversations, messages = 60, 5
	var mu sync.Mutex
	busy, last, tries := map[string]bool{}, map[string]int64{}, map[string]int{}
	done := 0
	var faults []string
	engine := func(w *world) *lease.Engine {
		var e *lease.Engine
		o := lease.EngineOptions{Slots: 12, Poll: 2 * time.Millisecond, Backoff: time.Millisecond, MostOff: 3 * time.Millisecond}
		e = lease.NewEngine(w.p, outbox, o, func(_ context.Context, it lease.Item) error {
			name := it.Tenant + it.Conversation
			mu.Lock()
			if busy[name] || it.Seq != last[name]+1 {
				faults = append(faults, fmt.Sprintf("%s: %d after %d, busy %v", name, it.Seq, last[name], busy[name]))
			}
			busy[name] = true
			tries[name]++
			refused := tries[name]%4 == 1
			mu.Unlock()
			if refused {
				mu.Lock()
				busy[name] = false
				mu.Unlock()
				return errors.New("refused")
			}
			mu.Lock()
			busy[name], last[name] = false, it.Seq
			done++
			mu.Unlock()
			return w.done(e, outbox, it)
		})
		return e
	}
	a, b := engine(one), engine(two)
	var rows []row
	for c := range conversations {
		for seq := range int64(messages) {
			rows = append(rows, row{Item: letter([]string{one.acme, one.zeta}[c%2], fmt.Sprint(c), seq+1)})
		}
	}
	one.leaves(outbox, rows...)
	one.begin(a)
	two.begin(b)
	one.eventually("all done", func() bool { return a.Stats().Finished+b.Stats().Finished == conversations*messages })
	mu.Lock()
	defer mu.Unlock()
	for _, f := range faults {
		t.Error(f)
	}
	if done != conversations*messages {
		t.Errorf("%d messages were sent, want %d", done, conversations*messages)
	}
	if a.Stats().Claimed == 0 || b.Stats().Claimed == 0 {
		t.Errorf("one of the two did nothing: %+v %+v", a.Stats(), b.Stats())
	}
}

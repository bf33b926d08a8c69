package lease_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/lease"
)

func TestBornClaimedRowsNeedNoClaim(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var e *lease.Engine
		ran := make(chan lease.Item, 100)
		e = lease.NewEngine(w.p, turns, lease.EngineOptions{Poll: never}, func(_ context.Context, it lease.Item) error {
			err := w.done(e, turns, it)
			ran <- it
			return err
		})
		w.begin(e)
		for i := range 20 {
			for _, tenant := range []string{w.acme, w.zeta} {
				if !w.bears(e, turns, turn(tenant, fmt.Sprint(i))) {
					t.Fatal("there was no place, though thousands are free")
				}
			}
		}
		for range 40 {
			comes(w, ran)
		}
		w.eventually("all places free", func() bool { return e.InFlight() == 0 })
		if s := e.Stats(); s.Born != 40 || s.Claims != 0 || s.Claimed != 0 || s.Finished != 40 || s.PutBack != 0 {
			t.Errorf("want 40 rows born, finished and none claimed, got %+v", s)
		}
	})
}

func TestUnclaimedRowsArePickedUp(t *testing.T) {
	t.Parallel()
	for name, poll := range map[string]time.Duration{"when woken": never, "without a word, by polling": 5 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				ran := make(chan lease.Item, 10)
				e := lease.NewEngine(w.p, turns, lease.EngineOptions{Poll: poll}, func(_ context.Context, it lease.Item) error {
					ran <- it
					return w.done(nil, turns, it)
				})
				w.begin(e)
				w.leaves(turns, row{Item: turn(w.acme, "a")}, row{Item: turn(w.zeta, "z")},
					row{Item: turn(w.zeta, "later"), due: w.d.Now().Add(time.Hour)})
				if poll == never {
					e.Wake()
				}
				got := map[string]bool{comes(w, ran).Conversation: true, comes(w, ran).Conversation: true}
				if !got["a"] || !got["z"] {
					t.Errorf("ran %v", got)
				}
				w.clock.move(2 * time.Hour)
				e.Wake()
				if it := comes(w, ran); it.Conversation != "later" || it.Tenant != w.zeta {
					t.Errorf("ran %+v", it)
				}
			})
		})
	}
}

func TestWhatWasThereAtTheStartIsPickedUp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ran := make(chan lease.Item, 10)
		e := lease.NewEngine(w.p, outbox, lease.EngineOptions{Poll: never}, func(_ context.Context, it lease.Item) error {
			ran <- it
			return w.done(nil, outbox, it)
		})
		w.leaves(outbox, row{Item: lease.Item{Tenant: w.acme, Conversation: "a", Seq: 7, Lane: 5, Attempts: 3}})
		w.begin(e)
		want := lease.Item{Tenant: w.acme, Conversation: "a", Seq: 7, Lane: 5, Attempts: 3}
		if it := comes(w, ran); it != want {
			t.Errorf("ran %+v, want %+v", it, want)
		}
	})
}

func TestWhatFindsNoPlaceWaitsForOne(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var e *lease.Engine
		ran, gate := make(chan lease.Item, 10), make(chan struct{})
		e = lease.NewEngine(w.p, turns, lease.EngineOptions{Poll: never, Slots: 1}, func(_ context.Context, it lease.Item) error {
			ran <- it
			<-gate
			return w.done(e, turns, it)
		})
		w.begin(e)
		if !w.bears(e, turns, turn(w.acme, "first")) {
			t.Fatal("no place for the first")
		}
		comes(w, ran)
		if w.bears(e, turns, turn(w.zeta, "second")) {
			t.Fatal("a place for a second, of one")
		}
		if r, _ := w.get(turns, turn(w.zeta, "second")); r.claimedBy != "" {
			t.Errorf("born claimed by %q", r.claimedBy)
		}
		close(gate)
		if it := comes(w, ran); it.Conversation != "second" {
			t.Errorf("ran %+v", it)
		}
	})
}

func TestPlacesAreGivenBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		e := lease.NewEngine(w.p, turns, lease.EngineOptions{Poll: never, Slots: 10}, func(context.Context, lease.Item) error {
			return nil
		})
		w.begin(e)
		fails := errors.New("the step fails")
		for range 30 {
			slot := e.Reserve(w.acme)
			if slot.Claim() != w.p.ID() {
				t.Fatalf("no place: %+v", e.Stats())
			}
			err := w.step(w.acme, func(tx *db.Tx) error {
				tx.AfterCommit(func() { slot.Start(turn(w.acme, "never")) })
				return fails
			})
			if !errors.Is(err, fails) {
				t.Fatal(err)
			}
			slot.Release()
			slot.Release()
		}
		if n := e.InFlight(); n != 0 {
			t.Errorf("%d places are lost", n)
		}
	})
}

func TestNoTenantBearsMoreThanHalf(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		e := lease.NewEngine(w.p, turns, lease.EngineOptions{Poll: never, Slots: 10}, nil)
		w.begin(e)
		places := func(tenant string) (n int) {
			for range 10 {
				slot := e.Reserve(tenant)
				t.Cleanup(slot.Release)
				if slot.Claim() != "" {
					n++
				}
			}
			return n
		}
		if a, z := places(w.acme), places(w.zeta); a != 5 || z != 5 {
			t.Errorf("acme got %d of 10 places and zeta %d, want 5 each", a, z)
		}
	})
}

func TestAClaimUsedForTwoRowsRunsBoth(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ran := make(chan lease.Item, 10)
		e := lease.NewEngine(w.p, turns, lease.EngineOptions{Poll: never}, func(_ context.Context, it lease.Item) error {
			ran <- it
			return w.done(nil, turns, it)
		})
		w.begin(e)
		slot := e.Reserve(w.acme)
		w.must(w.step(w.acme, func(tx *db.Tx) error {
			for _, c := range []string{"one", "two"} {
				if err := write(tx, turns, row{Item: turn(w.acme, c), claimedBy: slot.Claim()}); err != nil {
					return err
				}
				tx.AfterCommit(func() { slot.Start(turn(w.acme, c)) })
			}
			return nil
		}))
		slot.Release()
		comes(w, ran)
		comes(w, ran)
		w.eventually("all places free", func() bool { return e.InFlight() == 0 })
	})
}

// One tenant has thousands of rows waiting and all places it may have: another's first row finds one at once, its next
// one as soon as a few are done.
func TestABacklogDoesNotStandBeforeAnotherTenant(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const places = 16
		var e *lease.Engine
		began, gate := make(chan lease.Item, places), make(chan struct{})
		e = lease.NewEngine(w.p, turns, lease.EngineOptions{Poll: never, Slots: places}, func(_ context.Context, it lease.Item) error {
			began <- it
			<-gate
			return w.done(e, turns, it)
		})
		var backlog []row
		for i := range 2000 {
			backlog = append(backlog, row{Item: turn(w.acme, fmt.Sprint(i)), due: w.d.Now().Add(-time.Hour)})
		}
		w.leaves(turns, backlog...)
		w.begin(e)
		first := 0
		for first < places-1 { // one place of sixteen is kept for whoever comes next
			comes(w, began)
			first++
		}
		w.bears(e, turns, turn(w.zeta, "first"))
		if it := comes(w, began); it.Tenant != w.zeta {
			t.Errorf("the place that was kept went to %+v", it)
		}
		w.bears(e, turns, turn(w.zeta, "second")) // and now all places are taken
		after := 0
		for gate <- struct{}{}; ; gate <- struct{}{} {
			if it := comes(w, began); it.Tenant == w.zeta {
				break
			}
			after++
		}
		if after > places {
			t.Errorf("%d rows of the backlog went before the other tenant's single one", after)
		}
		if n := e.Stats().Claims; n > int64(first+2*after+10) {
			t.Errorf("%d claims while nothing could be claimed", n)
		}
		close(gate)
		for n := first + after; n < len(backlog); n++ {
			comes(w, began)
		}
	})
}

func TestClaimsGoRoundTheTenants(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const tenants, rows, places = 40, 30, 8
		var mu sync.Mutex
		var order []string
		var e *lease.Engine
		e = lease.NewEngine(w.p, turns, lease.EngineOptions{Poll: never, Slots: places}, func(_ context.Context, it lease.Item) error {
			mu.Lock()
			order = append(order, it.Tenant)
			mu.Unlock()
			return w.done(e, turns, it)
		})
		var all []row
		for i := range tenants {
			for j := range rows {
				all = append(all, row{Item: turn(fmt.Sprintf("tenant-%02d", i), fmt.Sprint(j))})
			}
		}
		w.leaves(turns, all...)
		w.begin(e)
		w.eventually("all done", func() bool { return e.Stats().Finished == tenants*rows })
		mu.Lock()
		defer mu.Unlock()
		seen := map[string]bool{}
		for _, tenant := range order[:tenants*3] {
			seen[tenant] = true
		}
		if len(seen) != tenants {
			t.Errorf("of the first %d rows served only %d tenants had one, of %d", tenants*3, len(seen), tenants)
		}
	})
}

func TestTheSameRowIsNeverWorkedOnTwiceAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var e *lease.Engine
		var at, most, runs atomic.Int64
		deleted, gate := make(chan struct{}), make(chan struct{})
		e = lease.NewEngine(w.p, turns, lease.EngineOptions{Poll: never}, func(_ context.Context, it lease.Item) error {
			most.Store(max(most.Load(), at.Add(1)))
			defer at.Add(-1)
			runs.Add(1)
			err := w.done(e, turns, it)
			deleted <- struct{}{}
			<-gate // the row is gone, and the work has not returned yet
			return err
		})
		w.begin(e)
		it := turn(w.acme, "again")
		w.bears(e, turns, it)
		comes(w, deleted)
		w.bears(e, turns, it) // the customer wrote again
		w.bears(e, turns, turn(w.zeta, "other"))
		comes(w, deleted) // another row is not held up
		if runs.Load() != 2 {
			t.Errorf("%d rows were begun, want the first and the other", runs.Load())
		}
		close(gate)
		comes(w, deleted)
		if most.Load() > 2 || runs.Load() != 3 {
			t.Errorf("%d at once, %d runs", most.Load(), runs.Load())
		}
	})
}

// Ten thousand at once is what a process takes on by default, whoever they belong to, and not one more: what is over
// waits in the database. A row at work costs a goroutine and little else.
func TestTenThousandAreWorkedOnAtOnceAndNoMore(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const most, perTenant = 10_000, 5_500
		var at, peak atomic.Int64
		gate := make(chan struct{})
		e := lease.NewEngine(w.p, turns, lease.EngineOptions{Poll: never}, func(ctx context.Context, _ lease.Item) error {
			n := at.Add(1)
			for old := peak.Load(); n > old && !peak.CompareAndSwap(old, n); old = peak.Load() {
			}
			defer at.Add(-1)
			select {
			case <-gate:
			case <-ctx.Done():
			}
			return nil
		})
		for _, tenant := range []string{w.acme, w.zeta} {
			rows := make([]row, perTenant)
			for i := range rows {
				rows[i] = row{Item: turn(tenant, fmt.Sprint(i))}
			}
			w.leaves(turns, rows...)
		}
		before := inUse()
		w.begin(e)
		w.eventually("all places are taken", func() bool { return at.Load() == most })
		if s := e.Stats(); s.Slots != most || s.InFlight != most || s.Claimed != most {
			t.Errorf("%+v", s)
		}
		if per := (int64(inUse()) - int64(before)) / most; per > 24<<10 {
			t.Errorf("a row at work costs %d bytes", per)
		}
		e.Wake() // there are a thousand more; they find no place
		if e.Reserve(w.acme).Claim() != "" {
			t.Error("there is a place more")
		}
		close(gate)
		w.eventually("all are worked on", func() bool { return e.Stats().Finished == 2*perTenant })
		if n := peak.Load(); n > most {
			t.Errorf("%d at once", n)
		}
	})
}

// inUse is the memory of heap and stacks that is in use.
func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

func TestAnEngineStartsOnceAndAfterItsProcess(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		e := lease.NewEngine(w.p, turns, lease.EngineOptions{Poll: never}, nil)
		if e.Start(t.Context()) == nil {
			t.Error("started before its process")
		}
		if slot := e.Reserve(w.acme); slot.Claim() != "" {
			t.Error("a place before the start")
		}
		w.begin(e)
		if e.Start(t.Context()) == nil {
			t.Error("started twice")
		}
	})
}

func TestOldestDue(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		e := lease.NewEngine(w.p, turns, lease.EngineOptions{Poll: never}, nil)
		if at, err := e.OldestDue(t.Context()); err != nil || !at.IsZero() {
			t.Errorf("of an empty table: %v, %v", at, err)
		}
		old := w.d.Now().Add(-time.Minute)
		w.leaves(turns, row{Item: turn(w.acme, "a"), due: old.Add(time.Second)}, row{Item: turn(w.zeta, "z"), due: old},
			row{Item: turn(w.zeta, "claimed"), due: old.Add(-time.Hour), claimedBy: "somebody"})
		if at, err := e.OldestDue(t.Context()); err != nil || at != old {
			t.Errorf("got %v, %v, want %v", at, err, old)
		}
	})
}

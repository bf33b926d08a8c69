package lease_test

import (
	"context"
	"testing"
	"time"
	"unsafe"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/lease"
)

func TestASuspendedProcessMayNotSend(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		if w.p.MaySend(0) {
			t.Error("may send before it has a lease")
		}
		w.begin()
		if !w.p.MaySend(10*time.Second) || w.p.MaySend(31*time.Second) {
			t.Error("a fresh lease lasts 30 s, no more and no less")
		}
		w.machine.move(25 * time.Second)
		if w.p.MaySend(10*time.Second) || !w.p.MaySend(4*time.Second) {
			t.Error("after 25 s there are 5 s left")
		}
		w.machine.move(time.Hour)
		if w.p.MaySend(0) {
			t.Error("may send with a lease that ran out an hour ago")
		}
		w.must(w.p.Beat(t.Context()))
		if !w.p.MaySend(10 * time.Second) {
			t.Error("may not send after a beat")
		}
	})
}

// The monotonic clock stands still while some machines sleep; the wall clock does not.
func TestASleepThatOnlyTheWallClockSawCounts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var slept uint64 // seconds
		p := lease.NewProcess(w.d, discard(), lease.ProcessOptions{Beat: never, Clock: func() time.Time {
			now := time.Now()
			// A Time with a monotonic reading begins with its wall seconds, above 30 bits of nanoseconds: they move alone.
			*(*uint64)(unsafe.Pointer(&now)) += slept << 30
			return now
		}})
		w.must(p.Start(t.Context()))
		t.Cleanup(func() { _ = p.Stop(context.Background()) })
		if !p.MaySend(0) {
			t.Error("may not send with a fresh lease")
		}
		slept = 60
		if p.MaySend(0) {
			t.Error("may send a minute after the last beat")
		}
	})
}

func TestAGapIsNoticed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		if !w.p.Gap().IsZero() {
			t.Error("came back before it was there")
		}
		w.begin()
		started := w.p.Gap()
		if started.IsZero() {
			t.Error("a start is a coming back")
		}
		w.machine.move(9 * time.Second)
		w.must(w.p.Beat(t.Context()))
		if w.p.Gap() != started {
			t.Error("9 s between two beats are no gap")
		}
		w.machine.move(11 * time.Second)
		if got := w.p.Gap(); got.Sub(started) < 20*time.Second {
			t.Errorf("11 s without a beat, and none since: came back at %v", got)
		}
		w.must(w.p.Beat(t.Context()))
		if got := w.p.Gap(); got.Sub(started) < 20*time.Second {
			t.Errorf("11 s between two beats: came back at %v", got)
		}
	})
}

func TestAProcessBeatsByItself(t *testing.T) {
	t.Parallel()
	for _, kind := range dbtest.Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, kind, lease.ProcessOptions{Beat: 5 * time.Millisecond})
			w.begin()
			w.machine.move(40 * time.Second)
			w.eventually("another beat", func() bool { return w.p.MaySend(25 * time.Second) })
			w.otherProcess("silent", -time.Second)
			w.leaves(turns, row{Item: turn(w.acme, "a"), claimedBy: "silent"})
			w.eventually("the dead process is buried", func() bool { return !w.lives("silent") })
		})
	}
}

// lives reports whether a process is registered.
func (w *world) lives(id string) bool {
	w.t.Helper()
	var n int
	w.must(w.d.As(actor.ForSystem("")).QueryRow(context.Background(), `SELECT count(*) FROM processes WHERE id = $1`, id).Scan(&n))
	return n == 1
}

func TestTheRowsOfADeadProcessBecomeFreeTogether(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		lease.NewEngine(w.p, turns, lease.EngineOptions{}, nil)
		lease.NewEngine(w.p, outbox, lease.EngineOptions{}, nil)
		w.begin()
		w.otherProcess("dead", -time.Second)
		w.otherProcess("alive", time.Hour)
		due := w.d.Now().Add(-time.Minute)
		w.leaves(turns, row{Item: turn(w.acme, "a"), claimedBy: "dead", due: due},
			row{Item: turn(w.zeta, "z"), claimedBy: "dead", due: due}, row{Item: turn(w.zeta, "living"), claimedBy: "alive"})
		w.leaves(outbox, row{Item: letter(w.acme, "a", 1), claimedBy: "dead", due: due},
			row{Item: letter(w.acme, "a", 2), due: due},
			row{Item: letter(w.zeta, "z", 1), claimedBy: lease.Uncertain, due: due},
			row{Item: letter(w.zeta, "living", 1), claimedBy: "alive", due: due})
		now := w.d.Now()
		w.must(w.p.Beat(t.Context()))

		for _, it := range []lease.Item{turn(w.acme, "a"), turn(w.zeta, "z")} {
			if r, _ := w.get(turns, it); r.claimedBy != "" || r.due != due || r.Attempts != 1 {
				t.Errorf("a turn of the dead: %+v", r)
			}
		}
		r, _ := w.get(outbox, letter(w.acme, "a", 1))
		if grace := r.due.Sub(now); r.claimedBy != lease.Uncertain || grace < 45*time.Second || grace > time.Minute {
			t.Errorf("a send of the dead is uncertain for 45 s, got %+v (%v)", r, grace)
		}
		for what, r := range map[string]row{
			"waiting behind it": first(w.get(outbox, letter(w.acme, "a", 2))),
			"uncertain before":  first(w.get(outbox, letter(w.zeta, "z", 1))),
			"of the living":     first(w.get(outbox, letter(w.zeta, "living", 1))),
		} {
			if r.due != due || r.Attempts != 0 {
				t.Errorf("a row that is %s was touched: %+v", what, r)
			}
		}
		if r, _ := w.get(turns, turn(w.zeta, "living")); r.claimedBy != "alive" {
			t.Errorf("a turn of the living: %+v", r)
		}
		if w.lives("dead") || !w.lives("alive") || !w.lives(w.p.ID()) {
			t.Error("only the dead process is forgotten")
		}
	})
}

func first(r row, _ bool) row { return r }

func TestRowsOfNoProcessAreOrphans(t *testing.T) {
	t.Parallel()
	for _, kind := range dbtest.Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, kind, lease.ProcessOptions{Beat: 5 * time.Millisecond, Sweep: time.Millisecond})
			ran := make(chan lease.Item, 10)
			e := lease.NewEngine(w.p, turns, lease.EngineOptions{Poll: never}, func(_ context.Context, it lease.Item) error {
				ran <- it
				return w.done(nil, turns, it)
			})
			w.begin(e)
			w.leaves(turns, row{Item: turn(w.acme, "a"), claimedBy: "nobody-knows"})
			if it := comes(w, ran); it.Conversation != "a" || it.Attempts != 1 {
				t.Errorf("ran %+v", it)
			}
		})
	}
}

// On SQLite there is one process: whatever is claimed at its start was a dead one's, however long that one had left.
func TestAtTheStartOnSQLiteEverythingIsFree(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.SQLite, lease.ProcessOptions{Beat: never})
	lease.NewEngine(w.p, turns, lease.EngineOptions{}, nil)
	lease.NewEngine(w.p, outbox, lease.EngineOptions{}, nil)
	w.otherProcess("killed a moment ago", time.Hour)
	w.leaves(turns, row{Item: turn(w.acme, "a"), claimedBy: "killed a moment ago"})
	w.leaves(outbox, row{Item: letter(w.zeta, "z", 1), claimedBy: "killed a moment ago"})
	w.begin()
	if r, _ := w.get(turns, turn(w.acme, "a")); r.claimedBy != "" {
		t.Errorf("the turn is still claimed: %+v", r)
	}
	if r, _ := w.get(outbox, letter(w.zeta, "z", 1)); r.claimedBy != lease.Uncertain {
		t.Errorf("the send is not uncertain: %+v", r)
	}
}

// Others took us for dead while we slept: our rows may be theirs by now. The work on them is told to stop, they are not
// put back, and we begin anew under another name. SQLite has no others.
func TestALostLeaseIsNoticed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.Postgres, lease.ProcessOptions{Beat: never})
	told, began := make(chan error, 1), make(chan struct{}, 1)
	e := lease.NewEngine(w.p, turns, lease.EngineOptions{Poll: never}, func(ctx context.Context, _ lease.Item) error {
		began <- struct{}{}
		<-ctx.Done()
		told <- ctx.Err()
		return ctx.Err()
	})
	w.begin(e)
	old, back := w.p.ID(), w.p.Gap()
	w.bears(e, turns, turn(w.acme, "a"))
	comes(w, began)
	late := e.Reserve(w.acme) // a step that is under way over the sleep

	w.must(w.step("", func(tx *db.Tx) error { // as another process does
		ctx := context.Background()
		if _, err := tx.Exec(ctx, `DELETE FROM processes WHERE id = $1`, old); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE turns SET claimed_by = 'another' WHERE claimed_by = $1`, old)
		return err
	}))
	w.otherProcess("another", time.Hour)
	w.machine.move(40 * time.Second)
	if e.Reserve(w.acme).Claim() != "" {
		t.Error("claims with a lease that ran out")
	}
	w.must(w.p.Beat(t.Context()))

	if err := comes(w, told); err == nil {
		t.Error("the work was not told")
	}
	w.eventually("the work has ended", func() bool { return e.InFlight() == 1 })
	if w.p.ID() == old || !w.p.MaySend(10*time.Second) || !w.p.Gap().After(back) {
		t.Errorf("not begun anew: %s", w.p.ID())
	}
	if r, _ := w.get(turns, turn(w.acme, "a")); r.claimedBy != "another" || r.Attempts != 0 {
		t.Errorf("another process's row was touched: %+v", r)
	}
	w.leaves(turns, row{Item: turn(w.acme, "late"), claimedBy: late.Claim()})
	late.Start(turn(w.acme, "late"))
	w.eventually("what was claimed under the old name is not worked on", func() bool { return e.InFlight() == 0 })
	select {
	case <-began:
		t.Error("work began under a lost lease")
	default:
	}
}

func TestStoppingAProcessGivesItsRowsBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		lease.NewEngine(w.p, turns, lease.EngineOptions{}, nil)
		w.must(w.p.Stop(t.Context())) // before its start there is nothing to stop
		w.must(w.p.Start(t.Context()))
		w.leaves(turns, row{Item: turn(w.acme, "a"), claimedBy: w.p.ID()})
		w.must(w.p.Stop(t.Context()))
		if r, _ := w.get(turns, turn(w.acme, "a")); r.claimedBy != "" {
			t.Errorf("still claimed: %+v", r)
		}
		if w.lives(w.p.ID()) || w.p.MaySend(0) {
			t.Error("the lease is still held")
		}
		w.must(w.p.Stop(t.Context()))
	})
}

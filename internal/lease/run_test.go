package lease_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/lease"
)

func TestWhatTheWorkReturnsDecidesWhatBecomesOfTheRow(t *testing.T) {
	t.Parallel()
	half := func() float64 { return 0.5 } // no chance: the wait itself
	type outcome struct {
		claimedBy string
		wait      time.Duration // until it is due again
		attempts  int
	}
	for name, c := range map[string]struct {
		table lease.Table
		row   row
		work  func(w *world) error
		want  outcome
	}{
		"a first error": {
			turns, row{}, func(*world) error { return errors.New("no") }, outcome{"", 400 * time.Millisecond, 1},
		},
		"a third error": {
			turns, row{Item: lease.Item{Attempts: 2}}, func(*world) error { return errors.New("no") }, outcome{"", 1600 * time.Millisecond, 3},
		},
		"a hundredth error": {
			outbox, row{Item: lease.Item{Attempts: 99}}, func(*world) error { return errors.New("no") }, outcome{"", 5 * time.Second, 100},
		},
		"again at a time": {
			outbox, row{}, func(w *world) error { return lease.RetryAt(w.d.Now().Add(time.Minute), nil) }, outcome{"", time.Minute, 0},
		},
		"again at a time, wrapped": {
			turns, row{}, func(w *world) error {
				return fmt.Errorf("refused: %w", lease.RetryAt(w.d.Now().Add(time.Hour), errors.New("busy")))
			}, outcome{"", time.Hour, 1},
		},
		"an error before an uncertain row was judged": {
			outbox,
			row{claimedBy: lease.Uncertain},
			func(*world) error { return errors.New("no") },
			outcome{lease.Uncertain, 400 * time.Millisecond, 1},
		},
		"again, after an uncertain row was judged": {
			outbox,
			row{claimedBy: lease.Uncertain},
			func(w *world) error { return lease.RetryAt(w.d.Now().Add(time.Minute), nil) },
			outcome{"", time.Minute, 0},
		},
		"a panic in a turn": {
			turns, row{}, func(*world) error { panic("what the customer wrote") }, outcome{"", 400 * time.Millisecond, 1},
		},
		"a panic while sending": {
			outbox, row{}, func(*world) error { panic(errors.New("what the customer wrote")) }, outcome{lease.Uncertain, 45 * time.Second, 1},
		},
		"a send that may have left": {
			outbox,
			row{},
			func(*world) error { return fmt.Errorf("x: %w", lease.CutOff(errors.New("no"))) },
			outcome{lease.Uncertain, 45 * time.Second, 1},
		},
		"a turn that was cut off": {
			turns, row{}, func(*world) error { return lease.CutOff(errors.New("no")) }, outcome{"", 400 * time.Millisecond, 1},
		},
		"a fault of the runtime": {
			turns,
			row{},
			func(*world) error { var none []int; return errors.New(fmt.Sprint(none[len("x")])) },
			outcome{"", 400 * time.Millisecond, 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				e := lease.NewEngine(w.p, c.table, lease.EngineOptions{Poll: never, Jitter: half}, func(context.Context, lease.Item) error {
					return c.work(w)
				})
				c.row.Tenant, c.row.Conversation = w.acme, "a"
				if c.table.Ordered {
					c.row.Seq = 3
				}
				w.leaves(c.table, c.row)
				before := w.d.Now()
				w.begin(e)
				w.eventually("put back", func() bool { return e.Stats().PutBack == 1 && e.InFlight() == 0 })
				r, found := w.get(c.table, c.row.Item)
				late := r.due.Sub(before) - c.want.wait
				if !found || r.claimedBy != c.want.claimedBy || r.Attempts != c.want.attempts || late < 0 || late > 5*time.Second {
					t.Errorf("got %+v, due %v later than at %v, want %+v", r, late, c.want.wait, c.want)
				}
				if log := w.log.String(); strings.Contains(log, "what the customer wrote") {
					t.Errorf("logged content: %s", log)
				}
				if strings.Contains(name, "runtime") && !strings.Contains(w.log.String(), "index out of range") {
					t.Errorf("does not say what went wrong: %s", w.log)
				}
			})
		})
	}
}

func TestWaitsAreSpreadByChance(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		e := lease.NewEngine(w.p, turns, lease.EngineOptions{Poll: never}, func(context.Context, lease.Item) error {
			return errors.New("no")
		})
		now := w.d.Now()
		for i := range 20 {
			w.leaves(turns, row{Item: turn(w.acme, fmt.Sprint(i)), due: now})
		}
		w.begin(e)
		w.eventually("put back", func() bool { return e.Stats().PutBack >= 20 })
		dues := map[db.Time]bool{}
		for i := range 20 {
			r, _ := w.get(turns, turn(w.acme, fmt.Sprint(i)))
			if r.due.Sub(now) < 300*time.Millisecond {
				t.Errorf("due again after %v", r.due.Sub(now))
			}
			dues[r.due] = true
		}
		if len(dues) < 10 {
			t.Errorf("20 rows are due at %d instants", len(dues))
		}
	})
}

func TestARowPutBackIsDoneAgainWhenItIsDue(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ran := make(chan int, 10)
		o := lease.EngineOptions{Poll: never, Backoff: time.Millisecond}
		e := lease.NewEngine(w.p, turns, o, func(_ context.Context, it lease.Item) error {
			ran <- it.Attempts
			if it.Attempts < 3 {
				return errors.New("not yet")
			}
			return w.done(nil, turns, it)
		})
		w.begin(e)
		w.bears(e, turns, turn(w.acme, "a"))
		for want := range 4 {
			if got := comes(w, ran); got != want {
				t.Errorf("attempt %d came as attempt %d", want, got)
			}
		}
	})
}

// Of many conversations with many messages each, every message leaves once, in order, one at a time, whatever is
// refused on the way.
func TestAConversationIsInOrderWhateverIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const conversations, messages = 15, 8
		var e *lease.Engine
		var mu sync.Mutex
		busy, last, tries := map[string]bool{}, map[string]int64{}, map[string]int{}
		var faults []string
		o := lease.EngineOptions{Slots: 20, Poll: 20 * time.Millisecond, Backoff: time.Millisecond, MostOff: 4 * time.Millisecond}
		e = lease.NewEngine(w.p, outbox, o, func(_ context.Context, it lease.Item) error {
			name := it.Tenant + it.Conversation
			mu.Lock()
			tries[name]++
			if busy[name] || it.Seq != last[name]+1 {
				faults = append(faults, fmt.Sprintf("%s: %d after %d, busy %v", name, it.Seq, last[name], busy[name]))
			}
			busy[name] = true
			refused := (tries[name]+int(it.Lane))%3 == 0
			mu.Unlock()
			defer func() { mu.Lock(); busy[name] = false; mu.Unlock() }()
			if refused {
				return errors.New("refused")
			}
			mu.Lock()
			last[name] = it.Seq
			busy[name] = false
			mu.Unlock()
			return w.done(e, outbox, it)
		})
		w.begin(e)
		for seq := range int64(messages) {
			for c := range conversations {
				it := letter([]string{w.acme, w.zeta}[c%2], fmt.Sprint(c), seq+1)
				slot := e.Reserve(it.Tenant)
				w.must(w.step(it.Tenant, func(tx *db.Tx) error { // as delivery does: claimed only when nothing waits before it
					r := row{Item: it, claimedBy: slot.Claim()}
					var n int
					err := tx.QueryRow(context.Background(), `SELECT count(*) FROM outbox WHERE tenant_id = $1 AND conversation_id = $2`,
						it.Tenant, it.Conversation).Scan(&n)
					if err != nil {
						return err
					}
					if n > 0 {
						r.claimedBy = ""
					}
					if r.claimedBy != "" {
						tx.AfterCommit(func() { slot.Start(it) })
					}
					return write(tx, outbox, r)
				}, db.InLane(it.Lane)))
				slot.Release()
			}
		}
		w.eventually("all sent", func() bool { return e.Stats().Finished == conversations*messages })
		mu.Lock()
		defer mu.Unlock()
		for _, f := range faults {
			t.Error(f)
		}
	})
}

// The successor is claimed when its predecessor has gone, not at some later look.
// Whoever holds the first row of a conversation, and however long it waits: those behind it wait too.
func TestNothingOvertakesTheFirstRow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var e *lease.Engine
		began, gate := make(chan lease.Item, 100), make(chan struct{})
		e = lease.NewEngine(w.p, outbox, lease.EngineOptions{Poll: never}, func(_ context.Context, it lease.Item) error {
			began <- it
			if it.Conversation == "at work" {
				<-gate
			}
			return w.done(e, outbox, it)
		})
		w.begin(e)
		w.bears(e, outbox, letter(w.acme, "at work", 1))
		comes(w, began)
		later := w.d.Now().Add(time.Hour)
		w.leaves(outbox, row{Item: letter(w.acme, "at work", 2)}, row{Item: letter(w.acme, "at work", 3)},
			row{Item: letter(w.acme, "put back", 1), due: later}, row{Item: letter(w.acme, "put back", 2)},
			row{Item: letter(w.acme, "uncertain", 1), claimedBy: lease.Uncertain, due: later},
			row{Item: letter(w.acme, "uncertain", 2)}, row{Item: letter(w.acme, "somebody's", 1), claimedBy: "another process"},
			row{Item: letter(w.acme, "somebody's", 2)})
		for i := range 3 { // what comes of another conversation says that all was looked at
			w.leaves(outbox, row{Item: letter(w.zeta, fmt.Sprint(i), 1)})
			e.Wake()
			if it := comes(w, began); it.Tenant != w.zeta {
				t.Errorf("%+v has overtaken the first row of its conversation", it)
			}
		}
		close(gate)
		for seq := range int64(2) {
			if it := comes(w, began); it.Conversation != "at work" || it.Seq != seq+2 {
				t.Errorf("then ran %+v", it)
			}
		}
	})
}

func TestTheSuccessorFollowsAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const conversations, messages = 100, 5
		var e *lease.Engine
		ran := make(chan lease.Item, conversations*messages)
		gate := make(chan struct{})
		o := lease.EngineOptions{Poll: never, Slots: conversations * 4}
		e = lease.NewEngine(w.p, outbox, o, func(_ context.Context, it lease.Item) error {
			ran <- it
			if it.Seq == 1 {
				<-gate // all heads go at once: many are looked for together
			}
			return w.done(e, outbox, it)
		})
		w.begin(e)
		for c := range conversations {
			w.bears(e, outbox, letter([]string{w.acme, w.zeta}[c%2], fmt.Sprint(c), 1))
			comes(w, ran)
			for seq := range int64(messages - 1) {
				w.leaves(outbox, row{Item: letter([]string{w.acme, w.zeta}[c%2], fmt.Sprint(c), seq+2)})
			}
		}
		close(gate)
		for range conversations * (messages - 1) {
			comes(w, ran)
		}
		e.Next(letter(w.acme, "no such conversation", 1))
	})
}

func TestASuccessorWithoutAPlaceWaitsForOne(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var e *lease.Engine
		ran, gate := make(chan lease.Item, 10), make(chan struct{})
		e = lease.NewEngine(w.p, outbox, lease.EngineOptions{Poll: never, Slots: 1}, func(_ context.Context, it lease.Item) error {
			ran <- it
			err := w.done(e, outbox, it)
			<-gate
			return err
		})
		w.begin(e)
		w.bears(e, outbox, letter(w.acme, "a", 1))
		comes(w, ran)
		w.leaves(outbox, row{Item: letter(w.acme, "a", 2)})
		e.Next(letter(w.acme, "a", 1))
		gate <- struct{}{}
		if it := comes(w, ran); it.Seq != 2 {
			t.Errorf("ran %+v", it)
		}
		close(gate)
	})
}

// A send that was cut off waits for its grace, holds back what comes after it, and is then handed out as uncertain.
func TestAnUncertainRowIsJudgedAfterItsGrace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var e *lease.Engine
		ran := make(chan lease.Item, 10)
		e = lease.NewEngine(w.p, outbox, lease.EngineOptions{Poll: never}, func(_ context.Context, it lease.Item) error {
			ran <- it
			return w.done(e, outbox, it)
		})
		w.begin(e)
		w.leaves(outbox,
			row{Item: letter(w.acme, "a", 1), claimedBy: lease.Uncertain, due: w.d.Now().Add(45 * time.Second)},
			row{Item: letter(w.acme, "a", 2)}, row{Item: letter(w.zeta, "z", 1)})
		e.Wake()
		if it := comes(w, ran); it.Tenant != w.zeta || it.Uncertain {
			t.Errorf("before the grace has ended ran %+v", it)
		}
		w.clock.move(46 * time.Second)
		e.Wake()
		if it := comes(w, ran); it.Seq != 1 || !it.Uncertain {
			t.Errorf("after the grace ran %+v", it)
		}
		if it := comes(w, ran); it.Seq != 2 || it.Uncertain {
			t.Errorf("then ran %+v", it)
		}
	})
}

// Work that says it is done and leaves its row would leave the customer without an answer.
func TestARowThatNobodyWorksOnIsFreed(t *testing.T) {
	t.Parallel()
	for _, kind := range dbtest.Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, kind, lease.ProcessOptions{Beat: 5 * time.Millisecond, Sweep: time.Millisecond})
			ran := make(chan lease.Item, 10)
			e := lease.NewEngine(w.p, turns, lease.EngineOptions{Poll: never}, func(_ context.Context, it lease.Item) error {
				ran <- it
				if it.Attempts == 0 {
					return nil
				}
				return w.done(nil, turns, it)
			})
			w.begin(e)
			w.bears(e, turns, turn(w.acme, "a"))
			comes(w, ran)
			if it := comes(w, ran); it.Attempts != 1 {
				t.Errorf("ran %+v", it)
			}
			if s := e.Stats(); s.Strays != 1 {
				t.Errorf("%+v", s)
			}
		})
	}
}

func TestStopWaitsForTheWork(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		began, gate := make(chan struct{}), make(chan struct{})
		e := lease.NewEngine(w.p, turns, lease.EngineOptions{Poll: never}, func(ctx context.Context, it lease.Item) error {
			began <- struct{}{}
			<-gate
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return w.done(nil, turns, it)
		})
		w.begin(e)
		w.bears(e, turns, turn(w.acme, "a"))
		comes(w, began)
		underWay := e.Reserve(w.zeta) // a step that is not committed yet
		stopped := make(chan error, 1)
		go func() { stopped <- e.Stop(t.Context()) }()
		w.eventually("nothing is claimed any more", func() bool {
			slot := e.Reserve(w.acme)
			defer slot.Release()
			return slot.Claim() == ""
		})
		w.leaves(turns, row{Item: turn(w.zeta, "z"), claimedBy: underWay.Claim()})
		underWay.Start(turn(w.zeta, "z"))
		close(gate)
		if err := comes(w, stopped); err != nil {
			t.Error(err)
		}
		if _, found := w.get(turns, turn(w.acme, "a")); found {
			t.Error("the work was not finished")
		}
		if r, _ := w.get(turns, turn(w.zeta, "z")); r.claimedBy != "" || r.Attempts != 0 {
			t.Errorf("what was written during the stop is not free: %+v", r)
		}
	})
}

func TestStopCutsOffWhatTakesTooLong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		table     lease.Table
		err       error
		claimedBy string
		attempts  int
	}{
		"a turn is free at once":               {turns, context.Canceled, "", 0},
		"a send that was refused is free":      {outbox, errors.New("connection refused"), "", 0},
		"work that says nothing leaves a turn": {turns, nil, "", 1},
		"and a send that may have left":        {outbox, nil, lease.Uncertain, 1},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				began := make(chan struct{}, 1)
				e := lease.NewEngine(w.p, c.table, lease.EngineOptions{Poll: never}, func(ctx context.Context, _ lease.Item) error {
					began <- struct{}{}
					<-ctx.Done()
					return c.err
				})
				w.begin(e)
				it := turn(w.acme, "a")
				if c.table.Ordered {
					it.Seq = 1
				}
				w.bears(e, c.table, it)
				comes(w, began)
				now, cancel := context.WithCancel(t.Context())
				cancel()
				w.must(e.Stop(now))
				if r, found := w.get(c.table, it); !found || r.claimedBy != c.claimedBy || r.Attempts != c.attempts {
					t.Errorf("got %+v", r)
				}
				w.must(e.Stop(t.Context()))
				e.Next(it)
				slot := e.Reserve(w.acme)
				slot.Start(it)
				if slot.Claim() != "" || e.InFlight() != 0 {
					t.Error("a stopped engine works")
				}
			})
		})
	}
}

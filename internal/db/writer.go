package db

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"math"
	"runtime/debug"
	"slices"
	"time"

	"parley/internal/actor"
	"parley/internal/errs"
)

// groupTime is how long a group takes in steps that arrive while it runs.
const groupTime = 5 * time.Millisecond

// transaction is what a writer does to its database around the steps of a group.
type transaction interface {
	conn
	begin() error
	// enter makes what follows the given actor's.
	enter(a actor.Actor)
	// stands reports whether the transaction could still be committed.
	stands() bool
	// savepoint is where rollbackTo goes back to; it replaces the one before.
	savepoint() error
	// rollbackTo undoes a step; an error says that the whole transaction is gone.
	rollbackTo() error
	// commit fails with errLost when the connection was lost before the commit was sent, and with errUnknown when it
	// was lost after that.
	commit() error
	rollback()
	// lost reports whether the connection is gone.
	lost() bool
	// mend makes a lost connection anew.
	mend(ctx context.Context) error
	close() error
}

// errLost says that the connection to the database was lost and nothing was stored.
var errLost = errors.New("the connection to the database was lost")

// errUnknown is the one failure after which nobody can say whether the steps are stored.
var errUnknown = errs.New(errs.Unavailable,
	"The connection to the database broke while saving. Look again before you repeat this.")

// writer runs the steps of its queue: as many as wait at one moment in one transaction with one durable commit.
type writer struct {
	d       *DB
	tr      transaction
	queue   *queue
	most    int  // steps of a group
	sorted  bool // by lane, so that groups of several writers cannot deadlock
	down    bool // the database was away at the last attempt
	running []*waiting
	told    chan []*waiting
	over    chan struct{}
}

func newWriter(d *DB, tr transaction, most int, sorted bool) *writer {
	w := &writer{
		d: d, tr: tr, queue: newQueue(), most: most, sorted: sorted,
		told: make(chan []*waiting, 64), over: make(chan struct{}),
	}
	go w.loop()
	go w.tell()
	return w
}

// close lets the queue run dry, tells everybody and lets the connection go.
func (w *writer) close() error {
	w.queue.close()
	<-w.over
	return w.tr.close()
}

// loop is the writer's goroutine. A step that ends it (a test's FailNow does) fails its group, and the next one runs
// in a new goroutine.
func (w *writer) loop() {
	orderly := false
	defer func() {
		if orderly {
			close(w.told)
			return
		}
		w.tr.rollback()
		w.fail(w.running, errors.New("a step ended the goroutine it ran in"))
		w.told <- w.running
		go w.loop()
	}()
	for {
		group := w.queue.take(w.most)
		switch {
		case len(group) == 0:
			orderly = true
			return
		case group[0].lend != nil:
			group[0].lend()
		default:
			w.run(group)
		}
	}
}

// tell runs what waits for a commit and lets the callers go, beside the writer and in its order.
func (w *writer) tell() {
	defer close(w.over)
	for group := range w.told {
		for _, s := range group {
			for _, f := range s.after {
				w.contained(f)
			}
			s.err = classed(s.err)
			close(s.done)
		}
	}
}

func (w *writer) contained(f func()) {
	defer func() {
		if cause := recover(); cause != nil {
			w.d.log.Error("announcing a commit panicked", slog.String("panic", errs.Panicked(cause)), slog.String("stack", string(debug.Stack())))
		}
	}()
	f()
}

// run takes a group to its end: every step of it is told whether it is durably stored.
func (w *writer) run(group []*waiting) {
	began := time.Now()
	if w.sorted {
		slices.SortStableFunc(group, func(a, b *waiting) int { return cmp.Compare(a.lane, b.lane) })
	}
	group, how := w.together(group)
	for n := 1; how == connectionLost && n < tries; n++ {
		if err := w.mend(); err != nil {
			group = append(group, w.queue.more(math.MaxInt)...) // nobody waits for a database that is away
			w.fail(group, err)
			how = settled
			break
		}
		w.d.stats.retries.Add(1)
		group, how = w.together(group)
	}
	if how != settled {
		w.apart(group)
	}
	w.d.stats.groups.Add(1)
	w.d.stats.steps.Add(int64(len(group)))
	w.d.grouped(len(group), time.Since(began))
	w.told <- group
}

// ending says how an attempt at a group went.
type ending int

const (
	settled        ending = iota // every step has its answer
	broken                       // nothing is stored, because of one of the steps
	connectionLost               // nothing is stored, and none of the steps is to blame
)

// together runs the steps without savepoints, and takes in those that arrive meanwhile.
func (w *writer) together(group []*waiting) ([]*waiting, ending) {
	w.running = group
	if err := w.tr.begin(); err != nil {
		return group, w.notBegun(group, err)
	}
	began := time.Now()
	for i := 0; i < len(group); i++ {
		if how := w.first(group[i]); how != settled {
			w.tr.rollback()
			return group, how
		}
		if last := i == len(group)-1; last && !w.sorted && len(group) < w.most && time.Since(began) < groupTime {
			group = append(group, w.queue.more(w.most-len(group))...)
			w.running = group
		}
	}
	return group, w.commit(group)
}

func (w *writer) notBegun(group []*waiting, err error) ending {
	if errors.Is(err, errLost) {
		return connectionLost
	}
	w.fail(group, err)
	return settled
}

// first runs a step for the first time. One that fails before it wrote anything just drops out.
func (w *writer) first(s *waiting) ending {
	if !s.begin() {
		return settled
	}
	w.d.waited(time.Since(s.since))
	tx := w.step(s)
	switch {
	case s.err == nil:
		return settled
	case w.tr.lost():
		return connectionLost
	case !tx.wrote && tx.failed == nil && w.tr.stands():
		return settled
	}
	return broken
}

// commit ends the group's transaction.
func (w *writer) commit(group []*waiting) ending {
	err := w.tr.commit()
	switch {
	case err == nil:
		w.d.stats.commits.Add(1)
		return settled
	case errors.Is(err, errUnknown):
		w.d.log.Error("connection to the database lost while committing", slog.Int("steps", len(group)), slog.Any("error", err))
		w.fail(group, err)
		return settled
	case errors.Is(err, errLost):
		return connectionLost
	}
	w.tr.rollback()
	w.fail(group, err)
	return broken
}

// fail gives every step that has no failure of its own the group's, and nothing to announce.
func (w *writer) fail(group []*waiting, err error) {
	for _, s := range group {
		s.after = nil
		if s.err == nil {
			s.err = err
		}
	}
}

// step calls the step itself; a panic in it is its own failure.
func (w *writer) step(s *waiting) *Tx {
	tx := &Tx{conn: w.tr, d: w.d, actor: s.actor, at: w.d.Now()}
	s.after, s.err = nil, nil
	w.tr.enter(s.actor)
	if s.err = w.guarded(tx, s.do); s.err == nil {
		s.err = tx.unnoticed()
	}
	if s.err == nil && !w.tr.stands() {
		tx.failed = errors.New("the step went on after a statement had failed")
		s.err = tx.failed
	}
	if s.err == nil {
		s.after = tx.after
	}
	return tx
}

// guarded turns a panic into an Internal error.
func (w *writer) guarded(tx *Tx, do Step) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			w.d.log.Error("a step panicked", slog.String("panic", errs.Panicked(cause)), slog.String("stack", string(debug.Stack())))
			err = errs.New(errs.Internal, "the step panicked: %s", errs.Panicked(cause))
			tx.wrote = true // nobody knows how far it came
		}
		tx.end()
	}()
	if err := do(tx); err != nil {
		return err
	}
	return tx.Flush()
}

package lease

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/db"
)

// EngineOptions are what can be chosen.
type EngineOptions struct {
	Slots   int           // rows worked on at once; 0 is 10,000
	Poll    time.Duration // the net under lost wake-ups; 0 is 250 ms
	Backoff time.Duration // after a first failure, doubled at each further one; 0 is 400 ms
	MostOff time.Duration // the longest such wait; 0 is 5 s
	// Jitter spreads the waits: 0 to 1 makes three quarters to five quarters of them. nil is by chance.
	Jitter func() float64
}

func (o *EngineOptions) defaults() {
	set := func(d *time.Duration, to time.Duration) {
		if *d <= 0 {
			*d = to
		}
	}
	set(&o.Poll, 250*time.Millisecond)
	set(&o.Backoff, 400*time.Millisecond)
	set(&o.MostOff, 5*time.Second)
	if o.Slots <= 0 {
		o.Slots = 10_000
	}
	if o.Jitter == nil {
		o.Jitter = rand.Float64
	}
}

// Engine works off one table, one goroutine a row. It is safe for concurrent use.
type Engine struct {
	p    *Process
	t    Table
	o    EngineOptions
	work func(ctx context.Context, it Item) error
	sql  statements

	wake     chan struct{} // there may be rows to claim
	headGone chan struct{} // a conversation's first row has gone
	loops    sync.WaitGroup
	stopLoop context.CancelFunc
	last     string // the tenant that was claimed for last; of the claiming loop

	mu      sync.Mutex
	state   state
	used    int            // slots reserved and at work
	shares  map[string]int // of these, by tenant
	hungry  bool           // somebody found no free slot
	capped  bool           // a tenant with rows waiting has all the slots it may have
	runs    map[*run]struct{}
	latest  map[key]*run
	quiet   chan struct{} // closed when a stopping engine has nothing reserved or at work
	isQuiet bool
	gone    []Item       // heads that have gone, to be followed up
	strays  map[key]bool // rows we hold without working on them, as of the last look
	counted counters
}

type state int

const (
	idle state = iota
	working
	stopping
	stopped
)

type counters struct {
	born, claims, claimed, finished, putBack, panics, strays atomic.Int64
}

// Stats counts since the start, InFlight and Slots apart.
type Stats struct {
	Slots    int   // rows that may be worked on at once
	InFlight int   // slots reserved or at work now
	Born     int64 // rows started without a claim
	Claims   int64 // steps that claimed
	Claimed  int64 // rows they took
	Finished int64 // rows whose work returned nil
	PutBack  int64 // rows given back to be done again
	Panics   int64 // of the work
	Strays   int64 // rows found held and not worked on
}

// NewEngine makes an engine for a table; make it before its process starts. work ends a row by a step of its own (the
// row is gone, or moved on) and returns nil; or it returns RetryAt or any other error, and the row is put back. Its
// context is cancelled when the row may not be ours any more, and when the program must end.
func NewEngine(p *Process, t Table, o EngineOptions, work func(ctx context.Context, it Item) error) *Engine {
	o.defaults()
	e := &Engine{
		p: p, t: t, o: o, work: work, sql: newStatements(t, p.d.Postgres()),
		wake: make(chan struct{}, 1), headGone: make(chan struct{}, 1), quiet: make(chan struct{}),
		shares: map[string]int{}, runs: map[*run]struct{}{}, latest: map[key]*run{},
	}
	p.add(e)
	return e
}

// Start begins to work off the table. The process has started before.
func (e *Engine) Start(ctx context.Context) error {
	if e.p.lease() == "" {
		return errors.New("an engine starts after its process")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.state != idle {
		return errors.New("an engine starts once")
	}
	e.state = working
	looping, stop := context.WithCancel(context.WithoutCancel(ctx))
	e.stopLoop = stop
	e.loops.Go(func() { e.claimLoop(looping) })
	if e.t.Ordered {
		e.loops.Go(func() { e.headLoop(looping) })
	}
	return nil
}

// cutOffTime is how long work may take to end once its context is cancelled.
const cutOffTime = 5 * time.Second

// Stop claims nothing any more and waits for the work under way. When ctx ends first, that work is cut off. What is
// still held then is freed, or uncertain: other processes go on with it, or this one after its next start.
func (e *Engine) Stop(ctx context.Context) error {
	e.mu.Lock()
	if e.state != working {
		e.state = stopped
		e.mu.Unlock()
		return nil
	}
	e.state = stopping
	e.mu.Unlock()
	e.stopLoop()
	e.loops.Wait()
	e.mu.Lock()
	e.noteQuiet()
	e.mu.Unlock()
	select {
	case <-e.quiet:
	case <-ctx.Done():
		e.cutOff()
	}
	e.mu.Lock()
	e.state = stopped
	e.mu.Unlock()
	return e.freeAll(context.WithoutCancel(ctx))
}

// noteQuiet tells whoever stops the engine that nothing is left; under the lock.
func (e *Engine) noteQuiet() {
	if e.state == stopping && e.used == 0 && !e.isQuiet {
		e.isQuiet = true
		close(e.quiet)
	}
}

func (e *Engine) cutOff() {
	e.mu.Lock()
	for r := range e.runs {
		r.cancel(errStopping)
	}
	e.mu.Unlock()
	patience := time.NewTimer(cutOffTime)
	defer patience.Stop()
	select {
	case <-e.quiet:
	case <-patience.C:
	}
}

// freeAll lets go of what we hold in this table, as a death would.
func (e *Engine) freeAll(ctx context.Context) error {
	id := e.p.lease()
	if id == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, cutOffTime)
	defer cancel()
	return e.p.d.InTx(ctx, nobody, func(tx *db.Tx) error {
		_, err := e.free(ctx, tx, id)
		return err
	}, db.Urgent())
}

// abandon tells the work on rows claimed under an id to stop: the lease was lost.
func (e *Engine) abandon(id string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for r := range e.runs {
		if r.claim == id {
			r.cancel(errLost)
		}
	}
}

// Wake says that there are unclaimed rows: to this process, and to the others, which may have more room.
func (e *Engine) Wake() {
	e.look()
	_ = e.p.d.Notify(context.Background(), e.t.Name) // it only fails when its context has ended
}

// look has this process claim.
func (e *Engine) look() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// InFlight is how many slots are reserved or at work.
func (e *Engine) InFlight() int { return e.Stats().InFlight }

// Stats counts.
func (e *Engine) Stats() Stats {
	c := &e.counted
	s := Stats{
		Slots: e.o.Slots, Born: c.born.Load(), Claims: c.claims.Load(), Claimed: c.claimed.Load(),
		Finished: c.finished.Load(), PutBack: c.putBack.Load(), Panics: c.panics.Load(), Strays: c.strays.Load(),
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	s.InFlight = e.used
	return s
}

// OldestDue is when the unclaimed row that is due first is or was due; zero when none waits. In all processes.
func (e *Engine) OldestDue(ctx context.Context) (at db.Time, err error) {
	err = e.p.d.As(nobody).QueryRow(ctx, e.sql.oldest).Scan(&at)
	return at, err
}

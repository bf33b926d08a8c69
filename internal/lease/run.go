package lease

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"time"

	"parley/internal/db"
	"parley/internal/errs"
)

// run is the work on one row.
type run struct {
	it     Item
	tenant string // whose place it has
	claim  string // the id the row is claimed by
	cancel context.CancelCauseFunc
	before *run // earlier work on the same row that has not ended yet
	done   chan struct{}
}

// errPanicked is what work that panicked is taken to have returned.
var errPanicked = errors.New("the work panicked")

// begin starts the work on a row that is claimed by us, in a place that is held; under the lock. When the engine does
// not work any more, or the lease under which the row was claimed is lost, the row is given back.
func (e *Engine) begin(it Item, tenant, claim string) {
	if e.state == stopped {
		e.letGo(tenant) // what stops the process frees the row
		return
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	r := &run{it: it, tenant: tenant, claim: claim, cancel: cancel, before: e.latest[it.key()], done: make(chan struct{})}
	e.runs[r] = struct{}{}
	e.latest[it.key()] = r
	if e.state == stopping {
		cancel(errStopping)
	}
	if claim != e.p.lease() {
		cancel(errLost)
	}
	go e.run(ctx, r)
}

// run works on one row, after whoever works on it still: two never do at once.
func (e *Engine) run(ctx context.Context, r *run) {
	defer e.end(r)
	if r.before != nil {
		select {
		case <-r.before.done:
		case <-ctx.Done():
		}
		r.before = nil
	}
	if ctx.Err() != nil {
		e.giveBack(ctx, r, nil)
		return
	}
	if err := e.contained(ctx, r.it); err != nil {
		e.giveBack(ctx, r, err)
		return
	}
	e.counted.finished.Add(1)
}

func (e *Engine) end(r *run) {
	r.cancel(nil)
	close(r.done)
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.runs, r)
	if k := r.it.key(); e.latest[k] == r {
		delete(e.latest, k)
	}
	e.letGo(r.tenant)
}

// contained calls the work. Of a panic only what the runtime says is logged: other values may hold what a customer
// wrote.
func (e *Engine) contained(ctx context.Context, it Item) (err error) {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		e.counted.panics.Add(1)
		e.p.log.ErrorContext(ctx, "work on a row panicked", slog.String("table", e.t.Name), slog.String("tenant", it.Tenant),
			slog.String("conversation", it.Conversation), slog.String("panic", errs.Panicked(cause)), slog.String("stack", string(debug.Stack())))
		err = errPanicked
	}()
	return e.work(ctx, it)
}

// back is how a row is given back.
type back struct {
	to       string        // claimed_by
	at       db.Time       // due then; zero: after
	after    time.Duration // due so long from now; below zero: as it was
	attempts int
}

// verdict says how a row is given back after its work returned err; nil: the work did not begin.
func (e *Engine) verdict(it Item, err error, stopped bool) back {
	as := "" // what it was
	if it.Uncertain {
		as = Uncertain
	}
	if err == nil {
		return back{to: as, after: -1}
	}
	if again, is := errors.AsType[*laterError](err); is {
		if again.cause == nil {
			return back{at: again.at}
		}
		return back{at: again.at, attempts: 1}
	}
	_, cutOff := errors.AsType[*cutOffError](err)
	if (cutOff || errors.Is(err, errPanicked)) && e.t.OnDeath != "" {
		return back{to: e.t.OnDeath, after: e.t.Grace, attempts: 1}
	}
	if stopped {
		return back{to: as, after: -1}
	}
	return back{to: as, after: e.backoff(it.Attempts), attempts: 1}
}

// backoff doubles with each attempt, up to a bound, spread by chance.
func (e *Engine) backoff(attempts int) time.Duration {
	d := e.o.Backoff
	for range attempts {
		if d *= 2; d >= e.o.MostOff {
			break
		}
	}
	d = min(d, e.o.MostOff)
	return d*3/4 + time.Duration(e.o.Jitter()*float64(d)/2)
}

// giveBack puts a row back that we still hold, and does not give up while the database is away: a row that is held
// and not worked on would wait for our death.
func (e *Engine) giveBack(ctx context.Context, r *run, why error) {
	if errors.Is(context.Cause(ctx), errLost) {
		return // it is not ours any more
	}
	b := e.verdict(r.it, why, ctx.Err() != nil)
	for try := 0; ; try++ {
		due, err := e.putBack(ctx, r.it, r.claim, b)
		if err == nil {
			e.counted.putBack.Add(1)
			e.lookAt(due)
			break
		}
		e.p.log.WarnContext(ctx, "row not put back yet", slog.String("table", e.t.Name), slog.Any("error", err))
		wait := time.NewTimer(e.backoff(try))
		select {
		case <-wait.C:
		case <-ctx.Done():
			wait.Stop()
			return // lost, or freed by whoever stops us
		}
	}
	if why != nil && !errors.Is(why, errPanicked) {
		e.p.log.InfoContext(ctx, "row put back", slog.String("table", e.t.Name), slog.String("tenant", r.it.Tenant),
			slog.String("conversation", r.it.Conversation), slog.Int("attempts", r.it.Attempts+b.attempts),
			slog.Any("error", why))
	}
}

// putBack is that step. A row that is not ours any more, or gone, is left alone.
func (e *Engine) putBack(ctx context.Context, it Item, claim string, b back) (due db.Time, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cutOffTime)
	defer cancel()
	err = e.p.d.InTx(ctx, nobody, func(tx *db.Tx) error {
		due = b.at
		if due.IsZero() && b.after >= 0 {
			due = tx.Now().Add(b.after)
		}
		_, err := tx.Exec(ctx, e.sql.putBack, e.args(it, b.to, due.OrNull(), b.attempts, claim)...)
		return err
	}, db.InLane(it.Lane), db.Urgent())
	return due, err
}

// lookAt has the engine look when a row it gave back is due.
func (e *Engine) lookAt(due db.Time) {
	wait := due.Sub(e.p.d.Now())
	if due.IsZero() || wait <= 0 {
		e.look()
		return
	}
	time.AfterFunc(wait, e.look)
}

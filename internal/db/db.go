// Package db puts one small interface over SQLite and PostgreSQL, and runs steps: transactions that carry the time,
// make the ids and hold what to announce when, and only when, they commit. Steps that wait at the same moment share
// one durable commit. It is the only package that knows which of the two databases it is talking to.
package db

import (
	"context"
	"time"

	"parley/internal/actor"
)

// Row is the answer to a query of one row. Scan returns ErrNoRows when there is none.
type Row interface {
	Scan(dest ...any) error
}

// Rows is the answer to a query. Close it; then look at Err.
type Rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close()
}

// Querier reads. Both a reader (DB.As) and a step (*Tx) are Queriers; only a step can write.
//
// Arguments are string, []byte, bool, integers, float64, Time, nil, pointers to these, and named types of these
// kinds; they are bound as $1, $2, … Scan takes pointers to the same (a pointer to a pointer takes NULL as nil).
// Open Rows hold a connection: read them to the end, or close them, before the next query.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) Row
}

// Step is what a transaction does. It may run more than once (a group of steps that failed is run again, each behind
// a savepoint; PostgreSQL's serialization failures and deadlocks are retried): it must have no effect but through tx,
// and set nothing outside itself except from scratch. Nothing slow and no network happens inside, and no other step.
type Step func(tx *Tx) error

// Option changes how a step is run.
type Option func(*stepOptions)

type stepOptions struct {
	lane   int64
	urgent bool
}

// InLane names the customer whose rows the step locks (see Lane): steps of one lane are run by one writer, in lane
// order within a group, so that neighbours cannot deadlock. Without it the tenant's id decides.
func InLane(lane int64) Option { return func(o *stepOptions) { o.lane = lane } }

// Urgent lets a step go before those that are not: what finishes work before what brings more of it.
func Urgent() Option { return func(o *stepOptions) { o.urgent = true } }

// InTx runs one step for the actor and returns when it is durably committed, or with the step's own error when it
// was not. ctx bounds the wait for a place in a group; once the step has begun it is run to its end. Unavailable says
// that the database could not take it; the words tell the one case apart in which nobody knows whether it did.
func (d *DB) InTx(ctx context.Context, a actor.Actor, do Step, opts ...Option) error {
	o := stepOptions{lane: Lane(a.Tenant())}
	for _, opt := range opts {
		opt(&o)
	}
	s := &waiting{ctx: ctx, actor: a, do: do, lane: o.lane, urgent: o.urgent, since: time.Now(), done: make(chan struct{})}
	if !d.engine.writer(o.lane).queue.put(s) {
		return stopping()
	}
	select {
	case <-s.done:
	case <-ctx.Done():
		if s.abandon() {
			return tooLate(ctx.Err())
		}
		<-s.done
	}
	return s.err
}

// As reads for an actor, outside a step: on PostgreSQL what the policies let it see.
func (d *DB) As(a actor.Actor) Querier { return reader{d, a} }

type reader struct {
	d *DB
	a actor.Actor
}

func (r reader) Query(ctx context.Context, sql string, args ...any) (Rows, error) {
	r.d.stats.reads.Add(1)
	return r.d.engine.read(ctx, r.a, sql, args)
}

func (r reader) QueryRow(ctx context.Context, sql string, args ...any) Row {
	rows, err := r.Query(ctx, sql, args...)
	return oneRow{rows: rows, err: err}
}

// Package lease works off rows that are due: the turns the AI owes, and the outbox. A row is born claimed when its
// process has a free slot, and its work starts right after the commit that wrote it; claiming serves what was left
// over, retries and what dead processes held. The lease is the process's and not the row's: one heartbeat row,
// measured with the database's clock, so that a dead process's rows become free together.
//
// What one may rely on: at any moment at most one worker of one living process works on a row; in an ordered table
// only the first row of a conversation is worked on; no tenant's backlog stands before another tenant's single row;
// a row is never lost, whatever the work does. Of the table it is given, lease writes claimed_by, due_at and attempts,
// and nothing else.
package lease

import (
	"errors"
	"fmt"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
)

// Uncertain stands in claimed_by of a row whose work was cut off after it may have had its effect outside: its due_at
// is then when its grace ends.
const Uncertain = "uncertain"

// Table says how one table is worked off. It has the columns tenant_id, conversation_id, lane, due_at, claimed_by and
// attempts, and seq when it is ordered.
type Table struct {
	Name string
	// Ordered tables have a seq: the rows of a conversation leave one after the other.
	Ordered bool
	// OnDeath is what claimed_by becomes when nobody can say how far the work came: "" is free at once, Uncertain
	// waits for Grace first.
	OnDeath string
	Grace   time.Duration
}

// Item is one row to work on.
type Item struct {
	Tenant       string
	Conversation string
	Seq          int64 // of an ordered table, else 0
	Lane         int64
	Attempts     int // how often it was tried and put back before
	// Uncertain says that an earlier worker was cut off with it, and that its grace has ended. Until the work has
	// decided what that means (by a step of its own, or by RetryAt) the row stays uncertain.
	Uncertain bool
}

// key names a row in memory.
type key struct {
	tenant, conversation string
	seq                  int64
}

func (it Item) key() key { return key{it.Tenant, it.Conversation, it.Seq} }

// nobody reaches the tables that are claimed across tenants.
var nobody = actor.ForSystem("")

// laterError carries when to try again.
type laterError struct {
	at    db.Time
	cause error
}

func (r *laterError) Error() string {
	return fmt.Sprintf("to be done again at %s: %v", r.at.Time(), r.cause)
}
func (r *laterError) Unwrap() error { return r.cause }

// RetryAt is returned by work to have its row put back, free and due at that time; err is the reason, for the log. A nil
// err says that nothing was tried, only waited for: that is no attempt.
func RetryAt(at db.Time, err error) error { return &laterError{at, err} }

// cutOffError says that the effect outside may have been had.
type cutOffError struct{ cause error }

func (c *cutOffError) Error() string { return "cut off: " + c.cause.Error() }
func (c *cutOffError) Unwrap() error { return c.cause }

// CutOff is returned by work that may have had its effect outside and could not write down whether it had: the row is
// left as a death leaves it. err is the reason, for the log.
func CutOff(err error) error { return &cutOffError{err} }

// Why the context of a worker was cancelled.
var (
	errLost     = errors.New("the lease was lost: the row may be another process's by now")
	errStopping = errors.New("the program stops")
)

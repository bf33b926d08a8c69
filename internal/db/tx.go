package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"parley/internal/actor"
)

// Tx is one step: all of it happens or none of it does. It carries the step's time and makes its ids. It is used by
// the step's own goroutine and is dead when the step returns. Statements run to their end: the contexts given to its
// methods are there for the Querier's sake and not looked at, because a statement that is cut off would take the
// whole group of steps with it. After a statement has failed the step can only fail, on both databases.
type Tx struct {
	conn   conn
	d      *DB
	actor  actor.Actor
	at     Time
	after  []func()
	later  *Pipeline // what goes with the next statement
	open   *stepRows // being read
	lent   *sql.Tx   // what was lent to database/sql
	wrote  bool      // something may have been written
	failed error     // the first statement that failed: PostgreSQL takes no further one before a rollback
}

// conn runs statements in the writer's open transaction, each after those that were to go before it.
type conn interface {
	query(before []pipelined, sql string, args []any) (Rows, error)
	exec(before []pipelined, sql string, args []any) (int64, error)
	// pipeline runs the statements in order, up to the first that fails. A row that is missing (unread is ErrNoRows then)
	// keeps none of the others from running.
	pipeline(items []pipelined) (unread, failed error)
}

// errStillOpen is a mistake in a step: on PostgreSQL the connection is busy until the rows are read.
var errStillOpen = errors.New("the rows of the query before are still open")

// Now is the one time at which everything in the step happens.
func (tx *Tx) Now() Time { return tx.at }

// NewID makes an id: a UUID of version 7, so that ids sort by time.
func (tx *Tx) NewID() string { return tx.d.newID() }

// Actor is who the step is done for.
func (tx *Tx) Actor() actor.Actor { return tx.actor }

// AfterCommit runs f once the step is durably stored, in the order of the calls, and never otherwise; InTx returns
// after it. f must be quick and must not wait for another step.
func (tx *Tx) AfterCommit(f func()) { tx.after = append(tx.after, f) }

// Exec runs a statement and says how many rows it touched.
func (tx *Tx) Exec(_ context.Context, sql string, args ...any) (int64, error) {
	if err := tx.ready(1); err != nil {
		return 0, err
	}
	n, err := tx.conn.exec(tx.due(), sql, args)
	tx.wrote = tx.wrote || n > 0 || !countsRows(sql)
	return n, tx.noted(err)
}

// Later adds a statement whose answer the step can do without until its end: it goes in one round trip with the next
// one that is waited for, or with the step's end. what names it in the error, whoever gets that.
func (tx *Tx) Later(what, sql string, args ...any) Pending {
	if tx.later == nil {
		tx.later = tx.Pipeline()
	}
	tx.d.stats.statements.Add(1)
	tx.later.items = append(tx.later.items, pipelined{what: what, sql: sql, args: args})
	return Pending{tx.later, len(tx.later.items) - 1}
}

// due are the statements that waited for the next one, which goes now.
func (tx *Tx) due() []pipelined {
	if tx.later == nil {
		return nil
	}
	items := tx.later.items
	tx.later = nil
	tx.note(items)
	return items
}

// note remembers that what is sent may write.
func (tx *Tx) note(items []pipelined) {
	for _, it := range items {
		tx.wrote = tx.wrote || !reads(it.sql)
	}
}

// Flush sends what still waits, as the step's end does: for who wants to know by itself whether it fails.
func (tx *Tx) Flush() error {
	if tx.failed != nil {
		return tx.failed
	}
	if tx.later == nil {
		return nil
	}
	if err := tx.ready(0); err != nil {
		return err
	}
	_, failed := tx.conn.pipeline(tx.due())
	return tx.noted(failed)
}

// Query reads rows; read them to the end or close them before the next statement.
func (tx *Tx) Query(_ context.Context, sql string, args ...any) (Rows, error) {
	if err := tx.ready(1); err != nil {
		return nil, err
	}
	rows, err := tx.conn.query(tx.due(), sql, args)
	if err != nil {
		return nil, tx.noted(err)
	}
	tx.open = &stepRows{Rows: rows, tx: tx, writes: !reads(sql)}
	return tx.open, nil
}

// QueryRow reads one row; also the one that a RETURNING clause gives.
func (tx *Tx) QueryRow(ctx context.Context, sql string, args ...any) Row {
	rows, err := tx.Query(ctx, sql, args...)
	return oneRow{rows: rows, err: err}
}

// ready counts n statements and refuses them while rows are open, and after one has failed: what PostgreSQL has begun
// is undone then, and a further statement could be taken for one outside any transaction.
func (tx *Tx) ready(n int64) error {
	if tx.failed != nil {
		return tx.failed
	}
	tx.d.stats.statements.Add(n)
	if tx.open != nil {
		return tx.noted(errStillOpen)
	}
	return nil
}

// reads reports whether a statement only reads; what calls a function that writes is not told apart.
func reads(sql string) bool { return begins(sql, "select") }

// countsRows reports whether a statement that touched no rows has changed nothing; one that makes a table counts none.
func countsRows(sql string) bool {
	return begins(sql, "insert") || begins(sql, "update") || begins(sql, "delete") || reads(sql)
}

func begins(sql, with string) bool {
	sql = strings.TrimLeft(sql, " \t\r\n")
	return len(sql) > len(with) && strings.EqualFold(sql[:len(with)], with)
}

func (tx *Tx) noted(err error) error {
	if err != nil && tx.failed == nil {
		tx.failed = err
	}
	return err
}

// unnoticed is the failure of a statement that the step did not report.
func (tx *Tx) unnoticed() error {
	if tx.failed == nil {
		return nil
	}
	return fmt.Errorf("the step went on after a statement had failed: %w", tx.failed)
}

// end closes what the step left open.
func (tx *Tx) end() {
	if tx.open != nil {
		tx.open.Close()
	}
	if tx.lent != nil {
		_ = tx.lent.Rollback() // it goes back, and nothing is undone
	}
}

// stepRows are the rows a step reads; a failure may show only then. A statement that writes and gives no row has
// written nothing: a guard that did not hold.
type stepRows struct {
	Rows
	tx     *Tx
	writes bool
}

func (r *stepRows) Next() bool {
	if r.tx.open != r {
		return false
	}
	if r.Rows.Next() {
		r.tx.wrote = r.tx.wrote || r.writes
		return true
	}
	r.writes = false
	r.Close()
	return false
}

func (r *stepRows) Close() {
	if r.tx.open == r {
		r.tx.wrote = r.tx.wrote || r.writes
		r.Rows.Close()
		r.tx.open = nil
		_ = r.tx.noted(r.Err())
	}
}

package db

import (
	"context"
	"fmt"
)

// Pipeline is a list of statements that need no result of each other: one round trip on PostgreSQL, run in order on
// SQLite. It is used once.
type Pipeline struct {
	tx    *Tx
	items []pipelined
}

// pipelined is one statement; dest is nil when no row is read.
type pipelined struct {
	what string // names it in an error, unless it is ""
	sql  string
	args []any
	rows *int64
	dest []any
}

// Pipeline gathers statements to be sent in one go.
func (tx *Tx) Pipeline() *Pipeline { return &Pipeline{tx: tx} }

// Exec adds a statement; Run puts the number of rows it touched in rows, which may be nil.
func (p *Pipeline) Exec(rows *int64, sql string, args ...any) {
	p.items = append(p.items, pipelined{sql: sql, args: args, rows: rows})
}

// QueryRow adds a statement that gives one row, which Run reads Into the places given.
func (p *Pipeline) QueryRow(sql string, args ...any) Pending {
	p.items = append(p.items, pipelined{sql: sql, args: args, dest: []any{}})
	return Pending{p, len(p.items) - 1}
}

// called names a statement in its error.
func (it pipelined) called(err error) error {
	if err == nil || it.what == "" {
		return err
	}
	return fmt.Errorf("%s: %w", it.what, err)
}

// Pending is the answer that a statement of a pipeline will give.
type Pending struct {
	p *Pipeline
	n int
}

// Into says where the row goes. Without a row, what is there stays as it is, and Run gives ErrNoRows.
func (q Pending) Into(dest ...any) { q.p.items[q.n].dest = dest }

// Count says where the number of rows goes that the statement touched.
func (q Pending) Count(rows *int64) { q.p.items[q.n].rows = rows }

// Run sends what was gathered. A statement that fails ends it; a missing row does not: the others have run when Run
// gives ErrNoRows, and the step may go on.
func (p *Pipeline) Run(context.Context) error {
	if len(p.items) == 0 {
		return nil
	}
	if err := p.tx.ready(int64(len(p.items))); err != nil {
		return err
	}
	before := p.tx.due()
	p.tx.note(p.items)
	unread, failed := p.tx.conn.pipeline(append(before, p.items...))
	if failed != nil {
		return p.tx.noted(failed)
	}
	return unread
}

package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
)

// SQL is the writer's one connection for what speaks database/sql (the job queue): a transaction, or a statement
// outside one, borrows it between two groups of steps, so that no second writer waits for SQLite's lock. A SELECT
// outside a transaction goes to the readers. Do not run a step, or use SQL itself, while holding one of its
// transactions. It is nil on PostgreSQL (see Pool).
func (d *DB) SQL() *sql.DB {
	if l, is := d.engine.(*lite); is {
		return l.lent
	}
	return nil
}

// SQLTx is the step's transaction for what speaks database/sql, the same one each time. It ends with the step: leave
// its Commit and Rollback alone. On PostgreSQL it fails (see PgxTx).
func (tx *Tx) SQLTx() (*sql.Tx, error) {
	l, is := tx.d.engine.(*lite)
	if !is {
		return nil, errors.New("on PostgreSQL a step is no transaction of database/sql")
	}
	if tx.lent != nil {
		return tx.lent, nil // there is one connection, so a second one would wait for the first
	}
	conn := tx.conn.(*liteConn)
	if _, err := conn.pipeline(tx.due()); err != nil {
		return nil, tx.noted(err)
	}
	conn.step, tx.wrote = tx, true
	inner, err := l.inside.BeginTx(context.Background(), nil)
	if err != nil {
		return nil, tx.noted(err)
	}
	tx.lent = inner
	return inner, nil
}

// borrow waits for the writer's connection and holds it until the loan is given back.
func (l *lite) borrow(ctx context.Context) (giveBack func(), err error) {
	granted, over := make(chan struct{}), make(chan struct{})
	s := &waiting{ctx: ctx, done: make(chan struct{})}
	s.lend = func() {
		if s.begin() {
			close(granted)
			<-over
		}
	}
	if !l.steps.queue.put(s) {
		return nil, stopping()
	}
	giveBack = func() { close(over) }
	select {
	case <-granted:
		return giveBack, nil
	case <-ctx.Done():
		if !s.abandon() {
			giveBack()
		}
		return nil, tooLate(ctx.Err())
	}
}

// lending makes connections of database/sql that borrow the writer's.
type lending struct{ l *lite }

func (d lending) Connect(context.Context) (driver.Conn, error) { return &loan{l: d.l}, nil }
func (d lending) Driver() driver.Driver                        { return nil }

// loan holds the writer's connection while a transaction is open.
type loan struct {
	l        *lite
	giveBack func()
}

func (c *loan) conn() *liteConn { return c.l.steps.tr.(*liteConn) }

func (c *loan) BeginTx(ctx context.Context, _ driver.TxOptions) (driver.Tx, error) {
	giveBack, err := c.l.borrow(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.conn().begin(); err != nil {
		giveBack()
		return nil, err
	}
	c.giveBack = giveBack
	return c, nil
}

// Commit ends the transaction and the loan, also when it fails.
func (c *loan) Commit() error {
	err := c.conn().commit()
	return errors.Join(err, c.Rollback())
}

// Rollback ends the loan; after a commit there is nothing to roll back.
func (c *loan) Rollback() error {
	if c.giveBack != nil {
		c.conn().rollback()
		c.giveBack()
		c.giveBack = nil
	}
	return nil
}

// Close gives back what is still held.
func (c *loan) Close() error { return c.Rollback() }

func (c *loan) ExecContext(ctx context.Context, text string, values []driver.NamedValue) (driver.Result, error) {
	if c.giveBack == nil {
		giveBack, err := c.l.borrow(ctx)
		if err != nil {
			return nil, err
		}
		defer giveBack()
	}
	return c.conn().execValues(text, values)
}

func (c *loan) QueryContext(ctx context.Context, text string, values []driver.NamedValue) (driver.Rows, error) {
	if c.giveBack == nil && reads(text) {
		rows, err := c.l.readers.query(ctx, text, values)
		if err != nil {
			return nil, err
		}
		return streamed{rows}, nil
	}
	if c.giveBack == nil {
		giveBack, err := c.l.borrow(ctx)
		if err != nil {
			return nil, err
		}
		defer giveBack()
	}
	rows, err := c.conn().queryValues(text, values)
	if err != nil {
		return nil, err
	}
	return buffered{rows}, nil
}

// Begin is BeginTx, for the interface's sake.
func (c *loan) Begin() (driver.Tx, error) { return c.BeginTx(context.Background(), driver.TxOptions{}) }

// Prepare makes a statement that is prepared when it runs, on whichever connection that is.
func (c *loan) Prepare(text string) (driver.Stmt, error) { return unprepared{c, text}, nil }

// insider makes a connection of database/sql that works inside the open step.
type insider struct{ conn *liteConn }

func (d insider) Connect(context.Context) (driver.Conn, error) { return d, nil }
func (d insider) Driver() driver.Driver                        { return nil }

func (d insider) Begin() (driver.Tx, error) { return d, nil }
func (d insider) Commit() error             { return nil }
func (d insider) Rollback() error           { return nil }
func (d insider) Close() error              { return nil }

func (d insider) ExecContext(_ context.Context, text string, values []driver.NamedValue) (driver.Result, error) {
	res, err := d.conn.execValues(text, values)
	return res, d.conn.step.noted(err)
}

func (d insider) QueryContext(_ context.Context, text string, values []driver.NamedValue) (driver.Rows, error) {
	rows, err := d.conn.queryValues(text, values)
	if err != nil {
		return nil, d.conn.step.noted(err)
	}
	return buffered{rows}, nil
}

func (d insider) Prepare(text string) (driver.Stmt, error) { return unprepared{d, text}, nil }

// runner is what runs a statement's text.
type runner interface {
	driver.ExecerContext
	driver.QueryerContext
}

// unprepared is a statement that its connection prepares, and keeps, when it runs.
type unprepared struct {
	on   runner
	text string
}

func (s unprepared) Close() error  { return nil }
func (s unprepared) NumInput() int { return -1 }

func (s unprepared) ExecContext(ctx context.Context, values []driver.NamedValue) (driver.Result, error) {
	return s.on.ExecContext(ctx, s.text, values)
}

func (s unprepared) QueryContext(ctx context.Context, values []driver.NamedValue) (driver.Rows, error) {
	return s.on.QueryContext(ctx, s.text, values)
}

func (s unprepared) Exec([]driver.Value) (driver.Result, error) { return nil, driver.ErrSkip }
func (s unprepared) Query([]driver.Value) (driver.Rows, error)  { return nil, driver.ErrSkip }

// buffered gives rows that were read already to database/sql.
type buffered struct{ *readRows }

func (r buffered) Columns() []string { return r.columns }
func (r buffered) Close() error      { return nil }

func (r buffered) Next(dest []driver.Value) error {
	if !r.readRows.Next() {
		return io.EOF
	}
	copy(dest, r.rows[r.at-1])
	return nil
}

// streamed gives a reader's rows to database/sql.
type streamed struct{ *liteRows }

func (r streamed) Columns() []string { return r.rows.Columns() }

func (r streamed) Close() error {
	r.liteRows.Close()
	return r.err
}

func (r streamed) Next(dest []driver.Value) error {
	if r.liteRows.Next() {
		copy(dest, r.row)
		return nil
	}
	if r.err != nil {
		return r.err
	}
	return io.EOF
}

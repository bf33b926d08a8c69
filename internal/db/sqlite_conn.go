package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	"modernc.org/sqlite"

	"parley/internal/actor"
)

// preparedMost bounds the statements a connection keeps: lists of many lengths have many texts.
const preparedMost = 500

// liteConn is one connection to SQLite. It speaks to the driver itself and keeps every statement prepared, which is
// twice as fast as database/sql. Statements run under a context that cannot be cancelled: one that can costs a
// goroutine each.
type liteConn struct {
	raw   driver.Conn
	stmts map[string]liteStmt
	open  bool // a transaction is
	saved bool // a savepoint is
	step  *Tx  // the step that lends the connection to database/sql
}

func openLiteConn(path string, pragmas ...string) (*liteConn, error) {
	raw, err := (&sqlite.Driver{}).Open(dsn(path, pragmas...))
	if err != nil {
		return nil, fmt.Errorf("open SQLite: %w", err)
	}
	return &liteConn{raw: raw, stmts: map[string]liteStmt{}}, nil
}

func (c *liteConn) close() error {
	c.forget()
	return c.raw.Close()
}

func (c *liteConn) forget() {
	for _, stmt := range c.stmts {
		_ = stmt.Close()
	}
	clear(c.stmts)
}

func (c *liteConn) begin() error {
	_, err := c.run("BEGIN IMMEDIATE", nil)
	c.open, c.saved = err == nil, false
	return err
}

func (c *liteConn) enter(actor.Actor)          {}
func (c *liteConn) stands() bool               { return c.open }
func (c *liteConn) lost() bool                 { return false }
func (c *liteConn) mend(context.Context) error { return nil }

func (c *liteConn) savepoint() error {
	if c.saved {
		if _, err := c.run("RELEASE step", nil); err != nil {
			return err
		}
	}
	_, err := c.run("SAVEPOINT step", nil)
	c.saved = err == nil
	return err
}

// rollbackTo fails when SQLite has rolled the whole transaction back by itself, as it may when the disk is full.
func (c *liteConn) rollbackTo() error {
	_, err := c.run("ROLLBACK TO step", nil)
	return err
}

func (c *liteConn) commit() error {
	_, err := c.run("COMMIT", nil)
	c.open = c.open && err != nil
	return err
}

func (c *liteConn) rollback() {
	if c.open {
		_, _ = c.run("ROLLBACK", nil) // fails when SQLite has done it by itself
		c.open = false
	}
}

func (c *liteConn) prepared(text string) (liteStmt, error) {
	if stmt, is := c.stmts[text]; is {
		return stmt, nil
	}
	if len(c.stmts) >= preparedMost {
		c.forget()
	}
	sql, order := unnamed(text)
	raw, err := c.raw.Prepare(sql)
	if err != nil {
		return liteStmt{}, err
	}
	stmt := liteStmt{raw, order}
	c.stmts[text] = stmt
	return stmt, nil
}

func (c *liteConn) exec(before []pipelined, text string, args []any) (int64, error) {
	if _, err := c.pipeline(before); err != nil {
		return 0, err
	}
	return c.run(text, args)
}

func (c *liteConn) run(text string, args []any) (int64, error) {
	values, err := named(args)
	if err != nil {
		return 0, err
	}
	res, err := c.execValues(text, values)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (c *liteConn) execValues(text string, values []driver.NamedValue) (driver.Result, error) {
	stmt, err := c.prepared(text)
	if err != nil {
		return nil, err
	}
	return stmt.exec(context.Background(), values)
}

func (c *liteConn) query(before []pipelined, text string, args []any) (Rows, error) {
	if _, err := c.pipeline(before); err != nil {
		return nil, err
	}
	return c.read(text, args)
}

func (c *liteConn) read(text string, args []any) (*readRows, error) {
	values, err := named(args)
	if err != nil {
		return nil, err
	}
	return c.queryValues(text, values)
}

// queryValues reads all rows at once: a step's answers are small, and a statement left half read would stand in the
// way of the commit.
func (c *liteConn) queryValues(text string, values []driver.NamedValue) (*readRows, error) {
	stmt, err := c.prepared(text)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.query(context.Background(), values)
	if err != nil {
		return nil, err
	}
	all := &readRows{columns: rows.Columns()}
	for err == nil {
		row := make([]driver.Value, len(all.columns))
		if err = rows.Next(row); err == nil {
			all.rows = append(all.rows, row)
		}
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return all, err
}

func (c *liteConn) pipeline(items []pipelined) (unread, failed error) {
	for _, it := range items {
		missing, err := c.answer(it)
		if err != nil {
			return unread, it.called(err)
		}
		if unread == nil {
			unread = missing
		}
	}
	return unread, nil
}

// answer runs one statement and reads what it gives.
func (c *liteConn) answer(it pipelined) (unread, failed error) {
	if it.dest == nil {
		n, err := c.run(it.sql, it.args)
		if err == nil && it.rows != nil {
			*it.rows = n
		}
		return nil, err
	}
	rows, err := c.read(it.sql, it.args)
	if err != nil {
		return nil, err
	}
	err = oneRow{rows: rows}.Scan(it.dest...)
	if errors.Is(err, ErrNoRows) {
		return err, nil
	}
	return nil, err
}

// readRows are rows that were read already.
type readRows struct {
	columns []string
	rows    [][]driver.Value
	at      int
}

func (r *readRows) Next() bool {
	r.at++
	return r.at <= len(r.rows)
}

func (r *readRows) Scan(dest ...any) error { return scanRow(r.rows[r.at-1], dest) }
func (r *readRows) Err() error             { return nil }
func (r *readRows) Close()                 {}

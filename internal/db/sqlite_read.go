package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"time"

	"parley/internal/errs"
)

// readWait is how long a query waits for a connection. It ends a knot in which every reader holds one connection and
// wants another.
const readWait = 10 * time.Second

// closeWait is how long Close waits for queries that are still being read.
const closeWait = 5 * time.Second

var errNeverClosed = errors.New("the rows of a query were never closed")

// liteReaders are connections that cannot write. The contexts of queries count here: a read that is broken off harms
// nobody.
type liteReaders struct {
	free chan *liteConn
}

func openLiteReaders(path string, n int) (*liteReaders, error) {
	if n <= 0 {
		n = 4
	}
	r := &liteReaders{free: make(chan *liteConn, n)}
	for range n {
		conn, err := openLiteConn(path, "query_only(1)", "cache_size(-16384)")
		if err != nil {
			return nil, errors.Join(err, r.closeAll(len(r.free)))
		}
		r.free <- conn
	}
	return r, nil
}

// close waits for the queries that are being read.
func (r *liteReaders) close() error { return r.closeAll(cap(r.free)) }

func (r *liteReaders) closeAll(n int) error {
	var all []error
	patience := time.After(closeWait)
	for range n {
		select {
		case conn := <-r.free:
			all = append(all, conn.close())
		case <-patience:
			return errors.Join(append(all, errNeverClosed)...)
		}
	}
	return errors.Join(all...)
}

func (r *liteReaders) query(ctx context.Context, text string, values []driver.NamedValue) (*liteRows, error) {
	conn, err := r.take(ctx)
	if err != nil {
		return nil, err
	}
	stmt, err := conn.prepared(text)
	if err == nil {
		var rows driver.Rows
		if rows, err = stmt.query(ctx, values); err == nil {
			return &liteRows{
				ctx: ctx, rows: rows, row: make([]driver.Value, len(rows.Columns())), release: func() { r.free <- conn },
			}, nil
		}
	}
	r.free <- conn
	return nil, classed(err)
}

func (r *liteReaders) take(ctx context.Context) (*liteConn, error) {
	select {
	case conn := <-r.free:
		return conn, nil
	default:
	}
	patience := time.NewTimer(readWait)
	defer patience.Stop()
	select {
	case conn := <-r.free:
		return conn, nil
	case <-ctx.Done():
		return nil, tooLate(ctx.Err())
	case <-patience.C:
		return nil, errs.New(errs.Unavailable, "The database is busy. Please try again.")
	}
}

// liteRows are rows read one by one; the connection is free again when they are closed or read to the end.
type liteRows struct {
	ctx     context.Context
	rows    driver.Rows
	row     []driver.Value
	err     error
	release func()
}

func (r *liteRows) Next() bool {
	if r.release == nil {
		return false
	}
	if r.err = r.ctx.Err(); r.err == nil {
		r.err = r.rows.Next(r.row)
	}
	if r.err == nil {
		return true
	}
	if errors.Is(r.err, io.EOF) {
		r.err = nil
	}
	r.Close()
	return false
}

func (r *liteRows) Scan(dest ...any) error { return scanRow(r.row, dest) }
func (r *liteRows) Err() error             { return classed(r.err) }

func (r *liteRows) Close() {
	if r.release != nil {
		if err := r.rows.Close(); r.err == nil {
			r.err = err
		}
		r.release()
		r.release = nil
	}
}

package db

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// PgxTx is the step's transaction for what speaks pgx (the job queue). It ends with the step; its Commit and Rollback
// do nothing, and a nested Begin is a savepoint. Contexts are not looked at, as in the step itself. On SQLite it fails
// (see SQLTx).
func (tx *Tx) PgxTx() (pgx.Tx, error) {
	conn, is := tx.conn.(*pgConn)
	if !is {
		return nil, errors.New("on SQLite a step is no transaction of pgx")
	}
	if err := tx.ready(0); err != nil {
		return nil, err
	}
	tx.wrote = true
	if before := tx.due(); len(before) > 0 || !conn.ready() {
		if _, err := conn.pipeline(before); err != nil {
			return nil, tx.noted(err)
		}
	}
	return &stepTx{conn: conn.c}, nil
}

// stepTx is a transaction, or a savepoint in one, that somebody else begins and ends.
type stepTx struct {
	conn   *pgx.Conn
	depth  int
	closed bool
}

func (t *stepTx) name() string { return fmt.Sprintf("inner_%d", t.depth) }

func (t *stepTx) Begin(ctx context.Context) (pgx.Tx, error) {
	inner := &stepTx{conn: t.conn, depth: t.depth + 1}
	_, err := inner.Exec(ctx, "SAVEPOINT "+inner.name())
	return inner, err
}

func (t *stepTx) Commit(ctx context.Context) error { return t.close(ctx, "RELEASE SAVEPOINT ") }

func (t *stepTx) Rollback(ctx context.Context) error { return t.close(ctx, "ROLLBACK TO SAVEPOINT ") }

// close ends a savepoint; the step's own transaction is ended by its writer.
func (t *stepTx) close(ctx context.Context, how string) error {
	if t.closed {
		return pgx.ErrTxClosed
	}
	t.closed = true
	if t.depth == 0 {
		return nil
	}
	_, err := t.Exec(ctx, how+t.name())
	return err
}

func (t *stepTx) CopyFrom(
	ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource,
) (int64, error) {
	return t.conn.CopyFrom(context.WithoutCancel(ctx), table, columns, rows)
}

func (t *stepTx) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	return t.conn.SendBatch(context.WithoutCancel(ctx), b)
}

// LargeObjects is not for steps; what it gives fails.
func (t *stepTx) LargeObjects() pgx.LargeObjects { return pgx.LargeObjects{} }

func (t *stepTx) Prepare(ctx context.Context, name, sql string) (*pgconn.StatementDescription, error) {
	return t.conn.Prepare(context.WithoutCancel(ctx), name, sql)
}

func (t *stepTx) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return t.conn.Exec(context.WithoutCancel(ctx), sql, args...)
}

func (t *stepTx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return t.conn.Query(context.WithoutCancel(ctx), sql, args...)
}

func (t *stepTx) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return t.conn.QueryRow(context.WithoutCancel(ctx), sql, args...)
}

func (t *stepTx) Conn() *pgx.Conn { return t.conn }

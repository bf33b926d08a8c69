package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/errs"
)

const insertSQL = `INSERT INTO contacts (tenant_id, id, created_at, updated_at) VALUES ($1, $2, 0, 0)`

// foreign writes a row through the step's transaction as database/sql or pgx sees it, as the job queue does.
func foreign(ctx context.Context, tx *db.Tx, tenantID, id string) error {
	if inner, err := tx.SQLTx(); err == nil {
		stmt, err := inner.PrepareContext(ctx, insertSQL)
		if err != nil {
			return err
		}
		defer func() { _ = stmt.Close() }()
		if _, err := stmt.ExecContext(ctx, tenantID, id); err != nil {
			return err
		}
		var n int
		if err := inner.QueryRowContext(ctx, `SELECT count(*) FROM contacts WHERE id = $1`, id).Scan(&n); err != nil || n != 1 {
			return fmt.Errorf("%d rows: %w", n, err)
		}
		return nil
	}
	inner, err := tx.PgxTx()
	if err != nil {
		return err
	}
	if _, err := inner.Exec(ctx, insertSQL, tenantID, id); err != nil {
		return err
	}
	var n int
	if err := inner.QueryRow(ctx, `SELECT count(*) FROM contacts WHERE id = $1`, id).Scan(&n); err != nil || n != 1 {
		return fmt.Errorf("%d rows: %w", n, err)
	}
	return inner.Commit(ctx) // ends nothing
}

func TestAStepIsATransactionForTheJobQueueToo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme, _ := dbtest.Tenants(t, d)
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // a step's statements run to their end
		err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error {
			if err := foreign(ctx, tx, acme, "first"); err != nil && d.Postgres() {
				return err
			}
			if err := foreign(context.WithoutCancel(ctx), tx, acme, "then"); err != nil {
				return err
			}
			return put(tx, "mine")
		})
		want := 3
		if !d.Postgres() {
			want = 2 // database/sql itself looks at the context
		}
		if n := count(t, d, acme); err != nil || n != want {
			t.Errorf("%d rows, want %d, %v", n, want, err)
		}
		err = beside(t, d, acme, call{as: acme, do: func(tx *db.Tx) error {
			return errors.Join(foreign(t.Context(), tx, acme, "bad"), errMine)
		}})
		if n := countLike(t, d, acme, "bad"); !errors.Is(err, errMine) || n != 0 {
			t.Errorf("%d rows of a step that failed, %v", n, err)
		}
		err = d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error {
			_ = foreign(t.Context(), tx, acme, "twice")
			_ = foreign(t.Context(), tx, acme, "twice") // fails, and the step says nothing of it
			return nil
		})
		if err == nil {
			t.Error("a statement of the job queue failed, and the step is stored")
		}
	})
}

func TestOnlyTheOtherDatabaseHasTheOtherTransaction(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.InTx(t.Context(), actor.ForSystem(""), func(tx *db.Tx) error {
			_, lite := tx.SQLTx()
			_, pg := tx.PgxTx()
			if (lite == nil) == d.Postgres() || (pg == nil) != d.Postgres() {
				t.Errorf("SQLTx %v, PgxTx %v", lite, pg)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		if (d.SQL() == nil) != d.Postgres() || (d.Pool() != nil) != d.Postgres() {
			t.Error("SQL is SQLite's, and Pool PostgreSQL's")
		}
		ownerOnly := d.AsOwner(t.Context(), "parley_x", func(context.Context, *pgxpool.Pool) error { return nil })
		if (ownerOnly == nil) != d.Postgres() {
			t.Errorf("AsOwner: %v", ownerOnly)
		}
	})
}

// A savepoint of the job queue's inside a step undoes what is in it, and nothing else.
func TestSavepointsInAStep(t *testing.T) {
	t.Parallel()
	d, _ := onPostgres(t)
	acme, _ := dbtest.Tenants(t, d)
	err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error {
		ctx := t.Context()
		outer, err := tx.PgxTx()
		if err != nil {
			return err
		}
		kept, err := outer.Begin(ctx)
		if err != nil {
			return err
		}
		b := &pgx.Batch{}
		b.Queue(insertSQL, acme, "kept")
		if err := kept.SendBatch(ctx, b).Close(); err != nil {
			return err
		}
		undone, err := kept.Begin(ctx)
		if err != nil {
			return err
		}
		if _, err := undone.Exec(ctx, insertSQL, acme, "undone"); err != nil {
			return err
		}
		if err := undone.Rollback(ctx); err != nil {
			return err
		}
		if err := undone.Commit(ctx); !errors.Is(err, pgx.ErrTxClosed) {
			t.Errorf("a commit after the roll-back: %v", err)
		}
		if err := kept.Commit(ctx); err != nil {
			return err
		}
		if _, err := outer.Prepare(ctx, "one", `SELECT 1`); err != nil {
			return err
		}
		if _, err := outer.CopyFrom(ctx, pgx.Identifier{"processes"}, []string{"id", "started_at", "alive_until"},
			pgx.CopyFromRows([][]any{{"copied", int64(0), int64(0)}})); err != nil {
			return err
		}
		rows, err := outer.Query(ctx, `SELECT id FROM contacts UNION SELECT id FROM processes ORDER BY id`)
		if err != nil {
			return err
		}
		ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if fmt.Sprint(ids) != "[copied kept]" {
			t.Errorf("there are %v", ids)
		}
		_ = outer.LargeObjects()
		if outer.Conn() == nil {
			t.Error("no connection")
		}
		return err
	})
	if n := count(t, d, acme); err != nil || n != 1 {
		t.Errorf("%d rows, %v", n, err)
	}
}

// The pool and the schema of the job queue: the owner makes the tables, the working role may use them.
func TestTheJobQueueBringsItsOwnTables(t *testing.T) {
	t.Parallel()
	d, _ := onPostgres(t)
	acme, _ := dbtest.Tenants(t, d)
	ctx := t.Context()
	for range 2 { // every start does it
		err := d.AsOwner(ctx, "work", func(ctx context.Context, owner *pgxpool.Pool) error {
			_, err := owner.Exec(ctx, `CREATE TABLE IF NOT EXISTS work.jobs (id BIGSERIAL PRIMARY KEY, what TEXT)`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := d.AsOwner(ctx, "work", func(context.Context, *pgxpool.Pool) error { return errMine }); !errors.Is(err, errMine) {
		t.Errorf("got %v", err)
	}
	if _, err := d.Pool().Exec(ctx, `INSERT INTO work.jobs (what) VALUES ('later')`); err != nil {
		t.Error(err)
	}
	if _, err := d.Pool().Exec(ctx, `DROP TABLE work.jobs`); err == nil {
		t.Error("the working role may drop tables")
	}
	if err := d.InTx(ctx, actor.ForSystem(acme), func(tx *db.Tx) error { return put(tx, "hers") }); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := d.Pool().QueryRow(ctx, `SELECT count(*) FROM contacts`).Scan(&n); err != nil || n != 0 {
		t.Errorf("without a tenant the pool sees %d rows, %v", n, err)
	}
}

// SQLite's one writing connection is lent to database/sql between two groups of steps.
func TestTheWritersConnectionIsLent(t *testing.T) {
	t.Parallel()
	dbtest.Only(t, dbtest.SQLite)
	d := dbtest.Open(t, dbtest.SQLite)
	acme, _ := dbtest.Tenants(t, d)
	ctx := t.Context()
	rows := func() (n int) {
		t.Helper()
		if err := d.SQL().QueryRowContext(ctx, `SELECT count(*) FROM contacts`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if _, err := d.SQL().ExecContext(ctx, insertSQL, acme, "a"); err != nil {
		t.Fatal(err)
	}
	var id string
	if err := d.SQL().QueryRowContext(ctx, insertSQL+` RETURNING id`, acme, "b").Scan(&id); err != nil || id != "b" {
		t.Fatal(id, err)
	}
	tx, err := d.SQL().BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(ctx, insertSQL, acme, "c"); err != nil {
		t.Fatal(err)
	}
	var inside int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM contacts`).Scan(&inside); err != nil || inside != 3 {
		t.Errorf("inside there are %d, %v", inside, err)
	}
	if n := rows(); n != 2 {
		t.Errorf("outside there are %d before the commit", n)
	}
	waits := make(chan struct{})
	told := sync.OnceFunc(func() { close(waits) })
	later := make(chan error, 1)
	go func() {
		later <- d.InTx(queued{ctx, told}, actor.ForSystem(acme), func(tx *db.Tx) error { return put(tx, "d") })
	}()
	<-waits
	short, cancel := context.WithCancel(ctx)
	gaveUp := make(chan error, 1)
	go func() {
		_, err := d.SQL().ExecContext(short, insertSQL, acme, "never")
		gaveUp <- err
	}()
	cancel()
	if err := <-gaveUp; !errors.Is(err, context.Canceled) {
		t.Errorf("one who waits no longer: %v", err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-later; err != nil {
		t.Fatal(err)
	}
	if n := rows(); n != 4 {
		t.Errorf("%d rows", n)
	}
	tx, err = d.SQL().BeginTx(ctx, &sql.TxOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(ctx, insertSQL, acme, "undone"); err != nil {
		t.Fatal(err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if _, err := d.SQL().ExecContext(ctx, insertSQL, acme, "a"); err == nil {
		t.Error("a row twice")
	}
	if _, err := d.SQL().ExecContext(ctx, `INSERT INTO nowhere VALUES (1)`); err == nil {
		t.Error("a table that is not there")
	}
	if _, err := d.SQL().QueryContext(ctx, `SELECT nonsense`); err == nil {
		t.Error("nonsense")
	}
	if n := rows(); n != 4 {
		t.Errorf("%d rows after a roll-back", n)
	}
	if err := d.InTx(ctx, actor.ForSystem(acme), func(tx *db.Tx) error { return put(tx, "e") }); err != nil {
		t.Errorf("after the loans: %v", err)
	}
}

// A loan is not starved by steps that keep coming, the urgent ones included.
func TestALoanComesToItsTurn(t *testing.T) {
	t.Parallel()
	dbtest.Only(t, dbtest.SQLite)
	d := dbtest.Open(t, dbtest.SQLite)
	acme, _ := dbtest.Tenants(t, d)
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	defer all.Wait()
	defer stop()
	for range 8 {
		all.Go(func() {
			for ctx.Err() == nil {
				_ = d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error { return put(tx, tx.NewID()) }, db.Urgent())
			}
		})
	}
	for i := range 20 {
		wait, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		if _, err := d.SQL().ExecContext(wait, insertSQL, acme, fmt.Sprint(i)); err != nil {
			t.Errorf("loan %d: %v", i, err)
		}
		cancel()
	}
}

// Open rows hold a reader: with all of them held, a query waits as long as its context, and closing gives up on rows
// that nobody ever closes.
func TestReadersAreFew(t *testing.T) {
	t.Parallel()
	for _, kind := range dbtest.Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			o := dbtest.Options(t, kind)
			o.Readers = 1
			d, err := db.Open(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			q := d.As(actor.ForSystem(""))
			held, err := q.Query(t.Context(), `SELECT 1 UNION ALL SELECT 2`)
			if err != nil {
				t.Fatal(err)
			}
			defer held.Close()
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			if err := q.QueryRow(ctx, `SELECT 1`).Scan(new(int)); !errors.Is(err, context.DeadlineExceeded) || !errs.Is(err, errs.Unavailable) {
				t.Errorf("got %v", err)
			}
			if err := d.Close(); err == nil {
				t.Error("rows that were never closed are not mentioned")
			}
		})
	}
}

func TestAReadStopsWithItsContext(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		rows, err := d.As(actor.ForSystem("")).Query(ctx, `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
			WHERE i < 5000000) SELECT i FROM n`)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		n := 0
		for rows.Next() {
			if n++; n == 3 {
				cancel()
			}
		}
		if rows.Err() == nil || n == 5_000_000 {
			t.Errorf("read %d rows, %v", n, rows.Err())
		}
		if rows.Next() {
			t.Error("there are rows after the end")
		}
		rows.Close()
		if err := d.As(actor.ForSystem("")).QueryRow(t.Context(), `SELECT 1`).Scan(new(int)); err != nil {
			t.Errorf("the next read: %v", err)
		}
	})
}

func TestReadersCannotWrite(t *testing.T) {
	t.Parallel()
	dbtest.Only(t, dbtest.SQLite)
	d := dbtest.Open(t, dbtest.SQLite)
	err := d.As(actor.ForSystem("")).QueryRow(t.Context(), `INSERT INTO processes (id, started_at, alive_until) VALUES ('x', 0, 0)
		RETURNING id`).Scan(new(string))
	if err == nil {
		t.Error("a reader wrote")
	}
}

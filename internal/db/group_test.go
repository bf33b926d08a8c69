package db_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/errs"
)

// queued is a context that tells when its step has been put into the queue: InTx looks at Done just after that.
type queued struct {
	context.Context
	told func()
}

func (q queued) Done() <-chan struct{} {
	q.told()
	return q.Context.Done()
}

// call is one step to be run with others.
type call struct {
	ctx context.Context // nil is the test's
	as  string
	do  db.Step
}

// gather runs steps so that they share a commit: they wait in the queue, in this order, behind one that does not end
// before all are there.
func gather(t *testing.T, d *db.DB, calls []call) []error {
	t.Helper()
	entered, open := make(chan struct{}), make(chan struct{})
	var once sync.Once
	var all sync.WaitGroup
	all.Go(func() {
		err := d.InTx(t.Context(), actor.ForSystem(""), func(*db.Tx) error {
			once.Do(func() { close(entered); <-open })
			return nil
		}, db.InLane(0))
		if err != nil {
			t.Error(err)
		}
	})
	<-entered
	failed := make([]error, len(calls))
	for i, c := range calls {
		if c.ctx == nil {
			c.ctx = t.Context()
		}
		waits := make(chan struct{})
		ctx := queued{c.ctx, sync.OnceFunc(func() { close(waits) })}
		all.Go(func() { failed[i] = d.InTx(ctx, actor.ForSystem(c.as), c.do, db.InLane(0)) })
		<-waits
	}
	close(open)
	all.Wait()
	return failed
}

// beside runs an odd step in the midst of a hundred good ones, in shared commits, and gives its error. The good ones
// must be stored, all of them, and of the odd one nothing.
func beside(t *testing.T, d *db.DB, tenantID string, odd call) error {
	t.Helper()
	const at = 20
	calls := make([]call, 101)
	for i := range calls {
		calls[i] = call{as: tenantID, do: func(tx *db.Tx) error { return put(tx, fmt.Sprintf("good-%d", i)) }}
	}
	calls[at] = odd
	failed := gather(t, d, calls)
	for i, err := range failed {
		if i != at && err != nil {
			t.Errorf("a good step: %v", err)
		}
	}
	if n := countLike(t, d, tenantID, "good-%"); n != 100 {
		t.Errorf("%d of 100 good steps are stored", n)
	}
	return failed[at]
}

func countLike(t *testing.T, d *db.DB, tenantID, like string) (n int) {
	t.Helper()
	err := d.As(actor.ForSystem(tenantID)).QueryRow(t.Context(),
		`SELECT count(*) FROM contacts WHERE tenant_id = $1 AND id LIKE $2`, tenantID, like).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

var errMine = errors.New("mine")

// bad writes a row that must never be seen.
func bad(tx *db.Tx) error { return put(tx, "bad") }

func TestAStepThatFailsFailsAlone(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		odd    func(tx *db.Tx) error
		is     func(err error) bool
		shared bool // the good ones need not be run again
		apart  bool // on PostgreSQL the failure takes the transaction along: the steps may be run one by one
	}{
		"by itself after a write": {
			odd: func(tx *db.Tx) error { return errors.Join(bad(tx), errMine) },
			is:  func(err error) bool { return errors.Is(err, errMine) },
		},
		"by itself before a write": {
			odd:    func(*db.Tx) error { return errMine },
			is:     func(err error) bool { return errors.Is(err, errMine) },
			shared: true,
		},
		"by a statement": {
			odd: func(tx *db.Tx) error {
				if err := bad(tx); err != nil {
					return err
				}
				_, err := tx.Exec(context.Background(), `INSERT INTO nowhere VALUES (1)`)
				return err
			},
			is: func(err error) bool { return strings.Contains(err.Error(), "nowhere") },
		},
		"by going on after a failed statement": {
			odd: func(tx *db.Tx) error {
				_, _ = tx.Exec(context.Background(), `INSERT INTO nowhere VALUES (1)`)
				_ = bad(tx)
				return nil
			},
			is:    func(err error) bool { return strings.Contains(err.Error(), "nowhere") },
			apart: true,
		},
		"by a row that is there already": {
			odd: func(tx *db.Tx) error { return errors.Join(bad(tx), bad(tx)) },
			is: func(err error) bool {
				table, is := db.UniqueViolation(err)
				return is && table == "contacts"
			},
		},
		"by a panic": {
			odd: func(tx *db.Tx) error {
				if err := bad(tx); err != nil {
					return err
				}
				panic("at the disco")
			},
			is: func(err error) bool { return errs.Is(err, errs.Internal) },
		},
		"by rows left open": {
			odd: func(tx *db.Tx) error {
				if err := bad(tx); err != nil {
					return err
				}
				_, err := tx.Query(context.Background(), `SELECT id FROM contacts WHERE tenant_id = $1`, tx.Actor().Tenant())
				if err != nil {
					return err
				}
				return tx.QueryRow(context.Background(), `SELECT 1`).Scan(new(int))
			},
			is: func(err error) bool { return strings.Contains(err.Error(), "still open") },
		},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				acme, _ := dbtest.Tenants(t, d)
				before := d.Stats()
				err := beside(t, d, acme, call{as: acme, do: c.odd})
				if err == nil || !c.is(err) {
					t.Errorf("its error is %v", err)
				}
				if n := countLike(t, d, acme, "bad"); n != 0 {
					t.Error("of the step that failed something is stored")
				}
				after := d.Stats()
				if again := after.Reruns != before.Reruns; again == c.shared {
					t.Errorf("run again: %v", again)
				}
				if n := after.Commits - before.Commits; n > 8 && (!c.apart || !d.Postgres()) {
					t.Errorf("%d commits: the steps did not share them", n)
				}
			})
		}
	})
}

// Which index a row would stand twice in, is told alike on both databases.
func TestAViolationNamesItsIndex(t *testing.T) {
	t.Parallel()
	identity := db.Unique{
		Index:   "contact_identities_pkey",
		Columns: "contact_identities.tenant_id, contact_identities.kind, contact_identities.value",
	}
	contact := db.Unique{Index: "contacts_pkey", Columns: "contacts.tenant_id, contacts.id"}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme, _ := dbtest.Tenants(t, d)
		err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error { return errors.Join(put(tx, "one"), put(tx, "one")) })
		if !contact.Violated(err) || identity.Violated(err) {
			t.Errorf("got %v", err)
		}
		err = d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error {
			if err := put(tx, "one"); err != nil {
				return err
			}
			for range 2 {
				_, err := tx.Exec(t.Context(), `INSERT INTO contact_identities (tenant_id, kind, value, contact_id, source, first_seen)
					VALUES ($1, 'wa_id', '447700900123', 'one', 'test', 1)`, acme)
				if err != nil {
					return err
				}
			}
			return nil
		})
		if !identity.Violated(err) || contact.Violated(err) {
			t.Errorf("got %v", err)
		}
		if contact.Violated(nil) || contact.Violated(errMine) {
			t.Error("something else counts as a violation")
		}
	})
}

// What makes a table touches no rows, and is undone all the same. PostgreSQL's working role may not make any.
func TestAStepThatOnlyMadeATableAndFailedLeavesNone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme, _ := dbtest.Tenants(t, d)
		err := beside(t, d, acme, call{as: acme, do: func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `CREATE TABLE half_done (x BIGINT)`)
			return errors.Join(err, errMine)
		}})
		if !errors.Is(err, errMine) {
			t.Errorf("its error is %v", err)
		}
		if err := d.As(actor.ForSystem("")).QueryRow(t.Context(), `SELECT count(*) FROM half_done`).Scan(new(int)); err == nil {
			t.Error("the table is there")
		}
	})
}

// A failure may take the whole transaction with it: SQLite rolls back by itself when it must, PostgreSQL's connection
// breaks. Then every step of the group is run again by itself.
func TestAStepThatTakesTheTransactionWithItFailsAlone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme, _ := dbtest.Tenants(t, d)
		err := beside(t, d, acme, call{as: acme, do: func(tx *db.Tx) error {
			if err := bad(tx); err != nil {
				return err
			}
			sql := `SELECT pg_terminate_backend(pg_backend_pid())`
			if !d.Postgres() {
				sql = `INSERT OR ROLLBACK INTO contacts (tenant_id, id, created_at, updated_at) VALUES ($1, 'bad', 0, 0)`
				_, err := tx.Exec(context.Background(), sql, tx.Actor().Tenant())
				return err
			}
			_, err := tx.Exec(context.Background(), sql)
			return err
		}})
		if err == nil {
			t.Error("the step that did it was told that it is stored")
		}
		if n := countLike(t, d, acme, "bad"); n != 0 {
			t.Error("of the step that failed something is stored")
		}
	})
}

// What a database checks only at the commit fails there, for all of the group at once.
func TestACommitThatFailsFailsTheOneThatIsToBlame(t *testing.T) {
	t.Parallel()
	for _, kind := range dbtest.Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			o := dbtest.Options(t, kind)
			d := dbtest.Start(t, o)
			acme, _ := dbtest.Tenants(t, d)
			odd := []string{
				`PRAGMA defer_foreign_keys = ON`,
				`INSERT INTO contacts (tenant_id, id, created_at, updated_at) VALUES ('nobody', 'bad', 0, 0)`,
			}
			if d.Postgres() {
				do(t, connect(t, o), `CREATE TABLE judged_late (n BIGINT UNIQUE DEFERRABLE INITIALLY DEFERRED)`,
					`GRANT INSERT ON judged_late TO application_role`)
				odd = []string{`INSERT INTO judged_late VALUES (1), (1)`}
			}
			err := beside(t, d, acme, call{as: acme, do: func(tx *db.Tx) error {
				for _, sql := range odd {
					if _, err := tx.Exec(context.Background(), sql); err != nil {
						t.Errorf("it fails before the commit: %v", err)
						return err
					}
				}
				return bad(tx)
			}})
			if err == nil || errs.Is(err, errs.Unavailable) {
				t.Errorf("got %v", err)
			}
			if n := countLike(t, d, acme, "bad"); n != 0 {
				t.Error("of the step that failed something is stored")
			}
		})
	}
}

func TestACancelledStepIsNotBegunAndHurtsNobody(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme, zeta := dbtest.Tenants(t, d)
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		err := beside(t, d, acme, call{ctx: gone, as: acme, do: bad})
		if !errors.Is(err, context.Canceled) || !errs.Is(err, errs.Unavailable) {
			t.Errorf("got %v", err)
		}
		if n := countLike(t, d, acme, "bad"); n != 0 {
			t.Error("a step that was cancelled before it began is stored")
		}
		during, leave := context.WithCancel(t.Context())
		err = beside(t, d, zeta, call{ctx: during, as: zeta, do: func(tx *db.Tx) error {
			leave() // the caller goes away while the step runs
			return put(tx, "late")
		}})
		if n := countLike(t, d, zeta, "late"); err != nil || n != 1 {
			t.Errorf("%d rows, %v: the step that had begun must be stored whole", n, err)
		}
	})
}

func TestAFullDiskIsSaidAndEndsNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme, _ := dbtest.Tenants(t, d)
		err := beside(t, d, acme, call{as: acme, do: func(tx *db.Tx) error {
			if err := bad(tx); err != nil {
				return err
			}
			if !d.Postgres() {
				return outgrow(tx, acme)
			}
			_, err := tx.Exec(context.Background(),
				`DO $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$`)
			return err
		}})
		if !errs.Is(err, errs.Unavailable) {
			t.Errorf("got %v", err)
		}
		if err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error { return put(tx, "after") }); err != nil {
			t.Errorf("after the disk has room again: %v", err)
		}
		if n := count(t, d, acme); n != 101 {
			t.Errorf("%d of 101 good steps stored", n)
		}
	})
}

// outgrow asks SQLite for more than it may have; afterwards it may have more again.
func outgrow(tx *db.Tx, tenantID string) error {
	ctx := context.Background()
	if _, err := tx.Exec(ctx, `PRAGMA max_page_count = 1000`); err != nil {
		return err
	}
	_, full := tx.Exec(ctx, `UPDATE contacts SET attributes = $1 WHERE tenant_id = $2`, strings.Repeat("x", 8<<20), tenantID)
	_, err := tx.Exec(ctx, `PRAGMA max_page_count = 1073741823`)
	return errors.Join(full, err)
}

// When the disk stays full, nobody is told "stored", and it goes on when there is room again.
func TestAsLongAsTheDiskIsFullNothingIsAcknowledged(t *testing.T) {
	t.Parallel()
	dbtest.Only(t, dbtest.SQLite)
	d := dbtest.Open(t, dbtest.SQLite)
	acme, _ := dbtest.Tenants(t, d)
	pragma := func(sql string) {
		err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), sql)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	pragma(`PRAGMA max_page_count = 1`) // SQLite makes it the present size
	calls := make([]call, 40)
	for i := range calls {
		calls[i] = call{as: acme, do: func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO contacts (tenant_id, id, attributes, created_at, updated_at)
				VALUES ($1, $2, $3, 0, 0)`, acme, fmt.Sprint(i), strings.Repeat("x", 100_000))
			return err
		}}
	}
	stored := 0
	for _, err := range gather(t, d, calls) {
		switch {
		case err == nil:
			stored++
		case !errs.Is(err, errs.Unavailable):
			t.Errorf("got %v", err)
		}
	}
	if n := count(t, d, acme); n != stored || stored == len(calls) {
		t.Errorf("%d steps were told that they are stored, and %d are", stored, n)
	}
	pragma(`PRAGMA max_page_count = 1073741823`)
	for i, err := range gather(t, d, calls[stored:]) {
		if err != nil {
			t.Errorf("step %d, with room again: %v", i, err)
		}
	}
}

// A test's FailNow, in a step, ends the goroutine: its group fails, and the next one is run.
func TestAStepThatEndsItsGoroutineEndsNothingElse(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme, _ := dbtest.Tenants(t, d)
		err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error {
			if err := bad(tx); err != nil {
				return err
			}
			runtime.Goexit()
			return nil
		})
		if err == nil {
			t.Error("no error")
		}
		if err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error { return put(tx, "next") }); err != nil {
			t.Error(err)
		}
		if n := count(t, d, acme); n != 1 {
			t.Errorf("%d rows, want the next one only", n)
		}
	})
}

// What is urgent goes first when there is more than one commit takes.
func TestUrgentStepsGoFirst(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme, _ := dbtest.Tenants(t, d)
		var mu sync.Mutex
		var order []string
		note := func(what string) db.Step {
			return func(*db.Tx) error { mu.Lock(); defer mu.Unlock(); order = append(order, what); return nil }
		}
		entered, open := make(chan struct{}), make(chan struct{})
		var all sync.WaitGroup
		run := func(do db.Step, opts ...db.Option) {
			waits := make(chan struct{})
			ctx := queued{t.Context(), sync.OnceFunc(func() { close(waits) })}
			all.Go(func() {
				if err := d.InTx(ctx, actor.ForSystem(acme), do, append(opts, db.InLane(0))...); err != nil {
					t.Error(err)
				}
			})
			<-waits
		}
		run(func(*db.Tx) error { close(entered); <-open; return nil })
		<-entered
		run(note("brings more"))
		run(note("finishes"), db.Urgent())
		close(open)
		all.Wait()
		if got := strings.Join(order, ", "); got != "finishes, brings more" {
			t.Error(got)
		}
	})
}

// The tenant is entered anew for each step of a shared transaction, also when it is run again behind savepoints.
func TestTenantsInOneTransactionSeeTheirOwn(t *testing.T) {
	t.Parallel()
	for _, odd := range []bool{false, true} {
		t.Run(fmt.Sprintf("odd=%v", odd), func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				acme, zeta := dbtest.Tenants(t, d)
				var calls []call
				for i := range 60 {
					for _, tenantID := range []string{acme, zeta} {
						calls = append(calls, call{as: tenantID, do: func(tx *db.Tx) error {
							if err := put(tx, fmt.Sprint(i)); err != nil {
								return err
							}
							if !d.Postgres() {
								return nil
							}
							var n int // what there is, without a condition: the policy's
							if err := tx.QueryRow(t.Context(), `SELECT count(*) FROM contacts`).Scan(&n); err != nil || n != i+1 {
								return fmt.Errorf("%s sees %d rows of %d: %w", tenantID, n, i+1, err)
							}
							return nil
						}})
					}
					if odd && i%20 == 7 {
						calls = append(calls, call{as: acme, do: func(tx *db.Tx) error { return errors.Join(bad(tx), errMine) }})
					}
				}
				for _, err := range gather(t, d, calls) {
					if err != nil && !errors.Is(err, errMine) {
						t.Error(err)
					}
				}
				if a, z := count(t, d, acme), count(t, d, zeta); a != 60 || z != 60 {
					t.Errorf("acme %d, zeta %d", a, z)
				}
			})
		})
	}
}

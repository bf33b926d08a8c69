package db_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/db/dbtest"
)

const insertContact = `INSERT INTO contacts (tenant_id, id, name, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)`

// later adds a contact without waiting for it.
func later(tx *db.Tx, id string) db.Pending {
	return tx.Later("add "+id, insertContact+` RETURNING name`, tx.Actor().Tenant(), id, "name of "+id, tx.Now())
}

func TestWhatCanWaitGoesBeforeTheNextStatementAndAtTheLatestAtTheEnd(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme, _ := dbtest.Tenants(t, d)
		var first, last string
		var renamed int64
		before := d.Stats().Statements
		err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error {
			later(tx, "a").Into(&first)
			var n int
			if err := tx.QueryRow(t.Context(), `SELECT count(*) FROM contacts WHERE tenant_id = $1`, acme).Scan(&n); err != nil {
				return err
			}
			if n != 1 || first != "name of a" {
				t.Errorf("the next statement sees %d rows, and the first gave %q", n, first)
			}
			later(tx, "b")
			if touched, err := tx.Exec(t.Context(), `UPDATE contacts SET username = 'u' WHERE tenant_id = $1`, acme); err != nil || touched != 2 {
				t.Errorf("%d rows, %v", touched, err)
			}
			tx.Later("rename", `UPDATE contacts SET name = 'x' WHERE tenant_id = $1 AND username = 'u'`, acme).Count(&renamed)
			later(tx, "c").Into(&last)
			return nil
		})
		if n := count(t, d, acme); err != nil || n != 3 || renamed != 2 || last != "name of c" {
			t.Errorf("%d rows, %d renamed, the last gave %q: %v", n, renamed, last, err)
		}
		if n := d.Stats().Statements - before; n != 6 {
			t.Errorf("%d statements were counted", n)
		}
	})
}

// It fails in its own step and alone, says which it was, and nothing is announced.
func TestWhatCanWaitAndFailsFailsItsStepAlone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme, zeta := dbtest.Tenants(t, d)
		var all sync.WaitGroup
		for i := range 40 {
			all.Go(func() {
				err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error {
					later(tx, tx.NewID())
					if i%4 == 0 {
						tx.AfterCommit(func() { t.Error("a step that failed is announced") })
						later(tx, "twice")
						later(tx, "twice")
					}
					return nil
				})
				if i%4 == 0 && (err == nil || !strings.Contains(err.Error(), "add twice")) || i%4 != 0 && err != nil {
					t.Errorf("step %d: %v", i, err)
				}
			})
		}
		all.Wait()
		if n := count(t, d, acme); n != 30 {
			t.Errorf("%d rows, want 30", n)
		}
		no := errors.New("no")
		err := d.InTx(t.Context(), actor.ForSystem(zeta), func(tx *db.Tx) error {
			later(tx, "z")
			return no
		})
		if n := count(t, d, zeta); !errors.Is(err, no) || n != 0 {
			t.Errorf("a step that gave up left %d rows: %v", n, err)
		}
	})
}

// A guard that does not hold has written nothing, so that the group need not be run again for it.
func TestAGuardThatDoesNotHoldHarmsNobody(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme, _ := dbtest.Tenants(t, d)
		before := d.Stats().Reruns
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error {
					var id string
					return tx.QueryRow(t.Context(), `UPDATE contacts SET name = 'x' WHERE tenant_id = $1 AND id = 'nobody' RETURNING id`, acme).
						Scan(&id)
				})
				if !errors.Is(err, db.ErrNoRows) {
					t.Errorf("got %v", err)
				}
				if err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error { later(tx, tx.NewID()); return nil }); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := count(t, d, acme); n != 20 || d.Stats().Reruns != before {
			t.Errorf("%d rows, %d groups were run again", n, d.Stats().Reruns-before)
		}
	})
}

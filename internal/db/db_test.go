package db_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/errs"
)

// put writes a contact of a tenant; contacts stand for any tenant table here.
func put(tx *db.Tx, id string) error {
	_, err := tx.Exec(context.Background(), `INSERT INTO contacts (tenant_id, id, created_at, updated_at) VALUES ($1, $2, $3, $3)`,
		tx.Actor().Tenant(), id, tx.Now())
	return err
}

func count(t *testing.T, d *db.DB, tenantID string) (n int) {
	t.Helper()
	err := d.As(actor.ForSystem(tenantID)).QueryRow(t.Context(), `SELECT count(*) FROM contacts WHERE tenant_id = $1`, tenantID).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAfterCommitRunsInOrderAndNeverAfterARollback(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme, _ := dbtest.Tenants(t, d)
		var mu sync.Mutex
		var heard []string
		say := func(word string) func() {
			return func() { mu.Lock(); defer mu.Unlock(); heard = append(heard, word) }
		}
		err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error {
			tx.AfterCommit(say("never"))
			return errors.New("no")
		})
		if err == nil {
			t.Error("no error")
		}
		if err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error {
			tx.AfterCommit(say("one"))
			tx.AfterCommit(func() { panic("contained") })
			tx.AfterCommit(say("two"))
			return put(tx, "c")
		}); err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		defer mu.Unlock()
		if strings.Join(heard, " ") != "one two" {
			t.Errorf("heard %v", heard)
		}
	})
}

func TestTwoTenantsInOneGroupSeeTheirOwn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme, zeta := dbtest.Tenants(t, d)
		var wg sync.WaitGroup
		for i := range 60 {
			for _, tenantID := range []string{acme, zeta} {
				wg.Go(func() {
					err := d.InTx(t.Context(), actor.ForSystem(tenantID), func(tx *db.Tx) error { return put(tx, fmt.Sprint(i)) }, db.InLane(int64(i)))
					if err != nil {
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
		if a, z := count(t, d, acme), count(t, d, zeta); a != 60 || z != 60 {
			t.Errorf("acme %d, zeta %d", a, z)
		}
	})
}

func TestOnPostgreSQLTheTenantDecidesWhatThereIs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if !d.Postgres() {
			return // SQLite keeps tenants apart by key and query alone
		}
		acme, zeta := dbtest.Tenants(t, d)
		if err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error { return put(tx, "hers") }); err != nil {
			t.Fatal(err)
		}
		for _, as := range []string{"", zeta} {
			var n int
			err := d.As(actor.ForSystem(as)).QueryRow(t.Context(), `SELECT count(*) FROM contacts`).Scan(&n)
			if err != nil || n != 0 {
				t.Errorf("tenant %q sees %d rows of another, %v", as, n, err)
			}
			err = d.InTx(t.Context(), actor.ForSystem(as), func(tx *db.Tx) error {
				n, err := tx.Exec(t.Context(), `UPDATE contacts SET name = 'stolen' WHERE id = 'hers'`)
				if n != 0 {
					t.Errorf("tenant %q changed %d rows of another", as, n)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
			err = d.InTx(t.Context(), actor.ForSystem(as), func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), `INSERT INTO contacts (tenant_id, id, created_at, updated_at) VALUES ($1, 'forged', 1, 1)`, acme)
				return err
			})
			if err == nil {
				t.Errorf("tenant %q wrote a row of another", as)
			}
		}
		err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `DELETE FROM audit_entries`)
			return err
		})
		if err == nil {
			t.Error("the audit log can be emptied")
		}
	})
}

func TestASecondProcessOnTheSameFolderIsRefused(t *testing.T) {
	t.Parallel()
	o := dbtest.Options(t, dbtest.SQLite)
	first, err := db.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), "in use by another Parley process") {
		t.Errorf("got %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := db.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	_ = again.Close()
}

func TestAClosedDatabaseSaysSo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		err := d.InTx(t.Context(), actor.ForSystem(""), func(*db.Tx) error { return nil })
		if !errs.Is(err, errs.Unavailable) {
			t.Errorf("got %v", err)
		}
	})
}

func TestTimesAndNullsReadTheSame(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme, _ := dbtest.Tenants(t, d)
		if err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error { return put(tx, "c") }); err != nil {
			t.Fatal(err)
		}
		var never, created db.Time
		var null *int64
		type name string
		var text name
		err := d.As(actor.ForSystem(acme)).QueryRow(t.Context(),
			`SELECT opted_out_at, opted_out_at, created_at, name FROM contacts WHERE tenant_id = $1`, acme).Scan(&never, &null, &created, &text)
		if err != nil {
			t.Fatal(err)
		}
		if !never.IsZero() || null != nil || d.Now().Sub(created) > time.Minute {
			t.Errorf("got %v, %v, %v", never, null, created)
		}
		var none int
		err = d.As(actor.ForSystem(acme)).QueryRow(t.Context(), `SELECT 1 FROM contacts WHERE tenant_id = 'nobody'`).Scan(&none)
		if !errors.Is(err, db.ErrNoRows) || !errs.Is(db.Found(err, "contact"), errs.NotFound) {
			t.Errorf("got %v", err)
		}
	})
}

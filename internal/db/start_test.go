package db_test

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/db/dbtest"
)

// server connects to the tests' PostgreSQL with the login that may do anything there.
func server(t *testing.T) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(t.Context(), dbtest.Server())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	return c
}

func do(t *testing.T, c *pgx.Conn, statements ...string) {
	t.Helper()
	for _, sql := range statements {
		if _, err := c.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
}

// unique makes a name that no other test of this server has.
func unique(what string) string {
	return "parley_test_" + strings.ReplaceAll(uuid.Must(uuid.NewV7()).String(), "-", "") + what
}

// emptyDatabase makes a login that is no superuser, with a database of its own in which there is nothing yet.
func emptyDatabase(t *testing.T, rights string) (address, login string) {
	t.Helper()
	dbtest.Only(t, dbtest.Postgres)
	root := server(t)
	name := unique("")
	login = name + "_owner"
	do(t, root, "CREATE ROLE "+login+" LOGIN "+rights+password(t), "CREATE DATABASE "+name+" OWNER "+login)
	if rights == "CREATEROLE" {
		// Since PostgreSQL 16 a login grants only roles of its own, and another test's login may have made this one.
		_, _ = root.Exec(t.Context(), "GRANT application_role TO "+login)
	}
	t.Cleanup(func() {
		for _, sql := range []string{"DROP DATABASE IF EXISTS " + name + " WITH (FORCE)", "DROP ROLE " + login} {
			if _, err := root.Exec(context.Background(), sql); err != nil {
				t.Log(err)
			}
		}
	})
	address, err := dbtest.Address(name, login)
	if err != nil {
		t.Fatal(err)
	}
	return address, login
}

// password is the clause that gives a new login the password of the server's, if there is one.
func password(t *testing.T) string {
	t.Helper()
	u, err := url.Parse(dbtest.Server())
	if err != nil {
		t.Fatal(err)
	}
	if word, has := u.User.Password(); has {
		return " PASSWORD '" + strings.ReplaceAll(word, "'", "''") + "'"
	}
	return ""
}

// Several processes start at once on an empty database: one migrates, all work.
func TestAnEmptyDatabaseIsMigratedOnce(t *testing.T) {
	t.Parallel()
	address, _ := emptyDatabase(t, "CREATEROLE")
	var all sync.WaitGroup
	opened := make([]*db.DB, 3)
	for i := range opened {
		all.Go(func() {
			d, err := db.Open(t.Context(), db.Options{URL: address})
			if err != nil {
				t.Error(err)
				return
			}
			opened[i] = d
		})
	}
	all.Wait()
	for _, d := range opened {
		if d == nil {
			t.FailNow()
		}
		acme, _ := dbtest.Tenants(t, d)
		if err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error { return put(tx, "c") }); err != nil {
			t.Error(err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
	c, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(context.Background()) }()
	var steps, distinct int
	err = c.QueryRow(t.Context(), `SELECT count(*), count(DISTINCT version_id) FROM goose_db_version`).Scan(&steps, &distinct)
	if err != nil || steps != distinct {
		t.Errorf("%d migrations ran as %d, %v", distinct, steps, err)
	}
}

// A policy that somebody has dropped, switched off or changed is put back at the next start.
func TestAStartPutsThePoliciesBack(t *testing.T) {
	t.Parallel()
	d, o := onPostgres(t)
	acme, zeta := dbtest.Tenants(t, d)
	if err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error { return put(tx, "hers") }); err != nil {
		t.Fatal(err)
	}
	c := connect(t, o)
	for _, sql := range []string{
		`ALTER TABLE contacts DISABLE ROW LEVEL SECURITY`,
		`DROP POLICY tenant_isolation ON contacts`,
		`DROP POLICY tenant_isolation ON contacts; CREATE POLICY tenant_isolation ON contacts USING (true)`,
	} {
		do(t, c, sql)
		again := dbtest.Start(t, o)
		var n int
		if err := again.As(actor.ForSystem(zeta)).QueryRow(t.Context(), `SELECT count(*) FROM contacts`).Scan(&n); err != nil || n != 0 {
			t.Errorf("after %s and a start another tenant sees %d rows, %v", sql, n, err)
		}
	}
}

// A login that may neither create the working role nor take it on is told what to do; with a second login it works.
func TestALoginThatMayNotCreateRolesNeedsAnother(t *testing.T) {
	t.Parallel()
	address, login := emptyDatabase(t, "NOCREATEROLE")
	_, err := db.Open(t.Context(), db.Options{URL: address})
	if err == nil || !strings.Contains(err.Error(), "DATABASE_APP_URL") || strings.Contains(err.Error(), "<nil>") {
		t.Fatalf("got %v", err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	there, err := url.Parse(dbtest.Server())
	if err != nil {
		t.Fatal(err)
	}
	there.Path = u.Path
	root, err := pgx.Connect(t.Context(), there.String())
	if err != nil {
		t.Fatal(err)
	}
	worker := login + "_app"
	do(t, root, "CREATE ROLE "+worker+" LOGIN"+password(t))
	t.Cleanup(func() {
		if _, err := root.Exec(context.Background(), "DROP OWNED BY "+worker+"; DROP ROLE "+worker); err != nil {
			t.Log(err)
		}
		_ = root.Close(context.Background())
	})
	app, err := dbtest.Address(strings.TrimPrefix(u.Path, "/"), worker)
	if err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(t.Context(), db.Options{URL: address, AppURL: app, Writers: 1, Readers: 2})
	if err != nil {
		t.Fatal(err)
	}
	acme, zeta := dbtest.Tenants(t, d)
	if err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error { return put(tx, "hers") }); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := d.As(actor.ForSystem(zeta)).QueryRow(t.Context(), `SELECT count(*) FROM contacts`).Scan(&n); err != nil || n != 0 {
		t.Errorf("another tenant sees %d rows, %v", n, err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

func TestAddressesThatAreNone(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]db.Options{
		"no address":     {URL: "postgres://a:b:c@[::1/x"},
		"no app address": {URL: dbtest.Server(), AppURL: "postgres://a:b:c@[::1/x"},
	} {
		_, err := db.Open(t.Context(), o)
		if err == nil || strings.Contains(err.Error(), "a:b:c") || !strings.Contains(err.Error(), "not a PostgreSQL address") {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if _, err := db.Open(ctx, db.Options{URL: "postgres://nobody@127.0.0.1:1/none?sslmode=disable"}); err == nil {
		t.Error("a server that is not there")
	}
}

func TestAnSQLiteFileIsMadeAndKeptPrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "made", "of 100% odd?names#", "parley.db")
	d, err := db.Open(t.Context(), db.Options{URL: path})
	if err != nil {
		t.Fatal(err)
	}
	acme, _ := dbtest.Tenants(t, d)
	if err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error { return put(tx, "c") }); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", filepath.Base(name), info, err)
		}
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("this is no database, however long it may be"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{filepath.Join(file, "parley.db"), file, t.TempDir()} {
		if _, err := db.Open(t.Context(), db.Options{Path: wrong}); err == nil {
			t.Errorf("%s was opened", wrong)
		}
	}
}

// The foreign keys and primary keys of every table of a tenant begin with the tenant.
func TestEveryKeyBeginsWithTheTenant(t *testing.T) {
	t.Parallel()
	d, o := onPostgres(t)
	_ = d
	c := connect(t, o)
	rows, err := c.Query(t.Context(), `
		SELECT k.relname || ' ' || n.conname FROM pg_constraint n JOIN pg_class k ON k.oid = n.conrelid
			JOIN pg_attribute a ON a.attrelid = k.oid AND a.attnum = n.conkey[1]
		WHERE k.relnamespace = current_schema()::regnamespace AND k.relrowsecurity AND n.contype IN ('p', 'f', 'u')
			AND a.attname <> 'tenant_id' ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	// A user may be a member of several tenants.
	if want := "members members_user_id_fkey, users users_pkey"; strings.Join(got, ", ") != want {
		t.Errorf("keys that do not begin with the tenant: %v, want %s", got, want)
	}
}

// The policies are those that were meant, on every table that has one.
func TestThePoliciesAskForTheTenant(t *testing.T) {
	t.Parallel()
	_, o := onPostgres(t)
	c := connect(t, o)
	rows, err := c.Query(t.Context(), `SELECT tablename || ': ' || qual || ' / ' || with_check FROM pg_policies
		WHERE schemaname = current_schema() AND (qual <> with_check OR qual <> $1 OR cmd <> 'ALL') ORDER BY 1`,
		`(tenant_id = current_setting('app.current_tenant_id'::text, true))`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || !strings.HasPrefix(got[0], "users: ") {
		t.Errorf("policies that let others in: %v", got)
	}
}

// A fresh PostgreSQL knows nothing of its tables; what has grown is analyzed, once.
func TestGrownTablesAreAnalyzed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme, _ := dbtest.Tenants(t, d)
		err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO contacts (tenant_id, id, created_at, updated_at)
				WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
				SELECT $1, 'c' || i, 0, 0 FROM n`, acme)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		deadline := time.Now().Add(30 * time.Second)
		for {
			tables, err := d.Tend(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if !d.Postgres() || len(tables) == 1 && tables[0] == "public.contacts" {
				break
			}
			var looked bool // PostgreSQL may have been faster by itself
			err = d.Pool().QueryRow(t.Context(), `SELECT last_autoanalyze IS NOT NULL FROM pg_stat_user_tables
				WHERE relname = 'contacts'`).Scan(&looked)
			if err != nil {
				t.Fatal(err)
			}
			if looked {
				break
			}
			if time.Now().After(deadline) {
				t.Fatal("the contacts were not analyzed")
			}
			// A connection reports what it did a second later, with its next transaction.
			if err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), `UPDATE contacts SET name = 'x' WHERE tenant_id = $1 AND id = 'c1'`, acme)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(20 * time.Millisecond)
		}
		if tables, err := d.Tend(t.Context()); err != nil || len(tables) != 0 {
			t.Errorf("once more: %v, %v", tables, err)
		}
	})
}

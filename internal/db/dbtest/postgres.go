package dbtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"parley/internal/db"
)

// owner is the login that owns the databases of the tests; on a server that wants passwords it has the password of
// the login in TEST_DATABASE_URL.
const owner = "parley_test_owner"

// fresh is how the name of a test's database starts; what follows sorts by time.
const fresh = "parley_test_"

// patience bounds what is done around a test.
const patience = time.Minute

// Server is the address of the tests' PostgreSQL, with a login that may make databases and roles.
func Server() string {
	if address := os.Getenv("TEST_DATABASE_URL"); address != "" {
		return address
	}
	return "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable"
}

// Address names a database on the tests' PostgreSQL, and a login, which has the password of the server's.
func Address(database, login string) (string, error) {
	u, err := url.Parse(Server())
	if err != nil {
		return "", fmt.Errorf("TEST_DATABASE_URL: %w", err)
	}
	u.Path = "/" + database
	u.User = withPassword(u.User, login)
	return u.String(), nil
}

func withPassword(from *url.Userinfo, login string) *url.Userinfo {
	if password, has := from.Password(); has {
		return url.UserPassword(login, password)
	}
	return url.User(login)
}

// postgresURL copies the migrated template to a database that is dropped after the test.
func (m *Template) postgresURL(t testing.TB) string {
	t.Helper()
	template, err := m.database()
	if err != nil {
		t.Fatalf("PostgreSQL is needed for this test (TEST_DATABASE_URL, or 127.0.0.1:5432): %v", err)
	}
	name := fresh + strings.ReplaceAll(uuid.Must(uuid.NewV7()).String(), "-", "")
	if err := create(name, template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := asOwner("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); err != nil {
			t.Log(err)
		}
	})
	address, err := Address(name, owner)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// create waits while another process copies the template.
func create(name, template string) (err error) {
	for range 100 {
		if err = asOwner("CREATE DATABASE " + name + " TEMPLATE " + template + copied()); !hasCode(err, "55006") {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
	return err
}

// copied is how the template is copied. Where nothing is flushed (services -quick), whole files are copied in a third of the
// time that the usual way through the log takes; elsewhere that would flush twice.
var copied = sync.OnceValue(func() (strategy string) {
	_ = run(Server(), func(ctx context.Context, c *pgx.Conn) error { // who cannot tell copies the usual way
		return c.QueryRow(ctx, `SELECT CASE WHEN current_setting('fsync') = 'off'
			AND current_setting('server_version_num')::int >= 150000 THEN ' STRATEGY FILE_COPY' ELSE '' END`).Scan(&strategy)
	})
	return strategy
})

func hasCode(err error, code string) bool {
	pg, is := errors.AsType[*pgconn.PgError](err)
	return is && pg.Code == code
}

func asOwner(sql string) error {
	address, err := Address("postgres", owner)
	if err != nil {
		return err
	}
	return run(address, func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, sql)
		return err
	})
}

func run(address string, do func(ctx context.Context, c *pgx.Conn) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close(ctx) }()
	return do(ctx, c)
}

// makeDatabase makes the template for all tests of this schema, once on the whole server.
func (m *Template) makeDatabase() (name string, err error) {
	if name, err = m.databaseName(); err != nil {
		return "", err
	}
	return name, run(Server(), func(ctx context.Context, c *pgx.Conn) error {
		if _, err := c.Exec(ctx, `SELECT pg_advisory_lock(7227539532)`); err != nil {
			return err
		}
		if err := makeOwner(ctx, c); err != nil {
			return err
		}
		sweep(ctx, c)
		return m.makeOn(ctx, c, name)
	})
}

func makeOwner(ctx context.Context, c *pgx.Conn) error {
	u, err := url.Parse(Server())
	if err != nil {
		return err
	}
	sql := `CREATE ROLE ` + owner + ` LOGIN CREATEDB CREATEROLE`
	if password, has := u.User.Password(); has {
		sql += ` PASSWORD '` + strings.ReplaceAll(password, `'`, `''`) + `'`
	}
	if _, err := c.Exec(ctx, sql); err != nil && !hasCode(err, "42710") {
		return err
	}
	return nil
}

// sweep drops what tests that were killed left behind an hour ago or more.
func sweep(ctx context.Context, c *pgx.Conn) {
	before := fresh + fmt.Sprintf("%012x", time.Now().Add(-time.Hour).UnixMilli())
	rows, err := c.Query(ctx, `SELECT datname FROM pg_database WHERE datname LIKE $1 AND datname < $2`, fresh+"%", before)
	if err != nil {
		return
	}
	left, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return
	}
	for _, name := range left {
		_, _ = c.Exec(ctx, "DROP DATABASE IF EXISTS "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)")
	}
}

func (m *Template) makeOn(ctx context.Context, c *pgx.Conn, name string) error {
	var there bool
	err := c.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)`, name).Scan(&there)
	if err != nil || there {
		return err
	}
	unfinished := name + "_new"
	for _, sql := range []string{
		`DROP DATABASE IF EXISTS ` + unfinished + ` WITH (FORCE)`, `CREATE DATABASE ` + unfinished + ` OWNER ` + owner,
	} {
		if _, err := c.Exec(ctx, sql); err != nil {
			return err
		}
	}
	address, err := Address(unfinished, owner)
	if err != nil {
		return err
	}
	if err := m.make(ctx, db.Options{URL: address}); err != nil {
		return err
	}
	_, err = c.Exec(ctx, `ALTER DATABASE `+unfinished+` RENAME TO `+name)
	return err
}

// databaseName changes with everything that makes the schema.
func (m *Template) databaseName() (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, pattern := range []string{
		"go.mod", "internal/db/migrations/*.sql", "internal/db/migrate.go", "internal/db/owner.go", "internal/db/role.go",
		"internal/db/security.go",
	} {
		names, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		if err != nil {
			return "", err
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				return "", err
			}
			_, _ = h.Write(text)
		}
	}
	return "parley_template_" + m.name + hex.EncodeToString(h.Sum(nil))[:12], nil
}

// moduleRoot is the folder of go.mod; tests run in the folder of their package.
func moduleRoot() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder, nil
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return "", errors.New("the tests do not run inside the module")
		}
		folder = parent
	}
}

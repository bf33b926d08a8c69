// Package dbtest gives every test a fresh, migrated database of its own, on SQLite and on PostgreSQL. The PostgreSQL
// login of the tests owns its databases and is no superuser, as in production. A PostgreSQL that is not there is a
// failure and never a skip.
package dbtest

import (
	"os"
	"slices"
	"testing"

	"github.com/google/uuid"

	"parley/internal/actor"
	"parley/internal/db"
)

// The two databases.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

// Kinds are the databases to test on: TEST_DATABASES is sqlite, postgres or both (the default).
func Kinds() []string {
	switch kind := os.Getenv("TEST_DATABASES"); kind {
	case SQLite, Postgres:
		return []string{kind}
	}
	return []string{SQLite, Postgres}
}

// Each runs a test on each database, side by side.
func Each(t *testing.T, do func(t *testing.T, d *db.DB)) {
	t.Helper()
	plain.Each(t, do)
}

// Only ends a test that is about one database in a run that is about the other.
func Only(t testing.TB, kind string) {
	t.Helper()
	if !slices.Contains(Kinds(), kind) {
		t.Skipf("this run is not for %s; the one that is has this test", kind)
	}
}

// Open gives a fresh database of a kind; change may set clock, ids and log. A test that leaves rows open fails.
func Open(t testing.TB, kind string, change ...func(*db.Options)) *db.DB {
	t.Helper()
	return plain.Open(t, kind, change...)
}

// Start opens a database of Options, perhaps not for the first time, and closes it after the test.
func Start(t testing.TB, o db.Options) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// Options name a fresh, migrated database of a kind, which is not open yet.
func Options(t testing.TB, kind string) db.Options {
	t.Helper()
	return plain.Options(t, kind)
}

// Tenants adds two tenants who must never meet, and gives their ids.
func Tenants(t testing.TB, d *db.DB) (acme, zeta string) {
	t.Helper()
	return tenant(t, d, "Acme"), tenant(t, d, "Zeta")
}

func tenant(t testing.TB, d *db.DB, name string) (id string) {
	t.Helper()
	id = uuid.Must(uuid.NewV7()).String()
	write(t, d, id, `INSERT INTO tenants (tenant_id, name, created_at, updated_at) VALUES ($1, $2, $3, $3)`, id, name, d.Now())
	return id
}

// Channel adds a WhatsApp number to a tenant and gives the channel's id.
func Channel(t testing.TB, d *db.DB, tenantID string) (id string) {
	t.Helper()
	id = uuid.Must(uuid.NewV7()).String()
	number := "number-of-" + id
	write(t, d, tenantID, `INSERT INTO channels (tenant_id, id, kind, name, state, mode, external_id, created_at, updated_at)
		VALUES ($1, $2, 'whatsapp', 'Shop', 'active', 'auto', $3, $4, $4)`, tenantID, id, number, d.Now())
	write(t, d, tenantID, `INSERT INTO channel_numbers (kind, external_id, tenant_id, channel_id, connection_id)
		VALUES ('whatsapp', $1, $2, $3, '')`, number, tenantID, id)
	return id
}

func write(t testing.TB, d *db.DB, tenantID, sql string, args ...any) {
	t.Helper()
	err := d.InTx(t.Context(), actor.ForSystem(tenantID), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), sql, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

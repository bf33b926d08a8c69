package dbtest

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"parley/internal/db"
)

// Expire lets the leases of all processes on a database run out, as if their time had passed: what dead processes held
// comes free at the next look. On SQLite there is nothing to wait for.
func Expire(t testing.TB, o db.Options) {
	t.Helper()
	if o.URL == "" {
		return
	}
	err := run(o.URL, func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, `UPDATE processes SET alive_until = 0`)
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

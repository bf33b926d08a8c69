package dbtest

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parley/internal/db"
)

// AwaitBlocked waits until a transaction of the PostgreSQL database waits for a lock that another one holds: then two
// steps overlap, and not only by luck.
func AwaitBlocked(t testing.TB, d *db.DB) {
	t.Helper()
	var name string
	if err := d.Pool().QueryRow(t.Context(), `SELECT current_database()`).Scan(&name); err != nil {
		t.Fatal(err)
	}
	err := run(Server(), func(ctx context.Context, c *pgx.Conn) error {
		for n := 0; n == 0; {
			err := c.QueryRow(ctx, `SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND wait_event_type = 'Lock'`, name).Scan(&n)
			if err != nil {
				return err
			}
			time.Sleep(time.Millisecond)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("no step waits for another: %v", err)
	}
}

package db

import (
	"context"
	"errors"
)

// Scrub makes what was removed leave the disk as far as the database can: SQLite overwrites what it removes, and here the
// pages of before go from its write-ahead file; while somebody reads them they stay for the next time. PostgreSQL does it
// by itself when it vacuums.
func (d *DB) Scrub(ctx context.Context) error {
	e, is := d.engine.(*lite)
	if !is {
		return nil
	}
	_, err := e.lent.ExecContext(ctx, "PRAGMA busy_timeout = 200") // whoever writes waits meanwhile
	if err == nil {
		_, err = e.lent.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	}
	_, again := e.lent.ExecContext(ctx, "PRAGMA busy_timeout = 5000")
	return classed(errors.Join(err, again))
}

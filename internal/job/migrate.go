package job

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"parley/internal/db"
)

// migrate makes River's tables: on PostgreSQL as the owner, in a schema of their own where the working role may only
// read and write rows.
func migrate(ctx context.Context, d *db.DB, log *slog.Logger) error {
	var err error
	if d.Postgres() {
		err = d.AsOwner(ctx, schema, func(ctx context.Context, owner *pgxpool.Pool) error {
			return up(ctx, riverpgxv5.New(owner), &rivermigrate.Config{Schema: schema, Logger: log})
		})
	} else {
		err = up[*sql.Tx](ctx, riversqlite.New(d.SQL()), &rivermigrate.Config{Logger: log})
	}
	if err != nil {
		return fmt.Errorf("migrate the job queue: %w", err)
	}
	return nil
}

func up[Tx any](ctx context.Context, driver riverdriver.Driver[Tx], c *rivermigrate.Config) error {
	m, err := rivermigrate.New(driver, c)
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

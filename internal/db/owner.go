package db

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

// migrationLock is the advisory lock under which PostgreSQL is migrated: two processes may start at once.
const migrationLock = 7_227_539_531

// locked runs do as the owner, alone among the processes of this database. The lock goes with its connection.
func (l login) locked(ctx context.Context, do func(c *pgx.Conn) error) error {
	cfg := l.owner.ConnConfig.Copy()
	applicationName(cfg, "owner")
	c, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }()
	if _, err := c.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(migrationLock)); err != nil {
		return fmt.Errorf("lock the migrations: %w", err)
	}
	return do(c)
}

// migrate runs the migrations as the owner and brings role, grants and policies up to date.
func (l login) migrate(ctx context.Context) error {
	return l.locked(ctx, func(c *pgx.Conn) error {
		conn := stdlib.OpenDB(*l.owner.ConnConfig.Copy())
		if err := errors.Join(up(ctx, goose.DialectPostgres, conn), conn.Close()); err != nil {
			return err
		}
		if l.taken {
			if err := makeRole(ctx, c); err != nil {
				return err
			}
		}
		return secure(ctx, c, l.role)
	})
}

// AsOwner lets a part of the program that brings its own tables (the job queue) migrate them: it makes the schema,
// runs do with a few connections of the owner's login, alone among the processes, and gives the working role
// everything it needs there. Only on PostgreSQL; on SQLite, SQL is all there is.
func (d *DB) AsOwner(ctx context.Context, schema string, do func(ctx context.Context, owner *pgxpool.Pool) error) error {
	p, is := d.engine.(*postgres)
	if !is {
		return errors.New("SQLite has no owner")
	}
	return p.login.locked(ctx, func(c *pgx.Conn) error {
		name, to := pgx.Identifier{schema}.Sanitize(), pgx.Identifier{p.login.role}.Sanitize()
		if err := each(ctx, c, "CREATE SCHEMA IF NOT EXISTS "+name); err != nil {
			return fmt.Errorf("make the schema %s: %w", schema, err)
		}
		if err := p.asOwner(ctx, do); err != nil {
			return err
		}
		return each(ctx, c, "GRANT USAGE ON SCHEMA "+name+" TO "+to,
			"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "+name+" TO "+to,
			"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA "+name+" TO "+to,
			"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA "+name+" TO "+to)
	})
}

func (p *postgres) asOwner(ctx context.Context, do func(ctx context.Context, owner *pgxpool.Pool) error) error {
	cfg := p.login.owner.Copy()
	cfg.MaxConns, cfg.MinConns = 2, 0
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	defer pool.Close()
	return do(ctx, pool)
}

func each(ctx context.Context, c *pgx.Conn, statements ...string) error {
	for _, sql := range statements {
		if _, err := c.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

package db

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// makeRole sees to it that the login can take the working role on. Roles belong to the whole server, so processes of
// other databases race for it too: every attempt tolerates that somebody else was faster.
func makeRole(ctx context.Context, c *pgx.Conn) (err error) {
	for range 3 {
		if err = assume(ctx, c); err == nil {
			return nil
		}
		if err := create(ctx, c); err != nil {
			return fmt.Errorf("the database login may not create the role %s, which keeps workspaces apart. Let it create "+
				"roles, or name a second login, which owns nothing, in DATABASE_APP_URL: %w", workingRole, err)
		}
	}
	return fmt.Errorf("the database login may not take on the role %s. Grant it (GRANT %s TO the login), or name a second "+
		"login, which owns nothing, in DATABASE_APP_URL: %w", workingRole, workingRole, err)
}

// assume tries the role, for rights to grant it differ from version to version.
func assume(ctx context.Context, c *pgx.Conn) error {
	if _, err := c.Exec(ctx, "SET ROLE "+workingRole); err != nil {
		return err
	}
	_, err := c.Exec(ctx, "RESET ROLE")
	return err
}

func create(ctx context.Context, c *pgx.Conn) error {
	var there bool
	err := c.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1)", workingRole).Scan(&there)
	if err != nil {
		return err
	}
	if !there {
		_, err := c.Exec(ctx, "CREATE ROLE "+workingRole+" NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE")
		if err != nil && !outrun(err) {
			return err
		}
	}
	_, _ = c.Exec(ctx, "GRANT "+workingRole+" TO CURRENT_USER") // whether it helped, the next attempt tells
	return nil
}

// outrun reports whether another process did the same at this moment.
func outrun(err error) bool {
	pg, is := errors.AsType[*pgconn.PgError](err)
	return is && (pg.Code == pgDuplicateObject || pg.Code == pgUnique || pg.Code == pgInternal)
}

// refuseUnsafeRole stops the start when the role that works could see past the policies.
func refuseUnsafeRole(ctx context.Context, pool *pgxpool.Pool) error {
	var role, owned string
	var super, bypass bool
	err := pool.QueryRow(ctx, `SELECT current_user, r.rolsuper, r.rolbypassrls, coalesce((SELECT min(k.relname) FROM pg_class k
			WHERE k.relkind IN ('r', 'p', 'v', 'm') AND k.relnamespace = current_schema()::regnamespace
			AND pg_has_role(current_user, k.relowner, 'MEMBER')), '')
		FROM pg_roles r WHERE r.rolname = current_user`).Scan(&role, &super, &bypass, &owned)
	if err != nil {
		return fmt.Errorf("check the working role: %w", err)
	}
	var why string
	switch {
	case super:
		why = "is a superuser"
	case bypass:
		why = "bypasses row-level security"
	case owned != "":
		why = "owns tables (" + owned + ")"
	default:
		return nil
	}
	return fmt.Errorf("refusing to start: the working database role %q %s, so the policies that keep workspaces apart would "+
		"not hold. Let a plain login own the database and create roles, or name a plain login, which owns nothing, in "+
		"DATABASE_APP_URL", role, why)
}

package db

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Tend looks after the planner's statistics; call it every few seconds. A fresh PostgreSQL knows nothing of its tables
// before its own first look at them, which comes minutes later, and until then scans a tenant's rows where it should use
// a key: tables of which more than half is new are analyzed, as the owner, and plans made before are made anew. It gives
// the names of these. On SQLite it runs PRAGMA optimize, which does nothing when nothing has changed.
func (d *DB) Tend(ctx context.Context) ([]string, error) {
	switch e := d.engine.(type) {
	case *postgres:
		return e.tend(ctx)
	case *lite:
		_, err := e.lent.ExecContext(ctx, "PRAGMA optimize")
		return nil, classed(err)
	}
	return nil, nil
}

func (p *postgres) tend(ctx context.Context) ([]string, error) {
	rows, err := p.readers.Query(ctx, `SELECT quote_ident(schemaname) || '.' || quote_ident(relname) FROM pg_stat_user_tables
		WHERE n_live_tup BETWEEN 100 AND 1000000 AND n_mod_since_analyze > n_live_tup / 2 ORDER BY 1`)
	if err != nil {
		return nil, classed(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) == 0 {
		return nil, classed(err)
	}
	c, err := pgx.ConnectConfig(ctx, p.login.owner.ConnConfig.Copy())
	if err != nil {
		return nil, unavailable(err)
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }()
	for _, table := range tables {
		if _, err := c.Exec(ctx, "ANALYZE "+table); err != nil {
			return nil, fmt.Errorf("analyze %s: %w", table, err)
		}
	}
	return tables, nil
}

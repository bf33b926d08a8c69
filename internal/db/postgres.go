package db

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"parley/internal/actor"
)

// Numbers of connections a process keeps at most, unless Options say otherwise. With the notifier, the listener and
// the job queue's this makes 24.
const (
	pgWriters = 2
	pgReaders = 12
	pgJobs    = 8
)

// groupPostgres is how many steps of PostgreSQL share a commit: their rows stay locked until then.
const groupPostgres = 64

// workingRole neither owns tables nor bypasses their policies; every working connection takes it on.
const workingRole = "application_role"

// postgres is PostgreSQL: writers that share the lanes between them, a pool that reads, one for the job queue.
type postgres struct {
	d       *DB
	login   login
	readers *pgxpool.Pool
	jobs    *pgxpool.Pool
	steps   []*writer
	bell    *notifier
}

func openPostgres(ctx context.Context, d *DB, o Options) (*postgres, error) {
	l, err := parseLogin(o)
	if err != nil {
		return nil, err
	}
	if err := l.migrate(ctx); err != nil {
		return nil, err
	}
	p := &postgres{d: d, login: l}
	if err := p.open(ctx, o); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

func (p *postgres) open(ctx context.Context, o Options) (err error) {
	if p.readers, err = p.login.pool(ctx, "reader", either(o.Readers, pgReaders)); err != nil {
		return err
	}
	if p.jobs, err = p.login.pool(ctx, "jobs", pgJobs); err != nil {
		return err
	}
	if err := refuseUnsafeRole(ctx, p.readers); err != nil {
		return err
	}
	for range either(o.Writers, pgWriters) {
		conn := &pgConn{login: p.login}
		if err := conn.mend(ctx); err != nil {
			return fmt.Errorf("connect to PostgreSQL: %w", err)
		}
		p.steps = append(p.steps, newWriter(p.d, conn, groupPostgres, true))
	}
	p.bell = newNotifier(p.d.log, p.login)
	return nil
}

func either(n, otherwise int) int {
	if n > 0 {
		return n
	}
	return otherwise
}

func (p *postgres) close() error {
	var all []error
	for _, w := range p.steps {
		all = append(all, w.close())
	}
	if p.bell != nil {
		p.bell.close()
	}
	for _, pool := range []*pgxpool.Pool{p.readers, p.jobs} {
		all = append(all, closePool(pool))
	}
	return errors.Join(all...)
}

// closePool waits for the queries that are being read.
func closePool(pool *pgxpool.Pool) error {
	if pool == nil {
		return nil
	}
	closed := make(chan struct{})
	go func() { pool.Close(); close(closed) }()
	select {
	case <-closed:
		return nil
	case <-time.After(closeWait):
		return errNeverClosed
	}
}

func (p *postgres) writer(lane int64) *writer { return p.steps[uint64(lane)%uint64(len(p.steps))] }

// Pool is working connections of their own for what speaks pgx (the job queue), under the working role; a tenant is
// not set. It is nil on SQLite (see SQL).
func (d *DB) Pool() *pgxpool.Pool {
	if p, is := d.engine.(*postgres); is {
		return p.jobs
	}
	return nil
}

// login is how a process reaches PostgreSQL: as the owner, who migrates, and as the role that works.
type login struct {
	owner *pgxpool.Config
	work  *pgxpool.Config
	role  string // the working role
	taken bool   // it is taken on with SET ROLE, and not by logging in
}

func parseLogin(o Options) (l login, err error) {
	if l.owner, err = pgxpool.ParseConfig(o.URL); err != nil {
		return l, errors.New("DATABASE_URL is not a PostgreSQL address: postgres://user:password@host:5432/name")
	}
	l.work, l.role, l.taken = l.owner.Copy(), workingRole, true
	if o.AppURL != "" {
		if l.work, err = pgxpool.ParseConfig(o.AppURL); err != nil {
			return l, errors.New("DATABASE_APP_URL is not a PostgreSQL address: postgres://user:password@host:5432/name")
		}
		l.role, l.taken = l.work.ConnConfig.User, false
	}
	return l, nil
}

// named gives the connections a name that administrators see in pg_stat_activity.
func applicationName(cfg *pgx.ConnConfig, what string) {
	if cfg.RuntimeParams["application_name"] == "" {
		cfg.RuntimeParams["application_name"] = "parley " + what
	}
}

// pool makes a pool of working connections; it connects when it is used.
func (l login) pool(ctx context.Context, what string, most int) (*pgxpool.Pool, error) {
	cfg := l.work.Copy()
	applicationName(cfg.ConnConfig, what)
	cfg.MaxConns, cfg.MinConns, cfg.AfterConnect = int32(most), 0, l.takeRole
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	return pool, nil
}

// connect makes one working connection.
func (l login) connect(ctx context.Context, what string) (*pgx.Conn, error) {
	cfg := l.work.ConnConfig.Copy()
	applicationName(cfg, what)
	c, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if err := l.takeRole(ctx, c); err != nil {
		_ = c.Close(ctx)
		return nil, err
	}
	return c, nil
}

func (l login) takeRole(ctx context.Context, c *pgx.Conn) error {
	if !l.taken {
		return nil
	}
	_, err := c.Exec(ctx, "SET ROLE "+workingRole)
	return err
}

const enterSQL = `SELECT set_config('app.current_tenant_id', $1, true), set_config('app.current_user_id', $2, true)`

// read answers in one round trip: the settings the policies look at, and the query, in one implicit transaction. A
// connection that turns out to be dead is replaced once.
func (p *postgres) read(ctx context.Context, a actor.Actor, text string, args []any) (Rows, error) {
	plainly, err := bound(args)
	if err != nil {
		return nil, err
	}
	rows, err := p.readOnce(ctx, a, text, plainly)
	if errors.Is(err, errLost) && ctx.Err() == nil {
		rows, err = p.readOnce(ctx, a, text, plainly)
	}
	if err != nil && ctx.Err() != nil {
		return nil, tooLate(ctx.Err())
	}
	return rows, classed(err)
}

func (p *postgres) readOnce(ctx context.Context, a actor.Actor, text string, args []any) (Rows, error) {
	waits, cancel := context.WithTimeout(ctx, readWait)
	c, err := p.readers.Acquire(waits)
	cancel()
	if err != nil {
		return nil, unavailable(err)
	}
	b := &pgx.Batch{}
	b.Queue(enterSQL, a.Tenant(), a.UserID())
	b.Queue(text, args...)
	results := c.SendBatch(ctx, b)
	_, err = results.Exec()
	if err == nil {
		var rows pgx.Rows
		if rows, err = results.Query(); err == nil {
			return &pgRows{Rows: rows, c: c.Conn(), done: func() error { defer c.Release(); return results.Close() }}, nil
		}
	}
	_ = results.Close()
	err = lostOr(c.Conn(), err)
	c.Release()
	return nil, err
}

// pgRows closes what its rows came through.
type pgRows struct {
	pgx.Rows
	c    *pgx.Conn
	done func() error
	err  error
}

func (r *pgRows) Next() bool {
	if r.done != nil && r.Rows.Next() {
		return true
	}
	r.Close()
	return false
}

func (r *pgRows) Close() {
	if r.done == nil {
		return
	}
	r.Rows.Close()
	err := r.Rows.Err()
	if closing := r.done(); err == nil {
		err = closing
	}
	r.err, r.done = lostOr(r.c, err), nil
}

func (r *pgRows) Err() error { return r.err }

// lostOr marks an error after which the connection is gone.
func lostOr(c *pgx.Conn, err error) error {
	if err != nil && c.IsClosed() {
		return errors.Join(errLost, err)
	}
	return err
}

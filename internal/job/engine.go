package job

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"

	"parley/internal/db"
)

// engine is River's client on one of the two databases, whose transactions are of different types.
type engine interface {
	insert(ctx context.Context, tx *db.Tx, args river.JobArgs, o *river.InsertOpts) (*rivertype.JobInsertResult, error)
	every(p *river.PeriodicJob)
	start(ctx context.Context) error
	stop(ctx context.Context) error
	cancel(ctx context.Context) error
	// free gives back what a dead process of this database worked on, as far as that can be known.
	free(ctx context.Context) error
	count(ctx context.Context) (map[rivertype.JobState]int, error)
}

func newEngine(q *Queue) (engine, error) {
	if pool := q.d.Pool(); pool != nil {
		return newRivers(q, riverpgxv5.New(pool), schema, (*db.Tx).PgxTx, freedByHeart)
	}
	pool := q.d.SQL()
	// SQLite has one process, so whatever is being worked at its start was a dead one's.
	free := func(ctx context.Context) error {
		_, err := pool.ExecContext(ctx, `UPDATE river_job SET state = 'available' WHERE state = 'running'`)
		return err
	}
	return newRivers(q, riversqlite.New(pool), "", (*db.Tx).SQLTx, free)
}

// freedByHeart leaves the jobs of dead processes to the heart: among several processes nobody can tell at once.
func freedByHeart(context.Context) error { return nil }

// rivers is a client that lends itself the step's transaction; Tx is pgx.Tx or *sql.Tx.
type rivers[Tx any] struct {
	client   *river.Client[Tx]
	driver   riverdriver.Driver[Tx]
	schema   string
	lend     func(*db.Tx) (Tx, error)
	freeDead func(context.Context) error
}

// interface checks, and the two types there are
var (
	_ engine = (*rivers[pgx.Tx])(nil)
	_ engine = (*rivers[*sql.Tx])(nil)
)

func newRivers[Tx any](
	q *Queue, driver riverdriver.Driver[Tx], schema string, lend func(*db.Tx) (Tx, error), free func(context.Context) error,
) (engine, error) {
	client, err := river.NewClient(awake[Tx]{driver, q.bell}, q.config(schema))
	if err != nil {
		return nil, fmt.Errorf("make the job queue: %w", err)
	}
	return &rivers[Tx]{client: client, driver: driver, schema: schema, lend: lend, freeDead: free}, nil
}

func (r *rivers[Tx]) insert(
	ctx context.Context, tx *db.Tx, args river.JobArgs, o *river.InsertOpts,
) (*rivertype.JobInsertResult, error) {
	lent, err := r.lend(tx)
	if err != nil {
		return nil, err
	}
	return r.client.InsertTx(ctx, lent, args, o)
}

func (r *rivers[Tx]) every(p *river.PeriodicJob)       { r.client.PeriodicJobs().Add(p) }
func (r *rivers[Tx]) start(ctx context.Context) error  { return r.client.Start(ctx) }
func (r *rivers[Tx]) stop(ctx context.Context) error   { return r.client.Stop(ctx) }
func (r *rivers[Tx]) cancel(ctx context.Context) error { return r.client.StopAndCancel(ctx) }
func (r *rivers[Tx]) free(ctx context.Context) error   { return r.freeDead(ctx) }

func (r *rivers[Tx]) count(ctx context.Context) (map[rivertype.JobState]int, error) {
	return r.driver.GetExecutor().JobCountByAllStates(ctx, &riverdriver.JobCountByAllStatesParams{Schema: r.schema})
}

package job

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"parley/internal/db"
)

// ofJobs begins the id of a queue's process, apart from the leases of rows.
const ofJobs = "jobs:"

// heart shows the other processes on a PostgreSQL that this one is alive, and frees what dead ones were working on.
// River alone would know a dead process's job only by its having taken longer than any may.
type heart struct {
	d    *db.DB
	pool *pgxpool.Pool
	log  *slog.Logger
	o    Options
	id   string
	stop context.CancelFunc
	loop sync.WaitGroup
}

// newHeart makes a heart that does not beat yet; on SQLite, where there is one process, it never does.
func newHeart(d *db.DB, log *slog.Logger, o Options) *heart {
	return &heart{d: d, pool: d.Pool(), log: log, o: o, id: ofJobs + uuid.NewString()}
}

// start beats for the first time, before any job is taken, and goes on until end.
func (h *heart) start(ctx context.Context) error {
	if h.pool == nil {
		return nil
	}
	if err := h.beat(ctx); err != nil {
		return err
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	h.stop = stop
	h.loop.Go(func() {
		tick := time.NewTicker(h.o.Life / 6)
		defer tick.Stop()
		for {
			select {
			case <-running.Done():
				return
			case <-tick.C:
			}
			if err := h.beatInTime(running); err != nil && running.Err() == nil {
				h.log.WarnContext(running, "the job queue's heartbeat was not written", slog.Any("error", err))
			}
		}
	})
	return nil
}

// end takes the row away: nothing is being worked any more.
func (h *heart) end(ctx context.Context) error {
	if h.stop == nil {
		return nil
	}
	h.stop()
	h.loop.Wait()
	_, err := h.pool.Exec(ctx, `DELETE FROM processes WHERE id = $1`, h.id)
	return err
}

// beatInTime leaves off early enough for another try before the life is over.
func (h *heart) beatInTime(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, h.o.Life/3)
	defer cancel()
	return h.beat(ctx)
}

// beat prolongs the life of this process, and gives back the jobs of those that are not there any more. Of one that
// was asleep they may then be worked twice, as jobs must bear. A job on its last attempt is left to River, which gives
// it up.
func (h *heart) beat(ctx context.Context) error {
	now := h.d.NowExpr()
	_, err := h.pool.Exec(ctx, `INSERT INTO processes (id, started_at, alive_until) VALUES ($1, `+now+`, `+now+` + $2)
		ON CONFLICT (id) DO UPDATE SET alive_until = excluded.alive_until`, h.id, h.o.Life.Microseconds())
	if err != nil {
		return err
	}
	freed, err := h.pool.Exec(ctx, `UPDATE `+schema+`.river_job SET state = 'available'
		WHERE state = 'running' AND attempt < max_attempts
			AND attempted_by[array_upper(attempted_by, 1)] LIKE '`+ofJobs+`%'
			AND NOT EXISTS (SELECT 1 FROM processes p
				WHERE p.id = attempted_by[array_upper(attempted_by, 1)] AND p.alive_until >= `+now+`)`)
	if err == nil && freed.RowsAffected() > 0 {
		h.log.WarnContext(ctx, "freed the jobs of dead processes", slog.Int64("jobs", freed.RowsAffected()))
	}
	return err
}

package lease

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"parley/internal/db"
)

// Beat prolongs the lease, and frees the rows of processes that fell silent. The process beats by itself; a test may
// do it when it likes.
//
// Whoever declares a process dead deletes its row and frees what it held in one transaction. So as long as our row is
// there, everything we claimed is still ours, however late the beat is; when it is gone, nothing is.
func (p *Process) Beat(ctx context.Context) error {
	p.beating.Lock()
	defer p.beating.Unlock()
	began, id, silent := p.o.Clock(), p.ID(), p.silence()
	setBack := p.wasSetBack(began)
	var known int64
	var dead []string
	var freed int64
	err := p.d.InTx(ctx, nobody, func(tx *db.Tx) (err error) {
		known, err = tx.Exec(ctx, `UPDATE processes SET alive_until = `+p.d.NowExpr()+` + $2 WHERE id = $1`,
			id, p.o.Life.Microseconds())
		if err != nil {
			return err
		}
		if dead, err = column(ctx, tx, `DELETE FROM processes WHERE alive_until < `+p.d.NowExpr()+` RETURNING id`); err != nil {
			return err
		}
		if freed, err = p.free(ctx, tx, dead); err == nil && setBack {
			err = p.hasten(ctx, tx, 0)
		}
		return err
	}, db.Urgent())
	if err != nil {
		return err
	}
	p.buried(ctx, dead, freed)
	if known == 0 {
		return p.rejoin(ctx, id)
	}
	p.renewed(id, began)
	if silent > p.o.Gap {
		p.cameBack()
		p.log.WarnContext(ctx, "the process was asleep, or could not write", slog.Duration("for", silent.Round(time.Millisecond)))
	}
	return nil
}

// silence is how long no beat was written.
func (p *Process) silence() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.age()
}

// wasSetBack reports whether the machine's clock was, since the last beat.
func (p *Process) wasSetBack(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.beatAt.Round(0).Sub(now.Round(0)) > p.o.Beat
}

// longestWait is more than anything is ever put back for.
const longestWait = 10 * time.Minute

// hasten makes due what waits for a time more than so far ahead: it was put back by a clock that was set back since, and
// would wait as long as that. A grace begins anew.
func (p *Process) hasten(ctx context.Context, tx *db.Tx, ahead time.Duration) error {
	now := tx.Now()
	for _, e := range p.all() {
		grace := now.Add(e.t.Grace)
		if _, err := tx.Exec(ctx, e.sql.hasten, now, grace, now.Add(ahead), grace.Add(ahead)); err != nil {
			return fmt.Errorf("make due what waits for a clock that was set back: %w", err)
		}
		tx.AfterCommit(e.look)
	}
	return nil
}

func (p *Process) renewed(id string, began time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.id, p.beatAt, p.held = id, began, true
}

func (p *Process) cameBack() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gapped = p.o.Clock()
}

// rejoin begins anew under another id after others took us for dead. First everything at work is told to stop: it
// works on rows that may be somebody else's.
func (p *Process) rejoin(ctx context.Context, old string) error {
	p.mu.Lock()
	first := p.held
	p.held = false
	p.mu.Unlock()
	p.cameBack()
	for _, e := range p.all() {
		e.abandon(old)
	}
	if first {
		p.log.WarnContext(ctx, "others took this process for dead; it begins anew", slog.String("process", old))
	}
	return p.join(ctx, uuid.NewString())
}

// join takes a lease under an id that was never used.
func (p *Process) join(ctx context.Context, id string) error {
	began := p.o.Clock()
	err := p.d.InTx(ctx, nobody, func(tx *db.Tx) error {
		if !p.d.Postgres() {
			if _, err := tx.Exec(ctx, `DELETE FROM processes`); err != nil { // there is no other process
				return err
			}
		}
		now := p.d.NowExpr()
		_, err := tx.Exec(ctx, `INSERT INTO processes (id, started_at, alive_until) VALUES ($1, `+now+`, `+now+` + $2)`,
			id, p.o.Life.Microseconds())
		if err != nil {
			return err
		}
		return p.hasten(ctx, tx, longestWait)
	}, db.Urgent())
	if err != nil {
		return err
	}
	p.renewed(id, began)
	return p.sweep(ctx)
}

// sweep looks for rows that are claimed and that nobody works on: by a process that is not there any more, or by this
// one without its knowing. It only reads unless it finds some.
func (p *Process) sweep(ctx context.Context) error {
	p.mu.Lock()
	p.swept = p.o.Clock()
	p.mu.Unlock()
	var orphans []string
	for _, e := range p.all() {
		ids, err := column(ctx, p.d.As(nobody), e.sql.orphans)
		if err != nil {
			return fmt.Errorf("look for orphaned rows of %s: %w", e.t.Name, err)
		}
		orphans = append(orphans, ids...)
		if err := e.freeStrays(ctx); err != nil {
			return fmt.Errorf("look for stray rows of %s: %w", e.t.Name, err)
		}
	}
	if len(orphans) == 0 {
		return nil
	}
	var freed int64
	err := p.d.InTx(ctx, nobody, func(tx *db.Tx) (err error) {
		freed, err = p.free(ctx, tx, orphans)
		return err
	}, db.Urgent())
	if err == nil {
		p.buried(ctx, orphans, freed)
	}
	return err
}

// free lets go of everything that processes which are no more have claimed. The ids were found before: a row that a
// living process has claimed since is not touched. Rows locked at this moment are left to the next sweep.
func (p *Process) free(ctx context.Context, tx *db.Tx, ids []string) (rows int64, err error) {
	for _, e := range p.all() {
		for _, id := range ids {
			n, err := e.free(ctx, tx, id)
			if err != nil {
				return 0, fmt.Errorf("free the rows of a dead process: %w", err)
			}
			rows += n
		}
	}
	return rows, nil
}

// buried has everybody look at what a dead process has left, and us look soon again for what was locked.
func (p *Process) buried(ctx context.Context, dead []string, freed int64) {
	if len(dead) == 0 {
		return
	}
	p.mu.Lock()
	p.swept = time.Time{}
	p.mu.Unlock()
	p.log.WarnContext(ctx, "freed what dead processes held", slog.Int("processes", len(dead)), slog.Int64("rows", freed))
	for _, e := range p.all() {
		e.Wake()
	}
}

// column reads one column of text.
func column(ctx context.Context, q db.Querier, sql string, args ...any) ([]string, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

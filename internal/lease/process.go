package lease

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"parley/internal/db"
)

// ProcessOptions are what can be chosen.
type ProcessOptions struct {
	Life  time.Duration // how long a silent process counts as alive; 0 is 30 s
	Beat  time.Duration // between heartbeats; 0 is 1 s
	Gap   time.Duration // a longer silence between beats was a sleep; 0 is 10 s
	Sweep time.Duration // between looks for rows nobody works on; 0 is 5 s
	// Clock is this machine's, with its monotonic reading; nil is time.Now. Between processes only the database's
	// clock counts.
	Clock func() time.Time
}

func (o *ProcessOptions) defaults() {
	set := func(d *time.Duration, to time.Duration) {
		if *d <= 0 {
			*d = to
		}
	}
	set(&o.Life, 30*time.Second)
	set(&o.Beat, time.Second)
	set(&o.Gap, 10*time.Second)
	set(&o.Sweep, 5*time.Second)
	if o.Clock == nil {
		o.Clock = time.Now
	}
}

// Process is this process's lease: what it has claimed is its own while it beats. It is safe for concurrent use.
type Process struct {
	d   *db.DB
	log *slog.Logger
	o   ProcessOptions

	beating sync.Mutex // one beat at a time
	stop    context.CancelFunc
	loops   sync.WaitGroup

	mu      sync.Mutex
	id      string
	held    bool      // the row in processes is ours
	beatAt  time.Time // just before the last beat that was written
	gapped  time.Time
	swept   time.Time
	engines []*Engine
}

// NewProcess makes a process that has not started. Engines are made on it before it starts.
func NewProcess(d *db.DB, log *slog.Logger, o ProcessOptions) *Process {
	o.defaults()
	return &Process{d: d, log: log, o: o, id: uuid.NewString()}
}

// ID names the process in claimed_by. It never repeats, and it changes when the lease was lost.
func (p *Process) ID() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.id
}

// Start takes the lease, frees what dead processes held, and goes on beating until Stop. On SQLite, where there is
// only one process, whatever is claimed was a dead one's.
func (p *Process) Start(ctx context.Context) error {
	if err := p.join(ctx, p.ID()); err != nil {
		return fmt.Errorf("take the process's lease: %w", err)
	}
	if err := p.Beat(ctx); err != nil { // whoever is dead already need not wait for the first beat of the loop
		return fmt.Errorf("beat for the first time: %w", err)
	}
	p.cameBack()
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	p.stop = stop
	p.loops.Go(func() { p.loop(running) })
	p.loops.Go(func() { _ = p.d.Listen(running, p.wakeAll, p.heard) })
	return nil
}

// Stop gives the lease back: what is still claimed is free for others at once, or uncertain. Stop the engines first.
func (p *Process) Stop(ctx context.Context) error {
	if p.stop == nil {
		return nil
	}
	p.stop()
	p.loops.Wait()
	p.mu.Lock()
	id, held := p.id, p.held
	p.held = false
	p.mu.Unlock()
	if !held {
		return nil
	}
	return p.d.InTx(ctx, nobody, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM processes WHERE id = $1`, id); err != nil {
			return err
		}
		_, err := p.free(ctx, tx, []string{id})
		return err
	}, db.Urgent())
}

// MaySend reports whether the lease is ours for at least that long. A process that was suspended may have lost its
// rows to another one without knowing it yet: ask just before what cannot be undone. The monotonic clock stands
// still in some kinds of suspension and the wall clock may be set back, so the larger of the two ages counts.
func (p *Process) MaySend(within time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.held && p.age()+within <= p.o.Life
}

// age is how old the last written beat is at most.
func (p *Process) age() time.Duration {
	now := p.o.Clock()
	return max(now.Sub(p.beatAt), now.Round(0).Sub(p.beatAt.Round(0)))
}

// Gap is when this process last came back: its start, or the end of a silence of more than 10 s between two beats
// (a suspended machine, a stopped process). What is overdue then is not yet anybody's failure: let workers go first.
func (p *Process) Gap() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held && p.age() > p.o.Gap { // it came back just now: the beat that will find that out has not been written yet
		return p.o.Clock()
	}
	return p.gapped
}

// lease is the id under which rows are held, "" while the lease is not ours as far as we know.
func (p *Process) lease() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.held {
		return ""
	}
	return p.id
}

// claims is the id to claim with, "" also when the last beat is so old that others may have taken us for dead.
func (p *Process) claims() string {
	if !p.MaySend(0) {
		return ""
	}
	return p.lease()
}

func (p *Process) add(e *Engine) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.engines = append(p.engines, e)
}

func (p *Process) all() []*Engine {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]*Engine(nil), p.engines...)
}

// wakeAll has every engine look for work; also after every new connection to whoever wakes us, as what was said
// meanwhile is lost.
func (p *Process) wakeAll() {
	for _, e := range p.all() {
		e.look()
	}
}

// heard wakes the engine of the table another process has left rows in.
func (p *Process) heard(table string) {
	for _, e := range p.all() {
		if e.t.Name == table {
			e.look()
		}
	}
}

func (p *Process) loop(ctx context.Context) {
	beat := time.NewTicker(p.o.Beat)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
		}
		p.beatSoon(ctx)
	}
}

// beatSoon is one beat of the loop. It does not hang longer than a few seconds on a database that is away.
func (p *Process) beatSoon(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, p.o.Life/2)
	defer cancel()
	if err := p.Beat(ctx); err != nil && ctx.Err() == nil {
		p.log.WarnContext(ctx, "heartbeat not written", slog.Any("error", err))
		return
	}
	p.mu.Lock()
	due := p.o.Clock().Sub(p.swept) >= p.o.Sweep
	p.mu.Unlock()
	if !due {
		return
	}
	if err := p.sweep(ctx); err != nil && ctx.Err() == nil {
		p.log.WarnContext(ctx, "orphaned rows not looked for", slog.Any("error", err))
	}
}

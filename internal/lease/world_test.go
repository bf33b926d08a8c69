package lease_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/lease"
)

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

var (
	turns  = lease.Table{Name: "turns"}
	outbox = lease.Table{Name: "outbox", Ordered: true, OnDeath: lease.Uncertain, Grace: 45 * time.Second}
)

// never is a poll that does not come: only wake-ups count.
const never = time.Hour

// world is a database with two tenants who must never meet, a process, and what it logs.
type world struct {
	t          *testing.T
	d          *db.DB
	p          *lease.Process
	log        *dbtest.Record
	acme, zeta string
	clock      *clock // of the steps
	machine    *clock // of the process
}

// clock is the real time, moved.
type clock struct {
	mu    sync.Mutex
	moved time.Duration
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.moved)
}

func (c *clock) move(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.moved += d }

func each(t *testing.T, do func(t *testing.T, w *world)) {
	t.Helper()
	for _, kind := range dbtest.Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			do(t, newWorld(t, kind, lease.ProcessOptions{Beat: never}))
		})
	}
}

// newWorld has a process that beats only when it is told, unless o says otherwise.
func newWorld(t *testing.T, kind string, o lease.ProcessOptions) *world {
	t.Helper()
	w := &world{t: t, clock: &clock{}, machine: &clock{}, log: &dbtest.Record{}}
	w.d = dbtest.Open(t, kind, func(o *db.Options) { o.Clock = w.clock.Now })
	w.acme, w.zeta = dbtest.Tenants(t, w.d)
	o.Clock = w.machine.Now
	w.p = lease.NewProcess(w.d, w.log.Log(slog.LevelInfo), o)
	return w
}

// begin starts the process and its engines, and stops them after the test.
func (w *world) begin(engines ...*lease.Engine) {
	w.t.Helper()
	ctx := w.t.Context()
	w.must(w.p.Start(ctx))
	for _, e := range engines {
		w.must(e.Start(ctx))
	}
	w.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		for _, e := range engines {
			if err := e.Stop(ctx); err != nil {
				w.t.Error(err)
			}
		}
		if err := w.p.Stop(ctx); err != nil {
			w.t.Error(err)
		}
	})
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// step runs statements for a tenant in one step.
func (w *world) step(tenant string, do func(tx *db.Tx) error, opts ...db.Option) error {
	return w.d.InTx(context.Background(), actor.ForSystem(tenant), do, opts...)
}

// row is a row of turns or outbox, as far as lease looks at it.
type row struct {
	lease.Item
	claimedBy string
	due       db.Time
}

// write inserts a row in the step; a due of 0 is now.
func write(tx *db.Tx, t lease.Table, r row) error {
	if r.due.IsZero() {
		r.due = tx.Now()
	}
	ctx := context.Background()
	var err error
	if t.Ordered {
		_, err = tx.Exec(ctx, `INSERT INTO outbox (tenant_id, conversation_id, seq, lane, message_id, created_at, due_at,
			claimed_by, attempts) VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8)`,
			r.Tenant, r.Conversation, r.Seq, r.Lane, fmt.Sprint(r.Seq), r.due, r.claimedBy, r.Attempts)
	} else {
		_, err = tx.Exec(ctx, `INSERT INTO turns (tenant_id, conversation_id, lane, first_seq, last_seq, opened_at, due_at,
			deadline_at, claimed_by, attempts) VALUES ($1, $2, $3, 1, 1, $4, $4, $4, $5, $6)`,
			r.Tenant, r.Conversation, r.Lane, r.due, r.claimedBy, r.Attempts)
	}
	return err
}

// leaves writes rows nobody has claimed, or somebody else has, without a word to any engine.
func (w *world) leaves(t lease.Table, rows ...row) {
	w.t.Helper()
	w.must(w.step("", func(tx *db.Tx) error {
		for _, r := range rows {
			if err := write(tx, t, r); err != nil {
				return err
			}
		}
		return nil
	}))
}

// bears writes a row as intake and delivery do: born claimed if there is a place, and started after the commit.
func (w *world) bears(e *lease.Engine, t lease.Table, it lease.Item) (claimed bool) {
	w.t.Helper()
	slot := e.Reserve(it.Tenant)
	defer slot.Release()
	w.must(w.step(it.Tenant, func(tx *db.Tx) error {
		tx.AfterCommit(func() { slot.Start(it) })
		return write(tx, t, row{Item: it, claimedBy: slot.Claim()})
	}, db.InLane(it.Lane)))
	return slot.Claim() != ""
}

// done deletes a row, as the work does in its own step, and says so to the engine of an ordered table.
func (w *world) done(e *lease.Engine, t lease.Table, it lease.Item) error {
	return w.step(it.Tenant, func(tx *db.Tx) error {
		sql, args := `DELETE FROM turns WHERE tenant_id = $1 AND conversation_id = $2`, []any{it.Tenant, it.Conversation}
		if t.Ordered {
			sql, args = `DELETE FROM outbox WHERE tenant_id = $1 AND conversation_id = $2 AND seq = $3`, append(args, it.Seq)
			tx.AfterCommit(func() { e.Next(it) })
		}
		_, err := tx.Exec(context.Background(), sql, args...)
		return err
	}, db.InLane(it.Lane), db.Urgent())
}

// get reads a row; found is false when it is gone.
func (w *world) get(t lease.Table, it lease.Item) (r row, found bool) {
	w.t.Helper()
	seq, args := "", []any{it.Tenant, it.Conversation}
	if t.Ordered {
		seq, args = " AND seq = $3", append(args, it.Seq)
	}
	rows, err := w.d.As(actor.ForSystem("")).Query(context.Background(),
		`SELECT claimed_by, due_at, attempts FROM `+t.Name+` WHERE tenant_id = $1 AND conversation_id = $2`+seq, args...)
	w.must(err)
	defer rows.Close()
	for rows.Next() {
		found = true
		w.must(rows.Scan(&r.claimedBy, &r.due, &r.Attempts))
	}
	w.must(rows.Err())
	return r, found
}

// eventually waits for something to become true.
func (w *world) eventually(what string, is func() bool) {
	w.t.Helper()
	deadline := time.Now().Add(patience)
	for !is() {
		if time.Now().After(deadline) {
			w.t.Fatalf("%s: not within %v\n%s", what, patience, w.log)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// comes waits for a value.
func comes[T any](w *world, from <-chan T) (v T) {
	w.t.Helper()
	select {
	case v = <-from:
	case <-time.After(patience):
		w.t.Fatalf("nothing came within %v\n%s", patience, w.log)
	}
	return v
}

func turn(tenant, conversation string) lease.Item {
	return lease.Item{Tenant: tenant, Conversation: conversation, Lane: db.Lane(tenant, conversation)}
}

func letter(tenant, conversation string, seq int64) lease.Item {
	return lease.Item{Tenant: tenant, Conversation: conversation, Seq: seq, Lane: db.Lane(tenant, conversation)}
}

// otherProcess registers a process that lives until the given time from now.
func (w *world) otherProcess(id string, lives time.Duration) {
	w.t.Helper()
	w.must(w.step("", func(tx *db.Tx) error {
		_, err := tx.Exec(context.Background(), `INSERT INTO processes (id, started_at, alive_until)
			VALUES ($1, 0, `+w.d.NowExpr()+` + $2)`, id, lives.Microseconds())
		return err
	}))
}

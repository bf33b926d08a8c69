package job_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/job"
	"parley/internal/job/jobtest"
)

// letter is what the tests' jobs are about.
type letter struct {
	TenantID string `json:"tenantId"`
	ID       string `json:"id"`
}

func (letter) Kind() string { return "test.letter" }

// world is one database with two tenants, and what its jobs did.
type world struct {
	t          *testing.T
	d          *db.DB
	log        *dbtest.Record
	acme, zeta string

	mu   sync.Mutex
	seen []letter
}

func each(t *testing.T, do func(t *testing.T, w *world)) {
	t.Helper()
	jobtest.Template.Each(t, func(t *testing.T, d *db.DB) { do(t, newWorld(t, d)) })
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{t: t, d: d, log: &dbtest.Record{}}
	w.acme, w.zeta = dbtest.Tenants(t, d)
	return w
}

// queue is a queue that retries fast; its letters are noted as seen unless work is given.
func (w *world) queue(work func(ctx context.Context, l letter) error, change ...func(*job.Options)) *job.Queue {
	w.t.Helper()
	q := w.empty(w.d, change...)
	if work == nil {
		work = func(_ context.Context, l letter) error { w.saw(l); return nil }
	}
	job.Register(q, job.Kind{}, work)
	return q
}

// empty is a queue without workers, on an opening of the database.
func (w *world) empty(d *db.DB, change ...func(*job.Options)) *job.Queue {
	w.t.Helper()
	o := job.Options{Backoff: func(int) time.Duration { return time.Millisecond }, Poll: 20 * time.Millisecond}
	for _, c := range change {
		c(&o)
	}
	q, err := job.New(w.t.Context(), d, w.log.Log(slog.LevelInfo), o)
	w.must(err)
	return q
}

func (w *world) start(q *job.Queue) {
	w.t.Helper()
	w.must(q.Start(w.t.Context()))
	w.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = q.Stop(ctx)
	})
}

func (w *world) saw(l letter) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = append(w.seen, l)
}

func (w *world) letters() []letter {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]letter(nil), w.seen...)
}

// insert adds letters in one step.
func (w *world) insert(q *job.Queue, o job.Opts, all ...letter) (inserted int) {
	w.t.Helper()
	w.must(w.d.InTx(w.t.Context(), actor.ForSystem(w.acme), func(tx *db.Tx) error {
		inserted = 0
		for _, l := range all {
			is, err := q.Insert(w.t.Context(), tx, l, o)
			if err != nil {
				return err
			}
			if is {
				inserted++
			}
		}
		return nil
	}))
	return inserted
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) eventually(what string, is func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); {
		if time.Now().After(deadline) {
			w.t.Fatalf("never: %s\n%s", what, w.log)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func (w *world) stats(q *job.Queue) job.Stats {
	w.t.Helper()
	s, err := q.Stats(w.t.Context())
	w.must(err)
	return s
}

package job_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/errs"
	"parley/internal/job"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestAJobRunsAfterItsStepIsCommitted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		// Nobody polls for a long time: the job is found because the step's end rings the bell.
		q := w.queue(nil, func(o *job.Options) { o.Poll = time.Hour })
		w.start(q)
		w.eventually("the first look has found nothing", func() bool { return w.stats(q).Waiting == 0 })
		w.insert(q, job.Opts{}, letter{w.acme, "1"}, letter{w.zeta, "2"})
		w.eventually("both letters are worked", func() bool { return len(w.letters()) == 2 })
		got := w.letters()
		if !slices.Contains(got, letter{w.acme, "1"}) || !slices.Contains(got, letter{w.zeta, "2"}) {
			t.Errorf("worked %v", got)
		}
		w.eventually("they count as done", func() bool { s := w.stats(q); return s.Done == 2 && s.Running == 0 && s.Waiting == 0 })
	})
}

func TestAJobOfAStepThatFailedNeverRuns(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		q := w.queue(nil)
		w.start(q)
		no := errors.New("no")
		err := w.d.InTx(t.Context(), actor.ForSystem(w.acme), func(tx *db.Tx) error {
			if _, err := q.Insert(t.Context(), tx, letter{w.acme, "never"}, job.Opts{}); err != nil {
				return err
			}
			return no
		})
		if !errors.Is(err, no) {
			t.Fatal(err)
		}
		w.insert(q, job.Opts{}, letter{w.acme, "later"})
		w.eventually("the next letter is worked", func() bool { return len(w.letters()) > 0 })
		if got := w.letters(); len(got) != 1 || got[0].ID != "later" {
			t.Errorf("worked %v", got)
		}
		w.eventually("nothing is left", func() bool { s := w.stats(q); return s.Done == 1 && s.Waiting+s.Running+s.Retrying == 0 })
	})
}

// A step that fails takes neither its neighbours in the shared commit nor their jobs along.
func TestJobsOfStepsThatShareACommitLiveAndDieWithTheirOwnStep(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		q := w.queue(nil)
		w.start(q)
		ends := make(chan error)
		for i := range 40 {
			go func() {
				ends <- w.d.InTx(t.Context(), actor.ForSystem(w.acme), func(tx *db.Tx) error {
					if _, err := q.Insert(t.Context(), tx, letter{w.acme, fmt.Sprint(i)}, job.Opts{}); err != nil {
						return err
					}
					if i%4 == 0 {
						return errors.New("no")
					}
					return nil
				})
			}()
		}
		failed := 0
		for range 40 {
			if err := <-ends; err != nil {
				failed++
			}
		}
		if failed != 10 {
			t.Errorf("%d steps failed", failed)
		}
		w.eventually("30 letters are worked", func() bool { return w.stats(q).Done == 30 })
		for _, l := range w.letters() {
			var n int
			if _, err := fmt.Sscan(l.ID, &n); err != nil || n%4 == 0 {
				t.Errorf("letter %s of a failed step was worked", l.ID)
			}
		}
	})
}

func TestAJobThatFailsOrPanicsIsTriedAgainAndItsWordsStayInside(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var tries atomic.Int64
		q := w.queue(func(_ context.Context, l letter) error {
			switch tries.Add(1) {
			case 1:
				return errs.New(errs.Unavailable, "not yet")
			case 2:
				panic("Dear Ada, " + l.ID)
			case 3:
				var none []int
				_ = none[len(l.ID)]
			}
			w.saw(l)
			return nil
		})
		w.start(q)
		w.insert(q, job.Opts{}, letter{w.acme, "1"})
		w.eventually("it is done at the fourth attempt", func() bool { return w.stats(q).Done == 1 })
		if s := w.stats(q); tries.Load() != 4 || s.Errors != 3 || s.Retrying != 0 {
			t.Errorf("%d tries, %+v", tries.Load(), s)
		}
		log := w.log.String()
		for _, want := range []string{"not yet", "index out of range", "test.letter"} {
			if !strings.Contains(log, want) {
				t.Errorf("the log does not say %q", want)
			}
		}
		if strings.Contains(log, "Dear Ada") {
			t.Errorf("what the job panicked with is in the log: %s", log)
		}
		if stored := w.errorsInTable(); strings.Contains(stored, "Dear Ada") || strings.Contains(stored, "not yet") ||
			!strings.Contains(stored, "unavailable") {
			t.Errorf("the queue's table says %s", stored)
		}
	})
}

// errorsInTable is what the queue's table keeps of failures.
func (w *world) errorsInTable() (all string) {
	w.t.Helper()
	if pool := w.d.Pool(); pool != nil {
		w.must(pool.QueryRow(w.t.Context(), `SELECT array_to_string(errors, ' ') FROM jobs.river_job`).Scan(&all))
		return all
	}
	w.must(w.d.SQL().QueryRow(`SELECT json(errors) FROM river_job`).Scan(&all))
	return all
}

func TestAJobIsGivenUpAfterItsLastAttempt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		q := w.empty(w.d)
		job.Register(q, job.Kind{Attempts: 2}, func(context.Context, letter) error { return errors.New("never") })
		w.start(q)
		w.insert(q, job.Opts{}, letter{w.acme, "1"})
		w.eventually("it is given up", func() bool { return w.stats(q).GivenUp == 1 })
		if s := w.stats(q); s.Errors != 2 || s.Done != 0 {
			t.Errorf("got %+v", s)
		}
		if !strings.Contains(w.log.String(), "job given up") {
			t.Errorf("the log is silent about it: %s", w.log)
		}
	})
}

func TestAJobThatIsPutOffWaits(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		q := w.queue(nil)
		w.start(q)
		w.insert(q, job.Opts{In: time.Hour}, letter{w.acme, "later"})
		w.insert(q, job.Opts{}, letter{w.acme, "now"})
		w.eventually("the other one is worked", func() bool { return w.stats(q).Done == 1 })
		if s := w.stats(q); s.Put != 1 || w.letters()[0].ID != "now" {
			t.Errorf("got %+v, %v", s, w.letters())
		}
	})
}

func TestTheSameWorkIsQueuedOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		hold := make(chan struct{})
		q := w.queue(func(_ context.Context, l letter) error { <-hold; w.saw(l); return nil })
		once := job.Opts{Once: true}
		if n := w.insert(q, once, letter{w.acme, "1"}, letter{w.acme, "1"}, letter{w.zeta, "1"}); n != 2 {
			t.Errorf("%d of two different jobs inserted", n)
		}
		w.start(q)
		w.eventually("both are being worked", func() bool { return w.stats(q).Running == 2 })
		if n := w.insert(q, once, letter{w.acme, "1"}); n != 0 {
			t.Error("inserted although one is being worked")
		}
		close(hold)
		w.eventually("both are done", func() bool { return w.stats(q).Done == 2 })
		w.eventually("it can be queued again", func() bool { return w.insert(q, once, letter{w.acme, "1"}) == 1 })
		w.eventually("and is worked again", func() bool { return w.stats(q).Done == 3 })
	})
}

func TestAnUnknownKindIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		q := w.empty(w.d)
		err := w.d.InTx(t.Context(), actor.ForSystem(w.acme), func(tx *db.Tx) error {
			_, err := q.Insert(t.Context(), tx, letter{}, job.Opts{})
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "test.letter") {
			t.Errorf("got %v", err)
		}
	})
}

// tick is a job without args.
type tick struct{}

func (tick) Kind() string { return "test.tick" }

func TestPeriodicWorkGoesOn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var ticks atomic.Int64
		q := w.empty(w.d)
		job.Register(q, job.Kind{Quick: true}, func(context.Context, tick) error { ticks.Add(1); return nil })
		q.Every(time.Second, tick{})
		w.start(q)
		w.eventually("it has run twice", func() bool { return ticks.Load() >= 2 })
	})
}

func TestQuickJobsDoNotWaitBehindSlowOnes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		hold := make(chan struct{})
		q := w.queue(func(context.Context, letter) error { <-hold; return nil }, func(o *job.Options) { o.Slots = 1 })
		var ticks atomic.Int64
		job.Register(q, job.Kind{Quick: true}, func(context.Context, tick) error { ticks.Add(1); return nil })
		w.start(q)
		w.insert(q, job.Opts{}, letter{w.acme, "1"}, letter{w.acme, "2"})
		w.eventually("the only place is taken", func() bool { return w.stats(q).Running == 1 })
		w.must(w.d.InTx(t.Context(), actor.ForSystem(w.acme), func(tx *db.Tx) error {
			_, err := q.Insert(t.Context(), tx, tick{}, job.Opts{})
			return err
		}))
		w.eventually("the quick one is done", func() bool { return ticks.Load() == 1 })
		close(hold)
	})
}

func TestStopFinishesWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		begun, hold := make(chan struct{}), make(chan struct{})
		q := w.queue(func(_ context.Context, l letter) error { close(begun); <-hold; w.saw(l); return nil })
		w.start(q)
		w.insert(q, job.Opts{}, letter{w.acme, "1"})
		<-begun
		stopped := make(chan error)
		go func() { stopped <- q.Stop(context.Background()) }()
		close(hold)
		w.must(<-stopped)
		if len(w.letters()) != 1 || w.stats(q).Running != 0 {
			t.Errorf("worked %v, %+v", w.letters(), w.stats(q))
		}
		w.insert(q, job.Opts{}, letter{w.acme, "after the stop"})
		if s := w.stats(q); s.Waiting != 1 {
			t.Errorf("what comes after the stop does not wait: %+v", s)
		}
	})
}

func TestStopFreesWhatCannotBeFinished(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		begun := make(chan struct{})
		q := w.queue(func(ctx context.Context, _ letter) error { close(begun); <-ctx.Done(); return ctx.Err() })
		w.start(q)
		w.insert(q, job.Opts{}, letter{w.acme, "1"})
		<-begun
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		w.must(q.Stop(ctx))
		if s := w.stats(q); s.Waiting != 1 || s.Running != 0 || s.Errors != 0 {
			t.Errorf("not free: %+v", s)
		}
		next := w.queue(nil)
		w.start(next)
		w.eventually("the next one works it", func() bool { return len(w.letters()) == 1 })
	})
}

func TestTwoProcessesShareTheWorkAndDoItOnce(t *testing.T) {
	t.Parallel()
	dbtest.Only(t, dbtest.Postgres)
	o := dbtest.Options(t, dbtest.Postgres)
	w := newWorld(t, dbtest.Start(t, o))
	other := dbtest.Start(t, o)
	var counts [2]atomic.Int64
	queues := make([]*job.Queue, 2)
	for i, d := range []*db.DB{w.d, other} {
		queues[i] = w.empty(d, func(o *job.Options) { o.Slots = 2 })
		job.Register(queues[i], job.Kind{}, func(_ context.Context, l letter) error {
			counts[i].Add(1)
			w.saw(l)
			w.eventually("the other process works too", func() bool { return counts[1-i].Load() > 0 })
			return nil
		})
		w.start(queues[i])
	}
	for i := range 50 {
		w.insert(queues[0], job.Opts{}, letter{w.acme, fmt.Sprint(i)})
	}
	w.eventually("all are done", func() bool { return queues0(queues) == 50 })
	seen := map[letter]int{}
	for _, l := range w.letters() {
		seen[l]++
	}
	for l, n := range seen {
		if n != 1 {
			t.Errorf("letter %s was worked %d times", l.ID, n)
		}
	}
	if len(seen) != 50 {
		t.Errorf("%d of 50 worked", len(seen))
	}
}

func queues0(all []*job.Queue) (done int64) {
	for _, q := range all {
		s, err := q.Stats(context.Background())
		if err != nil {
			return 0
		}
		done += s.Done
	}
	return done
}

// The queue's tables are the owner's: the working role reads and writes rows and can do nothing else.
func TestTheWorkingRoleMayNotChangeTheQueuesTables(t *testing.T) {
	t.Parallel()
	dbtest.Only(t, dbtest.Postgres)
	w := newWorld(t, dbtest.Open(t, dbtest.Postgres))
	w.empty(w.d)
	w.empty(w.d) // a second start finds the tables and goes on
	for _, sql := range []string{
		`DROP TABLE jobs.river_job`, `ALTER TABLE jobs.river_job ADD COLUMN secret TEXT`, `TRUNCATE jobs.river_job`,
		`CREATE TABLE jobs.mine (id TEXT)`,
	} {
		if _, err := w.d.Pool().Exec(t.Context(), sql); err == nil || !strings.Contains(err.Error(), "42501") {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

// On SQLite there is no other process: what a killed one was working on is free when the next one starts.
func TestWhatAKilledProcessWorkedOnIsWorkedAgain(t *testing.T) {
	t.Parallel()
	dbtest.Only(t, dbtest.SQLite)
	w := newWorld(t, dbtest.Open(t, dbtest.SQLite))
	q := w.queue(nil)
	w.insert(q, job.Opts{}, letter{w.acme, "1"})
	if _, err := w.d.SQL().Exec(`UPDATE river_job SET state = 'running', attempt = 1, attempted_at = '2026-01-01 00:00:00'`); err != nil {
		t.Fatal(err)
	}
	w.start(q)
	w.eventually("it is worked", func() bool { return len(w.letters()) == 1 })
}

func TestAFailedJobComesBackByItself(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var tries atomic.Int64
		q := w.queue(func(context.Context, letter) error {
			if tries.Add(1) == 1 {
				return errors.New("not yet")
			}
			return nil
		}, func(o *job.Options) { o.Backoff = nil })
		w.start(q)
		w.insert(q, job.Opts{}, letter{w.acme, "1"})
		w.eventually("it is done at the second attempt", func() bool { return w.stats(q).Done == 1 })
	})
}

func TestWithoutADatabaseThereIsNoQueue(t *testing.T) {
	t.Parallel()
	for _, kind := range dbtest.Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, dbtest.Open(t, kind))
			q := w.queue(nil)
			w.must(w.d.Close())
			if err := q.Start(t.Context()); err == nil {
				t.Error("it starts")
				_ = q.Stop(context.Background())
			}
			if _, err := q.Stats(t.Context()); err == nil {
				t.Error("it counts")
			}
			w.must(q.Stop(context.Background())) // what never started is stopped
			if kind == dbtest.Postgres {
				return // the owner's login makes a connection of its own
			}
			if _, err := job.New(t.Context(), w.d, slog.New(slog.DiscardHandler), job.Options{}); err == nil {
				t.Error("a queue is made")
			}
		})
	}
}

package job_test

import (
	"context"
	"testing"
	"time"

	"parley/internal/db/dbtest"
	"parley/internal/job"
	"parley/internal/job/jobtest"
)

// as makes a job look as if a process were working on it.
func (w *world) as(process string) {
	w.t.Helper()
	n, err := w.d.Pool().Exec(w.t.Context(), `UPDATE jobs.river_job
		SET state = 'running', attempt = 1, attempted_at = now(), attempted_by = ARRAY['jobs:before', $1]`, process)
	w.must(err)
	if n.RowsAffected() == 0 {
		w.t.Fatal("there is no job")
	}
}

func (w *world) process(id string, lives time.Duration) {
	w.t.Helper()
	_, err := w.d.Pool().Exec(w.t.Context(), `INSERT INTO processes (id, started_at, alive_until)
		VALUES ($1, 0, `+w.d.NowExpr()+` + $2)`, id, lives.Microseconds())
	w.must(err)
}

// beat waits until every process has beaten anew, and all its life but a moment lies before it again.
func (w *world) beat() {
	w.t.Helper()
	alive := func(which string) (at int64) {
		w.must(w.d.Pool().QueryRow(w.t.Context(), `SELECT `+which+`(alive_until) FROM processes`).Scan(&at))
		return at
	}
	last := alive("max") + (200 * time.Millisecond).Microseconds()
	w.eventually("all have beaten", func() bool { return alive("min") > last })
}

// A job that a process was working on when it was killed is worked by another one when the first has been silent for
// its life, long before River could tell that the job took too long.
func TestTheJobsOfADeadProcessAreWorkedByAnother(t *testing.T) {
	t.Parallel()
	dbtest.Only(t, dbtest.Postgres)
	w := newWorld(t, jobtest.Template.Open(t, dbtest.Postgres))
	short := func(o *job.Options) { o.Life = 600 * time.Millisecond }
	q := w.queue(nil, short)
	w.insert(q, job.Opts{}, letter{w.acme, "held"})
	w.as("jobs:killed")
	w.process("jobs:killed", time.Second)
	begun := time.Now()
	w.start(q)
	w.eventually("the job is worked", func() bool { return len(w.letters()) == 1 })
	if took := time.Since(begun); took > 15*time.Second {
		t.Errorf("after %v", took)
	}
}

func TestTheJobsOfALivingProcessAreLeftToIt(t *testing.T) {
	t.Parallel()
	dbtest.Only(t, dbtest.Postgres)
	d := jobtest.Template.Open(t, dbtest.Postgres)
	w := newWorld(t, d)
	short := func(o *job.Options) { o.Life = 1500 * time.Millisecond }
	entered, leave := make(chan struct{}, 8), make(chan struct{})
	slow := w.queue(func(_ context.Context, l letter) error {
		entered <- struct{}{}
		<-leave
		w.saw(l)
		return nil
	}, short)
	w.start(slow)
	w.insert(slow, job.Opts{}, letter{w.acme, "slow"})
	<-entered
	other := w.queue(nil, short)
	w.start(other)
	for range 6 { // the life of both passes more than once
		w.insert(other, job.Opts{}, letter{w.acme, "mark"})
		w.beat()
	}
	close(leave)
	w.eventually("all letters are worked", func() bool { return len(w.letters()) == 7 })
	slows := 0
	for _, l := range w.letters() {
		if l.ID == "slow" {
			slows++
		}
	}
	if slows != 1 {
		t.Errorf("the slow letter was worked %d times", slows)
	}
}

// A process that stops in order leaves no row behind.
func TestAQueueThatStopsTakesItsHeartbeatAway(t *testing.T) {
	t.Parallel()
	dbtest.Only(t, dbtest.Postgres)
	w := newWorld(t, jobtest.Template.Open(t, dbtest.Postgres))
	q := w.queue(nil)
	count := func() (n int) {
		w.must(w.d.Pool().QueryRow(t.Context(), `SELECT count(*) FROM processes WHERE id LIKE 'jobs:%'`).Scan(&n))
		return n
	}
	w.must(q.Start(t.Context()))
	if n := count(); n != 1 {
		t.Errorf("%d heartbeats of one process", n)
	}
	w.must(q.Stop(t.Context()))
	if n := count(); n != 0 {
		t.Errorf("%d heartbeats of none", n)
	}
}

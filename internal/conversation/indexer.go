package conversation

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/db"
	"parley/internal/job"
)

const (
	// gather is how long fresh messages are gathered before a job is inserted for all of them: a job for each message
	// would cost more than the message, and one unique for its tenant would make the tenant's steps wait for each other.
	// And the more messages are indexed together, the more of them share a row.
	gather = time.Second
	// jobTenants is how many tenants one job indexes.
	jobTenants = 100
	// catchUpEvery is how often all tenants are looked through, for what a process that died had not handed over; every
	// start does it too.
	catchUpEvery = time.Hour
	// lookBack is how far behind the last indexed message that look begins on PostgreSQL, where a message may be stored
	// after greater ones were indexed. On SQLite they are stored in the order of their ids.
	lookBack = time.Minute
	// gap is how far a tenant's new messages may be from the last that was indexed before it counts as one: nearer, what
	// lies between is another process's, which indexes it itself.
	gap = 10 * time.Second
)

// indexArgs are tenants in which something was said.
type indexArgs struct {
	Tenants []freshTenant `json:"tenants"`
}

// freshTenant is a tenant, with the least and the greatest of its new messages.
type freshTenant struct {
	ID   string `json:"id"`
	From string `json:"from"`
	UpTo string `json:"up_to"`
}

// Kind names the job.
func (indexArgs) Kind() string { return "conversation.index" }

// catchUpArgs are all tenants.
type catchUpArgs struct{}

// Kind names the job.
func (catchUpArgs) Kind() string { return "conversation.index_all" }

// Indexer sees to it that the words of what was said can be found, at most two seconds later: what is said in this
// process is gathered for a moment and handed to a job.
type Indexer struct {
	d     *db.DB
	log   *slog.Logger
	jobs  *job.Queue
	fresh *fresh
	quit  chan struct{}
	loop  sync.WaitGroup
}

// NewIndexer makes an Indexer for what a Service writes, and registers its jobs. Start lets it work.
func NewIndexer(d *db.DB, s *Service, jobs *job.Queue, log *slog.Logger) *Indexer {
	x := &Indexer{d: d, log: log, jobs: jobs, fresh: s.fresh, quit: make(chan struct{})}
	job.Register(jobs, job.Kind{Quick: true}, x.index)
	job.Register(jobs, job.Kind{Timeout: 30 * time.Minute}, x.catchUp)
	jobs.Every(catchUpEvery, catchUpArgs{})
	return x
}

// Start has everything looked through that may have been left, and goes on with what is said from now on.
func (x *Indexer) Start(ctx context.Context) error {
	err := x.d.InTx(ctx, actor.ForSystem(""), func(tx *db.Tx) error {
		_, err := x.jobs.Insert(ctx, tx, catchUpArgs{}, job.Opts{Once: true})
		return err
	})
	if err != nil {
		return fmt.Errorf("start indexing messages: %w", err)
	}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	x.loop.Go(func() {
		defer cancel()
		x.run(running)
	})
	return nil
}

// Stop hands over what was gathered. Call it once, before the queue stops.
func (x *Indexer) Stop(ctx context.Context) error {
	close(x.quit)
	x.loop.Wait()
	return x.handOver(ctx)
}

func (x *Indexer) run(ctx context.Context) {
	for {
		select {
		case <-x.quit:
			return
		case <-x.fresh.wake:
		}
		moment := time.NewTimer(gather)
		select {
		case <-x.quit:
			moment.Stop()
			return
		case <-moment.C:
		}
		if err := x.handOver(ctx); err != nil {
			x.log.WarnContext(ctx, "messages to index not handed over; tried again", slog.Any("error", err))
		}
	}
}

// handOver inserts jobs for what was gathered. What cannot be handed over is gathered again.
func (x *Indexer) handOver(ctx context.Context) error {
	taken := x.fresh.take()
	if len(taken) == 0 {
		return nil
	}
	jobs := []indexArgs{{}}
	for id, ids := range taken {
		t := freshTenant{ID: id, From: ids.least, UpTo: ids.greatest}
		if last := &jobs[len(jobs)-1]; len(last.Tenants) < jobTenants {
			last.Tenants = append(last.Tenants, t)
		} else {
			jobs = append(jobs, indexArgs{Tenants: []freshTenant{t}})
		}
	}
	err := x.d.InTx(ctx, actor.ForSystem(""), func(tx *db.Tx) error {
		for _, args := range jobs {
			if _, err := x.jobs.Insert(ctx, tx, args, job.Opts{}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		for id, ids := range taken {
			x.fresh.add(id, ids.least)
			x.fresh.add(id, ids.greatest)
		}
	}
	return err
}

// index indexes the tenants of a job beside each other, so that their steps share commits.
func (x *Indexer) index(ctx context.Context, args indexArgs) error {
	failures := make([]error, len(args.Tenants))
	var all sync.WaitGroup
	for i, t := range args.Tenants {
		all.Go(func() { failures[i] = x.indexTenant(ctx, t) })
	}
	all.Wait()
	return errors.Join(failures...)
}

// indexTenant indexes what is new, and what lies before it when the index has not come that far.
func (x *Indexer) indexTenant(ctx context.Context, t freshTenant) error {
	a := actor.ForSystem(t.ID)
	mark, err := indexedUpTo(ctx, x.d.As(a), a)
	if err != nil {
		return err
	}
	after := t.From[:len(t.From)-1] // less than the first, and not less than any id before it
	if mark < after && (mark == "" || db.IDTime(t.From).Sub(db.IDTime(mark)) > gap) {
		after = mark
	}
	return IndexMessages(ctx, x.d, a, after, t.UpTo)
}

// catchUp looks through all tenants that a channel brings messages to.
func (x *Indexer) catchUp(ctx context.Context, _ catchUpArgs) error {
	tenants, err := channel.Tenants(ctx, x.d.As(actor.ForSystem("")))
	if err != nil {
		return err
	}
	for _, id := range tenants {
		a := actor.ForSystem(id)
		after, err := indexedUpTo(ctx, x.d.As(a), a)
		if err != nil {
			return err
		}
		if after != "" && x.d.Postgres() {
			after = db.IDAt(db.IDTime(after).Add(-lookBack))
		}
		if err := IndexMessages(ctx, x.d, a, after, ""); err != nil {
			return err
		}
	}
	return nil
}

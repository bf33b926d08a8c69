package conversation

import (
	"context"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/job"
)

// Meta delivers in parallel: what is said about a message may be here before the message.
const (
	firstSettle = 5 * time.Second
	mostSettles = 5 // then it stays a line of its own
)

// settleArgs are a line whose message was not there yet.
type settleArgs struct {
	TenantID string `json:"tenant"`
	LineID   string `json:"line"`
	Tries    int    `json:"tries"`
}

// Kind names the job.
func (settleArgs) Kind() string { return "conversation.settle" }

// Settler looks again for the messages that something was said about before they were here.
type Settler struct {
	d    *db.DB
	s    *Service
	jobs *job.Queue
}

// NewSettler makes a Settler and registers its job.
func NewSettler(d *db.DB, s *Service, jobs *job.Queue) *Settler {
	x := &Settler{d: d, s: s, jobs: jobs}
	job.Register(jobs, job.Kind{Quick: true}, x.settle)
	return x
}

// Later has the message of a line looked for again, several times: in the step that wrote the line down.
func (x *Settler) Later(ctx context.Context, tx *db.Tx, a actor.Actor, lineID string) error {
	return x.insert(ctx, tx, settleArgs{TenantID: a.Tenant(), LineID: lineID})
}

func (x *Settler) insert(ctx context.Context, tx *db.Tx, args settleArgs) error {
	_, err := x.jobs.Insert(ctx, tx, args, job.Opts{In: firstSettle << (2 * args.Tries)})
	return err
}

func (x *Settler) settle(ctx context.Context, args settleArgs) error {
	a := actor.ForSystem(args.TenantID)
	return x.d.InTx(ctx, a, func(tx *db.Tx) error {
		line, err := MessageByID(ctx, tx, a, args.LineID)
		if errs.Is(err, errs.NotFound) || err == nil && !line.DeletedAt.IsZero() {
			return nil
		}
		if err != nil {
			return err
		}
		found, _, err := x.s.settle(ctx, tx, a, line)
		if err != nil || found || args.Tries+1 >= mostSettles {
			return err
		}
		args.Tries++
		return x.insert(ctx, tx, args)
	})
}

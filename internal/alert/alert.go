// Package alert calls people when the AI has handed a conversation to them, and calls again when nobody has touched it.
// A call is a job of the step that hands off, so none is lost. Today a call is a fact (event), which later features read,
// a mark on the conversation, and a hint to every open dashboard; where nobody comes, a letter.
package alert

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/event"
	"parley/internal/job"
	"parley/internal/realtime"
	"parley/internal/tenant"
)

// Parts are the rooms alert stands on.
type Parts struct {
	DB      *db.DB
	Live    *realtime.Hub
	Jobs    *job.Queue
	Tenants *tenant.Service // nil where nothing is mailed
	Log     *slog.Logger
}

// Options are what can be chosen.
type Options struct {
	// Escalate is how long a hand-off may stay untouched before people are called again; 0 is 5 minutes.
	Escalate time.Duration
	// Calls is how often people are called at most; 0 is 3.
	Calls int
}

// The facts a call leaves.
const (
	HandedOff = "conversation.handed_off"
	Alerted   = "conversation.alerted"
	Escalated = "conversation.escalated"
)

// Service calls people.
type Service struct {
	Parts
	o         Options
	escalated atomic.Int64
}

// New makes a Service and registers its jobs.
func New(p Parts, o Options) *Service {
	if o.Escalate <= 0 {
		o.Escalate = 5 * time.Minute
	}
	if o.Calls <= 0 {
		o.Calls = 3
	}
	s := &Service{Parts: p, o: o}
	job.Register(p.Jobs, job.Kind{Quick: true}, s.call)
	job.Register(p.Jobs, job.Kind{}, s.mail)
	return s
}

// Escalations counts the calls this process repeated because nobody had touched a hand-off: for the metrics.
func (s *Service) Escalations() int64 { return s.escalated.Load() }

// HandedOff records that a conversation was handed to people and sees to it that they are called. It is called in the
// step of conversation.HandOff, after it.
func (s *Service) HandedOff(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID, reason string) error {
	err := event.Record(ctx, tx, a, event.Fact{
		Kind: HandedOff, TargetKind: "conversation", TargetID: conversationID, Data: reason,
	})
	if err != nil {
		return err
	}
	_, err = s.Jobs.Insert(ctx, tx, callArgs{
		TenantID: a.Tenant(), ConversationID: conversationID, Since: tx.Now(), Number: 1,
	}, job.Opts{})
	return err
}

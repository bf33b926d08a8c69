package assistant

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"parley/internal/actor"
	"parley/internal/alert"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/delivery"
	"parley/internal/knowledge"
	"parley/internal/lease"
	"parley/internal/llm"
	"parley/internal/prompt"
	"parley/internal/tenant"
)

// Limits of a turn.
const (
	deadline    = 30 * time.Second // when people are told that nobody answered
	turnBudget  = 25 * time.Second // of all tries together
	lateBudget  = 8 * time.Second  // the least of whoever takes a turn up, which may have waited for a dead process
	quietCap    = 3 * time.Second  // the quiet window never holds an answer longer than this after the turn opened
	maxAborted  = 2                // attempts thrown away because the customer went on writing; then the cap lets one through
	historySize = 20               // messages of the conversation that the model sees
)

// Parts are the rooms the assistant stands on.
type Parts struct {
	DB            *db.DB
	Process       *lease.Process
	Conversations *conversation.Service
	Knowledge     *knowledge.Service
	Prompts       *prompt.Service
	Tenants       *tenant.Service
	Alerts        *alert.Service
	Delivery      *delivery.Service
	// Model is nil when there is none: then the built-in answerer quotes the documents.
	Model llm.Chat
	Log   *slog.Logger
}

// Options are what can be chosen.
type Options struct {
	// Slots is how many turns may be worked on at once.
	Slots int
	// Deadline is how long the AI has before people are told; 0 is 30 s. The watchdog enforces it.
	Deadline time.Duration
}

// Service answers. Intake hands it turns; it hands what it says to delivery.
type Service struct {
	Parts
	o     Options
	turns *lease.Engine
	think *thoughts
	zones sync.Map // time zones of tenants, by name
	// courtesies are read receipts under way.
	courtesies sync.WaitGroup
}

// New makes a Service; Start lets it work.
func New(p Parts, o Options) *Service {
	if o.Deadline <= 0 {
		o.Deadline = deadline
	}
	s := &Service{Parts: p, o: o, think: newThoughts()}
	s.turns = lease.NewEngine(p.Process, lease.Table{Name: "turns"}, lease.EngineOptions{Slots: o.Slots}, s.answer)
	return s
}

// Start begins to answer.
func (s *Service) Start(ctx context.Context) error { return s.turns.Start(ctx) }

// Stop ends answering: turns at work are finished or given back until ctx ends.
func (s *Service) Stop(ctx context.Context) error {
	err := s.turns.Stop(ctx)
	s.courtesies.Wait()
	return err
}

// Engine is the turns' engine, for the metrics.
func (s *Service) Engine() *lease.Engine { return s.turns }

// Reserve holds a place for a turn of the tenant that may be about to open; release it when it is not.
func (s *Service) Reserve(tenantID string) *lease.Slot { return s.turns.Reserve(tenantID) }

// Deadline is how long the AI has for an answer.
func (s *Service) Deadline() time.Duration { return s.o.Deadline }

// Newer tells an answer being written that something else was said in its conversation. Only a hint to save time and
// money: what decides is the guard at the write.
func (s *Service) Newer(conversationID string) { s.think.interrupt(conversationID) }

// TakeOver gives a conversation to the acting person; an answer being written is dropped.
func (s *Service) TakeOver(ctx context.Context, a actor.Actor, conversationID string) error {
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		tx.AfterCommit(func() { s.think.interrupt(conversationID) })
		return s.Conversations.TakeOver(ctx, tx, a, conversationID)
	})
}

// Assign gives a conversation to a colleague, or to nobody.
func (s *Service) Assign(ctx context.Context, a actor.Actor, conversationID, userID string) error {
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		if userID != "" {
			tx.AfterCommit(func() { s.think.interrupt(conversationID) })
		}
		return s.Conversations.Assign(ctx, tx, a, conversationID, userID)
	})
}

// HandBack gives a conversation back to the AI, which answers at once when the customer had the last word.
func (s *Service) HandBack(ctx context.Context, a actor.Actor, conversationID string) error {
	slot := s.Reserve(a.Tenant())
	defer slot.Release()
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		t, opened, err := s.Conversations.HandBack(ctx, tx, a, conversationID, slot.Claim(), s.o.Deadline)
		if err == nil && opened {
			tx.AfterCommit(func() { slot.Start(lease.Item{Tenant: a.Tenant(), Conversation: conversationID, Lane: t.Lane}) })
		}
		return err
	})
}

// SetMode says whether the AI may act in a conversation.
func (s *Service) SetMode(ctx context.Context, a actor.Actor, conversationID string, mode conversation.Mode) error {
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		tx.AfterCommit(func() { s.think.interrupt(conversationID) })
		return s.Conversations.SetMode(ctx, tx, a, conversationID, mode)
	})
}

// Reply is a person's word to the customer: said, queued, and the AI's turn void, in one step.
func (s *Service) Reply(ctx context.Context, a actor.Actor, what conversation.Saying) (said conversation.Said, err error) {
	slot := s.Delivery.Reserve(a.Tenant())
	defer slot.Release()
	err = s.once(ctx, a, what, func(tx *db.Tx) (err error) {
		tx.AfterCommit(func() { s.think.interrupt(what.ConversationID) })
		said, err = s.Delivery.Queue(ctx, tx, a, what, slot)
		return err
	})
	return said, err
}

// once is a step that says something. When what it says comes twice at the same moment, under the same id, the second
// finds in another step what the first has written.
func (s *Service) once(ctx context.Context, a actor.Actor, what conversation.Saying, step db.Step) error {
	err := s.DB.InTx(ctx, a, step)
	if table, is := db.UniqueViolation(err); is && table == "messages" && what.ID != "" {
		err = s.DB.InTx(ctx, a, step)
	}
	return err
}

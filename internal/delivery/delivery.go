// Package delivery brings what was said to the customer. A message that must leave is a row of the outbox, written in
// the step that says it; rows of one conversation leave in order. A row is claimed durably before the request, so that
// a send cut off by a crash is known to be uncertain: it waits for its status webhook, which carries our own id, and
// is never simply sent again.
package delivery

import (
	"context"
	"log/slog"
	"time"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/lease"
	"parley/internal/limit"
	"parley/internal/media"
	"parley/internal/recent"
	"parley/internal/whatsapp"
)

// Grace is how long an uncertain send waits for its status before it is judged.
const Grace = 45 * time.Second

// Limits of sending.
const (
	sendDeadline = 10 * time.Second // of one request; shorter than a process's lease
	maxAttempts  = 6                // of one message, refusals that may pass counted
)

// Parts are the rooms delivery stands on.
type Parts struct {
	DB            *db.DB
	Process       *lease.Process
	Conversations *conversation.Service
	Media         *media.Service
	Channels      *channel.Service
	Limits        limit.Limiter
	Log           *slog.Logger
}

// Options are what can be chosen.
type Options struct {
	// Clients speak to the Graph API of each kind of channel: the address follows the kind.
	Clients map[channel.Kind]*whatsapp.Client
	// Tokens are of the kinds whose numbers have none of their own: the stand-in's is this process's.
	Tokens map[channel.Kind]string
	// MessagesPerSecond bounds what one number sends; 0 is no bound of ours (Meta's own is 80).
	MessagesPerSecond int
	// Slots is how many requests may be under way at once.
	Slots int
	// Watch is told how sending goes; nil is nobody.
	Watch Watch
}

// Service delivers.
type Service struct {
	Parts
	o        Options
	outbox   *lease.Engine
	paused   pauses
	timed    timings
	hand     *hand
	channels *recent.Memory[channelKey, channel.Channel]
}

// New makes a Service; Start lets it work.
func New(p Parts, o Options) *Service {
	s := &Service{Parts: p, o: o, paused: newPauses(), timed: newTimings(), hand: newHand()}
	s.channels = recent.New[channelKey, channel.Channel](func() time.Time { return p.DB.Now().Time() }, channelsFor)
	table := lease.Table{Name: "outbox", Ordered: true, OnDeath: "uncertain", Grace: Grace}
	s.outbox = lease.NewEngine(p.Process, table, lease.EngineOptions{Slots: o.Slots}, s.work)
	return s
}

// Start begins to send.
func (s *Service) Start(ctx context.Context) error { return s.outbox.Start(ctx) }

// Stop ends sending: what is under way is finished or given back until ctx ends.
func (s *Service) Stop(ctx context.Context) error { return s.outbox.Stop(ctx) }

// Engine is the outbox's engine, for the metrics.
func (s *Service) Engine() *lease.Engine { return s.outbox }

// Reserve holds a place for a message of the tenant about to be said; release it when it is not.
func (s *Service) Reserve(tenantID string) *lease.Slot { return s.outbox.Reserve(tenantID) }

// MarkRead tells WhatsApp that the customer's message was read and, with typing, that an answer is being written. It
// is a courtesy: failing is logged and nothing more.
func (s *Service) MarkRead(ctx context.Context, a actor.Actor, ch channel.Channel, externalID string, typing bool) {
	ctx, cancel := context.WithTimeout(ctx, sendDeadline)
	defer cancel()
	token, err := s.token(a, ch)
	if err == nil {
		err = s.o.Clients[ch.Kind].MarkRead(ctx, whatsapp.Credentials{PhoneNumberID: ch.ExternalID, Token: token}, externalID, typing)
	}
	if err != nil {
		s.Log.DebugContext(ctx, "read receipt not sent", slog.String("tenant", a.Tenant()), slog.Any("error", err))
	}
}

// token is what a channel's requests are made with.
func (s *Service) token(a actor.Actor, ch channel.Channel) (string, error) {
	if token := s.o.Tokens[ch.Kind]; token != "" {
		return token, nil
	}
	return s.Channels.Token(a, ch)
}

// Package intake takes what Meta delivers. It stores before it thanks: the webhook answers 200 only when every message
// in it is committed, with the turn that says an answer is owed, or when the body is kept whole to be taken later.
package intake

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"parley/internal/assistant"
	"parley/internal/channel"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/delivery"
	"parley/internal/media"
	"parley/internal/recent"
	"parley/internal/seal"
	"parley/internal/template"
)

// Limits of a webhook.
const (
	maxBody      = 4 << 20 // Meta's largest is 3 MB
	maxAtOnce    = 50      // messages taken before answering; a larger body is kept whole and taken by a worker
	maxChallenge = 256     // longest challenge echoed
)

// Parts are the rooms intake stands on.
type Parts struct {
	DB            *db.DB
	Box           *seal.Box
	Channels      *channel.Service
	Templates     *template.Service
	Conversations *conversation.Service
	Settler       *conversation.Settler
	Media         *media.Service
	Delivery      *delivery.Service
	Assistant     *assistant.Service
	Log           *slog.Logger
}

// Options are what can be chosen.
type Options struct {
	// Platform is the platform's own Meta app at /webhooks/whatsapp; without a secret that path refuses everything.
	Platform channel.Connection
	// Demo is the connection of the stand-in inside the program, by its random key; "" when there is none.
	DemoKey string
	Demo    channel.Connection
	// Took is told of each delivery how long it took until it was answered; nil is nobody.
	Took func(time.Duration)
}

// Service takes webhooks.
type Service struct {
	Parts
	o       Options
	bodies  *bodies
	heard   *activity
	own     *recent.Memory[string, map[string]bool]
	routes  *recent.Memory[number, channel.Route]
	Counted Counters
}

// Counters are what the metrics show of the webhooks.
type Counters struct {
	Accepted, Refused, Busy, Failed, Messages, Duplicates, Statuses, Unknown, Kept, Heard, Imported, Told atomic.Int64
}

// New makes a Service.
func New(p Parts, o Options) *Service {
	now := func() time.Time { return p.DB.Now().Time() }
	return &Service{
		Parts: p, o: o, bodies: newBodies(), heard: newActivity(),
		own: recent.New[string, map[string]bool](now, ownFor), routes: recent.New[number, channel.Route](now, routesFor),
	}
}

// connection finds whose webhooks come to a path's key, "" being the platform's own path.
func (s *Service) connection(ctx context.Context, key string) (channel.Connection, error) {
	switch {
	case key == "":
		return s.o.Platform, nil
	case s.o.DemoKey != "" && key == s.o.DemoKey:
		return s.o.Demo, nil
	}
	return s.Channels.ConnectionByKey(ctx, s.DB, key)
}

// Package channel holds the ways customers reach a tenant: WhatsApp numbers, the built-in demo phone, and the app
// connections whose webhooks bring their messages. A number belongs to one tenant. Where a channel's Graph API lies
// follows from its kind and is never stored, so that nobody can point a token somewhere else.
package channel

import (
	"context"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/realtime"
	"parley/internal/seal"
)

// Kind is what sort of channel it is.
type Kind string

// The kinds of channel. Demo speaks WhatsApp's protocol with the stand-in inside the program.
const (
	WhatsApp Kind = "whatsapp"
	Demo     Kind = "demo"
)

// State is how far a channel's set-up has come.
type State string

// The states of a channel.
const (
	Unproven State = "unproven" // named, but its token has not yet shown that the number is ours
	Active   State = "active"
	Broken   State = "broken" // Meta refused it; LastError says why
	// Disconnected: the number and everything secret are gone; what was said on it stays.
	Disconnected State = "disconnected"
)

// Connection ids that are configuration and not rows.
const (
	PlatformConnection = ""     // the platform's own Meta app: WHATSAPP_APP_SECRET
	DemoConnection     = "demo" // the stand-in inside the program
)

// Channel is one number of a tenant.
type Channel struct {
	ID              string
	Kind            Kind
	Name            string
	State           State
	Mode            string // the mode a new conversation starts in: off | suggest | auto
	ExternalID      string // Meta's phone number id
	AccountID       string // the WhatsApp business account
	DisplayPhone    string
	ConnectionID    string
	ProvenAt        db.Time
	LastError       string
	KnowledgeBaseID string // "" is the tenant's default
	PromptID        string // "" is the tenant's default
	CreatedAt       db.Time
	UpdatedAt       db.Time

	tokenSealed string
}

// DemoAccount is the WhatsApp account of the demo channels of all tenants, at the stand-in.
const DemoAccount = "demo"

// Account is Meta's account of the channel, "" when it is not known.
func (c Channel) Account() string {
	if c.Kind == Demo {
		return DemoAccount
	}
	return c.AccountID
}

// Route says whose number something arrived at.
type Route struct {
	TenantID     string
	ChannelID    string
	ConnectionID string
}

// Connection is a Meta app that signs webhooks. TenantID is "" for the platform's.
type Connection struct {
	ID          string
	TenantID    string
	Kind        Kind
	Secret      []byte
	VerifyToken string
}

// Service keeps channels and their secrets.
type Service struct {
	box  *seal.Box
	live *realtime.Hub
}

// New makes a Service that seals secrets in box and announces changes on live, unless that is nil.
func New(box *seal.Box, live *realtime.Hub) *Service { return &Service{box: box, live: live} }

// changed keeps what was done with a channel, and tells open pages.
func (s *Service) changed(ctx context.Context, tx *db.Tx, a actor.Actor, e audit.Entry) error {
	e.TargetKind = "channel"
	s.announce(tx)
	return audit.Record(ctx, tx, a, e)
}

func (s *Service) announce(tx *db.Tx) {
	if s.live != nil {
		s.live.Announce(tx, realtime.Hint{Kind: realtime.ChannelChanged})
	}
}

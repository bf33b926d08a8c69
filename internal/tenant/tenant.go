// Package tenant holds the businesses (on screen: workspaces), the people who work in them and their roles, and who is
// signed in. A user may be a member of several tenants; a session carries one of them at a time.
//
// What may be relied on: every verb that changes something writes an audit entry; a password is never stored, a token
// only as a hash; signing in costs the same work and says the same words whether or not the address is known; a
// session that was ended is refused at once in this process and after StandingBound in every other.
package tenant

import (
	"log/slog"
	"time"

	"parley/internal/db"
	"parley/internal/job"
	"parley/internal/limit"
	"parley/internal/mail"
	"parley/internal/realtime"
	"parley/internal/recent"
	"parley/internal/seal"
)

// How old what is kept in memory may be. In the process that makes a change nothing is older than the change.
const (
	// StandingBound is how long another process may still take a session, or a role, that has ended.
	StandingBound = 5 * time.Second
	// SettingsBound is how long another process may still work with a tenant's old settings and names.
	SettingsBound = 10 * time.Second
)

// Tier is what a tenant is to the operator.
type Tier string

// The tiers. A tenant of one's own installation is SelfHosted; the others are the plans of a hosted one.
const (
	SelfHosted   Tier = "self_hosted"
	Starter      Tier = "starter"
	Professional Tier = "professional"
	Enterprise   Tier = "enterprise"
)

// Tenant is a business.
type Tenant struct {
	ID        string
	Name      string
	About     string  // what the AI should know about the business as such
	Locale    string  // BCP 47, of the business's own people
	TimeZone  string  // IANA
	Hours     []Hours // none: not told
	Tier      Tier
	Settings  Settings
	CreatedAt db.Time
	UpdatedAt db.Time
}

// Settings are what a tenant may choose and what is not looked up by; kept as JSON. What is missing there has its
// default.
type Settings struct {
	// QuietWindowMs is how long after a customer's last message an answer is held back, in case there is more to come.
	QuietWindowMs int `json:"quietWindowMs"`
	// HandoffMailMinutes is after how long people are written to when nobody touches a hand-off; 0 is never.
	HandoffMailMinutes int `json:"handoffMailMinutes"`
	// HandoffMailClosed has them written to while the business is closed, too.
	HandoffMailClosed bool `json:"handoffMailClosed"`
}

func defaults() Settings { return Settings{QuietWindowMs: 300, HandoffMailMinutes: 15} }

// Registration says who may make a workspace.
type Registration string

// The kinds of registration.
const (
	Closed Registration = "closed"
	Invite Registration = "invite"
	Open   Registration = "open"
)

// Parts are what the room stands on. Live may be nil where nobody listens.
type Parts struct {
	DB     *db.DB
	Box    *seal.Box
	Live   *realtime.Hub
	Limits limit.Limiter
	Jobs   *job.Queue  // nil where nothing is mailed
	Mail   mail.Sender // nil where there is no mail
	Log    *slog.Logger
}

// Options are what can be chosen.
type Options struct {
	PublicURL    string        // what the links in letters begin with
	JWTSecret    []byte        // signs access tokens; the same in all processes
	TokenLife    time.Duration // of access tokens; 0 is 10 minutes
	Registration Registration  // "" is Closed
	Hashes       int           // passwords hashed at once, 19 MiB each; 0 is 2
	HashKiB      int           // memory of hashing one; 0 is 19 MiB. Less is for tests: it makes guessing cheap
}

// Service keeps tenants, people and sessions. It is safe for concurrent use.
type Service struct {
	Parts
	o        Options
	hasher   *hasher
	tokens   tokens
	tenants  *recent.Memory[string, Tenant]
	names    *recent.Memory[string, map[string]string]
	standing *recent.Memory[pass, standing]
	keys     *recent.Memory[string, keyStanding]
}

// New makes a Service.
func New(p Parts, o Options) *Service {
	if o.Registration == "" {
		o.Registration = Closed
	}
	now := func() time.Time { return p.DB.Now().Time() }
	s := &Service{
		Parts: p, o: o, hasher: newHasher(o.Hashes, o.HashKiB), tokens: newTokens(o.JWTSecret, o.TokenLife, now),
		tenants:  recent.New[string, Tenant](now, SettingsBound),
		names:    recent.New[string, map[string]string](now, SettingsBound),
		standing: recent.New[pass, standing](now, StandingBound),
		keys:     recent.New[string, keyStanding](now, StandingBound),
	}
	if s.Mails() {
		job.Register(s.Jobs, job.Kind{}, s.send)
		job.Register(s.Jobs, job.Kind{Quick: true}, s.answerForgotten)
	}
	return s
}

// Registration says who may make a workspace.
func (s *Service) Registration() Registration { return s.o.Registration }

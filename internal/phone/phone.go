// Package phone is the built-in phone of a tenant: a customer of its own demo channel, to try everything without a Meta
// account. What is written on it goes to the stand-in of Meta, and from there through the same signed webhook, workers
// and checks as any customer's message. What it shows is read from the conversation, so a restart, or another process,
// shows the same; only a reset after which nothing was written yet is known to the process that was asked for it alone.
package phone

import (
	"context"
	"crypto/rand"
	"hash/fnv"
	"math/big"
	"strconv"
	"sync"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/errs"
)

// Wire is the stand-in of Meta as the phone needs it.
type Wire interface {
	// Write lets a customer write to a number; it returns when the webhook was answered.
	Write(ctx context.Context, phoneNumberID string, from Customer, text string) error
	// Typing reports whether the number shows this customer that somebody is writing.
	Typing(phoneNumberID, waID string) bool
}

// Customer is who writes on the phone.
type Customer struct {
	WaID string // digits
	Name string
}

// Parts are the rooms the phone stands on.
type Parts struct {
	DB   *db.DB
	Wire Wire
}

// Options are what can be chosen.
type Options struct {
	// Demo is on, off, or auto: on until a real number is connected.
	Demo string
}

// Service is the phones of all tenants.
type Service struct {
	Parts
	o Options

	mu    sync.Mutex
	fresh map[string]fresh // by tenant
}

// fresh is who the phone became by a reset and has not written yet.
type fresh struct {
	Customer
	after string // the newest conversation at that time; a newer one ends it
}

// New makes a Service.
func New(p Parts, o Options) *Service {
	return &Service{Parts: p, o: o, fresh: map[string]fresh{}}
}

// threadLength is how many of the newest lines the phone shows.
const threadLength = 100

// State says whether the tenant has a phone and, in words, why not.
func (s *Service) State(ctx context.Context, a actor.Actor) (enabled bool, reason string, err error) {
	if s.o.Demo == "off" {
		return false, "The built-in phone is switched off on this installation (DEMO=off).", nil
	}
	channels, err := channel.List(ctx, s.DB.As(a), a)
	if err != nil {
		return false, "", err
	}
	demo, connected := false, false
	for _, c := range channels {
		demo = demo || c.Kind == channel.Demo
		connected = connected || c.Kind != channel.Demo
	}
	switch {
	case !demo:
		return false, "This workspace has no demo channel.", nil
	case connected && s.o.Demo != "on":
		return false, "A real number is connected, so the built-in phone is off. DEMO=on keeps it.", nil
	}
	return true, "", nil
}

// Send writes as the customer. It returns once the message is stored.
func (s *Service) Send(ctx context.Context, a actor.Actor, text string) error {
	ch, err := channel.OfKind(ctx, s.DB.As(a), a, channel.Demo)
	if err != nil {
		return err
	}
	_, me, err := s.current(ctx, a, ch)
	if err != nil {
		return err
	}
	if err := s.Wire.Write(ctx, ch.ExternalID, me, text); err != nil {
		return errs.Wrap(err, errs.Unavailable, "The phone could not send this. Please try again.")
	}
	return nil
}

// Reset starts over as a new customer. What the old one wrote stays in the inbox.
func (s *Service) Reset(ctx context.Context, a actor.Actor) error {
	ch, err := channel.OfKind(ctx, s.DB.As(a), a, channel.Demo)
	if err != nil {
		return err
	}
	newest, _, err := conversation.NewestOn(ctx, s.DB.As(a), a, ch.ID)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	n, err := rand.Int(rand.Reader, big.NewInt(numbers))
	if err != nil {
		panic(err) // crypto/rand does not fail
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fresh[a.Tenant()] = fresh{customer(n.Int64()), newest.ID}
	return nil
}

// current is who the phone is: the customer of a reset until the first message is there, then whoever wrote last.
// talk is nil while nothing was written.
func (s *Service) current(ctx context.Context, a actor.Actor, ch channel.Channel) (talk *conversation.Conversation, me Customer, err error) {
	newest, waID, err := conversation.NewestOn(ctx, s.DB.As(a), a, ch.ID)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return nil, me, err
	}
	found := err == nil
	s.mu.Lock()
	defer s.mu.Unlock()
	reset, isReset := s.fresh[a.Tenant()]
	switch {
	case isReset && newest.ID != reset.after:
		delete(s.fresh, a.Tenant()) // it has written, or the phone of another process has
	case isReset:
		return nil, reset.Customer, nil
	case !found:
		return nil, first(a.Tenant()), nil
	}
	return &newest, Customer{WaID: waID, Name: nameOf(waID)}, nil
}

// numbers is how many numbers the phone may have.
const numbers = 100_000_000

// customer has a number from +1 555 0…, longer than any that somebody has.
func customer(n int64) Customer {
	waID := "1555" + strconv.FormatInt(1_000_000_000+n, 10)[1:]
	return Customer{WaID: waID, Name: nameOf(waID)}
}

// first is who writes first on a tenant's phone: the same one in every process.
func first(tenantID string) Customer {
	h := fnv.New64a()
	_, _ = h.Write([]byte(tenantID))
	return customer(int64(h.Sum64() % numbers))
}

// nameOf gives a number's owner the same name each time.
func nameOf(waID string) string {
	names := []string{"Ada", "Ben", "Chloe", "Deniz", "Elif", "Femi", "Gita", "Hugo", "Ines", "Jonas", "Kaya", "Lucía"}
	n, err := strconv.Atoi(waID[max(len(waID)-4, 0):])
	if err != nil {
		n = 0
	}
	return names[n%len(names)] + " (phone)"
}

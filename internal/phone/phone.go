// Package phone is the built-in phone of a tenant: a customer of its own demo channel, to try everything without a Meta
// account. What is written on it goes to the stand-in of Meta, and from there through the same signed webhook, workers
// and checks as any customer's message. What it shows is read from the conversation, so a restart, or another process,
// shows the same.
package phone

import (
	"context"
	"crypto/rand"
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
	fresh map[string]Customer // by tenant: who the phone became by a reset and has not written yet
}

// New makes a Service.
func New(p Parts, o Options) *Service {
	return &Service{Parts: p, o: o, fresh: map[string]Customer{}}
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
func (s *Service) Reset(_ context.Context, a actor.Actor) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fresh[a.Tenant()] = newCustomer()
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
	case isReset && found && reset.WaID == waID:
		delete(s.fresh, a.Tenant()) // it has written
	case isReset:
		return nil, reset, nil
	case !found:
		me = newCustomer()
		s.fresh[a.Tenant()] = me
		return nil, me, nil
	}
	return &newest, Customer{WaID: waID, Name: nameOf(waID)}, nil
}

// newCustomer has a number from +1 555 01…: it belongs to nobody (North American numbers for fiction).
func newCustomer() Customer {
	n, err := rand.Int(rand.Reader, big.NewInt(100_000_000))
	if err != nil {
		panic(err) // crypto/rand does not fail
	}
	waID := "1555" + strconv.FormatInt(1_000_000_000+n.Int64(), 10)[1:]
	return Customer{WaID: waID, Name: nameOf(waID)}
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

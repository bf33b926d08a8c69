// Package metasim plays Meta: the Graph API that takes a business's messages, and the webhooks that bring it those of
// its customers. It is a program on a socket and part of what is shipped.
//
//   - Alone, as `parley metasim`: Run. Customers are played through /_sim (see Control).
//   - Inside the program, for the demo channels: Listen on a random loopback port; one Sim plays the numbers of all
//     tenants, and the built-in phone is a customer that writes through Write and reads Thread.
//   - In tests and measurements: the wire itself. FailNext and Mischief bring the weather; Sent, Arrivals and Counts
//     tell what arrived and how often; WaitIdle and WaitSent stand in for sleeping.
//
// Webhooks carry Meta's form (ASCII with lower-case \u escapes and \/), are signed with the number's secret, and are
// posted again, with growing pauses, until they are answered with 200. A send is validated, answered in Graph's form,
// and followed by its statuses sent, delivered and read. What it does not play is named in the errors it gives.
//
// Timestamps, windows and limits follow Options.Now, so that a test can set the clock; pauses between webhooks are real
// time. Memory is bounded: the last lines per customer, the last customers per number, the last sends.
package metasim

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	mrand "math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// Options are what can be chosen. The zero value works.
type Options struct {
	Token     string // bearer token for numbers without one of their own; "" is a random one
	AppID     string
	AppSecret string // signs the webhooks of numbers without a secret of their own; "" is a random one
	Now       func() time.Time
	Log       *slog.Logger // nil is silence
	Seed      uint64       // of chance; 0 is chance itself
	Pace      Pace
	// Retries are the pauses before the second delivery of a webhook, the third, and so on. nil is what Meta does in
	// 36 hours, told in 15 minutes; empty is no retry.
	Retries  []time.Duration
	Patience time.Duration // with a webhook's answer; 0 is 20 s
	Parallel int           // webhooks under way at once; 0 is 64
	Limits   Limits
	// Bounds of memory: lines per customer (0: 200), customers per number (0: 1,000), sends (0: 10,000).
	KeepLines, KeepCustomers, KeepSent int
	// Changed is told that a thread has changed: a line, its status, typing. It must not block.
	Changed func(phoneNumberID, customerKey string)
	HTTP    *http.Client // for webhooks; nil is one of its own
}

// Pace is how long after a send its statuses leave, counted from the send. Negative is never.
type Pace struct{ Sent, Delivered, Read time.Duration }

// Unhurried is how statuses come in everyday life, shortened.
func Unhurried() Pace {
	return Pace{Sent: 80 * time.Millisecond, Delivered: 250 * time.Millisecond, Read: 900 * time.Millisecond}
}

// Limits are Meta's limits of sending; 0 is none.
type Limits struct {
	PairBurst int // messages to one customer at once, then one in 6 s: error 131056
	PerSecond int // messages of one number: error 130429
}

// MetaLimits are the limits of a new number.
func MetaLimits() Limits { return Limits{PairBurst: 45, PerSecond: 80} }

// Sim is the stand-in. Its methods may be called from anywhere.
type Sim struct {
	o    Options
	done context.Context //nolint:containedctx // ends with Close, and with it everything the Sim does by itself
	end  context.CancelFunc
	work sync.WaitGroup

	mu        sync.Mutex
	closed    bool
	rand      *mrand.Rand
	numbers   map[string]*number
	accounts  map[string]*account
	media     map[string]*file
	templates map[string]*template
	log       journal
	faults    []*pendingFault
	mischief  Mischief
	post      postOffice
	bell      chan struct{} // closed and made anew whenever somebody may be waiting for what has changed
}

// New makes a Sim and starts its post office; Close stops it.
func New(o Options) *Sim {
	o = o.withDefaults()
	done, end := context.WithCancel(context.Background()) //nolint:forbidigo // outlives the call that starts it, and ends with Close
	s := &Sim{
		o: o, done: done, end: end, rand: mrand.New(mrand.NewPCG(o.Seed, o.Seed>>1|1)),
		numbers: map[string]*number{}, accounts: map[string]*account{}, media: map[string]*file{},
		templates: map[string]*template{}, log: newJournal(o.KeepSent), bell: make(chan struct{}),
	}
	s.post.wake = make(chan struct{}, 1)
	s.work.Go(s.deliverDue)
	return s
}

func (o Options) withDefaults() Options {
	orElse := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	orElse(&o.Token, "sim-"+random(24))
	orElse(&o.AppSecret, random(32))
	orElse(&o.AppID, "555000111222333")
	for _, n := range []struct {
		of   *int
		most int
	}{{&o.Parallel, 64}, {&o.KeepLines, 200}, {&o.KeepCustomers, 1000}, {&o.KeepSent, 10_000}} {
		if *n.of <= 0 {
			*n.of = n.most
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Seed == 0 {
		o.Seed = mrand.Uint64()
	}
	if o.Retries == nil {
		o.Retries = []time.Duration{
			time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute,
			2 * time.Minute, 5 * time.Minute, 5 * time.Minute,
		}
	}
	if o.Patience <= 0 {
		o.Patience = 20 * time.Second
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{
			Transport: &http.Transport{
				MaxIdleConns: o.Parallel, MaxIdleConnsPerHost: o.Parallel, IdleConnTimeout: 30 * time.Second, DisableCompression: true,
			},
			// To Meta a redirect is an answer that is no 200.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	}
	return o
}

// Close stops everything the Sim does by itself. Webhooks that wait are dropped.
func (s *Sim) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.end()
	s.work.Wait()
	s.o.HTTP.CloseIdleConnections()
}

// Token is the bearer token of numbers without one of their own.
func (s *Sim) Token() string { return s.o.Token }

// AppSecret signs the webhooks of numbers without a secret of their own.
func (s *Sim) AppSecret() string { return s.o.AppSecret }

// ring wakes whoever waits in until. The lock is held.
func (s *Sim) ring() {
	close(s.bell)
	s.bell = make(chan struct{})
}

// until returns when met does, which is called under the lock.
func (s *Sim) until(ctx context.Context, met func() bool) error {
	for {
		s.mu.Lock()
		ok, bell := met(), s.bell
		s.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-bell:
		case <-ctx.Done():
			return ctx.Err()
		case <-s.done.Done():
			return errClosed
		}
	}
}

// changed tells who asked to be told that a thread has changed. The lock is not held.
func (s *Sim) changed(phoneNumberID, customerKey string) {
	if s.o.Changed != nil {
		s.o.Changed(phoneNumberID, customerKey)
	}
}

// random is n characters of hex that nobody can guess.
func random(n int) string {
	b := make([]byte, (n+1)/2)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)[:n]
}

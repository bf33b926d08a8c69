// Package app puts the rooms together, from the ground up, and lets the program run: listen, work, and stop without
// leaving anything half done. It is the only package that knows all rooms; nothing but cmd/parley and testkit uses it.
package app

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"parley/internal/alert"
	"parley/internal/assistant"
	"parley/internal/billing"
	"parley/internal/channel"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/delivery"
	"parley/internal/httpapi"
	"parley/internal/intake"
	"parley/internal/job"
	"parley/internal/knowledge"
	"parley/internal/lease"
	"parley/internal/limit"
	"parley/internal/llm"
	"parley/internal/phone"
	"parley/internal/prompt"
	"parley/internal/realtime"
	"parley/internal/seal"
	"parley/internal/setup"
	"parley/internal/tenant"
	"parley/internal/whatsapp"
)

// Options are all that can be chosen. The zero value of most is what a single process wants.
type Options struct {
	DB        db.Options
	Box       *seal.Box // the master key
	JWTSecret []byte

	PublicURL      string
	TrustedProxies []netip.Prefix
	Redis          string // address; "" keeps hints in this process
	Registration   string // closed | invite | open
	MetricsToken   string
	Version        string
	Site           fs.FS // the built pages

	Graph    whatsapp.ClientOptions // Meta's address and version
	Platform channel.Connection     // the platform's own Meta app
	// MessagesPerSecond bounds what one number sends; 0 leaves it to Meta.
	MessagesPerSecond int
	// Model answers; nil is the built-in answerer alone.
	Model llm.Chat
	// Demo is auto, on or off: whether tenants have the built-in phone.
	Demo string

	// Setup says who the first owner is, and which number comes from the settings.
	Setup setup.Options

	// HashKiB makes passwords cheap to hash in tests; 0 is what they cost in earnest.
	HashKiB int
	// Slots is how many turns, and how many sends, may be under way at once; 0 is 10,000.
	Slots int
	// Deadline is how long the AI has before people are told; 0 is the assistant's own.
	Deadline time.Duration
	Lease    lease.ProcessOptions
	Log      *slog.Logger
}

// App is the program, put together. Its rooms are there for cmd/parley and for tests.
type App struct {
	DB            *db.DB
	Jobs          *job.Queue
	Live          *realtime.Hub
	Tenants       *tenant.Service
	Channels      *channel.Service
	Knowledge     *knowledge.Service
	Conversations *conversation.Service
	Prompts       *prompt.Service
	Alerts        *alert.Service
	Delivery      *delivery.Service
	Assistant     *assistant.Service
	Intake        *intake.Service
	Phone         *phone.Service
	Setup         *setup.Service
	API           *httpapi.Server

	o       Options
	process *lease.Process
	indexer *conversation.Indexer
	standIn *standIn
	graph   *whatsapp.Client
	loops   loops
	ages    ages
}

// New opens the database, brings its schema up to date and puts the rooms together. Nothing works before Serve.
func New(ctx context.Context, o Options) (*App, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.DB.Log = o.Log
	d, err := db.Open(ctx, o.DB)
	if err != nil {
		return nil, err
	}
	a := &App{DB: d, o: o}
	if err = setup.CheckKey(ctx, d, o.Box); err == nil {
		err = a.furnish(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return a, nil
}

// furnish makes the rooms, each from those below it.
func (a *App) furnish(ctx context.Context) (err error) {
	o, log := a.o, a.o.Log
	limits := limit.New(func() time.Time { return a.DB.Now().Time() })
	a.process = lease.NewProcess(a.DB, log, o.Lease)
	a.graph = whatsapp.NewClient(o.Graph)
	if a.standIn, err = newStandIn(ctx, log); err != nil {
		return err
	}
	if a.Jobs, err = job.New(ctx, a.DB, log, job.Options{}); err != nil {
		return err
	}
	check := func(ctx context.Context, token string) (string, string, time.Time, error) {
		return a.Tenants.Check(ctx, token)
	}
	if a.Live, err = realtime.New(log, realtime.Options{Check: check, Redis: o.Redis}); err != nil {
		return err
	}

	billing.Register(a.DB, a.Jobs, channel.Tenants)
	a.Tenants = tenant.New(tenant.Parts{DB: a.DB, Box: o.Box, Live: a.Live, Limits: limits}, tenant.Options{
		JWTSecret: o.JWTSecret, Registration: tenant.Registration(o.Registration), HashKiB: o.HashKiB,
	})
	a.Channels = channel.New(o.Box)
	a.Knowledge = knowledge.New(a.Live, log, knowledge.Options{})
	a.Conversations = conversation.New(a.Live)
	a.indexer = conversation.NewIndexer(a.DB, a.Conversations, a.Jobs, log)
	a.Prompts = prompt.New(a.DB)

	a.Alerts = alert.New(alert.Parts{DB: a.DB, Live: a.Live, Jobs: a.Jobs, Log: log}, alert.Options{})
	a.Delivery = delivery.New(delivery.Parts{
		DB: a.DB, Process: a.process, Conversations: a.Conversations, Channels: a.Channels, Limits: limits, Log: log,
	}, delivery.Options{
		Clients: map[channel.Kind]*whatsapp.Client{
			channel.WhatsApp: a.graph, channel.Demo: a.standIn.client(),
		},
		Tokens:            map[channel.Kind]string{channel.Demo: a.standIn.sim.Token()},
		MessagesPerSecond: o.MessagesPerSecond, Slots: o.Slots,
	})
	a.Assistant = assistant.New(assistant.Parts{
		DB: a.DB, Process: a.process, Conversations: a.Conversations, Knowledge: a.Knowledge, Prompts: a.Prompts,
		Tenants: a.Tenants, Alerts: a.Alerts, Delivery: a.Delivery, Model: o.Model, Log: log,
	}, assistant.Options{Slots: o.Slots, Deadline: o.Deadline})
	a.Intake = intake.New(intake.Parts{
		DB: a.DB, Box: o.Box, Channels: a.Channels, Conversations: a.Conversations, Delivery: a.Delivery,
		Assistant: a.Assistant, Log: log,
	}, intake.Options{Platform: o.Platform, DemoKey: a.standIn.key, Demo: a.standIn.connection()})
	a.Phone = phone.New(phone.Parts{DB: a.DB, Wire: a.standIn}, phone.Options{Demo: o.Demo})
	a.Setup = setup.New(setup.Parts{DB: a.DB, Box: o.Box, Tenants: a.Tenants, Channels: a.Channels, Log: log}, o.Setup)

	a.API = httpapi.New(httpapi.Parts{
		DB: a.DB, Tenants: a.Tenants, Channels: a.Channels, Conversations: a.Conversations, Knowledge: a.Knowledge,
		Prompts: a.Prompts, Delivery: a.Delivery, Assistant: a.Assistant, Intake: a.Intake, Live: a.Live, Phone: a.Phone,
		Setup: a.Setup, Limits: limits, Log: log,
	}, httpapi.Options{
		PublicURL: o.PublicURL, TrustedProxies: o.TrustedProxies, MetricsToken: o.MetricsToken, Version: o.Version,
		Site: o.Site, Ready: a.Ready, Metrics: a.metrics(),
	})
	return nil
}

// Handler is everything the program answers over HTTP.
func (a *App) Handler() http.Handler { return a.API.Handler() }

// Close lets go of a program that is not to be served.
func (a *App) Close(ctx context.Context) error {
	return errors.Join(a.standIn.stop(ctx), a.Live.Stop(ctx), a.DB.Close())
}

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
	"strings"
	"sync/atomic"
	"time"

	"parley/internal/alert"
	"parley/internal/assistant"
	"parley/internal/billing"
	"parley/internal/blob"
	"parley/internal/canned"
	"parley/internal/channel"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/delivery"
	"parley/internal/doctor"
	"parley/internal/dossier"
	"parley/internal/httpapi"
	"parley/internal/intake"
	"parley/internal/job"
	"parley/internal/knowledge"
	"parley/internal/lease"
	"parley/internal/limit"
	"parley/internal/llm"
	"parley/internal/mail"
	"parley/internal/media"
	"parley/internal/phone"
	"parley/internal/prompt"
	"parley/internal/realtime"
	"parley/internal/seal"
	"parley/internal/setup"
	"parley/internal/template"
	"parley/internal/tenant"
	"parley/internal/whatsapp"
)

// Options are all that can be chosen. The zero value of most is what a single process wants.
type Options struct {
	DB        db.Options
	Box       *seal.Box // the master key
	Blobs     string    // the folder of files; several processes of one installation share it
	JWTSecret []byte
	TokenLife time.Duration // of access tokens; 0 is 10 minutes

	PublicURL      string
	TrustedProxies []netip.Prefix
	Redis          string        // address; "" keeps hints and limits in this process
	RedisPatience  time.Duration // of limits, for an answer of Redis; 0 is theirs
	RedisPrefix    string        // before the names of what is kept there, where installations share one Redis
	Registration   string        // closed | invite | open
	MetricsToken   string
	Version        string
	Site           fs.FS // the built pages

	Graph    whatsapp.ClientOptions // Meta's address and version
	Platform channel.Connection     // the platform's own Meta app
	// MessagesPerSecond bounds what one number sends; 0 leaves it to Meta.
	MessagesPerSecond int
	// Model answers; nil is the built-in answerer alone.
	Model llm.Chat
	// Mail sends letters; nil is none.
	Mail mail.Sender
	// Demo is auto, on or off: whether tenants have the built-in phone.
	Demo string

	// Setup says who the first owner is, and which number comes from the settings.
	Setup setup.Options

	// Drain is how long requests are still taken after the program was told to stop and says that it is not ready.
	Drain time.Duration

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
	Templates     *template.Service
	Doctor        *doctor.Service
	Knowledge     *knowledge.Service
	Conversations *conversation.Service
	Media         *media.Service
	Prompts       *prompt.Service
	Alerts        *alert.Service
	Delivery      *delivery.Service
	Assistant     *assistant.Service
	Intake        *intake.Service
	Dossier       *dossier.Service
	Phone         *phone.Service
	Setup         *setup.Service
	API           *httpapi.Server

	o       Options
	process *lease.Process
	indexer *conversation.Indexer
	blobs   *blob.Store
	standIn *standIn
	graph   *whatsapp.Client
	shared  *limit.Shared // nil without Redis
	m       *measures
	loops   loops
	ages    ages
	leaving atomic.Bool // about to stop: not ready any more
}

// New opens the database, brings its schema up to date and puts the rooms together. Nothing works before Serve.
func New(ctx context.Context, o Options) (*App, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.DB.Log = o.Log
	m := newMeasures()
	o.DB.Waited, o.DB.Grouped = seconds(m.waited), m.grouped
	d, err := db.Open(ctx, o.DB)
	if err != nil {
		return nil, err
	}
	a := &App{DB: d, o: o, m: m}
	if err = setup.CheckKey(ctx, d, o.Box); err == nil {
		err = a.furnish(ctx)
	}
	if err != nil {
		a.closeLimits()
		return nil, errors.Join(err, a.closeFiles(), d.Close())
	}
	return a, nil
}

// furnish makes the engines and the rooms, each from those below it.
func (a *App) furnish(ctx context.Context) error {
	limits, err := a.limits()
	if err != nil {
		return err
	}
	if err := a.engines(ctx); err != nil {
		return err
	}
	a.rooms(limits)
	return nil
}

// engines makes what the rooms stand on.
func (a *App) engines(ctx context.Context) (err error) {
	o, log := a.o, a.o.Log
	if a.blobs, err = blob.Open(o.Blobs, o.Box); err != nil {
		return err
	}
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
	a.Live, err = realtime.New(log, realtime.Options{Check: check, Redis: o.Redis, RedisPrefix: o.RedisPrefix})
	return err
}

func (a *App) rooms(limits limit.Limiter) {
	o, log := a.o, a.o.Log
	billing.Register(a.DB, a.Jobs, channel.Tenants)
	a.Tenants = tenant.New(tenant.Parts{
		DB: a.DB, Box: o.Box, Live: a.Live, Limits: limits, Jobs: a.Jobs, Mail: o.Mail, Log: log,
	}, tenant.Options{
		PublicURL: strings.TrimSuffix(o.Setup.PublicURL, "/"),
		JWTSecret: o.JWTSecret, TokenLife: o.TokenLife, Registration: tenant.Registration(o.Registration), HashKiB: o.HashKiB,
	})
	a.Channels = channel.New(o.Box, a.Live)
	a.Knowledge = knowledge.New(a.Live, log, knowledge.Options{})
	a.Conversations = conversation.New(a.Live)
	a.indexer = conversation.NewIndexer(a.DB, a.Conversations, a.Jobs, log)
	settler := conversation.NewSettler(a.DB, a.Conversations, a.Jobs)
	clients := map[channel.Kind]*whatsapp.Client{channel.WhatsApp: a.graph, channel.Demo: a.standIn.client()}
	tokens := map[channel.Kind]string{channel.Demo: a.standIn.sim.Token()}
	a.Templates = template.New(template.Parts{
		DB: a.DB, Jobs: a.Jobs, Channels: a.Channels, Live: a.Live, Log: log,
	}, template.Options{Clients: clients, Tokens: tokens})
	a.Media = media.New(media.Parts{
		DB: a.DB, Jobs: a.Jobs, Blobs: a.blobs, Channels: a.Channels, Live: a.Live, Log: log,
	}, media.Options{Clients: clients, Tokens: tokens})
	a.Prompts = prompt.New(a.DB)

	a.Alerts = alert.New(alert.Parts{DB: a.DB, Live: a.Live, Jobs: a.Jobs, Tenants: a.Tenants, Log: log}, alert.Options{})
	a.Delivery = delivery.New(delivery.Parts{
		DB: a.DB, Process: a.process, Conversations: a.Conversations, Media: a.Media, Channels: a.Channels, Limits: limits,
		Log: log,
	}, delivery.Options{
		Clients: clients, Tokens: tokens, MessagesPerSecond: o.MessagesPerSecond, Slots: o.Slots, Watch: a.m,
	})
	a.Assistant = assistant.New(assistant.Parts{
		DB: a.DB, Process: a.process, Conversations: a.Conversations, Knowledge: a.Knowledge, Prompts: a.Prompts,
		Tenants: a.Tenants, Alerts: a.Alerts, Delivery: a.Delivery, Model: a.m.timed(o.Model), Log: log,
	}, assistant.Options{Slots: o.Slots, Deadline: o.Deadline})
	a.Intake = intake.New(intake.Parts{
		DB: a.DB, Box: o.Box, Channels: a.Channels, Templates: a.Templates, Conversations: a.Conversations, Settler: settler,
		Media: a.Media, Delivery: a.Delivery, Assistant: a.Assistant, Log: log,
	}, intake.Options{Platform: o.Platform, DemoKey: a.standIn.key, Demo: a.standIn.connection(), Took: seconds(a.m.webhook)})
	a.Dossier = dossier.New(dossier.Parts{
		DB: a.DB, Box: o.Box, Jobs: a.Jobs, Conversations: a.Conversations, Media: a.Media, Delivery: a.Delivery,
		Assistant: a.Assistant, Intake: a.Intake, Live: a.Live, Log: log,
	})
	a.Phone = phone.New(phone.Parts{DB: a.DB, Wire: a.standIn}, phone.Options{Demo: o.Demo})
	a.Doctor = doctor.New(doctor.Parts{DB: a.DB, Channels: a.Channels, Templates: a.Templates, Limits: limits, Log: log}, doctor.Options{
		Graph: a.graph, PublicURL: o.Setup.PublicURL, OfSettings: o.Setup.WhatsApp.PhoneNumberID,
	})
	a.Setup = setup.New(setup.Parts{
		DB: a.DB, Box: o.Box, Tenants: a.Tenants, Channels: a.Channels, Templates: a.Templates, Log: log,
	}, o.Setup)

	a.API = httpapi.New(httpapi.Parts{
		DB: a.DB, Tenants: a.Tenants, Channels: a.Channels, Templates: a.Templates, Doctor: a.Doctor,
		Conversations: a.Conversations, Media: a.Media, Knowledge: a.Knowledge, Canned: canned.New(a.Live), Prompts: a.Prompts,
		Delivery: a.Delivery, Assistant: a.Assistant, Intake: a.Intake, Dossier: a.Dossier, Live: a.Live, Phone: a.Phone,
		Setup: a.Setup, Limits: limits, Log: log,
	}, httpapi.Options{
		PublicURL: o.PublicURL, TrustedProxies: o.TrustedProxies, MetricsToken: o.MetricsToken, Version: o.Version,
		Site: o.Site, Ready: a.Ready, Without: a.without, Leaving: a.leaving.Load, Metrics: a.metrics(),
	})
}

// Handler is everything the program answers over HTTP.
func (a *App) Handler() http.Handler { return a.API.Handler() }

// closeFiles lets go of the folder of files, if it was opened.
func (a *App) closeFiles() error {
	if a.blobs == nil {
		return nil
	}
	return a.blobs.Close()
}

// Close lets go of a program that is not to be served.
func (a *App) Close(ctx context.Context) error {
	defer a.closeLimits()
	return errors.Join(a.standIn.stop(ctx), a.Live.Stop(ctx), a.closeFiles(), a.DB.Close())
}

// Package testkit is a whole world to test in: the program on a real database, Meta's side of the wire, a model with a
// script, a clock that can be set forward, and two tenants who must never meet. A world fails when anything in it was
// logged as an error that the test did not expect.
package testkit

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"testing/fstest"
	"time"

	"parley/internal/actor"
	"parley/internal/app"
	"parley/internal/channel"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/job/jobtest"
	"parley/internal/llm"
	"parley/internal/llm/llmfake"
	"parley/internal/seal"
	"parley/internal/setup"
	"parley/internal/tenant"
	"parley/internal/whatsapp"
	"parley/internal/whatsapp/metasim"
)

// What the world is made with. Nothing of it is secret.
const (
	jwtSecret    = "the test world's secret for access tokens"
	metricsToken = "the test world's token for metrics"
	verifyToken  = "the test world's verify token"
	password     = "correct horse battery staple"
	// PlatformSecret signs what Meta brings for Acme, ZetaSecret what it brings for Zeta.
	PlatformSecret = "the test world's app secret"
	ZetaSecret     = "the app secret of Zeta"
)

// Patience bounds every wait of a test: long, because it only ever ends a test that has failed. A machine that is so slow
// that a process is taken for dead may rightly need a lease's life and a send's grace before a customer is answered.
const Patience = 3 * time.Minute

// World is everything a test needs.
type World struct {
	*app.App
	URL   string // of the program
	Meta  *metasim.Server
	Model *llmfake.Fake
	Acme  Tenant // its number comes through the platform's own Meta app
	Zeta  Tenant // its number comes through an app connection of its own
	Log   *Log

	t      testing.TB
	secret string // the platform's
	blobs  string // the folder of files
	clock  *clock
	http   *http.Client
	data   db.Options // the database
}

// Tenant is one of the two businesses.
type Tenant struct {
	ID      string
	Owner   actor.Actor
	Email   string
	Token   string // the owner's access token
	Channel string // the id of its WhatsApp channel
	Number  string // Meta's id of its number
	Key     string // of its webhook address; "" is the platform's
}

// Options are what a test may choose.
type Options struct {
	// NoModel leaves the built-in answerer alone.
	NoModel bool
	// Secret is the platform's app secret; "" is PlatformSecret.
	Secret string
	// Change may change what the program is made with.
	Change func(o *app.Options)
}

// Each runs a test in a world on each database, side by side.
func Each(t *testing.T, o Options, do func(t *testing.T, w *World)) {
	t.Helper()
	for _, kind := range dbtest.Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			do(t, New(t, kind, o))
		})
	}
}

// New builds a world on a fresh database of a kind and lets it run until the test ends.
func New(t testing.TB, kind string, o Options) *World {
	t.Helper()
	w := &World{t: t, secret: o.Secret, clock: &clock{}, http: &http.Client{Timeout: Patience}, Log: newLog(t)}
	if w.secret == "" {
		w.secret = PlatformSecret
	}
	w.Meta = w.meta()
	w.Model = w.model()
	w.data = jobtest.Template.Options(t, kind)
	w.App = w.program(w.data, o)
	w.settle()
	w.serve()
	w.Acme.Token, w.Zeta.Token = w.SignsIn(w.Acme.Email), w.SignsIn(w.Zeta.Email)
	return w
}

func (w *World) meta() *metasim.Server {
	m, err := metasim.Listen(w.t.Context(), "127.0.0.1:0", metasim.Options{
		Token: "token", AppSecret: w.secret, Now: w.clock.Now, Seed: 1, Retries: []time.Duration{},
	})
	w.must(err)
	w.t.Cleanup(m.Close)
	return m
}

func (w *World) model() *llmfake.Fake {
	m, err := llmfake.Start(w.t.Context())
	w.must(err)
	w.t.Cleanup(func() { _ = m.Close() })
	return m
}

func (w *World) program(database db.Options, o Options) *app.App {
	model := w.Model.URL()
	if o.NoModel {
		model = ""
	}
	options := programOptions(database, w.Meta.URL, model, w.secret, w.clock)
	if w.blobs == "" {
		w.blobs = w.t.TempDir()
	}
	options.Blobs = w.blobs
	options.Log = slog.New(w.Log)
	if o.Change != nil {
		o.Change(&options)
	}
	a, err := app.New(w.t.Context(), options)
	w.must(err)
	return a
}

// programOptions are what the program of a world is made with; without a model's address it has none.
func programOptions(database db.Options, graph, model, secret string, c *clock) app.Options {
	box, err := seal.New([]byte("0123456789abcdef0123456789abcdef"))
	if err != nil {
		panic(err) // it is 32 bytes long
	}
	o := app.Options{
		DB: database, Box: box, JWTSecret: []byte(jwtSecret), Version: "test",
		Graph:    whatsapp.ClientOptions{BaseURL: graph},
		Platform: channel.Connection{Kind: channel.WhatsApp, Secret: []byte(secret), VerifyToken: verifyToken},
		Demo:     "on", HashKiB: 64, Setup: setup.Options{Demo: true}, MetricsToken: metricsToken,
		Site: fstest.MapFS{"index.html": {Data: []byte("<!doctype html><title>Parley</title>")}},
	}
	o.DB.Clock = c.Now
	if model != "" {
		o.Model = llm.NewClient(llm.ClientOptions{BaseURL: model, Model: "stand-in"})
	}
	return o
}

// settle lets the two tenants move in.
func (w *World) settle() {
	w.Acme = w.movesIn("Acme", "owner@acme.example", "100000000000001", "")
	w.Zeta = w.movesIn("Zeta", "owner@zeta.example", "200000000000002", "zeta-webhook-key-of-some-length")
}

func (w *World) movesIn(name, email, number, key string) Tenant {
	ctx := w.t.Context()
	id, err := w.Tenants.NewID(ctx)
	w.must(err)
	ten := Tenant{ID: id, Email: email, Number: number, Key: key}
	system := actor.ForSystem(ten.ID)
	person, err := w.Tenants.Prepare(ctx, "Owner of "+name, email, password, false)
	w.must(err)
	w.step(system, func(tx *db.Tx) error {
		if _, err := w.Tenants.Create(ctx, tx, system, tenant.NewTenant{Name: name}); err != nil {
			return err
		}
		ownerID, err := w.joins(tx, system, person, tenant.Owner)
		if err != nil {
			return err
		}
		ten.Owner = actor.ForUser(ten.ID, ownerID, "127.0.0.1", tenant.Permissions(tenant.Owner))
		connection := channel.PlatformConnection
		if key != "" {
			connection, err = w.Channels.AddConnection(ctx, tx, system, channel.NewConnection{
				Name: name + "'s app", AppID: "app", Secret: ZetaSecret, VerifyToken: verifyToken, Key: key,
			})
			if err != nil {
				return err
			}
		}
		c, err := w.Channels.Ensure(ctx, tx, system, channel.Number{
			Kind: channel.WhatsApp, Name: name, ExternalID: number, AccountID: "account-" + number, Token: "token",
			ConnectionID: connection, State: channel.Active,
		})
		if err != nil {
			return err
		}
		ten.Channel = c.ID
		return w.Setup.Equip(ctx, tx, system)
	})
	return ten
}

// joins makes a person a user and a member of the actor's tenant.
func (w *World) joins(tx *db.Tx, a actor.Actor, p tenant.Person, r tenant.Role) (userID string, err error) {
	if userID, err = w.Tenants.AddUser(w.t.Context(), tx, a, p); err != nil {
		return "", err
	}
	return userID, w.Tenants.AddMember(w.t.Context(), tx, a, userID, r)
}

// serve lets the program listen, and Meta know where.
func (w *World) serve() {
	l, err := new(net.ListenConfig).Listen(w.t.Context(), "tcp", "127.0.0.1:0")
	w.must(err)
	w.listensAt("http://" + l.Addr().String())
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Serve(ctx, l) }()
	w.t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			w.t.Errorf("the program did not stop well: %v", err)
		}
		w.http.CloseIdleConnections()
		w.Log.judge()
	})
	w.Eventually("the program is ready", func() bool { return w.Ready(ctx) == nil })
}

// listensAt tells Meta where the tenants' webhooks go.
func (w *World) listensAt(url string) {
	w.URL = url
	for _, ten := range []Tenant{w.Acme, w.Zeta} {
		n := metasim.Number{
			PhoneNumberID: ten.Number, AccountID: "account-" + ten.Number, DisplayPhone: "+1 555 010 00" + ten.Number[:2],
			WebhookURL: w.URL + "/webhooks/whatsapp", Secret: w.secret, VerifyToken: verifyToken,
		}
		if ten.Key != "" {
			n.WebhookURL, n.Secret = n.WebhookURL+"/"+ten.Key, ZetaSecret
		}
		w.Meta.AddNumber(n)
	}
}

func (w *World) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *World) step(a actor.Actor, do db.Step) {
	w.t.Helper()
	w.must(w.DB.InTx(w.t.Context(), a, do))
}

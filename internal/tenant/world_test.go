package tenant_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/errs"
	"parley/internal/job"
	"parley/internal/job/jobtest"
	"parley/internal/limit"
	"parley/internal/mail/mailtest"
	"parley/internal/realtime"
	"parley/internal/seal"
	"parley/internal/tenant"
)

const (
	home     = "192.0.2.1"    // where owners work
	away     = "198.51.100.7" // where nobody has been yet
	password = "three small green boats"
)

// world is two tenants who must never meet, with an owner each.
type world struct {
	t          *testing.T
	kind       string
	db         *db.DB
	clock      *dbtest.Clock
	live       *realtime.Hub
	tenants    *tenant.Service
	jobs       *job.Queue    // nil where nothing is mailed
	mail       *mailtest.Box // likewise
	acme, zeta side
}

// side is one tenant and its owner.
type side struct {
	id, owner, email string
	actor            actor.Actor
}

func each(t *testing.T, do func(t *testing.T, w *world), change ...func(*tenant.Options)) {
	t.Helper()
	for _, kind := range dbtest.Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			do(t, newWorld(t, kind, change...))
		})
	}
}

// eachMailed is each in worlds that have mail.
func eachMailed(t *testing.T, do func(t *testing.T, w *world)) {
	t.Helper()
	for _, kind := range dbtest.Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := &world{t: t, kind: kind, clock: dbtest.NewClock(), mail: &mailtest.Box{}}
			w.db = jobtest.Template.Open(t, kind, func(o *db.Options) { o.Clock = w.clock.Now })
			var err error
			w.jobs, err = job.New(t.Context(), w.db, slog.New(slog.DiscardHandler), job.Options{
				Poll: 20 * time.Millisecond, Backoff: func(int) time.Duration { return time.Millisecond },
			})
			w.must(err)
			w.furnish()
			w.must(w.jobs.Start(t.Context()))
			t.Cleanup(func() { _ = w.jobs.Stop(context.WithoutCancel(t.Context())) })
			do(t, w)
		})
	}
}

func newWorld(t *testing.T, kind string, change ...func(*tenant.Options)) *world {
	t.Helper()
	w := &world{t: t, kind: kind, clock: dbtest.NewClock()}
	w.db = dbtest.Open(t, kind, func(o *db.Options) { o.Clock = w.clock.Now })
	w.furnish(change...)
	return w
}

func (w *world) furnish(change ...func(*tenant.Options)) {
	t := w.t
	t.Helper()
	w.live = hub(t, w.clock, func(ctx context.Context, token string) (string, string, time.Time, error) {
		return w.tenants.Check(ctx, token)
	})
	w.tenants = w.process(w.live, change...)
	w.acme, w.zeta = w.side("Acme", "ada@acme.example"), w.side("Zeta", "zoe@zeta.example")
}

func hub(t *testing.T, c *dbtest.Clock, check realtime.Check) *realtime.Hub {
	t.Helper()
	live, err := realtime.New(slog.New(slog.DiscardHandler), realtime.Options{Check: check, Clock: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = live.Stop(context.Background()) })
	return live
}

// process is what another process on the same database has.
func (w *world) process(live *realtime.Hub, change ...func(*tenant.Options)) *tenant.Service {
	w.t.Helper()
	box, err := seal.New([]byte("a master key of thirty-two bytes"))
	w.must(err)
	o := tenant.Options{JWTSecret: []byte("a secret of at least thirty-two bytes"), HashKiB: 64}
	for _, c := range change {
		c(&o)
	}
	p := tenant.Parts{DB: w.db, Box: box, Live: live, Limits: limit.New(w.clock.Now), Log: slog.New(slog.DiscardHandler)}
	if w.mail != nil {
		p.Jobs, p.Mail, o.PublicURL = w.jobs, w.mail, "https://parley.example"
	}
	return tenant.New(p, o)
}

func (w *world) side(name, email string) (s side) {
	w.t.Helper()
	ctx := w.t.Context()
	var err error
	s.email = email
	s.id, err = w.tenants.NewID(ctx)
	w.must(err)
	w.must(w.step(actor.ForSystem(s.id), func(tx *db.Tx) error {
		made, err := w.tenants.Create(ctx, tx, tx.Actor(), tenant.NewTenant{Name: name, TimeZone: "Europe/Berlin"})
		if err == nil && !made {
			w.t.Error("a new tenant was there already")
		}
		return err
	}))
	s.owner = w.user(s.id, name+"'s owner", email, tenant.Owner)
	s.actor = actor.ForUser(s.id, s.owner, home, tenant.Permissions(tenant.Owner))
	return s
}

// user makes a user and a member of a tenant.
func (w *world) user(tenantID, name, email string, r tenant.Role) (id string) {
	w.t.Helper()
	ctx := w.t.Context()
	p, err := w.tenants.Prepare(ctx, name, email, password, true)
	w.must(err)
	w.must(w.step(actor.ForSystem(tenantID), func(tx *db.Tx) (err error) {
		if id, err = w.tenants.AddUser(ctx, tx, tx.Actor(), p); err != nil {
			return err
		}
		return w.tenants.AddMember(ctx, tx, tx.Actor(), id, r)
	}))
	return id
}

func (w *world) step(a actor.Actor, do func(tx *db.Tx) error) error {
	return w.db.InTx(w.t.Context(), a, do)
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// wants fails the test unless err is of a kind.
func (w *world) wants(kind errs.Kind, err error) {
	w.t.Helper()
	if errs.KindOf(err) != kind {
		w.t.Errorf("got %v, want the kind %s", err, kind)
	}
}

// signIn signs an owner in at home.
func (w *world) signIn(s side) tenant.Session {
	w.t.Helper()
	given, err := w.tenants.SignIn(w.t.Context(), s.email, password, at(home))
	w.must(err)
	return given
}

func at(address string) tenant.Visit { return tenant.Visit{Address: address, Host: "parley.example"} }

// good says whether an access token is.
func (w *world) good(token string) error {
	_, err := w.tenants.Authenticate(w.t.Context(), token, home)
	return err
}

// audited are the actions in a tenant's log, oldest first.
func (w *world) audited(s side) (actions []string) {
	w.t.Helper()
	rows, err := w.db.As(actor.ForSystem(s.id)).Query(w.t.Context(),
		`SELECT action FROM audit_entries WHERE tenant_id = $1 ORDER BY id`, s.id)
	w.must(err)
	defer rows.Close()
	for rows.Next() {
		var action string
		w.must(rows.Scan(&action))
		actions = append(actions, action)
	}
	w.must(rows.Err())
	return actions
}

func ptr[T any](v T) *T { return &v }

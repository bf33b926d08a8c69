package setup_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/errs"
	"parley/internal/limit"
	"parley/internal/seal"
	"parley/internal/setup"
	"parley/internal/tenant"
)

const (
	address  = "https://parley.example"
	email    = "owner@example.com"
	password = "three small green boats"
)

// house is a database, and the folder of a process that works on it.
type house struct {
	t     *testing.T
	db    *db.DB
	box   *seal.Box
	clock *dbtest.Clock
	dir   string
	// hashKiB is the memory of hashing a password; much of it takes long.
	hashKiB int
}

// process is one start of the program.
type process struct {
	*setup.Service
	tenants *tenant.Service
}

func each(t *testing.T, do func(t *testing.T, h *house)) {
	t.Helper()
	for _, kind := range dbtest.Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h := &house{t: t, clock: dbtest.NewClock(), dir: t.TempDir()}
			h.db = dbtest.Open(t, kind, func(o *db.Options) { o.Clock = h.clock.Now })
			var err error
			h.box, err = seal.New(bytes.Repeat([]byte("k"), seal.KeySize))
			h.must(err)
			do(t, h)
		})
	}
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) wants(kind errs.Kind, err error) {
	h.t.Helper()
	if errs.KindOf(err) != kind {
		h.t.Errorf("got %v, want the kind %s", err, kind)
	}
}

// starts is a process with settings; FirstStart is still to be called.
func (h *house) starts(change ...func(*setup.Options)) process {
	h.t.Helper()
	o := setup.Options{PublicURL: address + "/", DataDir: h.dir, AdminEmail: email, Demo: true}
	for _, c := range change {
		c(&o)
	}
	tenants := tenant.New(tenant.Parts{DB: h.db, Box: h.box, Limits: limit.New(h.clock.Now)},
		tenant.Options{JWTSecret: []byte("a secret of at least thirty-two bytes"), HashKiB: max(h.hashKiB, 64)})
	return process{tenants: tenants, Service: setup.New(setup.Parts{
		DB: h.db, Box: h.box, Tenants: tenants, Channels: channel.New(h.box, nil), Log: slog.New(slog.DiscardHandler),
	}, o)}
}

func (h *house) started(change ...func(*setup.Options)) (process, setup.Result) {
	h.t.Helper()
	p := h.starts(change...)
	r, err := p.FirstStart(h.t.Context())
	h.must(err)
	return p, r
}

func (h *house) signIn(p process, password string) (tenant.Session, error) {
	return p.tenants.SignIn(h.t.Context(), email, password, tenant.Visit{Address: "192.0.2.1"})
}

// count counts rows as the program itself in a tenant.
func (h *house) count(tenantID, sql string, args ...any) (n int) {
	h.t.Helper()
	h.must(h.db.As(actor.ForSystem(tenantID)).QueryRow(h.t.Context(), sql, args...).Scan(&n))
	return n
}

func (h *house) owners() int { return h.count("", `SELECT count(*) FROM user_emails`) }

func said(r setup.Result) string { return strings.Join(r.Lines, "\n") }

func terminal(o *setup.Options)      { o.Terminal = true }
func adminPassword(o *setup.Options) { o.AdminPassword = password }
func number(o *setup.Options) {
	o.WhatsApp = setup.Number{PhoneNumberID: "111", AccountID: "222", Token: "a token"}
}

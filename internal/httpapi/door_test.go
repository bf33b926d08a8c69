package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"parley/internal/actor"
	"parley/internal/assistant"
	"parley/internal/channel"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/delivery"
	"parley/internal/httpapi"
	"parley/internal/intake"
	"parley/internal/knowledge"
	"parley/internal/limit"
	"parley/internal/prompt"
	"parley/internal/realtime"
	"parley/internal/seal"
	"parley/internal/setup"
	"parley/internal/tenant"
)

const password = "three small green boats"

// door is the HTTP edge over the rooms of sign-in, which are real; the other rooms are there and do nothing.
type door struct {
	t       *testing.T
	db      *db.DB
	api     *httpapi.Server
	tenants *tenant.Service
	dir     string
	acme    string // a tenant with the owner owner@acme.example
	zeta    string // another one, with the owner owner@zeta.example
}

func each(t *testing.T, do func(t *testing.T, d *door), change ...func(*httpapi.Options)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, base *db.DB) {
		d := &door{t: t, db: base, dir: t.TempDir()}
		d.open(change)
		d.acme, d.zeta = d.workspace("Acme", "owner@acme.example"), d.workspace("Zeta", "owner@zeta.example")
		do(t, d)
	})
}

func (d *door) open(change []func(*httpapi.Options)) {
	d.t.Helper()
	box, err := seal.New(bytes.Repeat([]byte("k"), seal.KeySize))
	d.must(err)
	log := slog.New(slog.DiscardHandler)
	live, err := realtime.New(log, realtime.Options{})
	d.must(err)
	d.t.Cleanup(func() { _ = live.Stop(context.Background()) })
	d.tenants = tenant.New(tenant.Parts{DB: d.db, Box: box, Live: live, Limits: limit.New(nil)}, tenant.Options{
		JWTSecret: []byte("a secret of at least thirty-two bytes"), Registration: tenant.Open, HashKiB: 64,
	})
	first := setup.New(setup.Parts{DB: d.db, Box: box, Tenants: d.tenants, Channels: channel.New(box, nil), Log: log},
		setup.Options{PublicURL: "http://127.0.0.1", DataDir: d.dir, AdminEmail: "first@example.com", Demo: true})
	_, err = first.FirstStart(d.t.Context())
	d.must(err)
	o := httpapi.Options{Version: "test", Site: fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")}}}
	for _, c := range change {
		c(&o)
	}
	d.api = httpapi.New(httpapi.Parts{
		DB: d.db, Tenants: d.tenants, Setup: first, Live: live, Limits: limit.New(nil), Log: log,
		Channels: channel.New(box, nil), Conversations: conversation.New(live), Knowledge: &knowledge.Service{},
		Prompts: &prompt.Service{}, Delivery: &delivery.Service{}, Assistant: &assistant.Service{}, Intake: &intake.Service{},
	}, o)
}

func (d *door) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *door) workspace(name, email string) (id string) {
	d.t.Helper()
	ctx := d.t.Context()
	id, err := d.tenants.NewID(ctx)
	d.must(err)
	d.must(d.db.InTx(ctx, actor.ForSystem(id), func(tx *db.Tx) error {
		_, err := d.tenants.Create(ctx, tx, tx.Actor(), tenant.NewTenant{Name: name})
		return err
	}))
	d.member(id, email, tenant.Owner, false)
	return id
}

func (d *door) member(tenantID, email string, r tenant.Role, mustChange bool) {
	d.t.Helper()
	ctx := d.t.Context()
	p, err := d.tenants.Prepare(ctx, email, email, password, false)
	d.must(err)
	p.MustChange = mustChange
	d.must(d.db.InTx(ctx, actor.ForSystem(tenantID), func(tx *db.Tx) error {
		id, err := d.tenants.AddUser(ctx, tx, tx.Actor(), p)
		if err != nil {
			return err
		}
		return d.tenants.AddMember(ctx, tx, tx.Actor(), id, r)
	}))
}

// browser keeps a cookie and a token, like one.
type browser struct {
	d      *door
	token  string
	cookie *http.Cookie
	header http.Header
	remote string
}

func (d *door) browser() *browser {
	return &browser{d: d, header: http.Header{}, remote: "192.0.2.1:4711"}
}

// answer is what came back.
type answer struct {
	status string
	code   int
	header http.Header
	body   []byte
}

func (b *browser) asks(method, path string, body any) answer {
	b.d.t.Helper()
	var raw io.Reader = http.NoBody
	if body != nil {
		text, err := json.Marshal(body)
		b.d.must(err)
		raw = bytes.NewReader(text)
	}
	r := httptest.NewRequestWithContext(b.d.t.Context(), method, path, raw)
	r.RemoteAddr = b.remote
	r.Header = b.header.Clone()
	r.Header.Set("Content-Type", "application/json")
	if b.token != "" {
		r.Header.Set("Authorization", "Bearer "+b.token)
	}
	if b.cookie != nil && strings.HasPrefix(path, b.cookie.Path) {
		r.AddCookie(b.cookie)
	}
	w := httptest.NewRecorder()
	b.d.api.Handler().ServeHTTP(w, r)
	got := w.Result()
	b.d.must(got.Body.Close())
	for _, c := range got.Cookies() {
		if b.cookie = c; c.MaxAge < 0 {
			b.cookie = nil
		}
	}
	return answer{status: got.Status, code: got.StatusCode, header: got.Header, body: w.Body.Bytes()}
}

func (b *browser) post(path string, body any, code int) answer {
	b.d.t.Helper()
	got := b.asks(http.MethodPost, path, body)
	if got.code != code {
		b.d.t.Fatalf("POST %s: %s, %s; want %d", path, got.status, got.body, code)
	}
	return got
}

// session reads a session, and uses its token from now on.
func (b *browser) session(got answer) (s httpapi.Session) {
	b.d.t.Helper()
	b.d.must(json.Unmarshal(got.body, &s))
	b.token = s.AccessToken
	return s
}

type object = map[string]string

func (b *browser) signIn(email string) httpapi.Session {
	b.d.t.Helper()
	return b.session(b.post("/api/auth/sign-in", object{"email": email, "password": password}, http.StatusOK))
}

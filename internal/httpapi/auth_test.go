package httpapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/httpapi"
	"parley/internal/tenant"
)

func TestTheRefreshTokenIsKeptWhereNoScriptGetsIt(t *testing.T) {
	t.Parallel()
	forwarded := func(b *browser) { b.header.Set("X-Forwarded-Proto", "https") }
	for name, c := range map[string]struct {
		secure  bool
		prepare func(b *browser)
		change  func(*httpapi.Options)
	}{
		"over http":        {prepare: func(*browser) {}, change: func(*httpapi.Options) {}},
		"at an https name": {secure: true, prepare: func(*browser) {}, change: func(o *httpapi.Options) { o.PublicURL = "https://parley.example" }},
		"behind a proxy we trust": {secure: true, prepare: forwarded, change: func(o *httpapi.Options) {
			o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
		}},
		"on anybody's word": {prepare: forwarded, change: func(*httpapi.Options) {}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, d *door) {
				b := d.browser()
				c.prepare(b)
				got := b.post("/api/auth/sign-in", object{"email": "owner@acme.example", "password": password}, http.StatusOK)
				k := b.cookie
				if k == nil || !k.HttpOnly || k.SameSite != http.SameSiteStrictMode || k.Path != "/api/auth" || k.Secure != c.secure ||
					k.MaxAge != 30*24*60*60 || k.Domain != "" {
					t.Fatalf("the cookie is %+v", k)
				}
				if strings.Contains(string(got.body), k.Value) || got.header.Get("Cache-Control") != "no-store" {
					t.Error("the refresh token is in the answer's body, or the answer may be kept")
				}
			}, c.change)
		})
	}
}

func TestASessionFromSignInToSignOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *door) {
		b := d.browser()
		if got := b.asks(http.MethodGet, "/api/me", nil); got.code != http.StatusUnauthorized {
			t.Errorf("without a session: %s", got.status)
		}
		s := b.signIn("owner@acme.example")
		if s.Tenant.ID != d.acme || s.Tenant.Role != "owner" || s.User.Email != "owner@acme.example" || len(s.Tenants) != 1 ||
			s.MustChangePassword || time.Until(s.ExpiresAt) > 10*time.Minute || len(s.Permissions) == 0 {
			t.Errorf("the session is %+v", s)
		}
		var me httpapi.Me
		d.must(json.Unmarshal(b.asks(http.MethodGet, "/api/me", nil).body, &me))
		if me.User != s.User || me.Tenant != s.Tenant {
			t.Errorf("I am %+v", me)
		}
		first := b.cookie
		b.session(b.post("/api/auth/refresh", nil, http.StatusOK))
		if b.cookie.Value == first.Value {
			t.Error("the refresh token stayed the same")
		}
		b.post("/api/auth/sign-out", nil, http.StatusNoContent)
		if b.cookie != nil {
			t.Error("the cookie is still there")
		}
		if got := b.asks(http.MethodGet, "/api/me", nil); got.code != http.StatusUnauthorized {
			t.Errorf("after signing out: %s", got.status)
		}
		b.post("/api/auth/refresh", nil, http.StatusUnauthorized)
		b.post("/api/auth/sign-out", nil, http.StatusNoContent)
		b.cookie = first
		b.post("/api/auth/refresh", nil, http.StatusUnauthorized)
		if b.cookie != nil {
			t.Error("a cookie that is no good is left in the browser")
		}
	})
}

func TestSigningOutEverywhere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *door) {
		here, there := d.browser(), d.browser()
		here.signIn("owner@acme.example")
		there.signIn("owner@acme.example")
		here.post("/api/auth/sign-out-everywhere", nil, http.StatusNoContent)
		for _, b := range []*browser{here, there} {
			if got := b.asks(http.MethodGet, "/api/me", nil); got.code != http.StatusUnauthorized {
				t.Errorf("still in: %s", got.status)
			}
		}
		there.post("/api/auth/refresh", nil, http.StatusUnauthorized)
	})
}

func TestKnownAndUnknownAddressesGetTheSameAnswer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *door) {
		b := d.browser()
		wrong := b.post("/api/auth/sign-in", object{"email": "owner@acme.example", "password": "not it"}, http.StatusUnauthorized)
		nobody := b.post("/api/auth/sign-in", object{"email": "nobody@acme.example", "password": "not it"}, http.StatusUnauthorized)
		if !bytes.Equal(wrong.body, nobody.body) || b.cookie != nil {
			t.Errorf("%s and %s", wrong.body, nobody.body)
		}
		for range 30 {
			wrong = b.asks(http.MethodPost, "/api/auth/sign-in", object{"email": "owner@acme.example", "password": "not it"})
		}
		if wrong.code != http.StatusTooManyRequests || wrong.header.Get("Retry-After") == "" {
			t.Errorf("nobody is slowed down: %s", wrong.status)
		}
	})
}

func TestAPasswordMadeForSomebodyOpensNothingButItsChange(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *door) {
		d.member(d.acme, "new@acme.example", tenant.Admin, true)
		b := d.browser()
		if s := b.signIn("new@acme.example"); !s.MustChangePassword || len(s.Permissions) != 0 {
			t.Errorf("the session is %+v", s)
		}
		if got := b.asks(http.MethodGet, "/api/tenant", nil); got.code != http.StatusForbidden ||
			!strings.Contains(string(got.body), "password of your own") {
			t.Errorf("the workspace is open: %s, %s", got.status, got.body)
		}
		bad := b.post("/api/auth/password", object{"current": "x", "new": "four small green boats"}, http.StatusUnprocessableEntity)
		if !strings.Contains(string(bad.body), `"body.current"`) {
			t.Errorf("which field is wrong? %s", bad.body)
		}
		b.post("/api/auth/password", object{"current": password, "new": "four small green boats"}, http.StatusNoContent)
		if s := b.session(b.post("/api/auth/refresh", nil, http.StatusOK)); s.MustChangePassword || len(s.Permissions) == 0 {
			t.Errorf("after the change the session is %+v", s)
		}
		if got := b.asks(http.MethodGet, "/api/tenant", nil); got.code != http.StatusOK {
			t.Errorf("the workspace stays shut: %s", got.status)
		}
	})
}

func TestGoingOnInAnotherWorkspace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *door) {
		b := d.browser()
		s := b.signIn("owner@acme.example")
		b.post("/api/auth/switch", object{"tenantId": d.zeta}, http.StatusNotFound)
		d.must(d.db.InTx(t.Context(), actor.ForSystem(d.zeta), func(tx *db.Tx) error {
			return d.tenants.AddMember(t.Context(), tx, tx.Actor(), s.User.ID, tenant.Viewer)
		}))
		cookie := b.cookie
		s = b.session(b.post("/api/auth/switch", object{"tenantId": d.zeta}, http.StatusOK))
		if s.Tenant.ID != d.zeta || b.cookie != cookie {
			t.Errorf("the session is %+v", s)
		}
		if got := b.asks(http.MethodPatch, "/api/tenant", object{"name": "Mine"}); got.code != http.StatusForbidden {
			t.Errorf("a viewer may change the workspace: %s", got.status)
		}
	})
}

func TestReadingAndChangingTheWorkspace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *door) {
		b := d.browser()
		b.signIn("owner@acme.example")
		read := func(got answer) (out httpapi.Tenant) {
			if got.code != http.StatusOK {
				t.Fatalf("%s, %s", got.status, got.body)
			}
			d.must(json.Unmarshal(got.body, &out))
			return out
		}
		before := read(b.asks(http.MethodGet, "/api/tenant", nil))
		want := httpapi.Tenant{
			ID: d.acme, Name: "Acme", Locale: "en", TimeZone: "UTC", QuietWindowMs: 300, Hours: []httpapi.OpeningHours{},
			HandoffMailMinutes: 15,
		}
		if !reflect.DeepEqual(before, want) {
			t.Errorf("it is %+v", before)
		}
		after := read(b.asks(http.MethodPatch, "/api/tenant", map[string]any{"about": "We mend bicycles.", "quietWindowMs": 0}))
		if after.About != "We mend bicycles." || after.QuietWindowMs != 0 || after.Name != "Acme" {
			t.Errorf("it became %+v", after)
		}
		open := []httpapi.OpeningHours{{Day: 1, Open: "09:00", Close: "18:00"}}
		after = read(b.asks(http.MethodPatch, "/api/tenant", map[string]any{"hours": open}))
		if !reflect.DeepEqual(after.Hours, open) || after.About != "We mend bicycles." {
			t.Errorf("it became %+v", after)
		}
		bad := b.asks(http.MethodPatch, "/api/tenant", object{"timeZone": "Mars"})
		if bad.code != http.StatusUnprocessableEntity || !strings.Contains(string(bad.body), `"body.timeZone"`) {
			t.Errorf("a wrong time zone: %s, %s", bad.status, bad.body)
		}
		zoe := d.browser()
		zoe.signIn("owner@zeta.example")
		if other := read(zoe.asks(http.MethodGet, "/api/tenant", nil)); other.Name != "Zeta" || other.About != "" {
			t.Errorf("the other workspace is %+v", other)
		}
	})
}

func TestRegistering(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *door) {
		b := d.browser()
		if got := b.asks(http.MethodGet, "/api/auth/options", nil); !strings.Contains(string(got.body), `"open"`) {
			t.Errorf("the options are %s", got.body)
		}
		s := b.session(b.post("/api/auth/register",
			object{"name": "Nora", "email": "nora@new.example", "password": password, "workspace": "New shop"}, http.StatusOK))
		if s.Tenant.Name != "New shop" || b.cookie == nil {
			t.Errorf("the session is %+v", s)
		}
		if got := b.asks(http.MethodGet, "/api/channels", nil); !strings.Contains(string(got.body), `"demo"`) {
			t.Errorf("the new workspace has the channels %s", got.body)
		}
	})
}

func TestTheFirstOwnerComesWithTheLinkAndOnlyOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *door) {
		raw, err := os.ReadFile(filepath.Join(d.dir, "first-sign-in"))
		d.must(err)
		_, token, _ := strings.Cut(strings.TrimSpace(string(raw)), "#")
		owner := object{"token": "x", "name": "Ada", "email": "ada@first.example", "password": password, "workspace": "First"}
		b := d.browser()
		b.post("/api/setup", owner, http.StatusForbidden)
		owner["token"] = token
		s := b.session(b.post("/api/setup", owner, http.StatusOK))
		if s.Tenant.Name != "First" || s.Tenant.Role != "owner" || b.cookie == nil {
			t.Errorf("the session is %+v", s)
		}
		b.session(b.post("/api/auth/refresh", nil, http.StatusOK))
		b.post("/api/setup", owner, http.StatusForbidden)
	})
}

func TestAnotherSiteSignsNobodyIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *door) {
		b := d.browser()
		b.signIn("owner@acme.example")
		b.header.Set("Origin", "https://evil.example")
		b.post("/api/auth/refresh", nil, http.StatusForbidden)
		b.post("/api/auth/sign-in", object{"email": "owner@acme.example", "password": password}, http.StatusForbidden)
	})
}

func TestTheDocumentSaysWhatTheBrowserReliesOn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *door) {
		raw, err := d.api.OpenAPI()
		d.must(err)
		var doc struct {
			Paths map[string]map[string]struct {
				Parameters []struct{ Name string }
			}
			Components struct {
				Schemas map[string]struct {
					Properties map[string]json.RawMessage
				}
			}
		}
		d.must(json.Unmarshal(raw, &doc))
		for path, item := range doc.Paths {
			for method, op := range item {
				if strings.Contains(path, "{id}") && (len(op.Parameters) == 0 || op.Parameters[0].Name != "id") {
					t.Errorf("%s %s does not read its id", method, path)
				}
			}
		}
		if list := doc.Paths["/api/conversations"]["get"].Parameters; len(list) != 9 {
			t.Errorf("the inbox reads %v", list)
		}
		for path, want := range map[string]string{
			"Session.tenants": `"type":"array"`, "Session.expiresAt": `"type":"string"`, "Session.tenant": `"$ref"`,
			"Conversation.windowUntil": `"type":["string","null"]`, "Conversation.handoff": `{"type":"null"}`,
			"PageConversation.items": `"type":"array"`, "TenantPatch.name": `"type":"string"`,
		} {
			name, property, _ := strings.Cut(path, ".")
			if got := doc.Components.Schemas[name].Properties[property]; !bytes.Contains(got, []byte(want)) {
				t.Errorf("%s is %s, want %s", path, got, want)
			}
		}
	})
}

// A proxy that adds a line of its own does not make whoever writes a line above it somebody else each time.
func TestAnAddressCannotBeMadeUp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *door) {
		b := d.browser()
		for n := range 600 {
			b.header["X-Forwarded-For"] = []string{fmt.Sprintf("203.0.113.%d", n%250), "198.51.100.7"}
			if got := b.asks(http.MethodGet, "/api/auth/options", nil); got.code == http.StatusTooManyRequests {
				return
			}
		}
		t.Error("nobody was slowed down")
	}, func(o *httpapi.Options) { o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} })
}

// Zero bytes, which PostgreSQL takes in no text, are the sender's mistake and not ours.
func TestZeroBytesAreNoFailureOfOurs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *door) {
		b := d.browser()
		b.signIn("owner@acme.example")
		for _, one := range []struct {
			method, path string
			body         any
		}{
			{http.MethodGet, "/api/conversations/a%00b", nil},
			{http.MethodGet, "/api/conversations/a%00b/messages", nil},
			{http.MethodGet, "/api/conversations?q=a%00b", nil},
			{http.MethodPatch, "/api/tenant", object{"name": "a\x00b"}},
			{http.MethodPatch, "/api/tenant", object{"about": "a\x00b"}},
			{http.MethodPost, "/api/auth/sign-in", object{"email": "a\x00b@example.com", "password": "a\x00b"}},
		} {
			if got := b.asks(one.method, one.path, one.body); got.code >= http.StatusInternalServerError {
				t.Errorf("%s %s %v: %s, %s", one.method, one.path, one.body, got.status, got.body)
			}
		}
	})
}

package httpapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"parley/internal/actor"
	"parley/internal/httpapi"
)

func TestAProgramUsesTheAPIWithAKey(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *door) {
		b := d.browser()
		b.signIn("owner@acme.example")
		made := b.asks(http.MethodPost, "/api/keys", map[string]any{"name": "Shop", "scopes": []string{"tenant:read", "tenant:write"}})
		var key httpapi.NewAPIKey
		d.must(json.Unmarshal(made.body, &key))
		if made.code != http.StatusCreated || !strings.HasPrefix(key.Secret, "pk_") || key.Key.MadeBy != "owner@acme.example" {
			t.Fatalf("%s, %s", made.status, made.body)
		}
		if list := b.asks(http.MethodGet, "/api/keys", nil); strings.Contains(string(list.body), key.Secret) ||
			!strings.Contains(string(list.body), key.Key.ID) {
			t.Errorf("the list is %s", list.body)
		}
		program := d.browser()
		program.header.Set("Authorization", "Bearer "+key.Secret)
		for path, want := range map[string]int{
			"/api/tenant": http.StatusOK, "/api/team": http.StatusForbidden, "/api/keys": http.StatusForbidden,
			"/api/me": http.StatusForbidden, "/api/sessions": http.StatusForbidden, "/api/conversations": http.StatusForbidden,
		} {
			if got := program.asks(http.MethodGet, path, nil); got.code != want {
				t.Errorf("%s said %s", path, got.status)
			}
		}
		if got := program.asks(http.MethodPatch, "/api/tenant", object{"name": "Acme & Sons"}); got.code != http.StatusOK {
			t.Fatalf("%s, %s", got.status, got.body)
		}
		var kind, id string
		d.must(d.db.As(actor.ForSystem(d.acme)).QueryRow(t.Context(),
			`SELECT actor_kind, actor_id FROM audit_entries WHERE tenant_id = $1 AND action = 'tenant.changed'`, d.acme).Scan(&kind, &id))
		if kind != "key" || id != key.Key.ID {
			t.Errorf("the audit log says %s %s", kind, id)
		}
		last := program.asks(http.MethodGet, "/api/tenant", nil)
		for range 300 {
			if last = program.asks(http.MethodGet, "/api/tenant", nil); last.code != http.StatusOK {
				break
			}
		}
		if last.code != http.StatusTooManyRequests || last.header.Get("Retry-After") == "" {
			t.Errorf("a flood said %s", last.status)
		}
		if got := b.asks(http.MethodDelete, "/api/keys/"+key.Key.ID, nil); got.code != http.StatusNoContent {
			t.Errorf("%s, %s", got.status, got.body)
		}
		if got := program.asks(http.MethodGet, "/api/tenant", nil); got.code != http.StatusUnauthorized {
			t.Errorf("a revoked key said %s", got.status)
		}
	})
}

package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/internal/httpapi"
)

func (d *door) gets(path string) http.Header {
	d.t.Helper()
	w := httptest.NewRecorder()
	d.api.Handler().ServeHTTP(w, httptest.NewRequestWithContext(d.t.Context(), http.MethodGet, path, http.NoBody))
	return w.Header()
}

func TestEveryAnswerTellsTheBrowserToBeCareful(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *door) {
		for _, path := range []string{"/", "/inbox", "/nowhere.js", "/api/health", "/api/conversations", "/api/openapi.json", "/api/docs", "/api/nowhere", "/metrics"} {
			h := d.gets(path)
			for name, want := range map[string]string{
				"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
				"Strict-Transport-Security": "max-age=31536000",
			} {
				if got := h.Get(name); got != want {
					t.Errorf("%s: %s is %q", path, name, got)
				}
			}
			policy := h.Get("Content-Security-Policy")
			if !strings.Contains(policy, "default-src 'self'") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "script-src") {
				t.Errorf("%s: the policy is %q", path, policy)
			}
			if kind := h.Get("Content-Type"); kind == "" || strings.HasPrefix(kind, "text/") && !strings.Contains(kind, "charset=utf-8") {
				t.Errorf("%s: the type is %q", path, kind)
			}
			for _, name := range []string{"Server", "X-Powered-By", "Access-Control-Allow-Origin"} {
				if got := h.Get(name); got != "" {
					t.Errorf("%s: %s is %q", path, name, got)
				}
			}
		}
		for _, path := range []string{"/api/conversations", "/api/openapi.json", "/api/nowhere"} {
			if h := d.gets(path); !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") || h.Get("Cache-Control") != "no-store" {
				t.Errorf("%s is shown or kept: %v", path, h)
			}
		}
	}, func(o *httpapi.Options) { o.PublicURL = "https://parley.example" })
}

func TestOnlyWhatTheDocumentDescribesIsTaken(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *door) {
		b := d.browser()
		b.signIn("owner@acme.example")
		for what, c := range map[string]struct {
			method, path, kind, body string
			want                     int
		}{
			"a field that is not described": {http.MethodPatch, "/api/tenant", "application/json", `{"tier":"enterprise"}`, http.StatusUnprocessableEntity},
			"a number for a text":           {http.MethodPatch, "/api/tenant", "application/json", `{"name":7}`, http.StatusUnprocessableEntity},
			"another format":                {http.MethodPatch, "/api/tenant", "application/xml", `<name>x</name>`, http.StatusUnsupportedMediaType},
			"another method":                {http.MethodPut, "/api/tenant", "application/json", `{}`, http.StatusMethodNotAllowed},
			"no JSON":                       {http.MethodPatch, "/api/tenant", "application/json", `{"name":`, http.StatusBadRequest},
		} {
			r := httptest.NewRequestWithContext(t.Context(), c.method, c.path, strings.NewReader(c.body))
			r.Header.Set("Content-Type", c.kind)
			r.Header.Set("Authorization", "Bearer "+b.token)
			w := httptest.NewRecorder()
			d.api.Handler().ServeHTTP(w, r)
			if w.Code != c.want {
				t.Errorf("%s: %d %s, want %d", what, w.Code, w.Body, c.want)
			}
		}
	})
}

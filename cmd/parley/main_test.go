package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// run runs a command line and gives what it printed.
func run(t *testing.T, ctx context.Context, args ...string) (string, error) { //nolint:revive // t first, as in every helper
	t.Helper()
	var out bytes.Buffer
	c := root()
	c.SetArgs(args)
	c.SetOut(&out)
	c.SetErr(&out)
	err := c.ExecuteContext(ctx)
	return out.String(), err
}

func TestSettingsAreListedAndAsAFileToCopy(t *testing.T) {
	t.Parallel()
	page, err := run(t, t.Context(), "settings")
	if err != nil || !strings.Contains(page, "| `MASTER_KEY` |") {
		t.Fatalf("%v: %s", err, page)
	}
	example, err := run(t, t.Context(), "settings", "--example")
	if err != nil || !strings.Contains(example, "# LLM_MODEL=") {
		t.Fatalf("%v: %s", err, example)
	}
}

func TestTheOpenAPIDocumentIsPrintedWithoutADatabase(t *testing.T) {
	t.Parallel()
	text, err := run(t, t.Context(), "openapi")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		OpenAPI string         `json:"openapi"`
		Paths   map[string]any `json:"paths"`
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil || !strings.HasPrefix(doc.OpenAPI, "3.1") || len(doc.Paths) < 25 {
		t.Fatalf("%v: OpenAPI %q, %d paths", err, doc.OpenAPI, len(doc.Paths))
	}
}

func TestWrongSettingsAreAllNamedAtOnce(t *testing.T) {
	t.Setenv("PORT", "eighty")
	t.Setenv("DATABASE_URL", "mysql://x")
	t.Setenv("LLM_TIMEOUT", "soon")
	for _, command := range []string{"serve", "dev", "setup", "migrate", "health"} {
		_, err := run(t, t.Context(), command)
		if err == nil {
			t.Fatalf("%s started", command)
		}
		for _, name := range []string{"PORT", "DATABASE_URL", "LLM_TIMEOUT"} {
			if !strings.Contains(err.Error(), name) {
				t.Errorf("%s does not name %s: %v", command, name, err)
			}
		}
	}
}

// The whole life of a small installation: migrate, start, first owner, health, link, stop.
func TestTheProgramServesAndStops(t *testing.T) {
	port, folder := freePort(t), t.TempDir()
	t.Setenv("PORT", port)
	t.Setenv("DATA_DIR", folder)
	t.Setenv("LOG_LEVEL", "error")
	t.Setenv("SENTRY_DSN", "https://example.com/1")
	if out, err := run(t, t.Context(), "migrate"); err != nil || !strings.Contains(out, "up to date") {
		t.Fatalf("%v: %s", err, out)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := run(t, ctx, "dev")
		done <- err
	}()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if _, err := run(t, t.Context(), "health"); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("it is not up after 30 s")
		}
	}
	answer, err := http.Get("http://127.0.0.1:" + port + "/api/ready")
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("ready said %d", answer.StatusCode)
	}
	// There is no terminal here, so a link waits in the folder, for whoever may read it.
	link, err := run(t, t.Context(), "setup")
	if err != nil || !strings.Contains(link, "/setup#") {
		t.Errorf("%v: %s", err, link)
	}
	for _, secret := range []string{"first-sign-in", "master.key", "jwt.secret"} {
		info, err := os.Stat(filepath.Join(folder, secret))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", secret, info, err)
		}
	}
	if _, err := run(t, t.Context(), "dev"); err == nil {
		t.Error("a second program started on the same folder")
	}
	stop()
	if err := <-done; err != nil {
		t.Errorf("it did not stop well: %v", err)
	}
	if _, err := run(t, t.Context(), "health"); err == nil {
		t.Error("it still answers")
	}
	// With the server gone the link is a new one, which works for as long as a link does.
	if another, err := run(t, t.Context(), "setup"); err != nil || !strings.Contains(another, "/setup#") || another == link {
		t.Errorf("%v: %s", err, another)
	}
}

// A password that the first start makes is shown once: a port that is taken must not lose it.
func TestWhatTheFirstStartMadeIsSaidThoughThePortIsTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	_, port, _ := net.SplitHostPort(l.Addr().String())
	t.Setenv("PORT", port)
	t.Setenv("DATA_DIR", t.TempDir())
	t.Setenv("LOG_LEVEL", "error")
	t.Setenv("ADMIN_EMAIL", "owner@acme.example")
	t.Setenv("ADMIN_PASSWORD", "three small green boats")
	out, err := run(t, t.Context(), "dev")
	if err == nil || !strings.Contains(err.Error(), "PORT") || !strings.Contains(out, "Sign in as owner@acme.example") {
		t.Errorf("%v: %s", err, out)
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

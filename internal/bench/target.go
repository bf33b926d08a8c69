package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// What the server under test is told about its one number, and who signs in. Nothing of it is secret.
const (
	appSecret = "bench-app-secret"
	numberID  = "100200300400500"
	accountID = "500400300200100"
	email     = "bench@example.com"
	password  = "bench password, not a secret"
)

// Target is a running server.
type Target struct {
	URL      string
	Database string
	Stand    *Stand

	client *http.Client
	run    string
	child  *exec.Cmd
	folder string
}

// Start starts a server of the given binary on a fresh folder, or on the PostgreSQL database at databaseURL, which
// should be empty, and tells it one thing to know. Stop ends it and removes the folder.
func Start(ctx context.Context, binary, databaseURL string, env []string, stand *Stand) (*Target, error) {
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "parley-bench")
	if err != nil {
		return nil, err
	}
	t := newTarget("http://127.0.0.1:"+port, stand)
	t.folder = folder
	t.Database = "sqlite"
	if databaseURL != "" {
		t.Database = "postgres"
	}
	t.child = exec.CommandContext(ctx, binary, "serve")
	t.child.Cancel = func() error { return t.child.Process.Signal(syscall.SIGTERM) }
	t.child.Stdout, t.child.Stderr = os.Stderr, os.Stderr
	t.child.Env = append(slices.Clone(env),
		"PORT="+port, "DATA_DIR="+folder, "DATABASE_URL="+databaseURL, "GRAPH_BASE_URL="+stand.URL+"/graph",
		"LLM_BASE_URL="+stand.URL+"/model", "LLM_API_KEY=none", "LLM_MODEL=stand-in",
		"WHATSAPP_PHONE_NUMBER_ID="+numberID, "WHATSAPP_BUSINESS_ACCOUNT_ID="+accountID, "WHATSAPP_ACCESS_TOKEN=none",
		"WHATSAPP_APP_SECRET="+appSecret, "WHATSAPP_WEBHOOK_VERIFY_TOKEN=none", "ADMIN_EMAIL="+email, "ADMIN_PASSWORD="+password,
		"JWT_SECRET=bench-jwt-secret-of-at-least-32-bytes", "MASTER_KEY=YmVuY2gtbWFzdGVyLWtleS1vZi0zMi1ieXRlcy0hISE=",
		"LOG_LEVEL=warn", "DEMO=off")
	if err := t.child.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start the server: %w", err), os.RemoveAll(folder))
	}
	if err := t.prepare(ctx); err != nil {
		return nil, errors.Join(err, t.Stop())
	}
	return t, nil
}

// At measures a server that runs already, with the settings Start would give it.
func At(ctx context.Context, url string, stand *Stand) (*Target, error) {
	t := newTarget(url, stand)
	t.Database = "given"
	return t, t.prepare(ctx)
}

func newTarget(url string, stand *Stand) *Target {
	return &Target{
		URL: url, Stand: stand, run: strconv.FormatInt(time.Now().UnixNano(), 36),
		client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{
			MaxIdleConnsPerHost: 2000, DialContext: (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		}},
	}
}

// Stop ends a server that Start started.
func (t *Target) Stop() error {
	if t.child == nil {
		return nil
	}
	defer func() { _ = os.RemoveAll(t.folder) }() // a temporary one
	if err := t.child.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- t.child.Wait() }()
	select {
	case err := <-done:
		return err
	case <-time.After(40 * time.Second):
		return errors.Join(errors.New("the server did not stop"), t.child.Process.Kill())
	}
}

// prepare waits until the server is ready, signs in, tells it one document and takes the quiet window away.
func (t *Target) prepare(ctx context.Context) error {
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		if resp, err := t.client.Get(t.URL + "/api/ready"); err == nil { //nolint:noctx // bounded by the client
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				break
			}
		}
		if time.Since(began) > 30*time.Second || ctx.Err() != nil {
			return errors.New("the server is not ready after 30 s")
		}
	}
	var session struct {
		AccessToken string `json:"accessToken"`
	}
	err := t.call(ctx, http.MethodPost, "/api/auth/sign-in", "", map[string]string{"email": email, "password": password}, &session)
	if err != nil {
		return err
	}
	doc := map[string]string{"title": "Hours", "text": "We are open Monday to Saturday from nine to six. On Sunday we are closed."}
	return errors.Join(
		t.call(ctx, http.MethodPost, "/api/documents", session.AccessToken, doc, nil),
		t.call(ctx, http.MethodPatch, "/api/tenant", session.AccessToken, map[string]int{"quietWindowMs": 0}, nil))
}

func (t *Target) call(ctx context.Context, method, path, token string, body, out any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, t.URL+path, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := t.client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 300 {
		return errors.Join(err, fmt.Errorf("%s %s: %s %s", method, path, resp.Status, answer))
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(answer, out)
}

// counted are the server's own numbers.
type counted struct{ statements, commits float64 }

func (t *Target) counters(ctx context.Context) (c counted, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.URL+"/metrics", http.NoBody)
	if err != nil {
		return c, err
	}
	resp, err := t.client.Do(req)
	if err != nil {
		return c, err
	}
	defer func() { _ = resp.Body.Close() }()
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		number, _ := strconv.ParseFloat(value, 64)
		switch name {
		case "parley_db_statements_total", "parley_db_reads_total":
			c.statements += number
		case "parley_db_commits_total":
			c.commits += number
		}
	}
	return c, lines.Err()
}

// peakMemory is the most the server's process has held so far, in MiB; 0 when it is not our child.
func (t *Target) peakMemory() float64 {
	if t.child == nil {
		return 0
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", t.child.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if kib, found := strings.CutPrefix(line, "VmHWM:"); found {
			number, _ := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(kib), " kB"), 64)
			return number / 1024
		}
	}
	return 0
}

func freePort(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer func() { _ = l.Close() }()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

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
	"strconv"
	"strings"
	"time"
)

// Target is a running server.
type Target struct {
	URL      string
	Database string
	Stand    *Stand

	Tenant string // the owner's, once Prepare has signed in

	client *http.Client
	run    string
	token  string // of the owner's session
	peak   float64

	// Of a server that we started.
	server Server
	port   string
	child  *exec.Cmd
	ended  chan struct{} // closed when the process is gone, and endErr says how
	endErr error
}

// Start starts a server of the given binary on a fresh folder, or on the PostgreSQL database at databaseURL, which
// should be empty, and tells it one thing to know. Stop ends it and removes the folder.
func Start(ctx context.Context, binary, databaseURL string, env []string, stand *Stand) (*Target, error) {
	folder, err := os.MkdirTemp("", "parley-bench")
	if err != nil {
		return nil, err
	}
	t, err := Launch(ctx, Server{
		Binary: binary, Database: databaseURL, Folder: folder, Env: env, Graph: stand.URL + "/graph", Model: stand.URL + "/model",
		Output: os.Stderr,
	})
	if err == nil {
		t.Stand = stand
		err = t.Prepare(ctx)
	}
	if err != nil && t != nil {
		err = errors.Join(err, t.Stop())
	}
	return t, err
}

// At measures a server that runs already, with the settings Start would give it.
func At(ctx context.Context, url string, stand *Stand) (*Target, error) {
	t := newTarget(url, stand)
	t.Database = "given"
	return t, errors.Join(t.Ready(ctx, readyTime), t.Prepare(ctx))
}

func newTarget(url string, stand *Stand) *Target {
	return &Target{
		URL: url, Stand: stand, run: strconv.FormatInt(time.Now().UnixNano(), 36),
		client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{
			MaxIdleConnsPerHost: 2000, DialContext: (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		}},
	}
}

// Stop ends a server that we started, and removes its folder.
func (t *Target) Stop() error {
	if t.child == nil {
		return nil
	}
	return errors.Join(t.Rest(), os.RemoveAll(t.server.Folder))
}

// Rest ends a server that we started, and leaves its folder to be looked at or started on again.
func (t *Target) Rest() error {
	if t.Ended() {
		return t.endErr
	}
	return t.end()
}

// Prepare signs in, tells the server one document and takes the quiet window away.
func (t *Target) Prepare(ctx context.Context) error {
	var session struct {
		AccessToken string              `json:"accessToken"`
		Tenant      struct{ ID string } `json:"tenant"`
	}
	err := t.Ask(ctx, http.MethodPost, "/api/auth/sign-in", map[string]string{"email": email, "password": password}, &session)
	if err != nil {
		return err
	}
	t.token, t.Tenant = session.AccessToken, session.Tenant.ID
	doc := map[string]string{"title": "Hours", "text": "We are open Monday to Saturday from nine to six. On Sunday we are closed."}
	return errors.Join(
		t.Ask(ctx, http.MethodPost, "/api/documents", doc, nil),
		t.Ask(ctx, http.MethodPatch, "/api/tenant", map[string]int{"quietWindowMs": 0}, nil))
}

// Register makes another workspace on the same server and returns the server as its owner sees it.
func (t *Target) Register(ctx context.Context, address string) (*Target, error) {
	var session struct {
		AccessToken string              `json:"accessToken"`
		Tenant      struct{ ID string } `json:"tenant"`
	}
	other := newTarget(t.URL, t.Stand)
	err := other.Ask(ctx, http.MethodPost, "/api/auth/register",
		map[string]string{"name": "Other", "email": address, "password": password, "workspace": "Other"}, &session)
	if err != nil {
		return nil, err
	}
	other.token, other.Tenant = session.AccessToken, session.Tenant.ID
	return other, other.Ask(ctx, http.MethodPatch, "/api/tenant", map[string]int{"quietWindowMs": 0}, nil)
}

// Ask calls the API as the owner. An answer other than 2xx is a *StatusError.
func (t *Target) Ask(ctx context.Context, method, path string, body, out any) error {
	return t.call(ctx, method, path, t.token, body, out)
}

// StatusError is an answer of the API that is no 2xx.
type StatusError struct {
	Status int
	Said   string // the body
	what   string
}

func (e *StatusError) Error() string { return fmt.Sprintf("%s: %d %s", e.what, e.Status, e.Said) }

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
	if err != nil {
		return err
	}
	if resp.StatusCode >= 300 {
		return &StatusError{Status: resp.StatusCode, Said: string(answer), what: method + " " + path}
	}
	if out == nil || len(answer) == 0 {
		return nil
	}
	return json.Unmarshal(answer, out)
}

// counted are the server's own numbers.
type counted struct{ statements, commits float64 }

func (t *Target) counters(ctx context.Context) (c counted, err error) {
	m, err := t.Metrics(ctx)
	return counted{m["parley_db_statements_total"] + m["parley_db_reads_total"], m["parley_db_commits_total"]}, err
}

// Metrics are the server's own numbers, by name; those with labels are left out.
func (t *Target) Metrics(ctx context.Context) (map[string]float64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.URL+"/metrics", http.NoBody)
	if err != nil {
		return nil, err
	}
	resp, err := t.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	all := map[string]float64{}
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		if number, err := strconv.ParseFloat(value, 64); err == nil {
			all[name] = number
		}
	}
	return all, lines.Err()
}

package testkit

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"parley/internal/app"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/job/jobtest"
)

// childEnv names the variable that makes a test binary the program instead.
const childEnv = "PARLEY_TEST_CHILD"

// childSpec is what a child is told.
type childSpec struct {
	URL, Path, Graph, Model, Secret, Blobs string
	Ahead                                  time.Duration
	// Of one of several: see Herd.
	Redis, RedisPrefix string
	Drain              time.Duration
}

// ChildMain makes the process the program, and never returns, when a test has started it as that. Call it first in
// TestMain.
func ChildMain() {
	raw := os.Getenv(childEnv)
	if raw == "" {
		return
	}
	if err := runChild(raw); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func runChild(raw string) error {
	var spec childSpec
	if err := json.Unmarshal([]byte(raw), &spec); err != nil {
		return err
	}
	c := &clock{}
	c.ahead.Store(int64(spec.Ahead))
	o := programOptions(db.Options{URL: spec.URL, Path: spec.Path}, spec.Graph, spec.Model, spec.Secret, c)
	o.Blobs, o.Redis, o.RedisPrefix, o.Drain = spec.Blobs, spec.Redis, spec.RedisPrefix, spec.Drain
	o.Log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	a, err := app.New(ctx, o)
	if err != nil {
		return err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("http://" + l.Addr().String())
	return a.Serve(ctx, l)
}

// Mortal is a world whose program is a process of its own, which can be killed at any moment.
type Mortal struct {
	*World
	database db.Options
	child    *exec.Cmd
}

// EachMortal runs a test in such a world on each database.
func EachMortal(t *testing.T, do func(t *testing.T, m *Mortal)) {
	t.Helper()
	for _, kind := range dbtest.Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			do(t, newMortal(t, kind))
		})
	}
}

func newMortal(t *testing.T, kind string) *Mortal {
	t.Helper()
	w := &World{t: t, secret: PlatformSecret, clock: &clock{}, http: &http.Client{Timeout: Patience}, Log: newLog(t)}
	w.Meta, w.Model = w.meta(), w.model()
	m := &Mortal{World: w, database: jobtest.Template.Options(t, kind)}
	w.App = w.program(m.database, Options{})
	w.settle()
	w.must(w.Close(t.Context()))
	m.Starts(0)
	t.Cleanup(m.Dies)
	w.Acme.Token = w.SignsIn(w.Acme.Email)
	return m
}

// Starts the program, its clock set forward, and waits until it is ready.
func (m *Mortal) Starts(ahead time.Duration) {
	m.t.Helper()
	spec, err := json.Marshal(childSpec{
		URL: m.database.URL, Path: m.database.Path, Graph: m.Meta.URL, Model: m.Model.URL(), Secret: m.secret, Blobs: m.blobs,
		Ahead: ahead,
	})
	m.must(err)
	self, err := os.Executable()
	m.must(err)
	m.child = exec.Command(self, "-test.run=^$")
	m.child.Env = append(os.Environ(), childEnv+"="+string(spec))
	m.child.Stderr = os.Stderr
	out, err := m.child.StdoutPipe()
	m.must(err)
	m.must(m.child.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		m.t.Fatalf("the program did not start: %v", err)
	}
	m.listensAt(strings.TrimSpace(line))
	m.Eventually("the program is ready", func() bool { return m.Gets("/api/ready") == http.StatusOK })
}

// Dies kills the program (SIGKILL): it has no moment to finish anything.
func (m *Mortal) Dies() {
	if m.child == nil {
		return
	}
	_ = m.child.Process.Kill()
	_ = m.child.Wait()
	m.child = nil
	m.http.CloseIdleConnections()
	dbtest.Expire(m.t, m.database)
}

// Settled waits until no answer is owed, nothing of ours is queued, and Meta has nothing more to say.
func (m *Mortal) Settled() {
	m.t.Helper()
	ctx, cancel := context.WithTimeout(m.t.Context(), Patience)
	defer cancel()
	m.Eventually("everything is settled", func() bool {
		if m.Meta.WaitIdle(ctx) != nil {
			return false
		}
		for _, talk := range m.Inbox(m.Acme, "all") {
			if talk.Answering {
				return false
			}
			for _, line := range m.Thread(m.Acme, talk.ID) {
				if line.Status == "queued" {
					return false
				}
			}
		}
		return true
	})
}

// Metric is one of the program's numbers, 0 when it does not show it.
func (m *Mortal) Metric(name string) float64 {
	m.t.Helper()
	r, err := http.NewRequestWithContext(m.t.Context(), http.MethodGet, m.URL+"/metrics", http.NoBody)
	m.must(err)
	r.Header.Set("Authorization", "Bearer "+metricsToken)
	answer, err := m.http.Do(r)
	m.must(err)
	defer func() { _ = answer.Body.Close() }()
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		if value, is := strings.CutPrefix(lines.Text(), name+" "); is {
			number, err := strconv.ParseFloat(value, 64)
			m.must(err)
			return number
		}
	}
	return 0
}

package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
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

// What a server under test is told about its one number, and who signs in. Nothing of it is secret.
const (
	AppSecret = "bench-app-secret"
	NumberID  = "100200300400500"
	AccountID = "500400300200100"
	Token     = "none" // to send with

	email    = "bench@example.com"
	password = "bench password, not a secret"
)

// readyTime is how long a server may take to be ready, stopTime to end when it is asked to. A machine that does other
// things besides is given time.
const (
	readyTime = 30 * time.Second
	stopTime  = 40 * time.Second
)

// Server says how a server under test is started.
type Server struct {
	Binary   string
	Database string   // a postgres:// address; "" is SQLite in Folder
	Folder   string   // of its data, which outlives it
	Env      []string // what it inherits
	Settings []string // beside the usual ones, or instead of them
	Graph    string   // base address of whoever plays Meta
	Model    string   // and the model
	Output   io.Writer
}

// Launch starts a server on a port of its own and waits until it is ready. Nobody has told it anything yet: Prepare.
func Launch(ctx context.Context, s Server) (*Target, error) {
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	t := newTarget("http://127.0.0.1:"+port, nil)
	t.server, t.port, t.Database = s, port, "sqlite"
	if s.Database != "" {
		t.Database = "postgres"
	}
	return t, t.Again(ctx)
}

// Again starts the server, which has ended, on the same folder and port, and waits until it is ready.
func (t *Target) Again(ctx context.Context) error {
	child := t.command(ctx, "serve")
	if err := child.Start(); err != nil {
		return fmt.Errorf("start the server: %w", err)
	}
	t.child, t.ended = child, make(chan struct{})
	go func(ended chan struct{}) { t.endErr = child.Wait(); close(ended) }(t.ended)
	return t.Ready(ctx, readyTime)
}

// command is one of the binary's, with the settings of the server under test.
func (t *Target) command(ctx context.Context, args ...string) *exec.Cmd {
	s := t.server
	child := exec.CommandContext(ctx, s.Binary, args...) //nolint:gosec // the program under test
	child.Cancel = func() error { return child.Process.Signal(syscall.SIGTERM) }
	child.WaitDelay = stopTime
	child.Stdout, child.Stderr = s.Output, s.Output
	child.Env = append(slices.Clone(s.Env),
		"PORT="+t.port, "DATA_DIR="+s.Folder, "DATABASE_URL="+s.Database, "GRAPH_BASE_URL="+s.Graph,
		"LLM_BASE_URL="+s.Model, "LLM_API_KEY=none", "LLM_MODEL=stand-in",
		"WHATSAPP_PHONE_NUMBER_ID="+NumberID, "WHATSAPP_BUSINESS_ACCOUNT_ID="+AccountID, "WHATSAPP_ACCESS_TOKEN="+Token,
		"WHATSAPP_APP_SECRET="+AppSecret, "WHATSAPP_WEBHOOK_VERIFY_TOKEN=none", "ADMIN_EMAIL="+email, "ADMIN_PASSWORD="+password,
		"JWT_SECRET=bench-jwt-secret-of-at-least-32-bytes", "MASTER_KEY=YmVuY2gtbWFzdGVyLWtleS1vZi0zMi1ieXRlcy0hISE=",
		"LOG_LEVEL=warn", "DEMO=off")
	child.Env = append(child.Env, s.Settings...) // of two settings of one name the last counts
	return child
}

// Ready waits until the server says that it is.
func (t *Target) Ready(ctx context.Context, within time.Duration) error {
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		if resp, err := t.client.Get(t.URL + "/api/ready"); err == nil { //nolint:noctx // bounded by the client
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		switch {
		case t.Ended():
			return fmt.Errorf("the server ended before it was ready: %w", t.endErr)
		case time.Since(began) > within || ctx.Err() != nil:
			return fmt.Errorf("the server is not ready after %s", within)
		}
	}
}

// Ended reports whether the server's process is gone.
func (t *Target) Ended() bool {
	select {
	case <-t.ended:
		return true
	default:
		return false
	}
}

// Started reports whether the server has a process of ours, which may have ended.
func (t *Target) Started() bool { return t.child != nil }

// Signal sends one to the server's process.
func (t *Target) Signal(s os.Signal) error { return t.child.Process.Signal(s) }

// Kill ends the server at once (SIGKILL): it has no moment to finish anything.
func (t *Target) Kill() error {
	t.notePeak()
	err := t.child.Process.Kill()
	<-t.ended
	t.client.CloseIdleConnections()
	return err
}

// end asks a server that we started to stop, and waits.
func (t *Target) end() error {
	t.notePeak()
	if err := t.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-t.ended:
		return t.endErr
	case <-time.After(stopTime):
		return errors.Join(errors.New("the server did not stop"), t.Kill())
	}
}

// Peak is the most that a process of the server has held so far, in MiB; 0 when it is not our child.
func (t *Target) Peak() float64 {
	t.notePeak()
	return t.peak
}

func (t *Target) notePeak() {
	if t.child == nil {
		return
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", t.child.Process.Pid))
	if err != nil {
		return
	}
	for line := range strings.Lines(string(status)) {
		if kib, found := strings.CutPrefix(line, "VmHWM:"); found {
			number, _ := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(kib), " kB"), 64)
			t.peak = max(t.peak, number/1024)
		}
	}
}

// Ports are taken from below the range that systems give out by themselves (RFC 6335 begins it at 49152, Linux at 32768):
// so nobody takes one between our looking and the server's listening.
const (
	lowestPort = 10_000
	ports      = 20_000
)

func freePort(ctx context.Context) (string, error) {
	for ctx.Err() == nil {
		port := strconv.Itoa(lowestPort + rand.IntN(ports))
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:"+port)
		if err == nil {
			return port, l.Close()
		}
	}
	return "", ctx.Err()
}

package testkit

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"parley/internal/app"
	"parley/internal/db/dbtest"
	"parley/internal/job/jobtest"
)

// Beside lets a second program run on the world's database, which must be PostgreSQL, with Meta, the model and the clock
// in common. Meta goes on delivering to the first one.
func (w *World) Beside(o Options) *World {
	w.t.Helper()
	url, other := w.URL, *w
	other.App = other.program(w.data, o)
	other.serve()
	w.listensAt(url)
	return &other
}

// Redis makes programs share a Redis at an address, under names nobody else has.
func Redis(address string) func(o *app.Options) {
	prefix := uuid.NewString() + ":"
	return func(o *app.Options) { o.Redis, o.RedisPrefix, o.RedisPatience = address, prefix, Patience }
}

// Both are two programs in one process on one PostgreSQL; change may change what both are made with.
func Both(t *testing.T, change func(o *app.Options)) (a, b *World) {
	t.Helper()
	dbtest.Only(t, dbtest.Postgres)
	o := Options{Change: change}
	a = New(t, dbtest.Postgres, o)
	return a, a.Beside(o)
}

// HerdOptions are what a test may choose about a Herd.
type HerdOptions struct {
	Redis string        // address; "" is none
	Drain time.Duration // of each process
}

// Herd is a world whose program runs as processes of its own, on one PostgreSQL, behind a balancer.
type Herd struct {
	*World
	balancer *balancer
	o        HerdOptions
	prefix   string
}

// NewHerd makes a world in which no process runs yet.
func NewHerd(t *testing.T, o HerdOptions) *Herd {
	t.Helper()
	dbtest.Only(t, dbtest.Postgres)
	w := &World{t: t, secret: PlatformSecret, clock: &clock{}, http: &http.Client{Timeout: Patience}, Log: newLog(t)}
	w.Meta, w.Model, w.data = w.meta(), w.model(), jobtest.Template.Options(t, dbtest.Postgres)
	w.App = w.program(w.data, Options{})
	w.settle()
	w.must(w.Close(t.Context()))
	h := &Herd{World: w, balancer: newBalancer(t), o: o, prefix: uuid.NewString() + ":"}
	w.listensAt(h.balancer.url)
	return h
}

// Child is one of the processes.
type Child struct {
	URL string
	h   *Herd
	cmd *exec.Cmd
}

// Starts one more process, and waits until the balancer sends to it.
func (h *Herd) Starts() *Child {
	h.t.Helper()
	spec, err := json.Marshal(childSpec{
		URL: h.data.URL, Graph: h.Meta.URL, Model: h.Model.URL(), Secret: h.secret, Blobs: h.blobs,
		Redis: h.o.Redis, RedisPrefix: h.prefix, Drain: h.o.Drain,
	})
	h.must(err)
	self, err := os.Executable()
	h.must(err)
	c := &Child{h: h, cmd: exec.Command(self, "-test.run=^$")}
	c.cmd.Env = append(os.Environ(), childEnv+"="+string(spec))
	c.cmd.Stderr = os.Stderr
	out, err := c.cmd.StdoutPipe()
	h.must(err)
	h.must(c.cmd.Start())
	h.t.Cleanup(c.Dies)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		h.t.Fatalf("a process did not start: %v", err)
	}
	c.URL = strings.TrimSpace(line)
	h.balancer.add(c.URL)
	h.Eventually("the balancer sends to the new process", func() bool { return h.balancer.sendsTo(c.URL) })
	return c
}

// Dies kills it (SIGKILL): it has no moment to finish anything.
func (c *Child) Dies() {
	if c.cmd == nil {
		return
	}
	_ = c.cmd.Process.Kill()
	_ = c.cmd.Wait()
	c.gone()
}

// Silent lets the life of every process end that does not beat: as if it had been silent for long.
func (h *Herd) Silent() { dbtest.Expire(h.t, h.data) }

// Ends asks it to stop (SIGTERM), and waits until it has, as it should.
func (c *Child) Ends() {
	c.h.t.Helper()
	c.h.must(c.cmd.Process.Signal(syscall.SIGTERM))
	if err := c.cmd.Wait(); err != nil {
		c.h.t.Errorf("a process that was asked to stop: %v", err)
	}
	c.gone()
}

func (c *Child) gone() {
	c.cmd = nil
	c.h.balancer.remove(c.URL)
	c.h.http.CloseIdleConnections()
}

// Refused is how many requests the balancer could not bring to any process, or had broken off.
func (h *Herd) Refused() int64 { return h.balancer.refused.Load() }

// Passed is how many requests it brought to a process.
func (c *Child) Passed() int64 { return c.h.balancer.passedTo(c.URL) }

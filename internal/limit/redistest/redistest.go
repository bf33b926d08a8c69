// Package redistest gives tests the Redis they need, and a line to it that can be cut. A Redis that is not there is a
// failure and never a skip.
package redistest

import (
	"net"
	"net/url"
	"os"
	"sync"
	"testing"
)

// URL is the address of the tests' Redis. It is one for all of them: choose names that nobody else has.
func URL() string {
	if address := os.Getenv("TEST_REDIS_URL"); address != "" {
		return address
	}
	return "redis://127.0.0.1:6379"
}

// Line is a way to Redis that can be cut and mended.
type Line struct {
	// URL is the address of Redis by this line.
	URL string

	there string
	mu    sync.Mutex
	cut   bool
	held  chan struct{} // not nil: nothing passes until it is closed
	open  map[net.Conn]struct{}
}

// NewLine lays a line until the test ends.
func NewLine(t testing.TB) *Line {
	t.Helper()
	u, err := url.Parse(URL())
	if err != nil {
		t.Fatal(err)
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	line := &Line{there: u.Host, open: map[net.Conn]struct{}{}}
	u.Host = l.Addr().String()
	line.URL = u.String()
	var all sync.WaitGroup
	all.Go(func() { line.accept(l, &all) })
	t.Cleanup(func() {
		_ = l.Close()
		line.Mend()
		line.Cut()
		all.Wait()
	})
	return line
}

// Cut ends every connection, and every new one at once, until Mend.
func (l *Line) Cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = true
	for c := range l.open {
		_ = c.Close()
	}
}

// Hang lets nothing pass any more, and ends nothing, until Mend.
func (l *Line) Hang() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held == nil {
		l.held = make(chan struct{})
	}
}

// Mend makes the line good again.
func (l *Line) Mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = false
	if l.held != nil {
		close(l.held)
		l.held = nil
	}
}

func (l *Line) accept(from net.Listener, all *sync.WaitGroup) {
	for {
		here, err := from.Accept()
		if err != nil {
			return
		}
		there, err := net.Dial("tcp", l.there)
		if err != nil || !l.keep(here, there) {
			_ = here.Close()
			if there != nil {
				_ = there.Close()
			}
			continue
		}
		all.Go(func() { l.pass(here, there) })
		all.Go(func() { l.pass(there, here) })
	}
}

// keep notes a connection, unless the line is cut.
func (l *Line) keep(here, there net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut {
		return false
	}
	l.open[here], l.open[there] = struct{}{}, struct{}{}
	return true
}

func (l *Line) pass(from, to net.Conn) {
	defer func() {
		_, _ = from.Close(), to.Close()
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.open, from)
	}()
	piece := make([]byte, 16<<10)
	for {
		n, err := from.Read(piece)
		l.wait()
		if _, failed := to.Write(piece[:n]); failed != nil || err != nil {
			return
		}
	}
}

// wait holds what is passed while the line hangs.
func (l *Line) wait() {
	l.mu.Lock()
	held := l.held
	l.mu.Unlock()
	if held != nil {
		<-held
	}
}

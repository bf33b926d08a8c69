// Package llmfake is a stand-in for a model: an OpenAI-compatible endpoint on a loopback socket that answers by a
// script, counts its calls, holds them while something else happens, and fails in every way that models fail.
package llmfake

import (
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"parley/internal/llm"
)

// Call is one request that arrived.
type Call struct {
	Model       string
	Messages    []llm.Message
	Shaped      bool   // a shape was asked for
	Key         string // the bearer key, "" for none
	Temperature *float64
}

// Asked is the text of the last message: what the customer wrote stands at its end.
func (c Call) Asked() string {
	if len(c.Messages) == 0 {
		return ""
	}
	return c.Messages[len(c.Messages)-1].Text
}

// Told is the text of the system messages.
func (c Call) Told() string {
	var all []string
	for _, m := range c.Messages {
		if m.Role == llm.System {
			all = append(all, m.Text)
		}
	}
	return strings.Join(all, "\n")
}

// Fake is the stand-in. It is safe for concurrent use; the script may change while calls are held.
type Fake struct {
	url    string
	server *http.Server

	mu       sync.Mutex
	calls    int
	held     int
	seen     []Call
	next     []Reply
	rules    []*rule
	other    Reply
	gate     chan struct{} // closed when calls are let through; nil when none are held
	changed  chan struct{} // closed and made anew when a count changes
	unshaped bool
	key      string
}

// rule answers calls in which its words stand.
type rule struct {
	words   string
	replies []Reply
}

// keptCalls bounds what Seen remembers.
const keptCalls = 1000

// Start listens on a random port of the loopback.
func Start(ctx context.Context) (*Fake, error) {
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	f := &Fake{
		url: "http://" + l.Addr().String() + "/v1", changed: make(chan struct{}),
		other: Text("I am a stand-in for a model and know nothing."),
	}
	f.server = &http.Server{Handler: f, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = f.server.Serve(l) }()
	return f, nil
}

// URL is what llm.ClientOptions wants as BaseURL.
func (f *Fake) URL() string { return f.url }

// Close stops listening and breaks off what hangs.
func (f *Fake) Close() error {
	f.Release()
	return f.server.Close()
}

// On answers calls whose last message holds the words, in any case, with each reply in turn and then with the last
// again. When the words of several rules stand there, those that stand last decide, so that earlier messages of a
// conversation do not.
func (f *Fake) On(words string, replies ...Reply) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rules = append(f.rules, &rule{words: strings.ToLower(words), replies: replies})
}

// Next answers the next calls, whatever they ask.
func (f *Fake) Next(replies ...Reply) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.next = append(f.next, replies...)
}

// Otherwise answers what nothing else answers.
func (f *Fake) Otherwise(r Reply) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.other = r
}

// RefuseShapes makes it a model that answers 400 when a shape is asked for.
func (f *Fake) RefuseShapes() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.unshaped = true
}

// RequireKey makes it answer 401 to any other key.
func (f *Fake) RequireKey(key string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.key = key
}

// Hold lets calls arrive, and answers none of them before Release.
func (f *Fake) Hold() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gate == nil {
		f.gate = make(chan struct{})
	}
}

// Release answers the calls that are held, and those that come.
func (f *Fake) Release() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gate != nil {
		close(f.gate)
		f.gate = nil
	}
}

// Calls is how many calls have arrived.
func (f *Fake) Calls() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

// Held is how many calls are being held or hang now.
func (f *Fake) Held() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.held
}

// Seen are the calls that arrived, the first 1,000 of them.
func (f *Fake) Seen() []Call {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]Call(nil), f.seen...)
}

// Last is the latest call, an empty one when there was none.
func (f *Fake) Last() Call {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.seen) == 0 {
		return Call{}
	}
	return f.seen[len(f.seen)-1]
}

// WaitFor returns when n calls have arrived since the start, or with the context's error.
func (f *Fake) WaitFor(ctx context.Context, n int) error {
	return f.wait(ctx, func() bool { return f.calls >= n })
}

// WaitHeld returns when exactly n calls are being held or hang, or with the context's error.
func (f *Fake) WaitHeld(ctx context.Context, n int) error {
	return f.wait(ctx, func() bool { return f.held == n })
}

func (f *Fake) wait(ctx context.Context, done func() bool) error {
	for {
		f.mu.Lock()
		ready, changed := done(), f.changed
		f.mu.Unlock()
		if ready {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// change counts under the lock and wakes who waits for a count.
func (f *Fake) change(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do()
	close(f.changed)
	f.changed = make(chan struct{})
}

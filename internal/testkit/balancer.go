package testkit

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// probeEvery is how often the balancer asks each process whether it is ready.
const probeEvery = 20 * time.Millisecond

// balancer brings each request to the next of the processes that are ready. A request that found nobody listening goes
// to the one after; one that was broken off does not, as nobody knows what became of it.
type balancer struct {
	url     string
	client  *http.Client
	refused atomic.Int64

	mu   sync.Mutex
	all  []*behind
	next int
}

// behind is a process behind the balancer.
type behind struct {
	url    string
	ready  bool
	passed int64
}

func newBalancer(t *testing.T) *balancer {
	t.Helper()
	b := &balancer{client: &http.Client{Timeout: Patience, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	server := httptest.NewServer(b)
	b.url = server.URL
	over, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		b.probe(over)
	}()
	t.Cleanup(func() {
		close(over)
		<-done
		server.Close()
		b.client.CloseIdleConnections()
	})
	return b
}

func (b *balancer) add(url string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all = append(b.all, &behind{url: url})
}

func (b *balancer) remove(url string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, p := range b.all {
		if p.url == url {
			b.all = append(b.all[:i:i], b.all[i+1:]...)
			return
		}
	}
}

func (b *balancer) sendsTo(url string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.all {
		if p.url == url {
			return p.ready
		}
	}
	return false
}

func (b *balancer) passedTo(url string) int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.all {
		if p.url == url {
			return p.passed
		}
	}
	return 0
}

// probe keeps to those that say that they are ready.
func (b *balancer) probe(over <-chan struct{}) {
	tick := time.NewTicker(probeEvery)
	defer tick.Stop()
	asks := &http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		select {
		case <-over:
			return
		case <-tick.C:
		}
		b.mu.Lock()
		all := append([]*behind(nil), b.all...)
		b.mu.Unlock()
		for _, p := range all {
			answer, err := asks.Get(p.url + "/api/ready")
			ready := err == nil && answer.StatusCode == http.StatusOK
			if err == nil {
				_ = answer.Body.Close()
			}
			b.mu.Lock()
			p.ready = ready
			b.mu.Unlock()
		}
	}
}

// order are those that are ready, beginning with the one whose turn it is.
func (b *balancer) order() (ready []*behind) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.next++
	for i := range b.all {
		if p := b.all[(b.next+i)%len(b.all)]; p.ready {
			ready = append(ready, p)
		}
	}
	return ready
}

// ServeHTTP passes a request on.
func (b *balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	for _, p := range b.order() {
		answer, err := b.ask(p, r, body) //nolint:bodyclose // pass closes it
		if refused, is := errors.AsType[*net.OpError](err); is && refused.Op == "dial" {
			continue
		}
		if err != nil {
			break
		}
		b.mu.Lock()
		p.passed++
		b.mu.Unlock()
		pass(w, answer)
		return
	}
	b.refused.Add(1)
	http.Error(w, "nobody is there", http.StatusBadGateway)
}

func (b *balancer) ask(p *behind, r *http.Request, body []byte) (*http.Response, error) {
	request, err := http.NewRequestWithContext(r.Context(), r.Method, p.url+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header = r.Header.Clone()
	return b.client.Do(request)
}

func pass(w http.ResponseWriter, answer *http.Response) {
	defer func() { _ = answer.Body.Close() }()
	for name, values := range answer.Header {
		if name != "Connection" {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(answer.StatusCode)
	_, _ = io.Copy(w, answer.Body)
}

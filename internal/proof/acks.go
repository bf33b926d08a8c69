//go:build unix

package proof

import (
	"io"
	"net/http"
	"regexp"
	"sync"
	"time"
)

// acks are when each message was first acknowledged with a 200, as the wire shows it: on the phone a message that is
// still on its way looks read as soon as a later one was.
type acks struct {
	wire http.RoundTripper
	mu   sync.Mutex
	at   map[string]time.Time
}

func newAcks() *acks {
	return &acks{wire: &http.Transport{MaxIdleConnsPerHost: parallel, DisableCompression: true}, at: map[string]time.Time{}}
}

// inbound finds the ids of customers' messages in a webhook.
var inbound = regexp.MustCompile(`wamid\.[a-z]+\.\d+`) //nolint:gochecknoglobals // a pattern

// RoundTrip carries a webhook, and remembers what a 200 acknowledged.
func (a *acks) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := r.GetBody()
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(body)
	if err != nil {
		return nil, err
	}
	answer, err := a.wire.RoundTrip(r)
	if err == nil && answer.StatusCode == http.StatusOK {
		a.note(inbound.FindAllString(string(raw), -1))
	}
	return answer, err
}

func (a *acks) note(ids []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, id := range ids {
		if a.at[id].IsZero() {
			a.at[id] = time.Now()
		}
	}
}

// of is when a message was acknowledged, zero when it was not.
func (a *acks) of(id string) time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.at[id]
}

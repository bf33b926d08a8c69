package bench

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// writing is what the customers wrote: when each acknowledged message was posted, by tag.
type writing struct {
	mu      sync.Mutex
	acked   map[string]time.Time
	acks    []time.Duration
	refused int
}

func (w *writing) note(tag string, posted time.Time, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !ok {
		w.refused++
		return
	}
	w.acked[tag] = posted
	w.acks = append(w.acks, time.Since(posted))
}

// drive lets the customers write until the load is over.
func drive(ctx context.Context, t *Target, s Scenario) *writing {
	w := &writing{acked: map[string]time.Time{}}
	ctx, cancel := context.WithTimeout(ctx, s.Load.For)
	defer cancel()
	var sent atomic.Int64
	next := func() (int, bool) {
		n := int(sent.Add(1)) - 1
		return n, ctx.Err() == nil && (s.Load.Messages == 0 || n < s.Load.Messages)
	}
	var all sync.WaitGroup
	if s.Load.Rate > 0 {
		Pace(ctx, s.Load.Rate, func() bool {
			n, more := next()
			if more {
				all.Go(func() { t.write(s, n, w) })
			}
			return more
		})
	} else {
		for range s.Load.Loops {
			all.Go(func() {
				for n, more := next(); more; n, more = next() {
					t.write(s, n, w)
				}
			})
		}
	}
	all.Wait()
	return w
}

// Pace calls do at random moments (Poisson), so many a second, until ctx ends or do says that it is enough.
func Pace(ctx context.Context, rate float64, do func() bool) {
	due := time.Now()
	for ctx.Err() == nil {
		due = due.Add(time.Duration(rand.ExpFloat64() / rate * float64(time.Second)))
		time.Sleep(time.Until(due))
		if !do() {
			return
		}
	}
}

// write posts one customer's message, as often as the load says; only its first delivery is timed.
func (t *Target) write(s Scenario, n int, w *writing) {
	tag := fmt.Sprintf("tag-%s-%s-%d", t.run, s.Name, n)
	body := fmt.Appendf(nil, `{"object":"whatsapp_business_account","entry":[{"id":%q,"changes":[{"field":"messages","value":{`+
		`"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550001000","phone_number_id":%q},`+
		`"contacts":[{"profile":{"name":"Customer %d"},"wa_id":"%d"}],"messages":[{"from":"%d","id":"wamid.%s",`+
		`"timestamp":"%d","type":"text","text":{"body":"When do you open on Monday? %s"}}]}}]}]}`,
		AccountID, NumberID, n%s.Load.Customers, phone(s, n), phone(s, n), tag, time.Now().Unix(), tag)
	posted := time.Now()
	ok := t.post(body)
	w.note(tag, posted, ok)
	for range s.Load.Deliveries - 1 {
		time.Sleep(s.Load.Apart)
		t.post(body)
	}
}

// phone is a customer's number, from a range that no scenario shares.
func phone(s Scenario, n int) int64 {
	base := int64(len(s.Name))*10_000_000 + int64(s.Name[0])*1_000_000_000
	return base + int64(n%s.Load.Customers)
}

func (t *Target) post(body []byte) (ok bool) {
	mac := hmac.New(sha256.New, []byte(AppSecret))
	mac.Write(body)
	req, err := http.NewRequest(http.MethodPost, t.URL+"/webhooks/whatsapp", bytes.NewReader(body)) //nolint:noctx // bounded by the client
	if err != nil {
		return false
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	resp, err := t.client.Do(req)
	if err != nil {
		return false
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// Package bench measures a running Parley from outside: customers who write through signed webhooks, a model and a
// Graph API that only count, and the time between. It talks to loopback only, is bounded, and stops by itself.
package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Scenario is one load.
type Scenario struct {
	Name    string
	Model   time.Duration // how long the model thinks
	Load    Load
	Timeout time.Duration // for the last answers, after the load
}

// Load is how customers write.
type Load struct {
	Customers  int           // different ones; each writes again only when all have written
	Rate       float64       // messages a second, at random moments; 0 is a closed loop
	Loops      int           // connections of a closed loop
	For        time.Duration // of the load
	Messages   int           // ends the load earlier; 0 is no bound
	Deliveries int           // of each message; 2 delivers everything twice
	Apart      time.Duration // between deliveries of one message
}

// Scenarios are the loads of docs/performance.md. short cuts them for a quick look.
func Scenarios(short bool) []Scenario {
	all := []Scenario{
		{Name: "steady", Model: 800 * time.Millisecond, Load: Load{Customers: 4000, Rate: 100, For: 20 * time.Second}},
		{Name: "saturation", Load: Load{Customers: 20_000, Loops: 64, For: 15 * time.Second}},
		{Name: "burst10k", Model: 800 * time.Millisecond, Load: Load{Customers: 10_000, Rate: 1000, Messages: 10_000, For: 15 * time.Second}},
		{Name: "inflight10k", Model: 8 * time.Second, Load: Load{Customers: 10_000, Loops: 256, Messages: 10_000, For: 15 * time.Second}},
		{Name: "duplicates", Model: 100 * time.Millisecond, Load: Load{
			Customers: 2000, Rate: 200, For: 10 * time.Second, Deliveries: 2, Apart: 20 * time.Millisecond,
		}},
	}
	for i := range all {
		all[i].Timeout = 40 * time.Second
		if short {
			all[i].Load.For = min(all[i].Load.For, 3*time.Second)
			all[i].Load.Messages = 500
		}
	}
	return all
}

// Result is what one scenario measured. Overhead is the arrival of the reply at Graph, less the customer's POST, less
// the model's time; the quiet window is 0 in these runs.
type Result struct {
	Scenario             string  `json:"scenario"`
	Database             string  `json:"database"`
	Seconds              float64 `json:"seconds"`
	Acked                int     `json:"acked"`
	Refused              int     `json:"refused"`
	Answered             int     `json:"answered"`
	AnsweredPerSecond    float64 `json:"answered_per_second"`
	Untagged             int     `json:"untagged"`
	Lost                 int     `json:"lost"`
	Doubled              int     `json:"doubled"`
	AckP50               float64 `json:"ack_p50_ms"`
	AckP99               float64 `json:"ack_p99_ms"`
	OverheadP50          float64 `json:"overhead_p50_ms"`
	OverheadP99          float64 `json:"overhead_p99_ms"`
	LastReply            float64 `json:"last_reply_after_load_s"`
	RSS                  float64 `json:"rss_mib"`
	StatementsPerMessage float64 `json:"statements_per_message"`
	CommitsPerMessage    float64 `json:"commits_per_message"`
}

// Run measures one scenario against a server.
func Run(ctx context.Context, target *Target, s Scenario) (Result, error) {
	target.Stand.begin(s.Model)
	before, err := target.counters(ctx)
	if err != nil {
		return Result{}, err
	}
	began := time.Now()
	written := drive(ctx, target, s)
	loaded := time.Now()
	replies := target.Stand.wait(ctx, len(written.acked), s.Timeout)
	after, err := target.counters(ctx)
	if err != nil {
		return Result{}, err
	}
	r := judge(written, replies, s.Model)
	r.Scenario, r.Database, r.Seconds = s.Name, target.Database, loaded.Sub(began).Seconds()
	r.AnsweredPerSecond = float64(r.Answered) / max(replies.last.Sub(began).Seconds()-s.Model.Seconds(), 0.001)
	r.LastReply = max(replies.last.Sub(loaded).Seconds(), 0)
	r.RSS = target.Peak()
	if r.Answered > 0 {
		r.StatementsPerMessage = (after.statements - before.statements) / float64(r.Answered)
		r.CommitsPerMessage = (after.commits - before.commits) / float64(r.Answered)
	}
	return r, ctx.Err()
}

// judge holds what was acknowledged against what was answered.
func judge(w *writing, got replies, model time.Duration) Result {
	r := Result{Acked: len(w.acked), Refused: w.refused, Untagged: got.untagged}
	var overhead []time.Duration
	for tag, at := range w.acked {
		arrivals := got.byTag[tag]
		switch len(arrivals) {
		case 0:
			r.Lost++
			continue
		case 1:
		default:
			r.Doubled++
		}
		r.Answered++
		overhead = append(overhead, arrivals[0].Sub(at)-model)
	}
	r.OverheadP50, r.OverheadP99 = quantile(overhead, .5), quantile(overhead, .99)
	r.AckP50, r.AckP99 = quantile(w.acks, .5), quantile(w.acks, .99)
	return r
}

// quantile is in milliseconds.
func quantile(all []time.Duration, q float64) float64 {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	at := min(int(q*float64(len(all))), len(all)-1)
	return float64(all[at].Microseconds()) / 1000
}

// Failed says what in a result breaks a promise, nil when nothing does.
func (r Result) Failed() error {
	var broken []error
	if r.Lost > 0 {
		broken = append(broken, fmt.Errorf("%s: %d acknowledged messages were not answered", r.Scenario, r.Lost))
	}
	if r.Doubled > 0 {
		broken = append(broken, fmt.Errorf("%s: %d messages were answered twice", r.Scenario, r.Doubled))
	}
	return errors.Join(broken...)
}

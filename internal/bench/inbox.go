package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"
)

// What the inbox is measured with: readers that look, one request after the other, while customers write.
const (
	readers   = 8
	writeRate = 100.0 // messages a second
	lookFor   = 60 * time.Second
	// pauseFor is how long a reader rests: five looks a second of each stay below what one address may ask.
	pauseFor = 200 * time.Millisecond
	// indexTime bounds the wait for the words of a seeded workspace to be found.
	indexTime = 30 * time.Minute
)

// Reading is how long one kind of request took, in milliseconds.
type Reading struct {
	What     string  `json:"what"`
	Database string  `json:"database"`
	Count    int     `json:"count"`
	Refused  int     `json:"refused"`
	P50      float64 `json:"p50_ms"`
	P95      float64 `json:"p95_ms"`
	P99      float64 `json:"p99_ms"`
}

// Row is a reading as a line of a table.
func (r Reading) Row() string {
	return fmt.Sprintf("| %s | %s | %d | %d | %.1f | %.1f | %.1f |", r.What, r.Database, r.Count, r.Refused, r.P50, r.P95, r.P99)
}

// ReadingHeader is the first line of that table.
func ReadingHeader() string {
	return "| request | database | asked | refused | p50 ms | p95 ms | p99 ms |\n| --- | --- | --- | --- | --- | --- | --- |"
}

// Fill stops the server, fills its workspace, starts it again and waits until the words of what was filled in are found.
// It says how long the two took.
func (t *Target) Fill(ctx context.Context, c Crowd) (filling, indexing time.Duration, err error) {
	if err := t.Rest(); err != nil {
		return 0, 0, err
	}
	began := time.Now()
	seed := t.command(ctx, "seed", "--conversations", strconv.Itoa(c.Conversations), "--messages", strconv.Itoa(c.Messages))
	if err := seed.Run(); err != nil {
		return 0, 0, fmt.Errorf("seed: %w", err)
	}
	filling = time.Since(began)
	if err := t.Again(ctx); err != nil {
		return filling, 0, err
	}
	for began = time.Now(); time.Since(began) < indexTime && ctx.Err() == nil; time.Sleep(time.Second) {
		page, err := t.page(ctx, url.Values{"q": {RareWord}})
		if err != nil {
			return filling, 0, err
		}
		if len(page.Items) > 0 {
			return filling, time.Since(began), nil
		}
	}
	return filling, 0, fmt.Errorf("the words are not found within %s", indexTime)
}

type inboxPage struct {
	Items []struct {
		ID string `json:"id"`
	} `json:"items"`
	Next string `json:"next"`
}

func (t *Target) page(ctx context.Context, query url.Values) (page inboxPage, err error) {
	return page, t.Ask(ctx, http.MethodGet, "/api/conversations?"+query.Encode(), nil, &page)
}

// Inbox has readers look through the inbox, threads and searches of a filled workspace, while customers write.
func Inbox(ctx context.Context, t *Target) ([]Reading, error) {
	t.Stand.begin(0)
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	first, err := t.page(ctx, url.Values{})
	if err != nil {
		return nil, err
	}
	looks := t.looks(first)
	l := &looking{took: map[string][]time.Duration{}, refused: map[string]int{}}
	var all sync.WaitGroup
	all.Go(func() {
		s := Scenario{Name: "inbox", Load: Load{Customers: 2000, Rate: writeRate, For: lookFor}}
		drive(ctx, t, s)
	})
	for range readers {
		all.Go(func() {
			for ctx.Err() == nil {
				rest := time.After(pauseFor)
				l.time(ctx, looks[rand.IntN(len(looks))])
				<-rest
			}
		})
	}
	all.Wait()
	return l.readings(looks, t.Database), nil
}

// look is one kind of request.
type look struct {
	what string
	do   func(ctx context.Context) error
}

func (t *Target) looks(first inboxPage) []look {
	pages := func(what string, query url.Values) look {
		return look{what, func(ctx context.Context) error { _, err := t.page(ctx, query); return err }}
	}
	return []look{
		pages("inbox, first page", url.Values{}),
		pages("inbox, next page", url.Values{"after": {first.Next}}),
		pages("needs me", url.Values{"view": {"needs_me"}}),
		pages("unreplied", url.Values{"view": {"unreplied"}}),
		pages("closed", url.Values{"view": {"closed"}}),
		{"thread, newest 50", func(ctx context.Context) error {
			id := first.Items[rand.IntN(len(first.Items))].ID
			return t.Ask(ctx, http.MethodGet, "/api/conversations/"+id+"/messages?limit=50", nil, nil)
		}},
		pages("search, a rare word", url.Values{"q": {RareWord}}),
		pages("search, a word of 70 messages", url.Values{"q": {"item4711"}}),
		pages("search, a word of most messages", url.Values{"q": {"refund"}}),
		pages("search, two such words", url.Values{"q": {"refund brake"}}),
		pages("search, Chinese", url.Values{"q": {"退款"}}),
		pages("search, one letter", url.Values{"q": {"a"}}),
		pages("search, a name", url.Values{"q": {"fernandez"}}),
	}
}

// looking is what the readers have seen so far.
type looking struct {
	mu      sync.Mutex
	took    map[string][]time.Duration
	refused map[string]int
}

func (l *looking) time(ctx context.Context, k look) {
	began := time.Now()
	err := k.do(ctx)
	took := time.Since(began)
	if ctx.Err() != nil {
		return // cut off by the end of the measurement
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		l.refused[k.what]++
		return
	}
	l.took[k.what] = append(l.took[k.what], took)
}

func (l *looking) readings(looks []look, database string) []Reading {
	all := make([]Reading, 0, len(looks))
	for _, k := range looks {
		took := slices.Clone(l.took[k.what])
		all = append(all, Reading{
			What: k.what, Database: database, Count: len(took), Refused: l.refused[k.what],
			P50: quantile(took, .5), P95: quantile(took, .95), P99: quantile(took, .99),
		})
	}
	return all
}

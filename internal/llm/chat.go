package llm

import (
	"context"
	"math/rand/v2"
	"net/url"
	"strings"
	"sync"
	"time"
)

// ClientOptions say which endpoint, and how patiently.
type ClientOptions struct {
	BaseURL string // https://openrouter.ai/api/v1, http://127.0.0.1:11434/v1, …
	Key     string // "" sends none
	Model   string
	Timeout time.Duration // of one request; 0 is 20 s
	Slots   int           // connections kept; 0 is 10,000
	Rest    time.Duration // how long an endpoint that keeps failing is left alone at first; 0 is 2 s
	Clock   func() time.Time
	// Chance spreads the waits between tries: 0 to 1 makes half to all of them. nil is by chance.
	Chance func() float64
}

func (o *ClientOptions) defaults() {
	o.BaseURL = strings.TrimRight(o.BaseURL, "/")
	if o.Timeout <= 0 {
		o.Timeout = 20 * time.Second
	}
	if o.Slots <= 0 {
		o.Slots = 10_000
	}
	if o.Rest <= 0 {
		o.Rest = 2 * time.Second
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Chance == nil {
		o.Chance = rand.Float64
	}
}

// Client asks one endpoint. It is safe for concurrent use.
type Client struct {
	o        ClientOptions
	provider string
	line     line
	buffers  sync.Pool
	habits   habits
	breaker  breaker
}

// NewClient makes a Client; nothing is asked yet.
func NewClient(o ClientOptions) *Client {
	o.defaults()
	c := &Client{o: o, provider: hostOf(o.BaseURL), breaker: breaker{clock: o.Clock, first: o.Rest}}
	c.line = newLine(o)
	return c
}

// Provider is the endpoint's host.
func (c *Client) Provider() string { return c.provider }

// Close lets go of the connections nobody uses.
func (c *Client) Close() { c.line.close() }

// hostOf names an endpoint without the credentials its address may hold.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "model"
	}
	return u.Host
}

// Complete asks, and asks again what may pass, as long as ctx leaves time.
func (c *Client) Complete(ctx context.Context, r Request) (Response, error) {
	if r.Model == "" {
		r.Model = c.o.Model
	}
	for try := 0; ; try++ {
		answer, err := c.guarded(ctx, r)
		if err == nil || givenUp(ctx, err) {
			return answer, err
		}
		wait, again := c.again(err, try)
		if !again || !c.fits(ctx, wait) || !sleep(ctx, wait) {
			return answer, err
		}
	}
}

// guarded asks once, unless the endpoint is being left alone.
func (c *Client) guarded(ctx context.Context, r Request) (Response, error) {
	if !c.breaker.begin() {
		return Response{}, &Error{Class: Resting, Provider: c.provider}
	}
	begun := c.o.Clock()
	answer, err := c.ask(ctx, r)
	c.breaker.end(verdictOn(err, c.o.Clock().Sub(begun)))
	return answer, err
}

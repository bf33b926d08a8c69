package realtime_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/realtime"
)

// patience is how long a test waits for what must come.
const patience = 10 * time.Second

// people know tokens: "<user>@<tenant>" until they sign out.
type people struct {
	mu      sync.Mutex
	out     map[string]bool
	trouble error
	expires time.Time
}

func newPeople() *people {
	return &people{out: map[string]bool{}, expires: time.Now().Add(time.Hour)}
}

func (p *people) check(_ context.Context, token string) (userID, tenantID string, expires time.Time, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	userID, tenantID, known := strings.Cut(strings.SplitN(token, "#", 2)[0], "@")
	if p.trouble != nil {
		return "", "", time.Time{}, p.trouble
	}
	if !known || p.out[userID] {
		return "", "", time.Time{}, errs.New(errs.Unauthenticated, "Please sign in.")
	}
	return userID, tenantID, p.expires, nil
}

func (p *people) signOut(userID string) { p.mu.Lock(); defer p.mu.Unlock(); p.out[userID] = true }
func (p *people) fail(err error)        { p.mu.Lock(); defer p.mu.Unlock(); p.trouble = err }
func (p *people) expire(at time.Time)   { p.mu.Lock(); defer p.mu.Unlock(); p.expires = at }

// hub is a Hub behind a server.
type hub struct {
	*realtime.Hub
	t       *testing.T
	address string
}

func open(t *testing.T, o realtime.Options) *hub {
	t.Helper()
	live, err := realtime.New(slog.New(slog.DiscardHandler), o)
	if err != nil {
		t.Fatal(err)
	}
	address := serve(t, live)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := live.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return &hub{Hub: live, t: t, address: address}
}

func serve(t *testing.T, live *realtime.Hub) string {
	t.Helper()
	server := httptest.NewServer(live.Handler())
	t.Cleanup(server.Close)
	return "ws" + strings.TrimPrefix(server.URL, "http")
}

// frame is what the server says, as far as the tests look at it.
type frame struct {
	ID    int `json:"id"`
	Error *struct {
		Code int `json:"code"`
	} `json:"error"`
	Connect *struct {
		Subs map[string]any `json:"subs"`
		TTL  int            `json:"ttl"`

		Data []realtime.Colleague `json:"data"`
	} `json:"connect"`
	Refresh *struct {
		TTL int `json:"ttl"`
	} `json:"refresh"`
	Push *struct {
		Channel string `json:"channel"`
		Pub     *struct {
			Data json.RawMessage `json:"data"`
		} `json:"pub"`
	} `json:"push"`
}

// client is a browser.
type client struct {
	t      *testing.T
	c      *websocket.Conn
	ctx    context.Context
	frames []frame
	others []realtime.Colleague // where they were when it was let in
}

func (h *hub) dial() *client {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), patience)
	h.t.Cleanup(cancel)
	c, answer, err := websocket.Dial(ctx, h.address, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	if answer.Body != nil {
		_ = answer.Body.Close()
	}
	h.t.Cleanup(func() { _ = c.CloseNow() })
	return &client{t: h.t, c: c, ctx: ctx}
}

// signedIn is a client that was let in.
func (h *hub) signedIn(token string) *client {
	h.t.Helper()
	c := h.dial()
	c.says(map[string]any{"id": 1, "connect": map[string]any{"token": token}})
	f := c.hears()
	if f.Connect == nil {
		h.t.Fatalf("not let in: %+v", f.Error)
	}
	c.others = f.Connect.Data
	return c
}

func (c *client) says(command map[string]any) {
	c.t.Helper()
	raw, err := json.Marshal(command)
	if err == nil {
		err = c.c.Write(c.ctx, websocket.MessageText, raw)
	}
	if err != nil {
		c.t.Fatal(err)
	}
}

// next is the next frame, or the code the socket was closed with. Pings are answered on the way.
func (c *client) next() (frame, websocket.StatusCode) {
	c.t.Helper()
	for len(c.frames) == 0 {
		_, raw, err := c.c.Read(c.ctx)
		if closed, is := errors.AsType[websocket.CloseError](err); is {
			return frame{}, closed.Code
		}
		if err != nil {
			c.t.Fatalf("waiting for the server: %v", err)
		}
		for line := range strings.SplitSeq(strings.TrimSpace(string(raw)), "\n") {
			if line == "{}" {
				continue
			}
			var f frame
			if err := json.Unmarshal([]byte(line), &f); err != nil {
				c.t.Fatalf("%s: %v", line, err)
			}
			c.frames = append(c.frames, f)
		}
	}
	f := c.frames[0]
	c.frames = c.frames[1:]
	return f, 0
}

func (c *client) hears() frame {
	c.t.Helper()
	f, code := c.next()
	if code != 0 {
		c.t.Fatalf("closed with %d", code)
	}
	return f
}

func (c *client) hint() (hint realtime.Hint) {
	c.t.Helper()
	c.published(&hint)
	return hint
}

// colleague is where somebody is, as the client hears it; hints before it are passed over.
func (c *client) colleague() (seen realtime.Colleague) {
	c.t.Helper()
	for seen.Kind != realtime.ColleagueSeen {
		seen = realtime.Colleague{}
		c.published(&seen)
	}
	return seen
}

func (c *client) published(to any) {
	c.t.Helper()
	f := c.hears()
	if f.Push == nil || f.Push.Pub == nil {
		c.t.Fatalf("want something published, got %+v", f)
	}
	if err := json.Unmarshal(f.Push.Pub.Data, to); err != nil {
		c.t.Fatal(err)
	}
}

// isAt says that the client shows a conversation.
func (c *client) isAt(conversationID string, typing bool) {
	c.t.Helper()
	c.says(map[string]any{"send": map[string]any{"data": map[string]any{"conversationId": conversationID, "typing": typing}}})
}

func (c *client) isPutOut(code websocket.StatusCode) {
	c.t.Helper()
	for {
		f, got := c.next()
		if got == code {
			return
		}
		if got != 0 {
			c.t.Fatalf("closed with %d, want %d", got, code)
		}
		if f.Error != nil {
			c.t.Fatalf("error %d, want to be put out with %d", f.Error.Code, code)
		}
	}
}

// announce makes a step of a tenant that announces hints.
func (h *hub) announce(d *db.DB, tenantID string, hints ...realtime.Hint) {
	h.t.Helper()
	err := d.InTx(h.t.Context(), actor.ForSystem(tenantID), func(tx *db.Tx) error {
		for _, hint := range hints {
			h.Announce(tx, hint)
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

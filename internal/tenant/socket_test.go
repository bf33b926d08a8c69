package tenant_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"parley/internal/realtime"
)

// socket is an open dashboard.
type socket struct {
	c   *websocket.Conn
	ctx context.Context
}

// dial opens a socket with an access token, which is let in.
func dial(t *testing.T, live *realtime.Hub, token string) socket {
	t.Helper()
	server := httptest.NewServer(live.Handler())
	t.Cleanup(server.Close)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	c, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(server.URL, "http"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.CloseNow() })
	if err := c.Write(ctx, websocket.MessageText, []byte(`{"id":1,"connect":{"token":"`+token+`"}}`)); err != nil {
		t.Fatal(err)
	}
	_, answer, err := c.Read(ctx)
	if err != nil || !strings.Contains(string(answer), `"subs"`) {
		t.Fatalf("not let in: %s %v", answer, err)
	}
	return socket{c: c, ctx: ctx}
}

// closes waits until the other side closes it.
func (s socket) closes(t *testing.T) {
	t.Helper()
	for {
		if _, _, err := s.c.Read(s.ctx); err != nil {
			if websocket.CloseStatus(err) == -1 {
				t.Errorf("it was not closed: %v", err)
			}
			return
		}
	}
}

package knowledge_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/knowledge"
	"parley/internal/realtime"
)

// Dashboards of the tenant hear that a document came or went, with its id and nothing else; those of others do not.
func TestChangesAreAnnounced(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.Open(t, dbtest.SQLite))
	live := newHub(t, realtime.Options{Check: func(_ context.Context, token string) (string, string, time.Time, error) {
		return "user", token, time.Now().Add(time.Hour), nil
	}})
	know := knowledge.New(live, slog.New(slog.DiscardHandler), knowledge.Options{})
	acme, zeta := listen(t, live, w.acme.Tenant()), listen(t, live, w.zeta.Tenant())
	for _, a := range []*listener{acme, zeta} {
		owner := w.acme
		if a == zeta {
			owner = w.zeta
		}
		var d knowledge.Document
		w.must(w.db.InTx(t.Context(), owner, func(tx *db.Tx) (err error) {
			d, err = know.Add(t.Context(), tx, owner, knowledge.NewDocument{Text: bakery})
			return err
		}))
		want := realtime.Hint{Kind: realtime.DocumentChanged, DocumentID: d.ID}
		if got := a.hint(t); got != want {
			t.Errorf("added: heard %+v, want %+v", got, want)
		}
		w.must(w.db.InTx(t.Context(), owner, func(tx *db.Tx) error { return know.Remove(t.Context(), tx, owner, d.ID) }))
		if got := a.hint(t); got != want {
			t.Errorf("removed: heard %+v, want %+v", got, want)
		}
	}
}

// listener is a dashboard.
type listener struct{ c *websocket.Conn }

func listen(t *testing.T, live *realtime.Hub, tenant string) *listener {
	t.Helper()
	server := httptest.NewServer(live.Handler())
	t.Cleanup(server.Close)
	c, answer, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(server.URL, "http"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if answer.Body != nil {
		_ = answer.Body.Close()
	}
	t.Cleanup(func() { _ = c.CloseNow() })
	l := &listener{c}
	if err := c.Write(t.Context(), websocket.MessageText, []byte(`{"id":1,"connect":{"token":"`+tenant+`"}}`)); err != nil {
		t.Fatal(err)
	}
	l.read(t, func(line string) bool { return strings.Contains(line, `"connect"`) })
	return l
}

// read waits for a line.
func (l *listener) read(t *testing.T, wanted func(line string) bool) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for {
		_, raw, err := l.c.Read(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.SplitSeq(string(raw), "\n") {
			if wanted(line) {
				return line
			}
		}
	}
}

func (l *listener) hint(t *testing.T) realtime.Hint {
	t.Helper()
	var push struct {
		Push struct {
			Pub struct {
				Data realtime.Hint `json:"data"`
			} `json:"pub"`
		} `json:"push"`
	}
	line := l.read(t, func(line string) bool { return strings.Contains(line, `"pub"`) })
	if err := json.Unmarshal([]byte(line), &push); err != nil {
		t.Fatal(err)
	}
	return push.Push.Pub.Data
}

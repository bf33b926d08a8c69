package realtime_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/errs"
	"parley/internal/realtime"
)

var added = realtime.Hint{Kind: realtime.MessageAdded, ConversationID: "c1", MessageID: "m1", Seq: 7}

func TestOnlyAGoodTokenIsLetIn(t *testing.T) {
	t.Parallel()
	p := newPeople()
	h := open(t, realtime.Options{Check: p.check})
	p.signOut("gone")
	for name, token := range map[string]string{
		"no token": "", "no workspace": "ada@", "no user": "@acme",
	} {
		t.Run(name, func(t *testing.T) {
			c := h.dial()
			c.says(map[string]any{"id": 1, "connect": map[string]any{"token": token}})
			c.isPutOut(3500)
		})
	}
	// These may only be old: the client fetches a fresh one and comes again.
	for name, token := range map[string]string{"nonsense": "nonsense", "signed out": "gone@acme"} {
		t.Run(name, func(t *testing.T) {
			c := h.dial()
			c.says(map[string]any{"id": 1, "connect": map[string]any{"token": token}})
			if f := c.hears(); f.Error == nil || f.Error.Code != 109 || f.Connect != nil {
				t.Errorf("want error 109 (token expired), got %+v", f)
			}
		})
	}
	t.Run("good", func(t *testing.T) {
		c := h.dial()
		c.says(map[string]any{"id": 1, "connect": map[string]any{"token": "ada@acme"}})
		f := c.hears()
		if f.Connect == nil || len(f.Connect.Subs) != 1 || f.Connect.Subs["tenant:acme"] == nil || f.Connect.TTL < 3500 {
			t.Errorf("want to be subscribed to acme alone for an hour, got %+v", f.Connect)
		}
	})
	if n := h.Clients(); n < 1 {
		t.Errorf("%d clients counted", n)
	}
}

func TestNobodyIsLetInWithoutACheck(t *testing.T) {
	t.Parallel()
	c := open(t, realtime.Options{}).dial()
	c.says(map[string]any{"id": 1, "connect": map[string]any{"token": "ada@acme"}})
	c.isPutOut(3500)
}

func TestWhenNobodyCanTellTheClientTriesAgain(t *testing.T) {
	t.Parallel()
	p := newPeople()
	p.fail(errs.New(errs.Unavailable, "The database is away."))
	c := open(t, realtime.Options{Check: p.check}).dial()
	c.says(map[string]any{"id": 1, "connect": map[string]any{"token": "ada@acme"}})
	if f := c.hears(); f.Error == nil || f.Error.Code != 100 {
		t.Errorf("want the temporary error 100, got %+v", f)
	}
}

func TestAnExpiredTokenIsRefusedWhateverTheCheckSays(t *testing.T) {
	t.Parallel()
	p := newPeople()
	p.expire(time.Now().Add(-time.Second))
	c := open(t, realtime.Options{Check: p.check}).dial()
	c.says(map[string]any{"id": 1, "connect": map[string]any{"token": "ada@acme"}})
	if f := c.hears(); f.Error == nil || f.Error.Code != 109 {
		t.Errorf("want error 109 (token expired), got %+v", f)
	}
}

func TestClientsOnlyListen(t *testing.T) {
	t.Parallel()
	h := open(t, realtime.Options{Check: newPeople().check})
	for name, command := range map[string]map[string]any{
		"publish to the own tenant": {"publish": map[string]any{"channel": "tenant:acme", "data": added}},
		"publish to another":        {"publish": map[string]any{"channel": "tenant:zeta", "data": added}},
		"subscribe to another":      {"subscribe": map[string]any{"channel": "tenant:zeta"}},
		"subscribe to anything":     {"subscribe": map[string]any{"channel": "news"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := h.signedIn("ada@acme")
			command["id"] = 2
			c.says(command)
			if f := c.hears(); f.Error == nil || f.Error.Code != 103 {
				t.Errorf("want error 103 (permission denied), got %+v", f)
			}
		})
	}
	for _, what := range []string{"history", "presence", "presence_stats"} {
		t.Run(what, func(t *testing.T) {
			c := h.signedIn("ada@acme")
			c.says(map[string]any{"id": 2, what: map[string]any{"channel": "tenant:acme"}})
			if f := c.hears(); f.Error == nil || f.Error.Code != 108 {
				t.Errorf("want error 108 (not available), got %+v", f)
			}
		})
	}
}

func TestHintsReachTheirTenantAfterTheCommitAndNobodyElse(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme, zeta := dbtest.Tenants(t, d)
		h := open(t, realtime.Options{Check: newPeople().check})
		ada, bob, zoe := h.signedIn("ada@"+acme), h.signedIn("bob@"+acme), h.signedIn("zoe@"+zeta)
		stay := errors.New("stay as it was")
		err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error {
			h.Announce(tx, realtime.Hint{Kind: realtime.ConversationChanged, ConversationID: "rolled back"})
			return stay
		})
		if !errors.Is(err, stay) {
			t.Fatal(err)
		}
		h.announce(d, acme, added)
		h.announce(d, zeta, realtime.Hint{Kind: realtime.DocumentChanged, DocumentID: "d1"})
		for _, c := range []*client{ada, bob} {
			if got := c.hint(); got != added {
				t.Errorf("acme heard %+v", got)
			}
		}
		// What comes first to zeta is zeta's own: what was said to acme before it is not on its way.
		if got := zoe.hint(); got.DocumentID != "d1" {
			t.Errorf("zeta heard %+v", got)
		}
	})
}

func TestAStepOfNoTenantAnnouncesNothing(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, dbtest.SQLite)
	h := open(t, realtime.Options{Check: newPeople().check})
	c := h.signedIn("ada@acme")
	h.announce(d, "", added)
	h.announce(d, "acme", realtime.Hint{Kind: realtime.TenantChanged})
	if got := c.hint(); got.Kind != realtime.TenantChanged {
		t.Errorf("heard %+v", got)
	}
}

func TestTheSameHintIsSentOnce(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, dbtest.SQLite)
	h := open(t, realtime.Options{Check: newPeople().check, Window: 200 * time.Millisecond})
	c := h.signedIn("ada@acme")
	last := realtime.Hint{Kind: realtime.MessageAdded, ConversationID: "c1", MessageID: "m2", Seq: 8}
	for range 20 {
		h.announce(d, "acme", added, realtime.Hint{Kind: realtime.ConversationChanged, ConversationID: "c1"}, added)
	}
	h.announce(d, "acme", last)
	var heard []realtime.Hint
	for len(heard) == 0 || heard[len(heard)-1] != last {
		heard = append(heard, c.hint())
	}
	// The window may end between two of the steps on a slow machine; it does not end twenty times.
	if len(heard) > 12 || heard[0] != added {
		t.Errorf("want each hint about once, in the order of their first coming, got %d: %+v", len(heard), heard)
	}
}

func TestVeryManyHintsBecomeOne(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, dbtest.SQLite)
	h := open(t, realtime.Options{Check: newPeople().check, Window: time.Second})
	c := h.signedIn("ada@acme")
	var many []realtime.Hint
	for i := range 2000 {
		many = append(many, realtime.Hint{Kind: realtime.ConversationChanged, ConversationID: fmt.Sprint(i)})
	}
	h.announce(d, "acme", many...)
	n := 0
	for c.hint().Kind != realtime.TenantChanged {
		n++
	}
	if n != 500 {
		t.Errorf("%d hints before the one that stands for the rest, want 500", n)
	}
}

func TestAFreshTokenKeepsTheSocketOpen(t *testing.T) {
	t.Parallel()
	p := newPeople()
	h := open(t, realtime.Options{Check: p.check})
	d := dbtest.Open(t, dbtest.SQLite)
	p.expire(time.Now().Add(time.Minute))
	c := h.signedIn("ada@acme")
	p.expire(time.Now().Add(time.Hour))
	c.says(map[string]any{"id": 2, "refresh": map[string]any{"token": "ada@acme#2"}})
	if f := c.hears(); f.Refresh == nil || f.Refresh.TTL < 3500 {
		t.Fatalf("not refreshed: %+v", f)
	}
	h.announce(d, "acme", added)
	if got := c.hint(); got != added {
		t.Errorf("heard %+v", got)
	}
}

func TestARefreshIsJudgedAnew(t *testing.T) {
	t.Parallel()
	refresh := func(token string) map[string]any {
		return map[string]any{"id": 2, "refresh": map[string]any{"token": token}}
	}
	t.Run("a session that ended", func(t *testing.T) {
		t.Parallel()
		p := newPeople()
		c := open(t, realtime.Options{Check: p.check}).signedIn("ada@acme")
		p.signOut("ada")
		c.says(refresh("ada@acme"))
		c.isPutOut(3500)
	})
	t.Run("another workspace", func(t *testing.T) {
		t.Parallel()
		c := open(t, realtime.Options{Check: newPeople().check}).signedIn("ada@acme")
		c.says(refresh("ada@zeta"))
		c.isPutOut(3011)
	})
	t.Run("another person", func(t *testing.T) {
		t.Parallel()
		c := open(t, realtime.Options{Check: newPeople().check}).signedIn("ada@acme")
		c.says(refresh("bob@acme"))
		c.isPutOut(3011)
	})
	t.Run("nobody can tell", func(t *testing.T) {
		t.Parallel()
		p := newPeople()
		c := open(t, realtime.Options{Check: p.check}).signedIn("ada@acme")
		p.fail(errors.New("the database is away"))
		c.says(refresh("ada@acme"))
		if f := c.hears(); f.Error == nil || f.Error.Code != 100 {
			t.Errorf("want the temporary error 100, got %+v", f)
		}
	})
}

func TestATokenThatRunsOutClosesTheSocket(t *testing.T) {
	t.Parallel()
	p := newPeople()
	p.expire(time.Now().Add(1500 * time.Millisecond))
	c := open(t, realtime.Options{Check: p.check, RefreshGrace: time.Millisecond}).signedIn("ada@acme")
	c.isPutOut(3005)
}

func TestDisconnectClosesTheSocketsOfAUser(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, dbtest.SQLite)
	h := open(t, realtime.Options{Check: newPeople().check})
	phone, desk, bob := h.signedIn("ada@acme"), h.signedIn("ada@zeta"), h.signedIn("bob@acme")
	if err := h.Disconnect("ada"); err != nil {
		t.Fatal(err)
	}
	phone.isPutOut(3011)
	desk.isPutOut(3011)
	h.announce(d, "acme", added)
	if got := bob.hint(); got != added {
		t.Errorf("bob heard %+v", got)
	}
}

func TestWhoIsTooSlowIsLetGo(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, dbtest.SQLite)
	h := open(t, realtime.Options{Check: newPeople().check, QueueBytes: 2000})
	slow := h.signedIn("ada@acme")
	var many []realtime.Hint
	for i := range 100 {
		many = append(many, realtime.Hint{Kind: realtime.MessageAdded, MessageID: strings.Repeat("x", 36), Seq: int64(i)})
	}
	h.announce(d, "acme", many...)
	for {
		if _, code := slow.next(); code == 3008 {
			return
		} else if code != 0 {
			t.Fatalf("closed with %d", code)
		}
	}
}

func TestStopSendsWhatWasAnnouncedAndLetsClientsComeBack(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, dbtest.SQLite)
	h := open(t, realtime.Options{Check: newPeople().check, Window: time.Hour})
	c := h.signedIn("ada@acme")
	h.announce(d, "acme", added)
	stopped := make(chan error, 1)
	go func() { stopped <- h.Stop(t.Context()) }()
	if got := c.hint(); got != added {
		t.Errorf("heard %+v", got)
	}
	c.isPutOut(3001)
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func TestWarningsCarryNothingThatClientsSent(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	live, err := realtime.New(slog.New(slog.NewTextHandler(&out, nil)), realtime.Options{
		Check: func() realtime.Check { p := newPeople(); p.fail(errors.New("away")); return p.check }(),
	})
	if err != nil {
		t.Fatal(err)
	}
	h := &hub{Hub: live, t: t, address: serve(t, live)}
	c := h.dial()
	c.says(map[string]any{"id": 1, "connect": map[string]any{"token": "a-secret-token"}})
	c.hears()
	if err := live.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if log := out.String(); strings.Contains(log, "a-secret-token") || !strings.Contains(log, "away") {
		t.Errorf("logged: %s", log)
	}
}

package app_test

import (
	"net/http"
	"strings"
	"testing"

	"parley/internal/app"
	"parley/internal/testkit"
)

// screen is what the built-in phone shows.
type screen struct {
	Items []struct {
		From, Text, Status string
	} `json:"items"`
	Typing bool `json:"typing"`
}

func looksAtPhone(t *testing.T, w *testkit.World, of testkit.Tenant) (s screen) {
	t.Helper()
	if code := w.Asks(of, http.MethodGet, "/api/demo/messages", nil, &s); code != http.StatusOK {
		t.Fatalf("the phone said %d", code)
	}
	return s
}

func writesOnPhone(w *testkit.World, of testkit.Tenant, text string) (status int) {
	return w.Asks(of, http.MethodPost, "/api/demo/messages", map[string]string{"text": text}, nil)
}

// The story of the first ten minutes: tell, write, be answered, take over, reply, hand back.
func TestTheBuiltInPhoneIsACustomerOfTheOwnTenant(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{NoModel: true}, func(t *testing.T, w *testkit.World) {
		w.Knows(w.Acme, "Shop", hours)
		if s := looksAtPhone(t, w, w.Acme); len(s.Items) != 0 {
			t.Fatalf("a new phone shows %+v", s)
		}
		if code := writesOnPhone(w, w.Acme, "What time do you open?"); code != http.StatusNoContent {
			t.Fatalf("writing said %d", code)
		}
		w.Eventually("the answer is on the phone", func() bool { return len(looksAtPhone(t, w, w.Acme).Items) == 2 })
		s := looksAtPhone(t, w, w.Acme)
		if s.Items[0].From != "me" || s.Items[0].Status != "read" || s.Items[1].From != "business" || !strings.Contains(s.Items[1].Text, "9:00") {
			t.Fatalf("the phone shows %+v", s)
		}
		talk := w.Only(w.Acme)
		w.Verb(w.Acme, talk.ID, "takeover")
		w.Replies(w.Acme, talk.ID, "Hi, this is Kim.")
		w.Eventually("the reply is on the phone", func() bool { return len(looksAtPhone(t, w, w.Acme).Items) == 3 })
		if other := looksAtPhone(t, w, w.Zeta); len(other.Items) != 0 || len(w.Inbox(w.Zeta, "all")) != 0 {
			t.Fatalf("Zeta's phone shows %+v", other)
		}
		w.Asks(w.Acme, http.MethodPost, "/api/demo/reset", nil, nil)
		if s := looksAtPhone(t, w, w.Acme); len(s.Items) != 0 {
			t.Fatalf("after a reset the phone shows %+v", s)
		}
		writesOnPhone(w, w.Acme, "Are you open on Sunday?")
		w.Eventually("there are two conversations", func() bool { return len(w.Inbox(w.Acme, "all")) == 2 })
		w.Settles()
	})
}

func TestThePhoneWrites30MessagesAMinute(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{NoModel: true}, func(t *testing.T, w *testkit.World) {
		written := 0
		for written < 300 && writesOnPhone(w, w.Acme, "Hello") == http.StatusNoContent {
			written++
		}
		if written < 30 || written == 300 {
			t.Fatalf("the phone wrote %d messages", written)
		}
		if code := writesOnPhone(w, w.Zeta, "Hello"); code != http.StatusNoContent {
			t.Fatalf("Zeta's phone said %d", code)
		}
		w.Settles()
	})
}

func TestWithoutASessionNoDemoPathAnswers(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		for _, path := range []string{"/api/demo", "/api/demo/messages", "/webhooks/whatsapp/demo", "/webhooks/whatsapp/_sim"} {
			if code := w.Gets(path); code != http.StatusUnauthorized && code != http.StatusNotFound {
				t.Errorf("%s said %d to a stranger", path, code)
			}
		}
		nobody := testkit.Tenant{}
		for _, path := range []string{"/api/demo/messages", "/api/demo/reset", "/_sim/write", "/api/demo/_sim"} {
			if code := w.Asks(nobody, http.MethodPost, path, map[string]string{"text": "x"}, nil); code != http.StatusUnauthorized && code != http.StatusNotFound {
				t.Errorf("POST %s said %d to a stranger", path, code)
			}
		}
	})
}

func TestThePhoneIsOffWhenToldAndByDefaultOnceARealNumberIsConnected(t *testing.T) {
	t.Parallel()
	for demo, want := range map[string]bool{"on": true, "auto": false, "off": false} {
		t.Run(demo, func(t *testing.T) {
			t.Parallel()
			change := func(o *app.Options) { o.Demo = demo }
			testkit.Each(t, testkit.Options{NoModel: true, Change: change}, func(t *testing.T, w *testkit.World) {
				var state struct {
					Enabled bool
					Reason  string
				}
				w.Asks(w.Acme, http.MethodGet, "/api/demo", nil, &state)
				if state.Enabled != want || want == (state.Reason != "") {
					t.Fatalf("the phone is %+v", state)
				}
				if code := writesOnPhone(w, w.Acme, "Hello"); (code == http.StatusNoContent) != want || !want && code != http.StatusNotFound {
					t.Fatalf("writing said %d", code)
				}
				w.Settles()
			})
		})
	}
}

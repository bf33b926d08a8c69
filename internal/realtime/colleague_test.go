package realtime_test

import (
	"strings"
	"testing"
	"time"

	"parley/internal/db/dbtest"
	"parley/internal/realtime"
)

const talk = "01940000-0000-7000-8000-000000000001"

// seen is what is told of a user's tab, whose name the test does not know.
func seen(c *client, userID, conversationID string, typing bool) {
	c.t.Helper()
	got := c.colleague()
	want := realtime.Colleague{
		Kind: realtime.ColleagueSeen, UserID: userID, Tab: got.Tab, ConversationID: conversationID, Typing: typing,
	}
	if got != want || got.Tab == "" {
		c.t.Errorf("heard %+v, want %+v", got, want)
	}
}

func TestColleaguesSeeWhoLooksAndWhoWrites(t *testing.T) {
	t.Parallel()
	h := open(t, realtime.Options{Check: newPeople().check})
	ada, bob := h.signedIn("ada@acme"), h.signedIn("bob@acme")
	if ada.others == nil || len(ada.others) > 0 {
		t.Errorf("nobody is anywhere yet, and ada was told %+v", ada.others)
	}
	ada.isAt(talk, false)
	seen(bob, "ada", talk, false)
	ada.isAt(talk, true)
	seen(bob, "ada", talk, true)
	if others := h.signedIn("cem@acme").others; len(others) != 1 || others[0].UserID != "ada" || !others[0].Typing {
		t.Errorf("who came later was told %+v", others)
	}
	ada.isAt("", true)
	seen(bob, "ada", "", false)
	ada.isAt(talk, false)
	seen(bob, "ada", talk, false)
	_ = ada.c.CloseNow()
	seen(bob, "ada", "", false)
	h.eventually("nobody is anywhere any more", func() bool { return len(h.signedIn("cem@acme").others) == 0 })
}

// A tab that said nothing of where it is leaves without a word: else every page that is closed would be told to all.
func TestWhoNeverSaidWhereTheyAreLeavesWithoutAWord(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, dbtest.SQLite)
	h := open(t, realtime.Options{Check: newPeople().check})
	ada, bob := h.signedIn("ada@acme"), h.signedIn("bob@acme")
	_ = ada.c.CloseNow()
	h.eventually("ada is gone", func() bool { return h.Clients() == 1 })
	h.announce(d, "acme", added)
	if got := bob.hint(); got != added {
		t.Errorf("heard %+v", got)
	}
}

func TestWhereSomebodyIsStaysInTheirTenant(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, dbtest.SQLite)
	h := open(t, realtime.Options{Check: newPeople().check})
	ada, zoe, bob := h.signedIn("ada@acme"), h.signedIn("zoe@zeta"), h.signedIn("bob@acme")
	ada.isAt(talk, true)
	seen(bob, "ada", talk, true)
	h.announce(d, "zeta", added)
	if got := zoe.hint(); got != added {
		t.Errorf("zeta heard %+v", got)
	}
	if others := h.signedIn("zed@zeta").others; len(others) != 0 {
		t.Errorf("zeta was told of %+v", others)
	}
}

// What a client says is ids and nothing else: no words of its own reach its colleagues, nor anybody's name but its own.
func TestWhatIsNoPlaceIsPassedOver(t *testing.T) {
	t.Parallel()
	h := open(t, realtime.Options{Check: newPeople().check})
	ada, bob := h.signedIn("ada@acme"), h.signedIn("bob@acme")
	ada.says(map[string]any{"send": map[string]any{"data": "<script>"}})
	ada.says(map[string]any{"send": map[string]any{"data": map[string]any{"conversationId": strings.Repeat("x", 36)}}})
	ada.says(map[string]any{"send": map[string]any{"data": map[string]any{
		"conversationId": talk, "userId": "bob", "tab": "another", "kind": "tenant.changed", "text": "hello",
	}}})
	seen(bob, "ada", talk, false)
}

func TestWhoSaysItTooOftenIsNotPassedOn(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, dbtest.SQLite)
	h := open(t, realtime.Options{Check: newPeople().check, Clock: stopped()})
	ada, bob := h.signedIn("ada@acme"), h.signedIn("bob@acme")
	for range 100 {
		ada.isAt(talk, true)
	}
	cem := h.signedIn("cem@acme")
	cem.isAt(talk, false)
	n := 0
	for bob.colleague().UserID == "ada" {
		n++
	}
	h.announce(d, "acme", added)
	for bob.hint() != added {
		n++
	}
	if n > 30 {
		t.Errorf("%d of 100 were passed on, want at most the 30 of the bucket", n)
	}
}

// A tab whose machine went to sleep says nothing any more, and is forgotten.
func TestATabThatFallsSilentIsForgotten(t *testing.T) {
	t.Parallel()
	now := time.Now()
	clock := make(chan time.Time, 1)
	clock <- now
	h := open(t, realtime.Options{Check: newPeople().check, Clock: func() time.Time {
		at := <-clock
		clock <- at
		return at
	}})
	ada, bob := h.signedIn("ada@acme"), h.signedIn("bob@acme")
	ada.isAt(talk, false)
	seen(bob, "ada", talk, false)
	<-clock
	clock <- now.Add(21 * time.Second)
	if others := h.signedIn("cem@acme").others; len(others) != 0 {
		t.Errorf("who came later was told %+v", others)
	}
}

// stopped is a clock that stands still.
func stopped() func() time.Time {
	now := time.Now()
	return func() time.Time { return now }
}

package realtime_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"

	"parley/internal/db/dbtest"
	"parley/internal/limit/redistest"
	"parley/internal/realtime"
)

// pair is two processes that share a Redis under names nobody else has; the second one's line to it can be cut.
func pair(t *testing.T) (one, two *hub, line *redistest.Line) {
	t.Helper()
	line = redistest.NewLine(t)
	o := realtime.Options{Check: newPeople().check, Redis: redistest.URL(), RedisPrefix: uuid.NewString() + ":"}
	one = open(t, o)
	o.Redis = line.URL
	two = open(t, o)
	one.there()
	two.there()
	return one, two, line
}

// there waits until the hub has found its Redis.
func (h *hub) there() {
	h.t.Helper()
	h.eventually("Redis is there", func() bool { return !h.Away() })
}

func (h *hub) eventually(what string, is func() bool) {
	h.t.Helper()
	for deadline := time.Now().Add(patience); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			h.t.Fatalf("never: %s", what)
		}
	}
}

// hearsOf waits for a hint; others before it are passed over.
func (c *client) hearsOf(want realtime.Hint) {
	c.t.Helper()
	for c.hint() != want {
	}
}

var (
	readAgain = realtime.Hint{Kind: realtime.TenantChanged}
	document  = realtime.Hint{Kind: realtime.DocumentChanged}
)

func TestTwoProcessesHearEachOtherThroughRedis(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, dbtest.SQLite)
	one, two, _ := pair(t)
	acme, zeta := uuid.NewString(), uuid.NewString()
	here, there, other := one.signedIn("ada@"+acme), two.signedIn("bob@"+acme), two.signedIn("zoe@"+zeta)
	one.announce(d, acme, added)
	one.announce(d, zeta, document)
	if a, b, z := here.hint(), there.hint(), other.hint(); a != added || b != added || z != document {
		t.Errorf("heard %+v, %+v and %+v", a, b, z)
	}
	if err := one.Disconnect("bob"); err != nil {
		t.Fatal(err)
	}
	there.isPutOut(3011)
}

func TestWhereAColleagueIsIsKnownToAllProcesses(t *testing.T) {
	t.Parallel()
	one, two, line := pair(t)
	acme := uuid.NewString()
	ada, bob := one.signedIn("ada@"+acme), two.signedIn("bob@"+acme)
	ada.isAt(talk, true)
	if got := bob.colleague(); got.UserID != "ada" || got.ConversationID != talk || !got.Typing {
		t.Errorf("bob heard %+v", got)
	}
	// Who comes to the other process is told, too.
	two.eventually("cem is told of ada", func() bool {
		others := two.signedIn("cem@" + acme).others
		return len(others) == 1 && others[0].UserID == "ada"
	})
	_ = ada.c.CloseNow()
	if got := bob.colleague(); got.UserID != "ada" || got.ConversationID != "" {
		t.Errorf("when ada had closed her page, bob heard %+v", got)
	}
	line.Cut()
	two.eventually("it notices", two.Away)
	eve := two.signedIn("eve@" + acme)
	bob.isAt(talk, false)
	if got := eve.colleague(); got.UserID != "bob" {
		t.Errorf("without Redis eve heard %+v", got)
	}
}

// Without Redis each process goes on for its own clients, and lets new ones in; when it is back, all of them are told
// to read everything again, as nobody knows what they have missed.
func TestRedisLostAndBack(t *testing.T) {
	t.Parallel()
	for name, breakIt := range map[string]func(*redistest.Line){"cut": (*redistest.Line).Cut, "hangs": (*redistest.Line).Hang} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := dbtest.Open(t, dbtest.SQLite)
			one, two, line := pair(t)
			acme := uuid.NewString()
			near, far := one.signedIn("ada@"+acme), two.signedIn("bob@"+acme)
			breakIt(line)
			two.eventually("it notices", two.Away)
			two.announce(d, acme, added)
			far.hearsOf(added)
			late := two.signedIn("cem@" + acme)
			two.announce(d, acme, document)
			far.hearsOf(document)
			late.hearsOf(document)
			one.announce(d, acme, added)
			near.hearsOf(added) // the other process never lost it
			line.Mend()
			two.there()
			far.hearsOf(readAgain)
			late.hearsOf(readAgain)
			one.announce(d, acme, document)
			far.hearsOf(document)
			late.hearsOf(document)
			two.announce(d, acme, added)
			near.hearsOf(added)
		})
	}
}

// A connection that is lost for a moment only may have swallowed a hint, too.
func TestAMomentWithoutRedisIsNoticed(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, dbtest.SQLite)
	one, two, line := pair(t)
	acme := uuid.NewString()
	far := two.signedIn("bob@" + acme)
	for range 3 {
		one.announce(d, acme, added)
		far.hearsOf(added)
		line.Cut()
		line.Mend()
		far.hearsOf(readAgain)
	}
}

func TestItStartsBeforeRedisIsThere(t *testing.T) {
	t.Parallel()
	d, line, acme := dbtest.Open(t, dbtest.SQLite), redistest.NewLine(t), uuid.NewString()
	line.Cut()
	o := realtime.Options{Check: newPeople().check, Redis: line.URL, RedisPrefix: uuid.NewString() + ":"}
	h := open(t, o)
	c := h.signedIn("ada@" + acme)
	h.announce(d, acme, added)
	c.hearsOf(added)
	if !h.Away() {
		t.Error("it does not say that Redis is away")
	}
	line.Mend()
	h.there()
	c.hearsOf(readAgain)
	other := open(t, o)
	other.there()
	other.announce(d, acme, document)
	c.hearsOf(document)
}

func TestAnAddressThatIsNoRedisIsAnError(t *testing.T) {
	t.Parallel()
	o := realtime.Options{Redis: "nonsense://x y"}
	if h, err := realtime.New(slog.New(slog.DiscardHandler), o); err == nil {
		t.Error("want an error")
		_ = h.Stop(t.Context())
	}
}

package app_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"parley/internal/llm/llmfake"
	"parley/internal/testkit"
	"parley/internal/whatsapp/metasim"
)

// arrivedOnce fails when anything reached Meta more than once, or not at all.
func arrivedOnce(t *testing.T, m *testkit.Mortal, want int) {
	t.Helper()
	arrivals := m.Meta.Arrivals()
	if len(arrivals) != want {
		t.Fatalf("%d messages arrived at Meta, want %d", len(arrivals), want)
	}
	for id, times := range arrivals {
		if times != 1 {
			t.Fatalf("message %s arrived %d times", id, times)
		}
	}
}

// Killed while the AI thinks: what was acknowledged is answered by whoever comes next, once.
func TestKilledWhileThinking(t *testing.T) {
	t.Parallel()
	testkit.EachMortal(t, func(t *testing.T, m *testkit.Mortal) {
		m.Model.Otherwise(llmfake.Text("We open at nine."))
		m.Model.Hold()
		m.Hears(m.Acme, testkit.Ada, "When do you open?")
		must(t, m.Model.WaitFor(waitContext(t), 1))
		m.Dies()
		m.Model.Release()
		m.Starts(0)
		m.Settled()
		if got := m.Answers(m.Acme, testkit.Ada); len(got) != 1 {
			t.Fatalf("Ada got %q", got)
		}
		arrivedOnce(t, m, 1)
	})
}

// killedInFlight kills the program while its request is at Graph, which does nothing and does not answer.
func killedInFlight(m *testkit.Mortal) {
	m.Model.Otherwise(llmfake.Text("We open at nine."))
	m.Meta.FailNext(1, metasim.Fault{Hang: true})
	m.Hears(m.Acme, testkit.Ada, "When do you open?")
	m.Eventually("the request is in flight", func() bool { return m.Meta.Counts().Hung == 1 })
	m.Dies()
}

// Killed with the request at Graph, which had not done anything yet: nobody can know, so nothing is sent until the grace
// is over; then, as other webhooks came through and no status did, it is sent.
func TestKilledWithTheRequestInFlightAndNothingDone(t *testing.T) {
	t.Parallel()
	testkit.EachMortal(t, func(t *testing.T, m *testkit.Mortal) {
		killedInFlight(m)
		m.Starts(0)
		if got := m.Answers(m.Acme, testkit.Ada); len(got) != 0 {
			t.Fatalf("it was sent again at once: %q", got)
		}
		m.Hears(m.Acme, testkit.Ben, "Hello?") // Meta's webhooks come through
		m.Eventually("Ben is answered", func() bool { return len(m.Answers(m.Acme, testkit.Ben)) == 1 })
		m.Eventually("it is written down that the channel was heard", func() bool { return m.Metric("parley_channels_heard_total") > 0 })
		m.Dies()
		m.Starts(2 * time.Minute)
		m.Settled()
		if got := m.Answers(m.Acme, testkit.Ada); len(got) != 1 {
			t.Fatalf("Ada got %q", got)
		}
		arrivedOnce(t, m, 2)
	})
}

// Killed the same way, and nothing at all came from Meta since: people see "unknown" and decide.
func TestKilledInFlightAndMetaSilentIsShownAsUnknown(t *testing.T) {
	t.Parallel()
	testkit.EachMortal(t, func(t *testing.T, m *testkit.Mortal) {
		killedInFlight(m)
		m.Starts(0) // what was in flight is now uncertain, and waits
		m.Dies()
		m.Starts(2 * time.Minute)
		m.Eventually("people see it", func() bool { return m.Only(m.Acme).Problem == "unknown" })
		if waiting := m.Inbox(m.Acme, "needs_me"); len(waiting) != 1 {
			t.Fatalf("needs me: %+v", waiting)
		}
		line := m.Thread(m.Acme, m.Only(m.Acme).ID)[1]
		if line.Status != "unknown" || line.Error == nil || line.Error.Todo == "" {
			t.Fatalf("the message is %+v", line)
		}
		if got := m.Answers(m.Acme, testkit.Ada); len(got) != 0 {
			t.Fatalf("Ada got %q", got)
		}
	})
}

// Killed after Meta had taken the message and before that was written down: its status settles it; it is not sent again.
func TestKilledAfterTheMessageWasAccepted(t *testing.T) {
	t.Parallel()
	testkit.EachMortal(t, func(t *testing.T, m *testkit.Mortal) {
		m.Model.Otherwise(llmfake.Text("We open at nine."))
		m.Model.Hold()
		m.Hears(m.Acme, testkit.Ada, "When do you open?")
		m.Meta.Mischief(metasim.Mischief{Withhold: true})
		m.Meta.FailNext(1, metasim.Fault{Lost: true})
		m.Model.Release()
		_, err := m.Meta.WaitSent(waitContext(t), 1)
		must(t, err)
		m.Dies()
		m.Starts(0)
		m.Meta.Heal() // the statuses come now
		m.Eventually("its status settles it", func() bool {
			return slices.ContainsFunc(m.Thread(m.Acme, m.Only(m.Acme).ID), func(l testkit.Message) bool {
				return l.Sender == "ai" && (l.Status == "delivered" || l.Status == "read")
			})
		})
		m.Dies()
		m.Starts(2 * time.Minute)
		m.Settled()
		arrivedOnce(t, m, 1)
	})
}

// Killed between the upload of a file and the message that names it: the file is there already and is not brought again,
// and the message leaves once.
func TestKilledBetweenTheUploadAndTheMessage(t *testing.T) {
	t.Parallel()
	testkit.EachMortal(t, func(t *testing.T, m *testkit.Mortal) {
		m.Model.Otherwise(llmfake.Text("We open at nine."))
		m.Hears(m.Acme, testkit.Ada, "Do you have a photo?")
		m.Settled()
		talk := m.Only(m.Acme)
		m.Meta.FailNext(1, metasim.Fault{Hang: true})
		if code, said := m.SendsFile(m.Acme, talk.ID, "desk.jpg", picture(50_000), "Like this"); code != http.StatusCreated {
			t.Fatalf("sending said %d: %s", code, said)
		}
		m.Eventually("the request is in flight", func() bool { return m.Meta.Counts().Hung == 1 })
		m.Dies()
		m.Starts(0)
		if got := m.Answers(m.Acme, testkit.Ada); len(got) != 1 {
			t.Fatalf("it was sent again at once: %q", got)
		}
		m.Hears(m.Acme, testkit.Ben, "Hello?") // Meta's webhooks come through
		m.Eventually("it is written down that the channel was heard", func() bool { return m.Metric("parley_channels_heard_total") > 0 })
		m.Dies()
		m.Starts(2 * time.Minute)
		m.Settled()
		if got := m.Answers(m.Acme, testkit.Ada); !slices.Equal(got[1:], []string{"Like this"}) {
			t.Fatalf("Ada got %q", got)
		}
		if n := m.Meta.Counts().Uploads; n != 1 {
			t.Errorf("the file was brought %d times", n)
		}
		arrivedOnce(t, m, 3)
	})
}

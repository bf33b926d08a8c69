package app_test

import (
	"testing"
	"time"

	"parley/internal/app"
	"parley/internal/llm/llmfake"
	"parley/internal/testkit"
)

// oneClock is a world in which the process's own clock is the one that is set, too.
func oneClock() testkit.Options {
	return testkit.Options{Change: func(o *app.Options) { o.Lease.Clock = o.DB.Clock }}
}

// The machine's clock is set forward while an answer is thought of: that makes nobody late, and nobody is handed over.
func TestTheClockJumpsForward(t *testing.T) {
	t.Parallel()
	testkit.Each(t, oneClock(), func(t *testing.T, w *testkit.World) {
		w.Log.Expect("the process was asleep")
		w.Knows(w.Acme, "Hours", hours)
		w.Model.Otherwise(llmfake.Text("We open at 9:00."))
		w.Model.Hold()
		w.Hears(w.Acme, testkit.Ada, "When do you open?")
		must(t, w.Model.WaitFor(waitContext(t), 1))
		w.Later(time.Hour)
		w.Model.Release()
		w.Settles()
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 1 || w.Only(w.Acme).Handoff != nil {
			t.Fatalf("Ada got %q, handed off: %+v", got, w.Only(w.Acme).Handoff)
		}
	})
}

// The clock is set back while a message waits to be tried again, at a time that is now an hour away: it does not wait
// that long, nor does anybody who writes then.
func TestTheClockJumpsBack(t *testing.T) {
	t.Parallel()
	testkit.Each(t, oneClock(), func(t *testing.T, w *testkit.World) {
		w.Knows(w.Acme, "Hours", hours)
		w.Model.Otherwise(llmfake.Text("We open at 9:00."))
		w.Meta.FailNext(2, faultCode(130429))
		w.Hears(w.Acme, testkit.Ada, "When do you open?")
		w.Eventually("it waits to be sent again", func() bool { return w.Delivery.Engine().Stats().PutBack > 0 })
		w.Later(-time.Hour)
		w.Hears(w.Acme, testkit.Ben, "When do you open?")
		w.Settles()
		for _, who := range []struct{ name, key string }{{"Ada", testkit.Ada.Key()}, {"Ben", testkit.Ben.Key()}} {
			got := 0
			for _, sent := range w.Meta.Sent() {
				if sent.Customer == who.key {
					got++
				}
			}
			if got != 1 {
				t.Errorf("%s got %d messages", who.name, got)
			}
		}
	})
}

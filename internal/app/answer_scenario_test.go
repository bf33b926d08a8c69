package app_test

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/llm/llmfake"
	"parley/internal/testkit"
	"parley/internal/whatsapp/metasim"
)

// hours is what the tests' shops tell their AI.
const hours = "We are open Monday to Saturday from 9:00 to 18:00. On Sunday we are closed. Returns are possible within 30 days."

func TestACustomerIsAnsweredOnceAndTheAnswerCanBeExplained(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Knows(w.Acme, "Hours", hours)
		w.Model.Otherwise(llmfake.Text("We open at 9:00."))
		w.Hears(w.Acme, testkit.Ada, "What time do you open?")
		w.Settles()

		got := w.Answers(w.Acme, testkit.Ada)
		if len(got) != 1 || !strings.Contains(got[0], "We open at 9:00.") {
			t.Fatalf("Ada got %q", got)
		}
		if other := w.Inbox(w.Zeta, "all"); len(other) != 0 {
			t.Fatalf("Zeta sees %+v", other)
		}
		talk := w.Only(w.Acme)
		answer := w.Thread(w.Acme, talk.ID)[1]
		if answer.Sender != "ai" || answer.Status != "read" && answer.Status != "delivered" && answer.Status != "sent" {
			t.Fatalf("the answer is %+v", answer)
		}
		var trace struct {
			Outcome         string `json:"outcome"`
			Model           string `json:"model"`
			PromptVersionID string `json:"promptVersionId"`
			Passages        []struct {
				Title, Text string
				Score       float64
			} `json:"passages"`
			PromptTokens int `json:"promptTokens"`
		}
		if code := w.Asks(w.Acme, http.MethodGet, "/api/messages/"+answer.ID+"/trace", nil, &trace); code != http.StatusOK {
			t.Fatalf("the trace said %d", code)
		}
		if trace.Model == "" || trace.PromptVersionID == "" || len(trace.Passages) == 0 || trace.Passages[0].Title != "Hours" {
			t.Fatalf("the trace is %+v", trace)
		}
	})
}

// An answer is held back while the customer may still be writing, however fast the model is.
func TestAnAnswerIsHeldUntilTheQuietWindowEnds(t *testing.T) {
	t.Parallel()
	const quiet = 700 * time.Millisecond
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Quiet(w.Acme, int(quiet.Milliseconds()))
		w.Model.Otherwise(llmfake.Text("Hello!"))
		began := w.Now()
		w.Hears(w.Acme, testkit.Ada, "Hello")
		w.Settles()
		lines := w.Thread(w.Acme, w.Only(w.Acme).ID)
		if len(lines) != 2 {
			t.Fatalf("the thread is %+v", lines)
		}
		if held := lines[1].At.Sub(began); held < quiet {
			t.Errorf("it was said after %s, want at least %s", held, quiet)
		}
	})
}

func TestAnAIsFirstMessageSaysThatItIsOneAndItsSecondDoesNot(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Knows(w.Acme, "Hours", hours)
		w.Model.Otherwise(llmfake.Text("We open at 9:00."))
		w.Hears(w.Acme, testkit.Ada, "What time do you open?")
		w.Settles()
		w.Hears(w.Acme, testkit.Ada, "And when do you close?")
		w.Settles()
		got := w.Answers(w.Acme, testkit.Ada)
		if len(got) != 2 || got[0] == "We open at 9:00." || !strings.Contains(got[0], "AI") || got[1] != "We open at 9:00." {
			t.Fatalf("Ada got %q", got)
		}
	})
}

func TestAMessageDeliveredAgainIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Model.Otherwise(llmfake.Text("Hello!"))
		w.Model.Hold()
		body := w.Body(w.Acme, testkit.Ada, "wamid.same", "Hello")
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if code := w.Delivers(w.Acme, body); code != http.StatusOK {
					t.Errorf("a delivery said %d", code)
				}
			})
		}
		all.Wait()
		w.Model.Release()
		w.Settles()
		w.Later(24*time.Hour + time.Minute)
		if code := w.Delivers(w.Acme, body); code != http.StatusOK {
			t.Fatalf("a day later it said %d", code)
		}
		w.Settles()
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 1 {
			t.Fatalf("Ada got %q", got)
		}
		if lines := w.Thread(w.Acme, w.Only(w.Acme).ID); len(lines) != 2 {
			t.Fatalf("the thread is %+v", lines)
		}
	})
}

func TestABurstGetsOneAnswer(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Quiet(w.Acme, 400)
		w.Model.Otherwise(llmfake.Text("Yes, in blue."))
		for _, text := range []string{"Hi", "do you have the mug", "in blue?"} {
			w.Hears(w.Acme, testkit.Ada, text)
		}
		w.Settles()
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 1 {
			t.Fatalf("Ada got %q", got)
		}
	})
}

func TestANewerMessageStartsTheThinkingOver(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Knows(w.Acme, "Hours", hours)
		w.Model.On("Sunday, I mean", llmfake.Text("On Sunday we are closed."))
		w.Model.Otherwise(llmfake.Text("We open at 9:00."))
		w.Model.Hold()
		w.Hears(w.Acme, testkit.Ada, "When do you open on Monday?")
		must(t, w.Model.WaitFor(waitContext(t), 1))
		w.Hears(w.Acme, testkit.Ada, "On Sunday, I mean")
		must(t, w.Model.WaitFor(waitContext(t), 2))
		w.Model.Release()
		w.Settles()
		got := w.Answers(w.Acme, testkit.Ada)
		if len(got) != 1 || !strings.Contains(got[0], "On Sunday we are closed.") {
			t.Fatalf("Ada got %q", got)
		}
	})
}

func TestSomebodyWhoNeverStopsWritingIsAnsweredAllTheSame(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Knows(w.Acme, "Hours", hours)
		w.Model.Otherwise(llmfake.Text("We open at 9:00."))
		w.Model.Hold()
		w.Hears(w.Acme, testkit.Ada, "When do you open on Monday?")
		for n := 2; n <= 4; n++ {
			must(t, w.Model.WaitFor(waitContext(t), n-1))
			w.Hears(w.Acme, testkit.Ada, "When do you open on day "+string(rune('0'+n))+" of the week?")
		}
		w.Model.Release()
		w.Settles()
		// The third attempt is not aborted any more: its answer covers what it had read, and the rest gets one of its own.
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 2 {
			t.Fatalf("Ada got %q", got)
		}
	})
}

func TestNothingIsOwedForThanks(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Model.Otherwise(llmfake.Text("Hello!"))
		w.Hears(w.Acme, testkit.Ada, "Hello")
		w.Settles()
		w.Hears(w.Acme, testkit.Ada, "Thanks 👍")
		w.Settles()
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 1 {
			t.Fatalf("Ada got %q", got)
		}
	})
}

func TestWithoutAModelTheDocumentsAreQuotedAndTheUnknownGoesToPeople(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{NoModel: true}, func(t *testing.T, w *testkit.World) {
		w.Knows(w.Acme, "Hours", hours)
		w.Hears(w.Acme, testkit.Ada, "What time do you open?")
		w.Hears(w.Acme, testkit.Ben, "Can I pay with cryptocurrency?")
		w.Settles()
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 1 || !strings.Contains(got[0], "9:00") {
			t.Fatalf("Ada got %q", got)
		}
		if got := w.Answers(w.Acme, testkit.Ben); len(got) != 1 || strings.Contains(got[0], "9:00") {
			t.Fatalf("Ben got %q", got)
		}
		waiting := w.Inbox(w.Acme, "handed_off")
		if len(waiting) != 1 || waiting[0].Contact.Name != "Ben" || waiting[0].Handoff == nil || waiting[0].Handoff.Reason == "" {
			t.Fatalf("handed off: %+v", waiting)
		}
		if needs := w.Inbox(w.Acme, "needs_me"); len(needs) != 1 {
			t.Fatalf("needs me: %+v", needs)
		}
	})
}

// An answered message costs at most 20 statements and 4 commits (product.md's number), counted when it is warm.
func TestAnAnsweredMessageCostsLittleSQL(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		const n = 100 // many at once, so that what the program does by itself meanwhile weighs little
		w.Quiet(w.Acme, 0)
		w.Knows(w.Acme, "Hours", hours)
		w.Model.Otherwise(llmfake.Text("We open at 9:00."))
		customer := func(i int) metasim.Customer {
			return metasim.Customer{WaID: "44770090" + strconv.Itoa(1000+i), Name: "Customer"}
		}
		for i := range n {
			w.Hears(w.Acme, customer(i), "What time do you open?")
		}
		w.Settles()
		w.Meta.Mischief(metasim.Mischief{NoStatuses: true}) // statuses are counted by themselves
		sent := len(w.Meta.Sent())
		before, began := w.DB.Stats(), time.Now()
		var all sync.WaitGroup
		for i := range n {
			all.Go(func() { w.Hears(w.Acme, customer(i), "And on Saturday, when do you open?") })
		}
		all.Wait()
		_, err := w.Meta.WaitSent(waitContext(t), sent+n)
		must(t, err)
		w.Eventually("it is written down", func() bool { return w.Assistant.Engine().InFlight()+w.Delivery.Engine().InFlight() == 0 })
		after, took := w.DB.Stats(), time.Since(began)
		<-time.After(time.Second) // what the program does by itself in a second, however many messages come
		idle := w.DB.Stats()
		byItself := float64(idle.Statements+idle.Reads-after.Statements-after.Reads) * took.Seconds()
		statements := (float64(after.Statements+after.Reads-before.Statements-before.Reads) - byItself) / n
		commits := float64(after.Commits-before.Commits) / n
		t.Logf("%.1f statements and %.1f commits a message", statements, commits)
		if statements > 20 || commits > 4 {
			t.Errorf("an answered message costs %.1f statements and %.1f commits, want at most 20 and 4", statements, commits)
		}
	})
}

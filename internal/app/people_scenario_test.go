package app_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/llm/llmfake"
	"parley/internal/testkit"
)

func TestAPersonTakesOverWhileTheAIThinks(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Model.Otherwise(llmfake.Text("too late"))
		w.Model.Hold()
		w.Hears(w.Acme, testkit.Ada, "A person, please?")
		must(t, w.Model.WaitFor(waitContext(t), 1))
		talk := w.Only(w.Acme)
		if !talk.Answering {
			t.Fatalf("the inbox does not show that the AI is at it: %+v", talk)
		}
		if code := w.Verb(w.Acme, talk.ID, "takeover"); code != http.StatusOK {
			t.Fatalf("taking over said %d", code)
		}
		w.Model.Release()
		w.Settles()
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 0 {
			t.Fatalf("the AI spoke: %q", got)
		}
		if code := w.Replies(w.Acme, talk.ID, "Hi, this is Kim."); code != http.StatusCreated {
			t.Fatalf("replying said %d", code)
		}
		w.Settles()
		if got := w.Answers(w.Acme, testkit.Ada); !slices.Equal(got, []string{"Hi, this is Kim."}) {
			t.Fatalf("Ada got %q", got)
		}
	})
}

// Whatever the order in which two overlapping transactions commit, the AI says nothing after a person has taken over.
func TestTheAIAndAPersonRaceForTheLastWord(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Quiet(w.Acme, 0)
		w.Model.Otherwise(llmfake.Text("From the AI."))
		for round := range 15 {
			w.Hears(w.Acme, testkit.Ada, "Hello?")
			w.Settles()
			talk := w.Only(w.Acme)
			w.Model.Hold()
			calls := w.Model.Calls()
			w.Hears(w.Acme, testkit.Ada, "And now?")
			must(t, w.Model.WaitFor(waitContext(t), calls+1))
			var both sync.WaitGroup
			both.Go(w.Model.Release)
			code := 0
			both.Go(func() { code = w.Replies(w.Acme, talk.ID, "From Kim.") })
			both.Wait()
			w.Settles()
			if code != http.StatusCreated {
				t.Fatalf("round %d: replying said %d", round, code)
			}
			lines := w.Thread(w.Acme, talk.ID)
			last := lines[len(lines)-1]
			if last.Sender == "ai" || last.Text != "From Kim." && lines[len(lines)-2].Text != "From Kim." {
				t.Fatalf("round %d: the AI spoke after a person: %+v", round, lines[max(len(lines)-4, 0):])
			}
			if code := w.Verb(w.Acme, talk.ID, "handback"); code != http.StatusOK {
				t.Fatalf("handing back said %d", code)
			}
			w.Settles()
		}
	})
}

func TestTwoPeopleAtOnceOneWinsAndTheOtherIsTold(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Model.Otherwise(llmfake.Text("Hello."))
		w.Hears(w.Acme, testkit.Ada, "Hello")
		w.Settles()
		talk := w.Only(w.Acme)
		kim := w.Colleague(w.Acme, "kim@acme.example")
		if code := w.Replies(w.Acme, talk.ID, "From the owner."); code != http.StatusCreated {
			t.Fatalf("the owner's reply said %d", code)
		}
		if code := w.Replies(kim, talk.ID, "From Kim."); code != http.StatusConflict {
			t.Fatalf("Kim's reply said %d, want 409", code)
		}
		w.Settles()
		if got := w.Answers(w.Acme, testkit.Ada); slices.Contains(got, "From Kim.") {
			t.Fatalf("Ada got %q", got)
		}
	})
}

// asksAPerson is a conversation that a person has, and in which the customer asks what the AI knows.
func asksAPerson(w *testkit.World) testkit.Conversation {
	w.Knows(w.Acme, "Hours", hours)
	w.Model.Otherwise(llmfake.Text("We open at 9:00."))
	w.Hears(w.Acme, testkit.Ada, "Hello")
	w.Settles()
	talk := w.Only(w.Acme)
	w.Verb(w.Acme, talk.ID, "takeover")
	w.Hears(w.Acme, testkit.Ada, "I have a question.")
	w.Hears(w.Acme, testkit.Ada, "When do you open?")
	w.Settles()
	return talk
}

func TestHandingBackAnswersWhatWasLeftUnanswered(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		talk := asksAPerson(w)
		before := w.Answers(w.Acme, testkit.Ada)
		if w.Only(w.Acme).Handler != "human" || len(before) != 1 {
			t.Fatalf("before: %+v, %q", w.Only(w.Acme), before)
		}
		if code := w.Verb(w.Acme, talk.ID, "handback"); code != http.StatusOK {
			t.Fatalf("handing back said %d", code)
		}
		w.Settles()
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 2 || got[1] != "We open at 9:00." {
			t.Fatalf("Ada got %q", got)
		}
		lines := w.Thread(w.Acme, talk.ID)
		var trace struct {
			Question string `json:"question"`
		}
		w.Asks(w.Acme, http.MethodGet, "/api/messages/"+lines[len(lines)-1].ID+"/trace", nil, &trace)
		if trace.Question != "I have a question.\nWhen do you open?" {
			t.Errorf("the answer is to %q", trace.Question)
		}
	})
}

// The AI has as long for what it is handed back as for what it hears: the watchdog does not take it away at once.
func TestHandedBackTheAIHasItsTime(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		talk := asksAPerson(w)
		w.Model.Hold()
		calls := w.Model.Calls()
		if code := w.Verb(w.Acme, talk.ID, "handback"); code != http.StatusOK {
			t.Fatalf("handing back said %d", code)
		}
		must(t, w.Model.WaitFor(waitContext(t), calls+1))
		w.Later(20 * time.Second)
		if n, err := w.Assistant.Rescue(t.Context()); err != nil || n != 0 {
			t.Fatalf("%d turns are taken from the AI in time: %v", n, err)
		}
		w.Model.Release()
		w.Settles()
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 2 || got[1] != "We open at 9:00." {
			t.Fatalf("Ada got %q", got)
		}
	})
}

func TestWithTheModeOffTheAIIsSilentAndWithSuggestItOnlyDrafts(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Knows(w.Acme, "Hours", hours)
		w.Model.Otherwise(llmfake.Text("We open at 9:00."))
		w.Hears(w.Acme, testkit.Ada, "Hello")
		w.Settles()
		talk := w.Only(w.Acme)
		mode := func(m string) {
			t.Helper()
			if code := w.Asks(w.Acme, http.MethodPatch, "/api/conversations/"+talk.ID, map[string]string{"mode": m}, nil); code != http.StatusOK {
				t.Fatalf("mode %s said %d", m, code)
			}
		}
		mode("off")
		w.Hears(w.Acme, testkit.Ada, "When do you open?")
		w.Settles()
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 1 {
			t.Fatalf("with mode off Ada got %q", got)
		}
		mode("suggest")
		w.Verb(w.Acme, talk.ID, "handback")
		w.Settles()
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 1 {
			t.Fatalf("with mode suggest Ada got %q", got)
		}
		drafts := slices.ContainsFunc(w.Thread(w.Acme, talk.ID), func(m testkit.Message) bool {
			return m.Kind == "suggestion" && m.Text == "We open at 9:00."
		})
		if !drafts {
			t.Fatalf("no draft in %+v", w.Thread(w.Acme, talk.ID))
		}
	})
}

func TestStopIsObeyedWithoutTheModelAndConfirmedOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Knows(w.Acme, "Hours", hours)
		w.Model.Otherwise(llmfake.Text("We open at 9:00."))
		w.Hears(w.Acme, testkit.Ada, "STOP")
		w.Hears(w.Acme, testkit.Ada, "Stop.")
		w.Settles()
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 1 || w.Model.Calls() != 0 {
			t.Fatalf("Ada got %q after %d calls of the model", got, w.Model.Calls())
		}
		w.Hears(w.Acme, testkit.Ada, "When do you open?")
		w.Settles()
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 2 || !strings.Contains(got[1], "We open at 9:00.") {
			t.Fatalf("a question asked later is still answered; Ada got %q", got)
		}
		w.Hears(w.Acme, testkit.Ada, "START")
		w.Settles()
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 3 {
			t.Fatalf("after START Ada got %q", got)
		}
	})
}

func TestAReplyFromThePhoneAppStopsTheAI(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Model.Otherwise(llmfake.Text("too late"))
		w.Model.Hold()
		w.Hears(w.Acme, testkit.Ada, "Hello?")
		must(t, w.Model.WaitFor(waitContext(t), 1))
		if code := w.Delivers(w.Acme, echoBody(w, "wamid.echo", "Hi Ada, this is Kim from the shop.")); code != http.StatusOK {
			t.Fatalf("the echo said %d", code)
		}
		w.Model.Release()
		w.Settles()
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 0 {
			t.Fatalf("the AI spoke: %q", got)
		}
		talk := w.Only(w.Acme)
		if talk.Handler != "human" || talk.LastMessage.Sender != "agent" {
			t.Fatalf("the conversation is %+v", talk)
		}
	})
}

// echoBody is a webhook of what was written in the WhatsApp Business app on the same number.
func echoBody(w *testkit.World, wamid, text string) []byte {
	body := w.Body(w.Acme, testkit.Ada, wamid, text)
	s := string(body)
	s = strings.Replace(s, `"field":"messages"`, `"field":"smb_message_echoes"`, 1)
	s = strings.Replace(s, `"messages":[`, `"message_echoes":[`, 1)
	s = strings.Replace(s, `"from":"`+testkit.Ada.WaID+`"`, `"from":"15550100000","to":"`+testkit.Ada.WaID+`"`, 1)
	return []byte(s)
}

func TestNobodyIsLeftInSilence(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Model.Hold()
		w.Hears(w.Acme, testkit.Ada, "Is anybody there?")
		must(t, w.Model.WaitFor(waitContext(t), 1))
		w.Later(31 * time.Second) // past the deadline, whatever the model does
		w.Eventually("people are called", func() bool { return len(w.Inbox(w.Acme, "handed_off")) == 1 })
		w.Model.Release()
		w.Settles()
		talk := w.Only(w.Acme)
		if talk.Handler != "human" || talk.Handoff == nil || talk.Unread == 0 {
			t.Fatalf("the conversation is %+v", talk)
		}
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 1 {
			t.Fatalf("Ada got %q", got)
		}
	})
}

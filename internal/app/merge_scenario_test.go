package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"parley/internal/llm/llmfake"
	"parley/internal/testkit"
	"parley/internal/whatsapp/metasim"
)

// One person as Meta may show her: by her number, by her id while she hides the number, and by both.
var (
	byNumber = metasim.Customer{WaID: "4915112345678", Name: "Ada"}
	byID     = metasim.Customer{BSUID: "DE.1122334455", Name: "Ada"}
	byBoth   = metasim.Customer{WaID: "4915112345678", BSUID: "DE.1122334455", Name: "Ada"}
)

func TestWhenMetaShowsThatTwoContactsAreOnePersonTheyBecomeOneWithTheirHistory(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		asked := []string{"When do you open?", "When do you close?", "Are you open on Monday?", "And on Sunday?"}
		w.Quiet(w.Acme, 0)
		w.Knows(w.Acme, "Hours", hours)
		w.Model.Otherwise(llmfake.Text("We are open Monday to Saturday from 9:00 to 18:00."))
		w.Hears(w.Acme, byNumber, asked[0])
		w.Settles()
		w.Hears(w.Acme, byID, asked[1])
		w.Settles()
		w.Hears(w.Zeta, byNumber, "to Zeta")
		w.Settles()
		if all := w.Inbox(w.Acme, "all"); len(all) != 2 {
			t.Fatalf("before there are %d conversations", len(all))
		}
		w.Model.Hold()
		calls := w.Model.Calls()
		w.Hears(w.Acme, byNumber, asked[2])
		must(t, w.Model.WaitFor(waitContext(t), calls+1))
		w.Hears(w.Acme, byBoth, asked[3])
		w.Model.Release()
		w.Settles()

		talk := w.Only(w.Acme)
		answers := 0
		for i, line := range w.Thread(w.Acme, talk.ID) {
			if line.Seq != int64(i+1) {
				t.Errorf("line %d has place %d", i+1, line.Seq)
			}
			if line.Sender == "ai" {
				answers++
			}
		}
		if said := customersWords(w, talk.ID); !slices.Equal(said, asked) || answers != 3 {
			t.Errorf("she said %q and got %d answers, want one to what was open in both", said, answers)
		}
		if talk.Handler != "ai" || talk.Contact.Phone != byNumber.WaID {
			t.Errorf("the conversation is %+v", talk)
		}
		w.Only(w.Zeta)
	})
}

func customersWords(w *testkit.World, conversationID string) (said []string) {
	for _, line := range w.Thread(w.Acme, conversationID) {
		if line.Sender == "customer" {
			said = append(said, line.Text)
		}
	}
	return said
}

// Steps of the two contacts run side by side with the one that makes one of them: nothing is lost, nothing stays behind.
func TestContactsBecomeOneWhileBothAreWriting(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		const rounds, each = 8, 4
		w.Quiet(w.Acme, 0)
		w.Model.Otherwise(llmfake.Text("Hello."))
		for round := range rounds {
			number, id := fmt.Sprintf("49151000%05d", round), fmt.Sprintf("DE.%d", 5000+round)
			var all sync.WaitGroup
			for i, from := range []metasim.Customer{
				{WaID: number, Name: "Ada"}, {BSUID: id, Name: "Ada"}, {WaID: number, BSUID: id, Name: "Ada"},
			} {
				all.Go(func() {
					for n := range each {
						wamid := fmt.Sprintf("wamid.%d.%d.%d", round, i, n)
						if code := w.Delivers(w.Acme, w.Body(w.Acme, from, wamid, wamid)); code != http.StatusOK {
							t.Errorf("%s said %d", wamid, code)
						}
					}
				})
			}
			all.Wait()
			// However they met, the next message with both shows that it is one person.
			w.Delivers(w.Acme, w.Body(w.Acme, metasim.Customer{WaID: number, BSUID: id, Name: "Ada"}, fmt.Sprintf("wamid.%d.last", round), "last"))
		}
		w.Settles()
		talks := w.Inbox(w.Acme, "all")
		if len(talks) != rounds {
			t.Fatalf("there are %d conversations of %d customers", len(talks), rounds)
		}
		for _, talk := range talks {
			said := map[string]bool{}
			for i, line := range w.Thread(w.Acme, talk.ID) {
				if line.Seq != int64(i+1) {
					t.Errorf("line %d has place %d", i+1, line.Seq)
				}
				if line.Sender == "customer" {
					said[line.Text] = true
				} else if line.Status == "queued" {
					t.Errorf("not sent: %+v", line)
				}
			}
			if len(said) != 3*each+1 {
				t.Errorf("she said %d things, want %d", len(said), 3*each+1)
			}
		}
		for id, times := range w.Meta.Arrivals() {
			if times != 1 {
				t.Errorf("message %s arrived %d times", id, times)
			}
		}
	})
}

func TestAPersonMakesOneContactOfTwo(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Model.Otherwise(llmfake.Text("Hello."))
		w.Hears(w.Acme, testkit.Ada, "my old number")
		w.Hears(w.Acme, testkit.Ben, "my new number")
		w.Hears(w.Zeta, testkit.Ada, "to Zeta")
		w.Settles()
		of := map[string]string{}
		for _, talk := range w.Inbox(w.Acme, "all") {
			of[talk.Contact.Name] = talk.Contact.ID
		}
		merge := func(as testkit.Tenant, into, from string) int {
			return w.Asks(as, http.MethodPost, "/api/contacts/"+into+"/merge", map[string]string{"contactId": from}, nil)
		}
		zetas := w.Only(w.Zeta).Contact.ID
		for what, code := range map[string]int{
			"Zeta merges Acme's":      merge(w.Zeta, of["Ada"], of["Ben"]),
			"Zeta takes one of Acme":  merge(w.Zeta, zetas, of["Ben"]),
			"Zeta gives one to Acme":  merge(w.Zeta, of["Ben"], zetas),
			"Acme takes one of Zeta":  merge(w.Acme, of["Ben"], zetas),
			"into nobody":             merge(w.Acme, "nobody", of["Ben"]),
			"somebody who is nowhere": merge(w.Acme, of["Ben"], "nobody"),
		} {
			if code != http.StatusNotFound {
				t.Errorf("%s: %d, want 404", what, code)
			}
		}
		if code := merge(w.Acme, of["Ben"], of["Ben"]); code != http.StatusUnprocessableEntity {
			t.Errorf("with itself: %d", code)
		}
		if code := merge(w.Acme, of["Ben"], of["Ada"]); code != http.StatusOK {
			t.Fatalf("merging said %d", code)
		}
		if code := merge(w.Acme, of["Ben"], of["Ada"]); code != http.StatusNotFound {
			t.Errorf("a second time: %d, want 404", code)
		}
		talk := w.Only(w.Acme)
		if said := customersWords(w, talk.ID); len(said) != 2 || talk.Contact.ID != of["Ben"] {
			t.Errorf("%s says %q", talk.Contact.Name, said)
		}
		w.Hears(w.Acme, testkit.Ada, "and still reached under the old one")
		w.Settles()
		if said := customersWords(w, w.Only(w.Acme).ID); len(said) != 3 {
			t.Errorf("now the words are %q", said)
		}
		w.Only(w.Zeta)
	})
}

// What waits to be sent when two contacts become one is sent all the same, and once.
func TestWhatWaitsToBeSentComesAlongWithItsContact(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		peopleOnly(t, w)
		w.Hears(w.Acme, testkit.Ada, "Hello")
		w.Hears(w.Acme, testkit.Ben, "Hello")
		w.Settles()
		of := map[string]testkit.Conversation{}
		for _, talk := range w.Inbox(w.Acme, "all") {
			of[talk.Contact.Name] = talk
		}
		w.Meta.FailNext(-1, faultCode(130429)) // until Heal
		for _, text := range []string{"one", "two"} {
			if code := w.Replies(w.Acme, of["Ada"].ID, text); code != http.StatusCreated {
				t.Fatalf("replying said %d", code)
			}
		}
		w.Eventually("the first was tried", func() bool { return w.Delivery.Engine().Stats().PutBack > 0 })
		into := "/api/contacts/" + of["Ben"].Contact.ID + "/merge"
		if code := w.Asks(w.Acme, http.MethodPost, into, map[string]string{"contactId": of["Ada"].Contact.ID}, nil); code != http.StatusOK {
			t.Fatalf("merging said %d", code)
		}
		if code := w.Replies(w.Acme, of["Ben"].ID, "three"); code != http.StatusCreated {
			t.Fatalf("replying said %d", code)
		}
		w.Meta.Heal()
		w.Later(time.Minute)
		w.Settles()
		got := append(w.Answers(w.Acme, testkit.Ada), w.Answers(w.Acme, testkit.Ben)...)
		if !slices.Equal(got, []string{"one", "two", "three"}) {
			t.Errorf("the phones show %q", got)
		}
	})
}

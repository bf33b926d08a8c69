package app_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"parley/internal/llm/llmfake"
	"parley/internal/testkit"
)

// A page that does not know whether its message arrived sends it again, under the same id: it is said once, however
// often and however close together it comes, and whoever has the conversation by then.
func TestAReplySentAgainUnderItsIDIsSaidOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Model.Otherwise(llmfake.Text("Hello."))
		w.Hears(w.Acme, testkit.Ada, "Hello")
		w.Hears(w.Zeta, testkit.Ben, "Hello")
		w.Settles()
		talk, theirs := w.Only(w.Acme), w.Only(w.Zeta)
		reply := map[string]string{"id": uuid.NewString(), "text": "Shall I put one aside?"}
		says := func(as testkit.Tenant, talk string) (code int, id string) {
			var said made
			code = w.Asks(as, http.MethodPost, "/api/conversations/"+talk+"/messages", reply, &said)
			return code, said.ID
		}
		var many sync.WaitGroup
		for range 8 {
			many.Go(func() {
				if code, id := says(w.Acme, talk.ID); code != http.StatusCreated || id != reply["id"] {
					t.Errorf("said %d with the id %q", code, id)
				}
			})
		}
		many.Wait()
		w.Asks(w.Acme, http.MethodPost, "/api/conversations/"+talk.ID+"/assign", map[string]string{"userId": ""}, nil)
		if code := w.Verb(w.Colleague(w.Acme, "sam@acme.example"), talk.ID, "takeover"); code >= 300 {
			t.Fatalf("taking over said %d", code)
		}
		if code, id := says(w.Acme, talk.ID); code != http.StatusCreated || id != reply["id"] {
			t.Errorf("when a colleague had it: %d with the id %q", code, id)
		}
		w.Settles()
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 2 || got[1] != reply["text"] {
			t.Errorf("Ada got %q", got)
		}
		// An id names a message within a tenant: another tenant's is its own.
		if code, id := says(w.Zeta, theirs.ID); code != http.StatusCreated || id != reply["id"] {
			t.Errorf("Zeta with the same id: %d with the id %q", code, id)
		}
		w.Settles()
		if got := w.Answers(w.Zeta, testkit.Ben); len(got) != 2 {
			t.Errorf("Ben got %q", got)
		}
		w.Hears(w.Acme, testkit.Ben, "Hello")
		w.Settles()
		for _, other := range w.Inbox(w.Acme, "") {
			if other.ID == talk.ID {
				continue
			}
			if code, _ := says(w.Acme, other.ID); code != http.StatusConflict {
				t.Errorf("the id of a message of another conversation said %d", code)
			}
		}
	})
}

func TestAFileSentAgainUnderItsIDIsSaidOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Model.Otherwise(llmfake.Text("Hello."))
		w.Hears(w.Acme, testkit.Ada, "Hello")
		w.Settles()
		talk, id := w.Only(w.Acme), uuid.NewString()
		for range 3 {
			code, said := w.SendsFileAs(w.Acme, talk.ID, id, "hours.txt", []byte(hours), "Our hours")
			if code != http.StatusCreated || !strings.Contains(said, id) {
				t.Fatalf("said %d: %s", code, said)
			}
		}
		w.Settles()
		if lines := w.Thread(w.Acme, talk.ID); len(lines) != 3 || lines[len(lines)-1].ID != id {
			t.Errorf("the thread has %+v", lines)
		}
		if code, _ := w.SendsFileAs(w.Acme, talk.ID, "mine", "hours.txt", []byte(hours), ""); code != http.StatusUnprocessableEntity {
			t.Errorf("an id that is none said %d", code)
		}
		if got := w.Meta.Counts(); got.Sends != 2 {
			t.Errorf("the business sent %+v", got)
		}
	})
}

package app_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"parley/internal/llm/llmfake"
	"parley/internal/testkit"
)

// Meta allows one recipient 45 messages at once and one in 6 s: what is over waits its turn and holds up nobody else.
func TestOneRecipientGetsNoMoreThanMetaAllows(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Model.Otherwise(llmfake.Text("Hello."))
		w.Hears(w.Acme, testkit.Ada, "Hello")
		w.Settles()
		talk := w.Only(w.Acme)
		const replies = 50
		begun := w.Now()
		for i := range replies {
			if code := w.Replies(w.Acme, talk.ID, fmt.Sprintf("No. %d", i)); code != http.StatusCreated {
				t.Fatalf("reply %d said %d", i, code)
			}
		}
		w.Eventually("the burst is sent", func() bool { return len(w.Answers(w.Acme, testkit.Ada)) >= 45 })
		w.Hears(w.Acme, testkit.Ben, "Hello")
		w.Eventually("Ben is answered", func() bool { return len(w.Answers(w.Acme, testkit.Ben)) == 1 })
		if n, most := len(w.Answers(w.Acme, testkit.Ada)), 45+int(w.Now().Sub(begun)/(6*time.Second)); n > most {
			t.Errorf("Ada got %d at once, want at most %d", n, most)
		}
		for n := 46; n <= replies+1; n++ {
			w.Later(6 * time.Second)
			w.Eventually(fmt.Sprintf("%d are sent", n), func() bool { return len(w.Answers(w.Acme, testkit.Ada)) >= n })
		}
		got := w.Answers(w.Acme, testkit.Ada)
		for i := range replies {
			if want := fmt.Sprintf("No. %d", i); got[i+1] != want {
				t.Errorf("message %d is %q, want %q", i, got[i+1], want)
			}
		}
	})
}

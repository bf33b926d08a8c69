package app_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"parley/internal/app"
	"parley/internal/testkit"
)

// Promise 3: what the AI does not know goes to people, who are called, and find what the customer wrote.
func TestAHandOffCallsPeopleAndCanBeSearchedFor(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{NoModel: true, Change: func(o *app.Options) { o.MetricsToken = "scrape" }}, func(t *testing.T, w *testkit.World) {
		w.Hears(w.Acme, testkit.Ada, "Do you restore harpsichords?")
		w.Hears(w.Zeta, testkit.Ada, "Hello!")
		w.Settles()
		talk := w.Only(w.Acme)
		if talk.Handler != "human" || talk.Handoff == nil {
			t.Fatalf("it is not handed off: %+v", talk)
		}
		w.Eventually("people are called", func() bool {
			var facts, called int
			q := w.DB.As(w.Acme.Owner)
			must(t, q.QueryRow(t.Context(), `SELECT count(*) FROM events WHERE tenant_id = $1 AND target_id = $2
				AND kind IN ('conversation.handed_off', 'conversation.alerted')`, w.Acme.ID, talk.ID).Scan(&facts))
			must(t, q.QueryRow(t.Context(), `SELECT count(*) FROM conversations WHERE tenant_id = $1 AND id = $2
				AND alerted_at IS NOT NULL`, w.Acme.ID, talk.ID).Scan(&called))
			return facts == 2 && called == 1
		})
		w.Eventually("its words are found", func() bool {
			var page struct {
				Items []testkit.Conversation `json:"items"`
			}
			code := w.Asks(w.Acme, http.MethodGet, "/api/conversations?q=harpsi", nil, &page)
			return code == http.StatusOK && len(page.Items) == 1 && page.Items[0].ID == talk.ID
		})
		numbers := scrape(t, w)
		for _, want := range []string{`parley_jobs{state="waiting"}`, `parley_jobs{state="given_up"} 0`, "parley_jobs_done_total", "parley_handoffs_escalated_total 0"} {
			if !strings.Contains(numbers, want) {
				t.Errorf("the metrics do not say %s", want)
			}
		}
		for _, never := range []string{"harpsichord", testkit.Ada.WaID, w.Acme.ID} {
			if strings.Contains(numbers, never) {
				t.Errorf("the metrics name %s", never)
			}
		}
	})
}

// scrape reads the metrics.
func scrape(t *testing.T, w *testkit.World) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.URL+"/metrics", http.NoBody)
	must(t, err)
	r.Header.Set("Authorization", "Bearer scrape")
	answer, err := http.DefaultClient.Do(r)
	must(t, err)
	defer func() { _ = answer.Body.Close() }()
	raw, err := io.ReadAll(answer.Body)
	must(t, err)
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("the metrics said %d", answer.StatusCode)
	}
	return string(raw)
}

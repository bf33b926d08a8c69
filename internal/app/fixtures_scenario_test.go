package app_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"parley/internal/actor"
	"parley/internal/llm/llmfake"
	"parley/internal/testkit"
)

// outcome is what becomes of one of Meta's bodies.
type outcome struct {
	stored   string // as what: whose line of which kind, what the owner is told, a body kept whole, or nothing
	answered string // "yes", or "no" and why not
	shown    string // how people see it
}

// Every body of Meta's is answered 200, stored, and shown as the table says; only what a customer says is answered.
func TestEveryKindOfWebhookIsStoredAndOnlyWordsAreAnswered(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Quiet(w.Acme, 0)
		w.Model.Otherwise(llmfake.Text("How can I help you?"))
		addFixtureNumber(t, w)
		files, err := filepath.Glob(filepath.Join("..", "whatsapp", "testdata", "webhooks", "*.json"))
		must(t, err)
		if len(files) != 101 || len(outcomes) != 101 {
			t.Fatalf("%d bodies, %d outcomes", len(files), len(outcomes))
		}
		for i, file := range files {
			name := strings.TrimSuffix(filepath.Base(file), ".json")
			want, listed := outcomes[name]
			if !listed {
				t.Errorf("%s has no outcome", name)
			}
			got := brings(t, w, fixtureFor(t, file, i))
			yes, _, _ := strings.Cut(want.answered, ":")
			if got != (outcome{want.stored, yes, want.shown}) {
				t.Errorf("%s:\n got %+v\nwant %+v", name, got, want)
			}
		}
	})
}

// brings posts a body and says what became of it.
func brings(t *testing.T, w *testkit.World, body []byte) outcome {
	t.Helper()
	calls, sent, since := w.Model.Calls(), len(w.Meta.Sent()), newestIDs(t, w)
	statuses, imported := w.Intake.Counted.Statuses.Load(), w.Intake.Counted.Imported.Load()
	w.Model.Hold() // or the first of two messages might be answered before the second is there
	if code := w.Posts("", testkit.PlatformSecret, body); code != http.StatusOK {
		t.Errorf("the webhook said %d", code)
	}
	w.Model.Release()
	w.Settles()
	var o outcome
	o.answered = "no"
	switch {
	case w.Model.Calls() > calls && len(w.Meta.Sent()) > sent:
		o.answered = "yes"
	case w.Model.Calls() > calls || len(w.Meta.Sent()) > sent:
		o.answered = "by rule"
	}
	lines := linesSince(t, w, since.message)
	var stored []string
	for _, l := range lines {
		stored = append(stored, l.sender+" "+l.kind)
	}
	if n := w.Intake.Counted.Imported.Load() - imported; n > 0 {
		stored = append(stored, fmt.Sprintf("%d imported", n))
	}
	if n := w.Intake.Counted.Statuses.Load() - statuses; n > 0 && o.answered == "no" { // else they are our answer's
		stored = append(stored, fmt.Sprintf("%d statuses", n))
	}
	stored = append(stored, newRows(t, w, since)...)
	slices.Sort(stored) // what customers do side by side comes in any order
	o.stored = strings.Join(stored, ", ")
	if o.stored == "" {
		o.stored = "nothing"
	}
	shown := append(shownAs(t, w, lines), toldOwner(t, w, since.event)...)
	slices.Sort(shown)
	o.shown = strings.Join(shown, "; ")
	if o.shown == "" {
		o.shown = "nowhere"
	}
	return o
}

// ids are the newest rows there were: ids sort by time.
type ids struct{ message, event, envelope, consent string }

func newestIDs(t *testing.T, w *testkit.World) (since ids) {
	t.Helper()
	q := w.DB.As(actor.ForSystem(w.Acme.ID))
	for table, into := range map[string]*string{
		"messages": &since.message, "channel_events": &since.event, "webhook_envelopes": &since.envelope, "consents": &since.consent,
	} {
		must(t, q.QueryRow(t.Context(), `SELECT coalesce(max(id), '') FROM `+table).Scan(into))
	}
	return since
}

type line struct{ id, conversation, sender, kind string }

// linesSince are the new lines but for the AI's.
func linesSince(t *testing.T, w *testkit.World, since string) (all []line) {
	t.Helper()
	rows, err := w.DB.As(actor.ForSystem(w.Acme.ID)).Query(t.Context(), `
		SELECT id, conversation_id, sender, kind FROM messages WHERE id > $1 AND sender <> 'ai' ORDER BY id`, since)
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		var l line
		must(t, rows.Scan(&l.id, &l.conversation, &l.sender, &l.kind))
		all = append(all, l)
	}
	must(t, rows.Err())
	return all
}

// newRows are what is stored beside messages.
func newRows(t *testing.T, w *testkit.World, since ids) (all []string) {
	t.Helper()
	q := w.DB.As(actor.ForSystem(w.Acme.ID))
	for _, one := range []struct{ sql, since string }{
		{`SELECT 'event' FROM channel_events WHERE id > $1`, since.event},
		{`SELECT 'wish about ' || topic FROM consents WHERE id > $1`, since.consent},
		{`SELECT 'kept: ' || reason FROM webhook_envelopes WHERE id > $1`, since.envelope},
	} {
		rows, err := q.Query(t.Context(), one.sql, one.since)
		must(t, err)
		for rows.Next() {
			var s string
			must(t, rows.Scan(&s))
			all = append(all, s)
		}
		must(t, rows.Err())
		rows.Close()
	}
	return all
}

// shownAs is how the thread shows lines.
func shownAs(t *testing.T, w *testkit.World, lines []line) (all []string) {
	t.Helper()
	threads := map[string]map[string]shownLine{}
	for _, l := range lines {
		if threads[l.conversation] == nil {
			threads[l.conversation] = readsThread(t, w, l.conversation)
		}
		if s, there := threads[l.conversation][l.id]; there {
			all = append(all, s.String())
		}
	}
	return all
}

// shownLine is a line of a thread, as far as these tests look at it.
type shownLine struct {
	ID        string `json:"id"`
	Sender    string `json:"sender"`
	Kind      string `json:"kind"`
	Text      string `json:"text"`
	Payload   map[string]json.RawMessage
	Quote     *struct{ ID, Text string }
	File      *struct{ State, Failure, Type, Filename string }
	EditedAt  *string `json:"editedAt"`
	DeletedAt *string `json:"deletedAt"`
	Wordings  []struct{ Text string }
	Reactions []struct{ By, Emoji string }
	Status    string `json:"status"`
	Seq       int64  `json:"seq"`
}

// String is the line in words.
func (s shownLine) String() string {
	text := []rune(s.Text)
	if len(text) > 40 {
		text = append(text[:40], '…')
	}
	out := fmt.Sprintf("%s %q", s.Kind, string(text))
	var has []string
	if s.Sender != "customer" {
		out = s.Sender + "'s " + out
	}
	for _, key := range slices.Sorted(maps.Keys(s.Payload)) {
		if key != "media" {
			has = append(has, key)
		}
	}
	if s.File != nil {
		has = append(has, "file")
	}
	if s.Quote != nil {
		has = append(has, "quote")
	}
	for i, what := range has {
		has[i] = " +" + what
	}
	return out + strings.Join(has, "")
}

func readsThread(t *testing.T, w *testkit.World, conversationID string) map[string]shownLine {
	t.Helper()
	all := map[string]shownLine{}
	for _, l := range readsLines(t, w, w.Acme, conversationID) {
		all[l.ID] = l
	}
	return all
}

func readsLines(t *testing.T, w *testkit.World, as testkit.Tenant, conversationID string) []shownLine {
	t.Helper()
	var page struct{ Items []shownLine }
	if code := w.Asks(as, http.MethodGet, "/api/conversations/"+conversationID+"/messages?limit=100", nil, &page); code != http.StatusOK {
		t.Fatalf("the thread said %d", code)
	}
	return page.Items
}

// toldOwner is what the owner sees anew about accounts, numbers and templates.
func toldOwner(t *testing.T, w *testkit.World, since string) (all []string) {
	t.Helper()
	var page struct {
		Items []struct{ ID, Severity, Kind, Subject, Detail string }
	}
	if code := w.Asks(w.Acme, http.MethodGet, "/api/channels/events", nil, &page); code != http.StatusOK {
		t.Fatalf("the events said %d", code)
	}
	for _, e := range page.Items {
		if e.ID > since {
			all = append(all, strings.TrimSpace("to the owner, "+e.Severity+": "+e.Subject)+" "+e.Detail)
		}
	}
	return all
}

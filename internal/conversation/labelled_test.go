package conversation_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"parley/internal/contact"
	"parley/internal/conversation"
	"parley/internal/db"
)

// withLabel lists the conversations of a view that carry a label, a page of two after the other.
func (w *world) withLabel(s side, labelID string, view conversation.View) (ids []string) {
	w.t.Helper()
	f := conversation.Filter{View: view, Only: conversation.Only{LabelID: labelID}, Limit: 2}
	for {
		page := w.list(s, f)
		if len(page) == 0 {
			return ids
		}
		for _, r := range page {
			ids = append(ids, r.ID)
			f.After = conversation.Cursor{At: r.LastAt, ID: r.ID}
		}
	}
}

func TestALabelListsInTheOrderOfTheLastWordWhateverHappens(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		label, theirs := w.labels(w.acme, "VIP"), w.labels(w.zeta, "VIP")
		var ids []string
		for i := range 5 {
			from := fmt.Sprintf("44770090012%d", i)
			w.must(w.putsOn(w.zeta, w.hears(w.zeta, from, "wamid."+from, "Hello").ConversationID, theirs.ID))
			ids = append(ids, w.hears(w.acme, from, "wamid."+from, "Hello").ConversationID)
			w.must(w.putsOn(w.acme, ids[i], label.ID))
		}
		wants := func(when string, view conversation.View, order ...int) {
			t.Helper()
			want := []string{}
			for _, i := range order {
				want = append(want, ids[i])
			}
			if got := w.withLabel(w.acme, label.ID, view); !slices.Equal(got, want) {
				t.Errorf("%s: got %v, want %v", when, got, want)
			}
		}
		closes := func(id string) error {
			return w.step(w.acme.agent, func(tx *db.Tx) error {
				return w.talks.Close(t.Context(), tx, w.acme.agent, id, "closed_by_person")
			})
		}
		wants("as they came", conversation.ViewAll, 4, 3, 2, 1, 0)
		w.hears(w.acme, "447700900121", "wamid.again", "Are you there?")
		wants("the customer wrote", conversation.ViewAll, 1, 4, 3, 2, 0)
		w.replies(w.acme, ids[0], "Yes.")
		wants("a person replied", conversation.ViewAll, 0, 1, 4, 3, 2)
		w.must(closes(ids[1]))
		wants("one was closed", conversation.ViewAll, 0, 4, 3, 2)
		wants("one was closed", conversation.ViewClosed, 1)
		w.must(w.step(w.acme.agent, func(tx *db.Tx) error { return w.talks.Reopen(t.Context(), tx, w.acme.agent, ids[1]) }))
		wants("it was reopened", conversation.ViewAll, 0, 1, 4, 3, 2)
		w.must(closes(ids[2]))
		w.hears(w.acme, "447700900122", "wamid.back", "One more thing")
		wants("the customer of a closed one wrote", conversation.ViewAll, 2, 0, 1, 4, 3)
		w.must(w.step(w.acme.wire, func(tx *db.Tx) error {
			who, _, err := contact.See(t.Context(), tx, w.acme.wire, contact.Sighting{WaID: "447700900123"})
			if err != nil {
				return err
			}
			_, err = w.talks.Echo(t.Context(), tx, w.acme.wire, conversation.Inbound{
				ChannelID: w.acme.channel, ContactID: who.ID, ExternalID: "wamid.echo", Kind: "text", Body: "From the app",
				Payload: json.RawMessage("{}"), SaidAt: tx.Now(),
			})
			return err
		}))
		wants("somebody wrote from the app", conversation.ViewAll, 3, 2, 0, 1, 4)
	})
}

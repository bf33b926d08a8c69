package conversation_test

import (
	"fmt"
	"slices"
	"testing"

	"parley/internal/contact"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/errs"
)

// sentMessage is an answer of the AI that waits to be sent.
func (w *world) sentMessage(s side, from string) conversation.Message {
	w.t.Helper()
	r := w.hears(s, from, "wamid.in."+from, "Are you open?")
	said, err := w.says(s.ai, answer(r.ConversationID, r.Seq, "Yes."))
	w.must(err)
	return said.Messages[0]
}

func (w *world) mark(s side, r conversation.Receipt) (m conversation.Marked) {
	w.t.Helper()
	r.ChannelID, r.At = s.channel, w.db.Now()
	w.must(w.step(s.wire, func(tx *db.Tx) (err error) {
		m, err = w.talks.Mark(w.t.Context(), tx, s.wire, r)
		return err
	}))
	return m
}

func (w *world) message(s side, id string) conversation.Message {
	w.t.Helper()
	m, err := conversation.MessageByID(w.t.Context(), w.db.As(s.agent), s.agent, id)
	w.must(err)
	return m
}

func TestAStatusNeverGoesBackwards(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		m := w.sentMessage(w.acme, "447700900123")
		for _, status := range []conversation.MessageStatus{"read", "sent", "delivered", "failed", "read", "sent"} {
			w.mark(w.acme, conversation.Receipt{MessageID: m.ID, ExternalID: "wamid.out", Status: status})
			if got := w.message(w.acme, m.ID); got.Status != conversation.StatusRead || got.ErrorCode != 0 {
				t.Fatalf("after %s it is %s", status, got.Status)
			}
		}
		got := w.message(w.acme, m.ID)
		if got.ExternalID != "wamid.out" || got.SentAt.IsZero() || got.DeliveredAt.IsZero() || got.ReadAt.IsZero() {
			t.Errorf("read implies sent and delivered: %+v", got)
		}
	})
}

func TestAFailureIsShownUntilTheMessageIsSentAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		m := w.sentMessage(w.acme, "447700900123")
		w.mark(w.acme, conversation.Receipt{MessageID: m.ID, ExternalID: "wamid.out", Status: "sent"})
		// Meta's own id is enough when the callback data does not come back.
		w.mark(w.acme, conversation.Receipt{ExternalID: "wamid.out", Status: "failed", ErrorCode: 131047, ErrorText: "Re-engagement message"})
		if c := w.get(w.acme, m.ConversationID); c.Problem != "failed" {
			t.Errorf("problem %q", c.Problem)
		}
		again := func(s side) (ok bool, err error) {
			err = w.step(s.agent, func(tx *db.Tx) (err error) {
				_, ok, err = w.talks.Requeue(t.Context(), tx, s.agent, m.ID)
				return err
			})
			return ok, err
		}
		if _, err := again(w.zeta); !errs.Is(err, errs.NotFound) {
			t.Errorf("Zeta sends Acme's message again: %v", err)
		}
		if ok, err := again(w.acme); !ok || err != nil {
			t.Fatal(ok, err)
		}
		got := w.message(w.acme, m.ID)
		if got.Status != conversation.StatusQueued || got.ErrorCode != 0 || w.get(w.acme, m.ConversationID).Problem != "" {
			t.Errorf("got %+v", got)
		}
		if ok, _ := again(w.acme); ok {
			t.Error("a waiting message was queued again")
		}
	})
}

func TestAReceiptOfAnotherTenantOrOfNobodyFindsNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		m := w.sentMessage(w.acme, "447700900123")
		if got := w.mark(w.zeta, conversation.Receipt{MessageID: m.ID, ExternalID: "x", Status: "read"}); got.MessageID != "" {
			t.Errorf("Zeta marks Acme's message: %+v", got)
		}
		if got := w.mark(w.acme, conversation.Receipt{ExternalID: "wamid.of.another.app", Status: "read"}); got.MessageID != "" {
			t.Errorf("got %+v", got)
		}
	})
}

func TestAnUnknownSendIsPeoplesToDecide(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		m := w.sentMessage(w.acme, "447700900123")
		w.must(w.step(w.acme.ai, func(tx *db.Tx) error {
			return w.talks.MarkUnknown(t.Context(), tx, w.acme.ai, m.ID, m.ConversationID)
		}))
		if got := w.message(w.acme, m.ID); got.Status != conversation.StatusUnknown || w.get(w.acme, m.ConversationID).Problem != "unknown" {
			t.Errorf("got %s", got.Status)
		}
		w.mark(w.acme, conversation.Receipt{MessageID: m.ID, ExternalID: "wamid.out", Status: "delivered"})
		if got := w.message(w.acme, m.ID); got.Status != conversation.StatusDelivered {
			t.Errorf("a late status does not settle it: %s", got.Status)
		}
	})
}

func TestNotesAndSuggestionsAreNoWordsOfTheConversation(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r := w.hears(w.acme, "447700900123", "wamid.1", "Are you open?")
		w.must(w.step(w.acme.agent, func(tx *db.Tx) error {
			_, err := w.talks.AddNote(t.Context(), tx, w.acme.agent, r.ConversationID, " a regular ")
			return err
		}))
		if _, err := w.says(w.acme.ai, answer(r.ConversationID, 1, "Yes.")); err != nil {
			t.Errorf("a note stops an answer: %v", err)
		}
		r = w.hears(w.acme, "447700900123", "wamid.2", "And on Monday?")
		w.must(w.step(w.acme.ai, func(tx *db.Tx) error {
			_, err := w.talks.Suggest(t.Context(), tx, w.acme.ai, r.ConversationID, "Closed on Mondays.", r.Seq)
			return err
		}))
		if _, open := w.turn(w.acme, r.ConversationID); open {
			t.Error("a suggestion does not pay the turn")
		}
		if c := w.get(w.acme, r.ConversationID); c.LastText != "And on Monday?" {
			t.Errorf("last word %q", c.LastText)
		}
		err := w.step(w.acme.agent, func(tx *db.Tx) error {
			_, err := w.talks.AddNote(t.Context(), tx, w.acme.agent, r.ConversationID, "  ")
			return err
		})
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("an empty note: %v", err)
		}
	})
}

func TestAnEchoOfThePhoneAppIsAPersonsReply(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r := w.hears(w.acme, "447700900123", "wamid.1", "Are you open?")
		c := w.get(w.acme, r.ConversationID)
		echo := func() (out *conversation.Received) {
			w.must(w.step(w.acme.wire, func(tx *db.Tx) (err error) {
				out, err = w.talks.Echo(t.Context(), tx, w.acme.wire, conversation.Inbound{
					ChannelID: w.acme.channel, ContactID: c.ContactID, ExternalID: "wamid.echo", Kind: "text", Body: "Yes we are", SaidAt: tx.Now(),
				})
				return err
			}))
			return out
		}
		if got := echo(); !got.Fresh {
			t.Fatalf("got %+v", got)
		}
		if got := echo(); got.Fresh {
			t.Error("an echo was written twice")
		}
		if _, open := w.turn(w.acme, r.ConversationID); open || w.get(w.acme, r.ConversationID).Handler != conversation.Human {
			t.Error("the AI still has the conversation")
		}
	})
}

func TestWordsOfMessagesAndContactsAreFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		a := w.hears(w.acme, "447700900123", "wamid.1", "Do you repair gravel bikes?").ConversationID
		b := w.hears(w.acme, "447700900124", "wamid.2", "Do you sell helmets").ConversationID
		w.hears(w.zeta, "447700900125", "wamid.3", "Do you repair gravel bikes?")
		w.index(w.acme)
		for query, want := range map[string][]string{
			"gravel": {a}, "repair gra": {a}, "you": {a, b}, "gravel helmets": nil, "447700900124": {b}, "ada": {a, b}, "": nil, "zzz": nil,
		} {
			got, err := conversation.Search(t.Context(), w.db.As(w.acme.agent), w.acme.agent, query, 50)
			w.must(err)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%q finds %v, want %v", query, got, want)
			}
		}
		if rows := w.list(w.acme, conversation.Filter{Query: "helmets"}); len(rows) != 1 || rows[0].ID != b || rows[0].ContactName != "Ada" {
			t.Errorf("got %+v", rows)
		}
	})
}

// index makes what was said so far findable, as its job does.
func (w *world) index(s side) {
	w.t.Helper()
	w.must(conversation.IndexMessages(w.t.Context(), w.db, s.wire, "", ""))
}

func TestTheInboxIsPagedWithoutGapsOrRepeats(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for i := range 12 {
			w.hears(w.acme, fmt.Sprintf("4477009001%02d", i), fmt.Sprintf("wamid.%d", i), "Hello")
		}
		var seen []string
		f := conversation.Filter{Limit: 5}
		for {
			rows := w.list(w.acme, f)
			if len(rows) == 0 {
				break
			}
			for _, r := range rows {
				seen = append(seen, r.ID)
			}
			f.After = conversation.Cursor{At: rows[len(rows)-1].LastAt, ID: rows[len(rows)-1].ID}
		}
		unique := slices.Compact(slices.Sorted(slices.Values(seen)))
		if len(seen) != 12 || len(unique) != 12 {
			t.Errorf("%d rows, %d different", len(seen), len(unique))
		}
		_, err := conversation.List(t.Context(), w.db.As(w.acme.agent), w.acme.agent, w.db.Now(), conversation.Filter{View: "odd", Limit: 1})
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("an unknown view: %v", err)
		}
	})
}

func TestMovedConversationsBecomeOneThread(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		said := w.db.Now()
		inOneSecond := func(in *conversation.Inbound) { in.SaidAt = said } // WhatsApp tells no less
		first := w.hears(w.acme, "447700900123", "wamid.1", "one", inOneSecond)
		second := w.hears(w.acme, "447700900999", "wamid.2", "two", inOneSecond)
		w.hears(w.acme, "447700900123", "wamid.3", "three", inOneSecond)
		from, into := w.get(w.acme, second.ConversationID).ContactID, w.get(w.acme, first.ConversationID).ContactID
		w.must(w.step(w.acme.agent, func(tx *db.Tx) error {
			if _, err := w.talks.MoveToContact(t.Context(), tx, w.acme.agent, from, into); err != nil {
				return err
			}
			return contact.Merge(t.Context(), tx, w.acme.agent, from, into)
		}))
		var words []string
		for _, m := range w.thread(w.acme, first.ConversationID) {
			words = append(words, fmt.Sprintf("%d %s", m.Seq, m.Body))
		}
		if want := []string{"1 one", "2 two", "3 three"}; !slices.Equal(words, want) {
			t.Errorf("thread %v", words)
		}
		next := w.hears(w.acme, "447700900999", "wamid.4", "four")
		if next.ConversationID != first.ConversationID || next.Seq != 4 {
			t.Errorf("the other number's next message: %+v", next)
		}
	})
}

package conversation_test

import (
	"slices"
	"testing"
	"time"

	"parley/internal/conversation"
	"parley/internal/db"
)

func TestAHandBackCoversAllTheCustomerWroteSinceOurLastWord(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		s := w.acme
		id := w.hears(s, "447700900123", "wamid.1", "Hello").ConversationID
		w.takesOver(s, id)
		w.replies(s, id, "Bo here.")
		silent := func(in *conversation.Inbound) { in.Weight, in.Kind = conversation.Silent, "reaction" }
		w.hears(s, "447700900123", "wamid.2", "👍", silent)
		first := w.hears(s, "447700900123", "wamid.3", "When do you open?")
		last := w.hears(s, "447700900123", "wamid.4", "And where are you?")
		w.hears(s, "447700900123", "wamid.5", "👍", silent)
		var turn conversation.Turn
		w.must(w.step(s.agent, func(tx *db.Tx) (err error) {
			turn, _, err = w.talks.HandBack(t.Context(), tx, s.agent, id, "me", time.Minute)
			return err
		}))
		owed, open := w.turn(s, id)
		if !open || owed.FirstSeq != first.Seq || owed.LastSeq != last.Seq || turn.FirstSeq != owed.FirstSeq || turn.LastSeq != owed.LastSeq {
			t.Errorf("owed is %v: %+v, told %+v; want %d to %d", open, owed, turn, first.Seq, last.Seq)
		}
	})
}

// Whoever has one of two conversations has the one they become; until then the AI goes on.
func TestOfTwoConversationsAPersonsDecides(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		s := w.acme
		into := w.hears(s, "447700900123", "wamid.1", "one").ConversationID
		from := w.hears(s, "447700900999", "wamid.2", "two").ConversationID
		w.takesOver(s, from)
		w.set(s, into, `snoozed_until = $3`, w.db.Now().Add(time.Hour))
		a, b := w.get(s, from).ContactID, w.get(s, into).ContactID
		w.must(w.step(s.agent, func(tx *db.Tx) error {
			_, err := w.talks.MoveToContact(t.Context(), tx, s.agent, a, b)
			return err
		}))
		c := w.get(s, into)
		if c.Handler != conversation.Human || c.AssigneeID != s.agent.UserID() || !c.SnoozedUntil.IsZero() {
			t.Errorf("got %+v", c)
		}
		if _, owed := w.turn(s, into); owed {
			t.Error("the AI owes an answer in a conversation that is a person's")
		}
		if len(w.thread(s, into)) != 3 {
			t.Errorf("the thread is %+v", w.thread(s, into))
		}
	})
}

// A speaker's clock that is behind does not bring a thread's own lines out of order.
func TestOneThreadOfTwoKeepsTheOrderOfEach(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		s := w.acme
		start := w.db.Now()
		at := func(d time.Duration) func(*conversation.Inbound) {
			return func(in *conversation.Inbound) { in.SaidAt = start.Add(d) }
		}
		into := w.hears(s, "447700900123", "wamid.1", "a1", at(10*time.Second)).ConversationID
		w.hears(s, "447700900123", "wamid.2", "a2", at(0)) // said before a1, by a clock that is behind
		from := w.hears(s, "447700900999", "wamid.3", "b1", at(5*time.Second)).ConversationID
		w.hears(s, "447700900999", "wamid.4", "b2", at(20*time.Second))
		a, b := w.get(s, from).ContactID, w.get(s, into).ContactID
		w.must(w.step(s.agent, func(tx *db.Tx) error {
			_, err := w.talks.MoveToContact(t.Context(), tx, s.agent, a, b)
			return err
		}))
		var got []string
		for _, m := range w.thread(s, into) {
			got = append(got, m.Body)
		}
		if want := []string{"b1", "a1", "a2", "b2"}; !slices.Equal(got, want) {
			t.Errorf("the thread reads %q", got)
		}
		if turn, owed := w.turn(s, into); !owed || turn.FirstSeq != 1 || turn.LastSeq != 4 {
			t.Errorf("owed is %v: %+v", owed, turn)
		}
	})
}

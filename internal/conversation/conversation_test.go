package conversation_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/errs"
)

func TestAFirstMessageOpensConversationEpisodeAndTurn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r := w.hears(w.acme, "447700900123", "wamid.1", "Are you open on Sunday?")
		if !r.Fresh || !r.EpisodeOpened || !r.TurnOpened() || r.Seq != 1 {
			t.Fatalf("got %+v", r)
		}
		c := w.get(w.acme, r.ConversationID)
		if c.Handler != conversation.AI || c.Unread != 1 || c.LastText != "Are you open on Sunday?" {
			t.Errorf("got %+v", c)
		}
		if until := c.WindowUntil.Sub(c.CustomerAt); until != 24*time.Hour {
			t.Errorf("the window is open for %v", until)
		}
		turn, open := w.turn(w.acme, r.ConversationID)
		if !open || turn.FirstSeq != 1 || turn.LastSeq != 1 {
			t.Errorf("turn %+v, open %v", turn, open)
		}
	})
}

func TestAMessageSeenBeforeChangesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		first := w.hears(w.acme, "447700900123", "wamid.1", "Hello?")
		again := w.hears(w.acme, "447700900123", "wamid.1", "Hello?")
		if again.Fresh || again.TurnOpened() {
			t.Fatalf("got %+v", again)
		}
		if c := w.get(w.acme, first.ConversationID); c.LastSeq != 1 || c.Unread != 1 {
			t.Errorf("got last_seq %d, unread %d", c.LastSeq, c.Unread)
		}
	})
}

func TestTheSameIDAtAnotherTenantIsAnotherMessage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		a := w.hears(w.acme, "447700900123", "wamid.1", "To Acme")
		z := w.hears(w.zeta, "447700900123", "wamid.1", "To Zeta")
		if !z.Fresh || z.ConversationID == a.ConversationID {
			t.Fatalf("got %+v", z)
		}
		_, err := conversation.Get(t.Context(), w.db.As(w.zeta.agent), w.zeta.agent, a.ConversationID)
		if !errs.Is(err, errs.NotFound) {
			t.Errorf("Zeta reads Acme's conversation: %v", err)
		}
		_, err = w.says(w.zeta.agent, conversation.Saying{ConversationID: a.ConversationID, As: conversation.FromAgent, Bubbles: []string{"x"}})
		if !errs.Is(err, errs.NotFound) {
			t.Errorf("Zeta speaks in Acme's conversation: %v", err)
		}
	})
}

func TestAnAnswerPaysTheTurn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r := w.hears(w.acme, "447700900123", "wamid.1", "Are you open?")
		said, err := w.says(w.acme.ai, answer(r.ConversationID, r.Seq, "Yes, until six."))
		w.must(err)
		if len(said.Messages) != 1 || said.Messages[0].Seq != 2 || said.Messages[0].Status != conversation.StatusQueued {
			t.Fatalf("got %+v", said)
		}
		if _, open := w.turn(w.acme, r.ConversationID); open {
			t.Error("the turn is still open")
		}
		if _, err := w.says(w.acme.ai, answer(r.ConversationID, r.Seq, "Yes, until six.")); !errs.Is(err, errs.Conflict) {
			t.Errorf("the same turn was answered twice: %v", err)
		}
	})
}

func TestAnAnswerIsDroppedWhenTheCustomerWroteOn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r := w.hears(w.acme, "447700900123", "wamid.1", "Are you open?")
		next := w.hears(w.acme, "447700900123", "wamid.2", "On Sunday, I mean")
		if next.TurnOpened() || !next.TurnExtended() {
			t.Fatalf("got %+v", next)
		}
		if _, err := w.says(w.acme.ai, answer(r.ConversationID, 1, "Yes")); !errs.Is(err, errs.Conflict) {
			t.Fatalf("a stale answer was said: %v", err)
		}
		if turn, open := w.turn(w.acme, r.ConversationID); !open || turn.FirstSeq != 1 || turn.LastSeq != 2 {
			t.Errorf("turn %+v, open %v", turn, open)
		}
	})
}

func TestAtTheCapAnAnswerPassesAndTheTurnMovesOn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r := w.hears(w.acme, "447700900123", "wamid.1", "Are you open?")
		w.hears(w.acme, "447700900123", "wamid.2", "Do you have parking?")
		capped := answer(r.ConversationID, 1, "Yes, until six.")
		capped.AtCap = true
		said, err := w.says(w.acme.ai, capped)
		w.must(err)
		turn, open := w.turn(w.acme, r.ConversationID)
		if !said.TurnLeft || !open || turn.FirstSeq != 2 || turn.LastSeq != 3 {
			t.Fatalf("left %v, turn %+v, open %v", said.TurnLeft, turn, open)
		}
		if _, err := w.says(w.acme.ai, capped); !errs.Is(err, errs.Conflict) {
			t.Errorf("the same words were answered twice: %v", err)
		}
		if _, err := w.says(w.acme.ai, answer(r.ConversationID, turn.LastSeq, "Yes, in the yard.")); err != nil {
			t.Errorf("the rest is not answered: %v", err)
		}
	})
}

func TestAPersonsWordStopsTheAI(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r := w.hears(w.acme, "447700900123", "wamid.1", "Are you open?")
		_, err := w.says(w.acme.agent, conversation.Saying{
			ConversationID: r.ConversationID, As: conversation.FromAgent, Bubbles: []string{"Yes!"},
		})
		w.must(err)
		c := w.get(w.acme, r.ConversationID)
		if c.Handler != conversation.Human || c.AssigneeID != "agent-1" {
			t.Errorf("got handler %s, assignee %s", c.Handler, c.AssigneeID)
		}
		if _, open := w.turn(w.acme, r.ConversationID); open {
			t.Error("the AI still owes an answer")
		}
		if _, err := w.says(w.acme.ai, answer(r.ConversationID, 1, "Yes")); !errs.Is(err, errs.Conflict) {
			t.Errorf("the AI talked over a person: %v", err)
		}
		if next := w.hears(w.acme, "447700900123", "wamid.2", "Thank you"); next.TurnOpened() {
			t.Error("the AI owes an answer in a person's conversation")
		}
	})
}

func TestTakingOverVoidsTheTurnAndHandingBackOpensIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r := w.hears(w.acme, "447700900123", "wamid.1", "Are you open?")
		w.must(w.step(w.acme.agent, func(tx *db.Tx) error { return w.talks.TakeOver(t.Context(), tx, w.acme.agent, r.ConversationID) }))
		if _, open := w.turn(w.acme, r.ConversationID); open {
			t.Error("the turn outlived the take-over")
		}
		if _, err := w.says(w.acme.ai, answer(r.ConversationID, 1, "Yes")); !errs.Is(err, errs.Conflict) {
			t.Errorf("the AI talked over a person: %v", err)
		}
		err := w.step(w.acme.other, func(tx *db.Tx) error { return w.talks.TakeOver(t.Context(), tx, w.acme.other, r.ConversationID) })
		if !errs.Is(err, errs.Conflict) {
			t.Errorf("a colleague's conversation was taken: %v", err)
		}
		var opened bool
		w.must(w.step(w.acme.agent, func(tx *db.Tx) (err error) {
			_, opened, err = w.talks.HandBack(t.Context(), tx, w.acme.agent, r.ConversationID, "me", 30*time.Second)
			return err
		}))
		if _, open := w.turn(w.acme, r.ConversationID); !open || !opened {
			t.Errorf("after handing back, turn open %v, said %v", open, opened)
		}
		lines := slices.DeleteFunc(w.thread(w.acme, r.ConversationID), func(m conversation.Message) bool { return m.Kind != conversation.KindEvent })
		if len(lines) != 2 || lines[0].Body != "taken_over" || lines[1].Body != "handed_back" {
			t.Errorf("system lines %+v", lines)
		}
	})
}

func TestAHandOffWaitsForPeople(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r := w.hears(w.acme, "447700900123", "wamid.1", "I want my money back")
		handOff := func(covers int64) error {
			return w.step(w.acme.ai, func(tx *db.Tx) error {
				return w.talks.HandOff(t.Context(), tx, w.acme.ai, r.ConversationID, conversation.HandOff{
					Reason: "asked", Summary: "Wants a refund.", Covers: covers,
				})
			})
		}
		if err := handOff(99); !errs.Is(err, errs.Conflict) {
			t.Fatalf("a stale hand-off passed: %v", err)
		}
		w.must(handOff(1))
		for view, want := range map[conversation.View]int{
			conversation.ViewHandedOff: 1, conversation.ViewNeedsMe: 1, conversation.ViewUnreplied: 1, conversation.ViewAll: 1,
			conversation.ViewAI: 0, conversation.ViewMine: 0, conversation.ViewClosed: 0, conversation.ViewSnoozed: 0,
		} {
			if got := w.list(w.acme, conversation.Filter{View: view}); len(got) != want {
				t.Errorf("%s shows %d", view, len(got))
			}
		}
		if rows := w.list(w.zeta, conversation.Filter{}); len(rows) != 0 {
			t.Errorf("Zeta sees %d of Acme's conversations", len(rows))
		}
	})
}

func (w *world) list(s side, f conversation.Filter) []conversation.Row {
	w.t.Helper()
	if f.Limit == 0 {
		f.Limit = 50
	}
	rows, err := conversation.List(w.t.Context(), w.db.As(s.agent), s.agent, w.db.Now(), f)
	w.must(err)
	return rows
}

func TestClosingEndsTheEpisodeAndTheNextMessageOpensAnother(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r := w.hears(w.acme, "447700900123", "wamid.1", "Are you open?")
		closeIt := func() error {
			return w.step(w.acme.agent, func(tx *db.Tx) error {
				return w.talks.Close(t.Context(), tx, w.acme.agent, r.ConversationID, "closed_by_person")
			})
		}
		w.must(closeIt())
		w.must(closeIt()) // closing what is closed changes nothing
		if _, open := w.turn(w.acme, r.ConversationID); open {
			t.Error("a closed conversation owes an answer")
		}
		if rows := w.list(w.acme, conversation.Filter{View: conversation.ViewClosed}); len(rows) != 1 {
			t.Errorf("closed view shows %d", len(rows))
		}
		w.must(w.step(w.acme.agent, func(tx *db.Tx) error { return w.talks.Reopen(t.Context(), tx, w.acme.agent, r.ConversationID) }))
		if c := w.get(w.acme, r.ConversationID); c.Status != conversation.Active || c.Episode != 1 {
			t.Errorf("reopened: %s, episode %d", c.Status, c.Episode)
		}
		w.must(closeIt())
		next := w.hears(w.acme, "447700900123", "wamid.2", "One more thing")
		if !next.EpisodeOpened || !next.TurnOpened() || next.ConversationID != r.ConversationID {
			t.Errorf("got %+v", next)
		}
		if c := w.get(w.acme, r.ConversationID); c.Episode != 2 || c.Status != conversation.Active {
			t.Errorf("episode %d, %s", c.Episode, c.Status)
		}
	})
}

func TestWhatAsksForNothingOwesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		silent := func(in *conversation.Inbound) { in.Weight, in.OpensWindow = conversation.Silent, false }
		counts := func(in *conversation.Inbound) { in.Weight = conversation.Counts }
		r := w.hears(w.acme, "447700900123", "wamid.1", "👍", silent)
		if r.TurnOpened() || w.get(w.acme, r.ConversationID).SaidSeq != 0 {
			t.Fatalf("a reaction counts as a word: %+v", r)
		}
		w.hears(w.acme, "447700900123", "wamid.2", "Are you open?")
		r = w.hears(w.acme, "447700900123", "wamid.3", "from last week", counts)
		if turn, _ := w.turn(w.acme, r.ConversationID); turn.LastSeq != 3 {
			t.Errorf("the turn ends at %d, so that its answer could never be said", turn.LastSeq)
		}
		if _, err := w.says(w.acme.ai, answer(r.ConversationID, 3, "Yes")); err != nil {
			t.Error(err)
		}
	})
}

func TestASwitchedOffConversationIsPeoples(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r := w.hears(w.acme, "447700900123", "wamid.1", "Are you open?")
		mode := func(m conversation.Mode) error {
			return w.step(w.acme.agent, func(tx *db.Tx) error { return w.talks.SetMode(t.Context(), tx, w.acme.agent, r.ConversationID, m) })
		}
		w.must(mode(conversation.Off))
		if next := w.hears(w.acme, "447700900123", "wamid.2", "Hello?"); next.TurnOpened() {
			t.Error("the AI owes an answer although it is off")
		}
		err := w.step(w.acme.agent, func(tx *db.Tx) error {
			_, _, err := w.talks.HandBack(t.Context(), tx, w.acme.agent, r.ConversationID, "me", time.Second)
			return err
		})
		if !errs.Is(err, errs.Conflict) {
			t.Errorf("handed back to an AI that is off: %v", err)
		}
		if err := mode("sometimes"); !errs.Is(err, errs.Invalid) {
			t.Errorf("got %v", err)
		}
		w.must(mode(conversation.Auto))
		if c := w.get(w.acme, r.ConversationID); c.Handler != conversation.Human {
			t.Error("switching the AI on took the conversation from people")
		}
	})
}

func TestOverdueTurnsOfAllTenantsAreFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		late := func(in *conversation.Inbound) { in.Deadline = -time.Second }
		w.hears(w.acme, "447700900123", "wamid.1", "Hello?", late)
		w.hears(w.zeta, "447700900124", "wamid.2", "Hello?", late)
		w.hears(w.zeta, "447700900125", "wamid.3", "Hello?")
		owed, err := conversation.Overdue(t.Context(), w.db.As(w.acme.ai), w.db.Now(), 10)
		w.must(err)
		if len(owed) != 2 {
			t.Errorf("found %d", len(owed))
		}
	})
}

func TestALongThreadIsReadInPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var id string
		for i := range 25 {
			id = w.hears(w.acme, "447700900123", fmt.Sprintf("wamid.%d", i), fmt.Sprintf("line %d", i+1)).ConversationID
		}
		page := func(after, before int64) (seqs []int64) {
			all, err := conversation.Messages(t.Context(), w.db.As(w.acme.agent), w.acme.agent, id, after, before, 10)
			w.must(err)
			for _, m := range all {
				seqs = append(seqs, m.Seq)
			}
			return seqs
		}
		if got := page(0, 0); got[0] != 16 || got[9] != 25 {
			t.Errorf("newest page %v", got)
		}
		if got := page(0, 16); got[0] != 6 || got[9] != 15 {
			t.Errorf("page before %v", got)
		}
		if got := page(20, 0); len(got) != 5 || got[0] != 21 {
			t.Errorf("page after %v", got)
		}
	})
}

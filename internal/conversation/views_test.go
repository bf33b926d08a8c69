package conversation_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/errs"
)

// set changes a column of a conversation that no verb of this issue sets yet.
func (w *world) set(s side, id, assignment string, args ...any) {
	w.t.Helper()
	w.must(w.step(s.wire, func(tx *db.Tx) error {
		n, err := tx.Exec(w.t.Context(), `UPDATE conversations SET `+assignment+` WHERE tenant_id = $1 AND id = $2`,
			append([]any{s.tenant, id}, args...)...)
		return db.One(n, err, "conversation")
	}))
}

func (w *world) handsOff(s side, id string) {
	w.t.Helper()
	w.must(w.step(s.ai, func(tx *db.Tx) error {
		return w.talks.HandOff(w.t.Context(), tx, s.ai, id, conversation.HandOff{Reason: "asked", Summary: "Wants a person."})
	}))
}

func (w *world) takesOver(s side, id string) {
	w.t.Helper()
	w.must(w.step(s.agent, func(tx *db.Tx) error { return w.talks.TakeOver(w.t.Context(), tx, s.agent, id) }))
}

func (w *world) replies(s side, id, text string) conversation.Message {
	w.t.Helper()
	said, err := w.says(s.agent, conversation.Saying{ConversationID: id, As: conversation.FromAgent, Bubbles: []string{text}})
	w.must(err)
	return said.Messages[0]
}

func TestEachViewShowsWhatItsNameSays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		s := w.acme
		n := 0
		open := func() string {
			n++
			from := "4477009004" + string(rune('0'+n/10)) + string(rune('0'+n%10))
			w.hears(w.zeta, from, "wamid."+from, "Hello") // Zeta's twin is seen by nobody at Acme
			return w.hears(s, from, "wamid."+from, "Hello").ConversationID
		}
		name := map[string]string{}
		add := func(what string) string { id := open(); name[id] = what; return id }

		add("new")
		answered := add("answered by the AI")
		_, err := w.says(s.ai, answer(answered, 1, "Hello!"))
		w.must(err)
		w.handsOff(s, add("handed off"))
		w.takesOver(s, add("mine, unreplied"))
		w.replies(s, add("mine, replied"), "Hello, Bo here.")
		failed := add("mine, not delivered")
		w.mark(s, conversation.Receipt{MessageID: w.replies(s, failed, "Hello").ID, ExternalID: "wamid.x", Status: "failed"})
		theirs := add("a colleague's")
		w.must(w.step(s.other, func(tx *db.Tx) error { return w.talks.TakeOver(t.Context(), tx, s.other, theirs) }))
		closed := add("closed")
		w.must(w.step(s.agent, func(tx *db.Tx) error { return w.talks.Close(t.Context(), tx, s.agent, closed, "resolved") }))
		w.set(s, add("asleep"), `snoozed_until = $3`, w.db.Now().Add(time.Hour))
		w.set(s, add("awake again"), `snoozed_until = $3`, w.db.Now().Add(-time.Hour))
		asleep := add("asleep and handed off")
		w.handsOff(s, asleep)
		w.set(s, asleep, `snoozed_until = $3`, w.db.Now().Add(time.Hour))
		napping := add("mine, asleep")
		w.takesOver(s, napping)
		w.set(s, napping, `snoozed_until = $3`, w.db.Now().Add(time.Hour))
		off := add("switched off")
		w.must(w.step(s.agent, func(tx *db.Tx) error { return w.talks.SetMode(t.Context(), tx, s.agent, off, conversation.Off) }))

		for view, want := range map[conversation.View][]string{
			conversation.ViewNeedsMe:   {"handed off", "mine, unreplied", "mine, not delivered"},
			conversation.ViewUnreplied: {"new", "handed off", "mine, unreplied", "a colleague's", "awake again", "switched off"},
			conversation.ViewAI:        {"new", "answered by the AI", "awake again"},
			conversation.ViewHandedOff: {"handed off"},
			conversation.ViewMine:      {"mine, unreplied", "mine, replied", "mine, not delivered"},
			conversation.ViewClosed:    {"closed"},
			conversation.ViewSnoozed:   {"asleep", "asleep and handed off", "mine, asleep"},
			conversation.ViewAll: {
				"new", "answered by the AI", "handed off", "mine, unreplied", "mine, replied", "mine, not delivered", "a colleague's",
				"awake again", "switched off",
			},
		} {
			var got []string
			for _, r := range w.list(s, conversation.Filter{View: view}) {
				got = append(got, name[r.ID])
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%s shows %q, want %q", view, got, want)
			}
		}
	})
}

func TestASnoozedConversationIsFoundBySearch(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r := w.hears(w.acme, "447700900123", "wamid.1", "Hello")
		w.set(w.acme, r.ConversationID, `snoozed_until = $3`, w.db.Now().Add(time.Hour))
		if rows := w.list(w.acme, conversation.Filter{View: conversation.ViewAll}); len(rows) != 0 {
			t.Errorf("the list shows %d", len(rows))
		}
		if rows := w.list(w.acme, conversation.Filter{View: conversation.ViewAll, Query: "Ada"}); len(rows) != 1 {
			t.Errorf("the search finds %d", len(rows))
		}
	})
}

func TestANewMessageWakesASnoozedConversation(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r := w.hears(w.acme, "447700900123", "wamid.1", "Hello")
		w.set(w.acme, r.ConversationID, `snoozed_until = $3`, w.db.Now().Add(time.Hour))
		w.hears(w.acme, "447700900123", "wamid.2", "👍", func(in *conversation.Inbound) { in.Weight = conversation.Silent })
		if w.get(w.acme, r.ConversationID).SnoozedUntil.IsZero() {
			t.Error("a reaction woke it")
		}
		w.hears(w.acme, "447700900123", "wamid.3", "Are you there?")
		if !w.get(w.acme, r.ConversationID).SnoozedUntil.IsZero() {
			t.Error("it still sleeps")
		}
	})
}

func TestARowShowsWhoItIsWithAndWhoHasIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r := w.hears(w.acme, "447700900123", "wamid.1", "line one\nline two\t"+strings.Repeat("ж", 300))
		row, err := conversation.RowOf(t.Context(), w.db.As(w.acme.agent), w.acme.agent, r.ConversationID)
		w.must(err)
		if row.ContactName != "Ada" || row.ContactPhone != "447700900123" || row.ChannelKind != "whatsapp" || !row.Answering {
			t.Errorf("got %+v", row)
		}
		if len([]rune(row.LastText)) != 200 || row.LastText[:18] != "line one line two " {
			t.Errorf("the preview is %q", row.LastText)
		}
		if _, err := conversation.RowOf(t.Context(), w.db.As(w.zeta.agent), w.zeta.agent, r.ConversationID); !errs.Is(err, errs.NotFound) {
			t.Errorf("Zeta sees it: %v", err)
		}
	})
}

func TestAReadConversationHasNothingUnread(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r := w.hears(w.acme, "447700900123", "wamid.1", "Hello")
		read := func(s side) error {
			return w.step(s.agent, func(tx *db.Tx) error { return w.talks.MarkRead(t.Context(), tx, s.agent, r.ConversationID) })
		}
		if err := read(w.zeta); !errs.Is(err, errs.NotFound) {
			t.Errorf("Zeta marks Acme's conversation: %v", err)
		}
		if w.get(w.acme, r.ConversationID).Unread != 1 {
			t.Error("nothing is unread")
		}
		w.must(read(w.acme))
		if n := w.get(w.acme, r.ConversationID).Unread; n != 0 {
			t.Errorf("%d unread", n)
		}
	})
}

func TestAReplyFromThePhoneAppTakesAHandOff(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r := w.hears(w.acme, "447700900123", "wamid.1", "A person, please")
		w.handsOff(w.acme, r.ConversationID)
		w.must(w.step(w.acme.wire, func(tx *db.Tx) error {
			_, err := w.talks.Echo(t.Context(), tx, w.acme.wire, conversation.Inbound{
				ChannelID: w.acme.channel, ContactID: w.get(w.acme, r.ConversationID).ContactID, ExternalID: "wamid.echo",
				Kind: "text", Body: "Bo here", SaidAt: tx.Now(),
			})
			return err
		}))
		if rows := w.list(w.acme, conversation.Filter{View: conversation.ViewHandedOff}); len(rows) != 0 {
			t.Error("it still waits for somebody")
		}
	})
}

func TestPeopleAreCalledOnceToEachHandOff(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r := w.hears(w.acme, "447700900123", "wamid.1", "A person, please")
		w.handsOff(w.acme, r.ConversationID)
		since := w.get(w.acme, r.ConversationID).HandedOffAt
		mark := func(s side, since, before db.Time) (marked bool, at db.Time) {
			w.must(w.step(s.ai, func(tx *db.Tx) (err error) {
				at = tx.Now()
				marked, err = conversation.MarkAlerted(t.Context(), tx, s.ai, r.ConversationID, since, before)
				return err
			}))
			return marked, at
		}
		if marked, _ := mark(w.zeta, since, 0); marked {
			t.Error("Zeta calls Acme's people")
		}
		if marked, _ := mark(w.acme, since-1, 0); marked {
			t.Error("called to another hand-off")
		}
		marked, first := mark(w.acme, since, 0)
		if !marked {
			t.Error("not called")
		}
		if marked, _ = mark(w.acme, since, 0); marked {
			t.Error("called twice by one call")
		}
		if marked, _ = mark(w.acme, since, first); !marked {
			t.Error("the second call is not made")
		}
		w.takesOver(w.acme, r.ConversationID)
		if marked, _ = mark(w.acme, since, first); marked {
			t.Error("called although somebody has it")
		}
	})
}

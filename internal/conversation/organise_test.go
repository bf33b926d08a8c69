package conversation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/actor"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/errs"
)

// joins makes the agent of a side a member of its tenant.
func (w *world) joins(s side, a actor.Actor, name string) {
	w.t.Helper()
	w.must(w.step(s.wire, func(tx *db.Tx) error {
		_, err := tx.Exec(w.t.Context(), `INSERT INTO users (id, email, name, password_hash, created_at, updated_at)
			VALUES ($1, $2, $3, '', 0, 0) ON CONFLICT DO NOTHING`, a.UserID(), a.UserID()+"@example.com", name)
		if err == nil {
			_, err = tx.Exec(w.t.Context(), `INSERT INTO members (tenant_id, user_id, role, created_at) VALUES ($1, $2, 'agent', 0)`,
				s.tenant, a.UserID())
		}
		return err
	}))
}

func (w *world) assigns(s side, id, userID string) error {
	return w.step(s.agent, func(tx *db.Tx) error { return w.talks.Assign(w.t.Context(), tx, s.agent, id, userID) })
}

func (w *world) snoozes(s side, id string, d time.Duration) error {
	return w.step(s.agent, func(tx *db.Tx) error { return w.talks.Snooze(w.t.Context(), tx, s.agent, id, tx.Now().Add(d)) })
}

func (w *world) labels(s side, name string) (l conversation.Label) {
	w.t.Helper()
	w.must(w.step(s.agent, func(tx *db.Tx) (err error) {
		l, err = w.talks.AddLabel(w.t.Context(), tx, s.agent, name, "red")
		return err
	}))
	return l
}

func (w *world) putsOn(s side, id string, labelIDs ...string) error {
	return w.step(s.agent, func(tx *db.Tx) error { return w.talks.SetLabels(w.t.Context(), tx, s.agent, id, labelIDs) })
}

func TestAConversationIsGivenToMembersOnly(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.joins(w.acme, w.acme.agent, "Bo")
		w.joins(w.zeta, w.zeta.other, "Zoe")
		r := w.hears(w.acme, "447700900123", "wamid.1", "Hello")
		if err := w.assigns(w.acme, r.ConversationID, w.zeta.other.UserID()); !errs.Is(err, errs.Invalid) {
			t.Errorf("given to somebody of another workspace: %v", err)
		}
		if err := w.assigns(w.zeta, r.ConversationID, ""); !errs.Is(err, errs.NotFound) {
			t.Errorf("Zeta assigns Acme's: %v", err)
		}
		w.must(w.assigns(w.acme, r.ConversationID, "agent-1"))
		c := w.get(w.acme, r.ConversationID)
		if _, open := w.turn(w.acme, c.ID); open || c.AssigneeID != "agent-1" || c.Handler != conversation.Human {
			t.Errorf("got %+v, turn open %t", c, open)
		}
		if _, err := w.says(w.acme.ai, answer(c.ID, r.Seq, "Late.")); !errs.Is(err, errs.Conflict) {
			t.Errorf("the AI talks over the assignee: %v", err)
		}
		w.must(w.assigns(w.acme, c.ID, ""))
		if c := w.get(w.acme, c.ID); c.AssigneeID != "" || c.Handler != conversation.Human {
			t.Errorf("given to nobody: %+v", c)
		}
		lines := w.thread(w.acme, c.ID)
		if last := lines[len(lines)-1]; last.Body != "unassigned" || !strings.Contains(string(lines[len(lines)-2].Payload), "Bo") {
			t.Errorf("the thread does not say it: %+v", lines)
		}
	})
}

func TestSnoozingEndsByItselfByTheCustomerOrByHand(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r := w.hears(w.acme, "447700900123", "wamid.1", "Hello")
		for _, d := range []time.Duration{-time.Minute, 400 * 24 * time.Hour} {
			if err := w.snoozes(w.acme, r.ConversationID, d); !errs.Is(err, errs.Invalid) {
				t.Errorf("snoozed for %s: %v", d, err)
			}
		}
		if err := w.snoozes(w.zeta, r.ConversationID, time.Hour); !errs.Is(err, errs.NotFound) {
			t.Errorf("Zeta snoozes Acme's: %v", err)
		}
		asleep := func() int { return len(w.list(w.acme, conversation.Filter{View: conversation.ViewSnoozed})) }
		w.must(w.snoozes(w.acme, r.ConversationID, time.Hour))
		if asleep() != 1 {
			t.Error("it is awake")
		}
		w.must(w.step(w.acme.agent, func(tx *db.Tx) error {
			return w.talks.Unsnooze(t.Context(), tx, w.acme.agent, r.ConversationID)
		}))
		if asleep() != 0 {
			t.Error("it still sleeps")
		}
		w.must(w.snoozes(w.acme, r.ConversationID, time.Hour))
		w.hears(w.acme, "447700900123", "wamid.2", "Are you there?")
		if asleep() != 0 {
			t.Error("the customer did not wake it")
		}
		w.must(w.step(w.acme.agent, func(tx *db.Tx) error {
			return w.talks.Close(t.Context(), tx, w.acme.agent, r.ConversationID, "resolved")
		}))
		if err := w.snoozes(w.acme, r.ConversationID, time.Hour); !errs.Is(err, errs.Conflict) {
			t.Errorf("a closed one is snoozed: %v", err)
		}
	})
}

func TestLabelsStayInTheirTenant(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		returns, vip, theirs := w.labels(w.acme, " Returns  now "), w.labels(w.acme, "VIP"), w.labels(w.zeta, "VIP")
		r := w.hears(w.acme, "447700900123", "wamid.1", "Hello")
		if err := w.putsOn(w.acme, r.ConversationID, theirs.ID); !errs.Is(err, errs.Invalid) {
			t.Errorf("Zeta's label is put on: %v", err)
		}
		if err := w.putsOn(w.zeta, r.ConversationID, theirs.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("Zeta labels Acme's: %v", err)
		}
		w.must(w.putsOn(w.acme, r.ConversationID, vip.ID, returns.ID, vip.ID))
		row, err := conversation.RowOf(t.Context(), w.db.As(w.acme.agent), w.acme.agent, r.ConversationID)
		w.must(err)
		if len(row.Labels) != 2 || row.Labels[0].Name != "Returns now" || row.Labels[1].Name != "VIP" {
			t.Errorf("it carries %+v", row.Labels)
		}
		err = w.step(w.acme.agent, func(tx *db.Tx) error {
			name := "vip"
			return w.talks.ChangeLabel(t.Context(), tx, w.acme.agent, returns.ID, &name, nil)
		})
		if !errs.Is(err, errs.Conflict) {
			t.Errorf("two of one name: %v", err)
		}
		leads := actor.ForUser(w.acme.tenant, "boss", "", []actor.Permission{actor.TenantWrite, actor.ConversationsRead})
		for a, want := range map[*actor.Actor]errs.Kind{&w.acme.agent: errs.Forbidden, &leads: ""} {
			err := w.step(*a, func(tx *db.Tx) error { return w.talks.DeleteLabel(t.Context(), tx, *a, vip.ID) })
			if want != "" && !errs.Is(err, want) || want == "" && err != nil {
				t.Errorf("deleting: %v, want %q", err, want)
			}
		}
		all, err := conversation.Labels(t.Context(), w.db.As(leads), leads)
		w.must(err)
		if len(all) != 1 || all[0].Count != 1 {
			t.Errorf("left: %+v", all)
		}
	})
}

func TestAListIsNarrowedPageByPage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.joins(w.acme, w.acme.agent, "Bo")
		label := w.labels(w.acme, "VIP")
		var labelled []string
		for i := range 9 {
			from := fmt.Sprintf("44770090012%d", i)
			w.hears(w.zeta, from, "wamid."+from, "Hello")
			id := w.hears(w.acme, from, "wamid."+from, "Hello").ConversationID
			if i%2 == 0 {
				w.must(w.putsOn(w.acme, id, label.ID))
				labelled = append(labelled, id)
			}
			if i < 3 {
				w.must(w.assigns(w.acme, id, "agent-1"))
			}
		}
		slices.Reverse(labelled)
		var got []string
		f := conversation.Filter{Only: conversation.Only{LabelID: label.ID, ChannelID: w.acme.channel}, Limit: 2}
		for range 4 {
			page := w.list(w.acme, f)
			for _, r := range page {
				got = append(got, r.ID)
				f.After = conversation.Cursor{At: r.LastAt, ID: r.ID}
			}
		}
		if !slices.Equal(got, labelled) {
			t.Errorf("got %v, want %v", got, labelled)
		}
		for name, c := range map[string]struct {
			only conversation.Only
			want int
		}{
			"mine":              {conversation.Only{AssigneeID: "agent-1"}, 3},
			"mine with a label": {conversation.Only{AssigneeID: "agent-1", LabelID: label.ID}, 2},
			"nobody's":          {conversation.Only{AssigneeID: conversation.Nobody}, 6},
			"unread":            {conversation.Only{Unread: true}, 9},
			"Zeta's channel":    {conversation.Only{ChannelID: w.zeta.channel}, 0},
			"no such label":     {conversation.Only{LabelID: "none"}, 0},
		} {
			if n := len(w.list(w.acme, conversation.Filter{Only: c.only})); n != c.want {
				t.Errorf("%s: %d, want %d", name, n, c.want)
			}
		}
		n, err := conversation.Count(t.Context(), w.db.As(w.acme.agent), w.acme.agent, w.db.Now())
		w.must(err)
		if n.NeedsMe != 3 || n.Unread != 9 {
			t.Errorf("counted %+v", n)
		}
	})
}

package conversation_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"parley/internal/actor"
	"parley/internal/contact"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/job/jobtest"
	"parley/internal/realtime"
)

// world is two tenants with a channel each, who must never meet.
type world struct {
	t          *testing.T
	db         *db.DB
	talks      *conversation.Service
	acme, zeta side
}

// side is one tenant: its channel, and an agent of it.
type side struct {
	tenant, channel string
	wire, ai        actor.Actor
	agent, other    actor.Actor
}

func each(t *testing.T, do func(t *testing.T, w *world)) {
	t.Helper()
	jobtest.Template.Each(t, func(t *testing.T, d *db.DB) { do(t, newWorld(t, d)) })
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	live, err := realtime.New(slog.New(slog.DiscardHandler), realtime.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = live.Stop(context.Background()) })
	w := &world{t: t, db: d, talks: conversation.New(live)}
	acme, zeta := dbtest.Tenants(t, d)
	w.acme, w.zeta = newSide(t, d, acme), newSide(t, d, zeta)
	return w
}

func newSide(t *testing.T, d *db.DB, tenantID string) side {
	t.Helper()
	ch := dbtest.Channel(t, d, tenantID)
	may := []actor.Permission{actor.ConversationsRead, actor.ConversationsReply}
	return side{
		tenant: tenantID, channel: ch, wire: actor.ForChannel(tenantID, ch), ai: actor.ForAI(tenantID),
		agent: actor.ForUser(tenantID, "agent-1", "192.0.2.1", may), other: actor.ForUser(tenantID, "agent-2", "192.0.2.2", may),
	}
}

func (w *world) step(a actor.Actor, do func(tx *db.Tx) error) error {
	return w.db.InTx(w.t.Context(), a, do)
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// hears writes down a customer's text, as intake does.
func (w *world) hears(s side, from, wamid, text string, change ...func(*conversation.Inbound)) (r conversation.Received) {
	w.t.Helper()
	w.must(w.receive(s, from, wamid, text, &r, change...))
	return r
}

func (w *world) receive(s side, from, wamid, text string, r *conversation.Received, change ...func(*conversation.Inbound)) error {
	var got *conversation.Received
	err := w.step(s.wire, func(tx *db.Tx) error {
		who, _, err := contact.See(w.t.Context(), tx, s.wire, contact.Sighting{WaID: from, Name: "Ada"})
		if err != nil {
			return err
		}
		in := conversation.Inbound{
			ChannelID: s.channel, ContactID: who.ID, ExternalID: wamid, Kind: "text", Body: text, Payload: json.RawMessage("{}"),
			SaidAt: tx.Now(), Weight: conversation.Owes, OpensWindow: true, Claim: "me", Deadline: 30 * time.Second,
		}
		for _, c := range change {
			c(&in)
		}
		got, err = w.talks.Receive(w.t.Context(), tx, s.wire, in)
		return err
	})
	if got != nil {
		*r = *got
	}
	return err
}

func (w *world) says(a actor.Actor, what conversation.Saying) (said conversation.Said, err error) {
	err = w.step(a, func(tx *db.Tx) (err error) {
		said, err = w.talks.Say(w.t.Context(), tx, a, what)
		return err
	})
	return said, err
}

func answer(id string, covers int64, text string) conversation.Saying {
	return conversation.Saying{ConversationID: id, As: conversation.FromAI, Bubbles: []string{text}, Covers: covers}
}

func (w *world) get(s side, id string) conversation.Conversation {
	w.t.Helper()
	c, err := conversation.Get(w.t.Context(), w.db.As(s.agent), s.agent, id)
	w.must(err)
	return c
}

func (w *world) turn(s side, id string) (conversation.Turn, bool) {
	w.t.Helper()
	o, open, err := conversation.ReadOwing(w.t.Context(), w.db.As(s.ai), s.ai, id)
	t := o.Turn
	w.must(err)
	return t, open
}

func (w *world) thread(s side, id string) []conversation.Message {
	w.t.Helper()
	all, err := conversation.Messages(w.t.Context(), w.db.As(s.agent), s.agent, id, 0, 0, 100)
	w.must(err)
	return all
}

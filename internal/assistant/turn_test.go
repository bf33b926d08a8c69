package assistant_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"parley/internal/assistant"
	"parley/internal/contact"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/llm/llmfake"
	"parley/internal/tenant"
)

// thinks waits until the model has been asked n times.
func (w *world) thinks(n int) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	if err := w.model.WaitFor(ctx, n); err != nil {
		w.t.Fatalf("the model is never asked for the %dth time\n%s", n, w.log)
	}
}

func TestANewerMessageStartsTheAnswerOver(t *testing.T) {
	t.Parallel()
	each(t, with{}, func(w *world) {
		w.knows(w.acme, "Hours", hours)
		w.model.Otherwise(answer("We open at 9, to both.", 1))
		w.model.Hold()
		id := w.hears(w.acme, "4911", "When do you open?")
		w.thinks(1)
		w.hears(w.acme, "4911", "On Monday, I mean.")
		w.thinks(2)
		w.model.Release()
		w.settles(w.acme, id)
		o := w.outcome(w.acme, id)
		if len(o.said) != 1 || o.trace.Question != "When do you open?\nOn Monday, I mean." {
			w.t.Errorf("it says %q to %q", o.said, o.trace.Question)
		}
	})
}

func TestWhoKeepsWritingIsAnsweredAllTheSame(t *testing.T) {
	t.Parallel()
	each(t, with{}, func(w *world) {
		w.knows(w.acme, "Hours", hours)
		w.model.Otherwise(answer("We open at 9.", 1))
		w.model.Hold()
		id := w.hears(w.acme, "4911", "When do you open?")
		for n, words := range []string{"On Monday?", "Or on Friday?", "Hello?", "Anybody?"} {
			w.thinks(min(n+1, 3))
			w.hears(w.acme, "4911", words)
		}
		w.thinks(3) // at the cap an attempt is deaf
		w.model.Release()
		w.settles(w.acme, id)
		o := w.outcome(w.acme, id)
		if len(o.said) == 0 || len(o.said) > 3 || w.model.Calls() > 5 {
			w.t.Errorf("it says %q after %d calls", o.said, w.model.Calls())
		}
	})
}

func TestAPersonsWordStopsTheAI(t *testing.T) {
	t.Parallel()
	each(t, with{}, func(w *world) {
		w.knows(w.acme, "Hours", hours)
		w.model.Otherwise(answer("We open at 9.", 1))
		for i, act := range []func(id string) error{
			func(id string) error { return w.ai.TakeOver(w.t.Context(), w.acme.owner, id) },
			func(id string) error {
				_, err := w.ai.Reply(w.t.Context(), w.acme.owner, conversation.Saying{
					ConversationID: id, As: conversation.FromAgent, Bubbles: []string{"I am here."},
				})
				return err
			},
			func(id string) error { return w.ai.SetMode(w.t.Context(), w.acme.owner, id, conversation.Off) },
		} {
			calls := w.model.Calls()
			w.model.Hold()
			id := w.hears(w.acme, phone(i), "When do you open?")
			w.thinks(calls + 1)
			w.must(act(id))
			w.model.Release()
			w.settles(w.acme, id)
			w.eventually("the call ends", func() bool { return w.ai.Engine().Stats().InFlight == 0 })
			if said := w.answers(w.acme, id); len(said) != 0 {
				w.t.Errorf("%d: the AI says %q", i, said[0].Body)
			}
			if c := w.talk(w.acme, id); c.Handler != conversation.Human {
				w.t.Errorf("%d: it is the AI's", i)
			}
		}
	})
}

func TestHandingBackAnswersWhatIsOpen(t *testing.T) {
	t.Parallel()
	each(t, with{}, func(w *world) {
		w.knows(w.acme, "Hours", hours)
		w.model.Otherwise(llmfake.Object(reply{Action: "hand_off", Reason: "not_known", Summary: "x"}))
		id := w.asks(w.acme, "4911", "When do you open?").id
		w.hears(w.acme, "4911", "Hello? When do you open?")
		w.model.Otherwise(answer("We open at 9.", 1))
		w.must(w.ai.HandBack(w.t.Context(), w.acme.owner, id))
		w.settles(w.acme, id)
		w.outcome(w.acme, id).says("We open at 9.")
	})
}

func TestAnswersThatAreNotSaidArePaid(t *testing.T) {
	t.Parallel()
	each(t, with{}, func(w *world) {
		w.knows(w.acme, "Hours", hours)
		// The first answer does not pass its checks; while the second is being written, a person takes over.
		w.model.Next(answer("We open at 4.", 1), llmfake.Hang())
		id := w.hears(w.acme, "4911", "When do you open?")
		w.thinks(2)
		w.must(w.ai.TakeOver(w.t.Context(), w.acme.owner, id))
		w.eventually("the work ends", func() bool { return w.ai.Engine().Stats().InFlight == 0 })
		if len(w.answers(w.acme, id)) != 0 {
			w.t.Error("it was said")
		}
		if n := w.number(w.acme, `SELECT count(*) FROM money_entries WHERE tenant_id = $1`); n != 1 {
			w.t.Errorf("%d calls are paid", n)
		}
	})
}

func TestAnAnswerWaitsForTheEndOfABurst(t *testing.T) {
	t.Parallel()
	each(t, with{}, func(w *world) {
		w.knows(w.acme, "Hours", hours)
		w.is(w.acme, tenant.Change{QuietWindowMs: ptr(2500)})
		w.model.Otherwise(answer("We open at 9.", 1))
		id := w.hears(w.acme, "4911", "When do you open?")
		w.thinks(1)
		w.hears(w.acme, "4911", "On Monday, I mean.")
		w.thinks(2)
		if n := len(w.answers(w.acme, id)); n != 0 {
			w.t.Errorf("%d answers within the burst", n)
		}
		w.settles(w.acme, id)
		if o := w.outcome(w.acme, id); len(o.said) != 1 {
			w.t.Errorf("it says %q", o.said)
		}
	})
}

func TestTheWatchdogGivesOverdueTurnsToPeople(t *testing.T) {
	t.Parallel()
	each(t, with{}, func(w *world) {
		w.model.Hold()
		id := w.hears(w.acme, "4911", "When do you open?")
		other := w.hears(w.zeta, "4911", "When do you open?")
		w.thinks(2)
		if n, err := w.ai.Rescue(w.t.Context()); err != nil || n != 0 {
			w.t.Fatalf("%d rescued in time: %v", n, err)
		}
		w.clock.move(31 * time.Second)
		n, err := w.ai.Rescue(w.t.Context())
		w.must(err)
		if n != 2 {
			w.t.Errorf("%d turns rescued", n)
		}
		w.model.Release()
		for _, one := range []struct {
			s  side
			id string
		}{{w.acme, id}, {w.zeta, other}} {
			w.settles(one.s, one.id)
			o := w.outcome(one.s, one.id)
			o.goesToPeople(assistant.ReasonDeadline)
			if len(o.said) != 1 {
				w.t.Errorf("it says %q", o.said)
			}
		}
		if n, err := w.ai.Rescue(w.t.Context()); err != nil || n != 0 {
			w.t.Errorf("%d rescued again: %v", n, err)
		}
	})
}

// leftByADeadProcess is a turn that is claimed by a process that is no more.
func (w *world) leftByADeadProcess(s side, from, text string) (id string) {
	w.t.Helper()
	w.step(s.wire, func(tx *db.Tx) error {
		who, _, err := contact.See(w.t.Context(), tx, s.wire, contact.Sighting{WaID: from, Name: "Ada"})
		if err != nil {
			return err
		}
		r, err := w.talks.Receive(w.t.Context(), tx, s.wire, conversation.Inbound{
			ChannelID: s.channel, ContactID: who.ID, ExternalID: "wamid.left." + s.tenant, Kind: "text", Body: text,
			Payload: json.RawMessage("{}"), SaidAt: tx.Now(), Weight: conversation.Owes, OpensWindow: true, Claim: "gone",
			Deadline: w.ai.Deadline(),
		})
		id = r.ConversationID
		return err
	})
	return id
}

func TestATurnTakenUpLateIsAnswered(t *testing.T) {
	t.Parallel()
	each(t, with{}, func(w *world) {
		w.knows(w.acme, "Hours", hours)
		w.model.Otherwise(answer("We open at 9.", 1))
		id := w.leftByADeadProcess(w.acme, "4911", "When do you open?")
		w.clock.move(40 * time.Second) // more than a turn's budget
		w.settles(w.acme, id)
		w.outcome(w.acme, id).says("We open at 9.")
	})
}

func TestATurnThatCannotBeRescuedKeepsNoOtherWaiting(t *testing.T) {
	t.Parallel()
	each(t, with{noModel: true}, func(w *world) {
		w.step(w.zeta.owner, func(tx *db.Tx) error {
			_, err := tx.Exec(w.t.Context(), `UPDATE tenants SET settings = '{' WHERE tenant_id = $1`, w.zeta.tenant)
			return err
		})
		w.leftByADeadProcess(w.zeta, "4911", "When do you open?")
		w.step(w.acme.owner, func(tx *db.Tx) error { // so that no worker takes it up before the watchdog does
			_, err := tx.Exec(w.t.Context(), `INSERT INTO processes (id, started_at, alive_until) VALUES ('gone', 0, $1)`,
				tx.Now().Add(time.Hour))
			return err
		})
		id := w.leftByADeadProcess(w.acme, "4911", "When do you open?")
		var n int
		var err error
		for n == 0 && err == nil {
			w.clock.move(31 * time.Second)
			n, err = w.ai.Rescue(w.t.Context())
		}
		if n != 1 || err == nil {
			w.t.Errorf("%d rescued: %v", n, err)
		}
		w.outcome(w.acme, id).goesToPeople(assistant.ReasonDeadline)
	})
}

func TestALongConversationGetsALook(t *testing.T) {
	t.Parallel()
	each(t, with{}, func(w *world) {
		w.model.Otherwise(llmfake.Object(reply{Action: "chat", Text: "Go on"}))
		id := w.asks(w.acme, "4911", "It goes on").id
		w.step(w.acme.owner, func(tx *db.Tx) error {
			_, err := tx.Exec(w.t.Context(), `UPDATE conversations SET last_seq = last_seq + 396, said_seq = last_seq + 396
				WHERE tenant_id = $1 AND id = $2`, w.acme.tenant, id)
			return err
		})
		w.asks(w.acme, "4911", "and on").says("Go on")
		w.asks(w.acme, "4911", "and on, and on").goesToPeople(assistant.ReasonTurnLimit)
		w.must(w.ai.HandBack(w.t.Context(), w.acme.owner, id))
		w.settles(w.acme, id)
		w.asks(w.acme, "4911", "and on it goes").says("Go on")
	})
}

func TestReadReceipts(t *testing.T) {
	t.Parallel()
	each(t, with{noModel: true}, func(w *world) {
		w.asks(w.acme, "4911", "Hello!").says("How can I help you?")
		if strings.Contains(w.log.String(), "panic") {
			w.t.Error(w.log)
		}
	})
}

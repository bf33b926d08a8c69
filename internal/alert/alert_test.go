package alert_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/actor"
	"parley/internal/alert"
	"parley/internal/contact"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/errs"
	"parley/internal/job"
	"parley/internal/job/jobtest"
	"parley/internal/realtime"
)

// world is two tenants, each with a conversation that the AI has.
type world struct {
	t          *testing.T
	d          *db.DB
	talks      *conversation.Service
	jobs       *job.Queue
	alerts     *alert.Service
	log        *dbtest.Record
	acme, zeta side
}

type side struct {
	tenant, conversation string
	ai, agent            actor.Actor
}

func each(t *testing.T, o alert.Options, do func(t *testing.T, w *world)) {
	t.Helper()
	jobtest.Template.Each(t, func(t *testing.T, d *db.DB) {
		w := &world{t: t, d: d, log: &dbtest.Record{}}
		log := w.log.Log(slog.LevelInfo)
		live, err := realtime.New(log, realtime.Options{})
		w.must(err)
		w.talks = conversation.New(live)
		w.jobs, err = job.New(t.Context(), d, log, job.Options{Poll: 20 * time.Millisecond})
		w.must(err)
		w.alerts = alert.New(alert.Parts{DB: d, Live: live, Jobs: w.jobs, Log: log}, o)
		w.must(w.jobs.Start(t.Context()))
		t.Cleanup(func() {
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			_ = w.jobs.Stop(ctx)
			_ = live.Stop(ctx)
		})
		acme, zeta := dbtest.Tenants(t, d)
		w.acme, w.zeta = w.side(acme), w.side(zeta)
		do(t, w)
	})
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) side(tenantID string) side {
	w.t.Helper()
	s := side{tenant: tenantID, ai: actor.ForAI(tenantID), agent: actor.ForUser(tenantID, "agent-1", "192.0.2.1", nil)}
	ch := dbtest.Channel(w.t, w.d, tenantID)
	w.must(w.step(s.ai, func(tx *db.Tx) error {
		who, _, err := contact.See(w.t.Context(), tx, s.ai, contact.Sighting{WaID: "447700900123"})
		if err != nil {
			return err
		}
		r, err := w.talks.Receive(w.t.Context(), tx, s.ai, conversation.Inbound{
			ChannelID: ch, ContactID: who.ID, ExternalID: "wamid.1", Kind: "text", Body: "a person, please",
			Payload: json.RawMessage("{}"), SaidAt: tx.Now(), Weight: conversation.Owes, Claim: "me", Deadline: time.Minute,
		})
		s.conversation = r.ConversationID
		return err
	}))
	return s
}

func (w *world) step(a actor.Actor, do func(tx *db.Tx) error) error {
	return w.d.InTx(w.t.Context(), a, do)
}

// handsOff hands a conversation to people, as the assistant does; then is done in the same step.
func (w *world) handsOff(s side, then func() error) error {
	return w.step(s.ai, func(tx *db.Tx) error {
		err := w.talks.HandOff(w.t.Context(), tx, s.ai, s.conversation, conversation.HandOff{Reason: "asked"})
		if err != nil {
			return err
		}
		if err := w.alerts.HandedOff(w.t.Context(), tx, s.ai, s.conversation, "asked"); err != nil {
			return err
		}
		return then()
	})
}

func nothing() error { return nil }

// facts are the kinds of the facts of a tenant, in order.
func (w *world) facts(s side) (kinds []string) {
	w.t.Helper()
	rows, err := w.d.As(s.agent).Query(w.t.Context(), `SELECT kind FROM events WHERE tenant_id = $1 ORDER BY id`, s.tenant)
	w.must(err)
	defer rows.Close()
	for rows.Next() {
		var kind string
		w.must(rows.Scan(&kind))
		kinds = append(kinds, strings.TrimPrefix(kind, "conversation."))
	}
	w.must(rows.Err())
	return kinds
}

func (w *world) alertedAt(s side) (at db.Time) {
	w.t.Helper()
	w.must(w.d.As(s.agent).QueryRow(w.t.Context(),
		`SELECT coalesce(alerted_at, 0) FROM conversations WHERE tenant_id = $1 AND id = $2`, s.tenant, s.conversation).Scan(&at))
	return at
}

func (w *world) eventually(what string, is func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !is(); {
		if time.Now().After(deadline) {
			w.t.Fatalf("never: %s\n%s", what, w.log)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// quiet waits until no call is under way or due.
func (w *world) quiet() {
	w.t.Helper()
	w.eventually("the calls are made", func() bool {
		s, err := w.jobs.Stats(w.t.Context())
		w.must(err)
		return s.Waiting+s.Running+s.Retrying == 0
	})
}

func TestAHandOffCallsPeople(t *testing.T) {
	t.Parallel()
	each(t, alert.Options{}, func(t *testing.T, w *world) {
		w.must(w.handsOff(w.acme, nothing))
		w.eventually("people are called", func() bool { return !w.alertedAt(w.acme).IsZero() })
		if got := w.facts(w.acme); !slices.Equal(got, []string{"handed_off", "alerted"}) {
			t.Errorf("facts %v", got)
		}
		if got := w.facts(w.zeta); len(got) != 0 || !w.alertedAt(w.zeta).IsZero() {
			t.Errorf("Zeta hears of it: %v", got)
		}
		w.quiet()
		s, err := w.jobs.Stats(t.Context())
		w.must(err)
		if s.Put != 1 {
			t.Errorf("the second call is not put off: %+v", s)
		}
	})
}

func TestAHandOffThatIsNotStoredCallsNobody(t *testing.T) {
	t.Parallel()
	each(t, alert.Options{}, func(t *testing.T, w *world) {
		if err := w.handsOff(w.acme, func() error { return errs.New(errs.Conflict, "no") }); !errs.Is(err, errs.Conflict) {
			t.Fatal(err)
		}
		w.must(w.handsOff(w.zeta, nothing))
		w.eventually("Zeta's people are called", func() bool { return !w.alertedAt(w.zeta).IsZero() })
		w.quiet()
		if got := w.facts(w.acme); len(got) != 0 || !w.alertedAt(w.acme).IsZero() {
			t.Errorf("facts %v", got)
		}
	})
}

// River looks for jobs that were put off every 5 s, so these tests take that long.
func TestAnUntouchedHandOffCallsAgainAndNotForEver(t *testing.T) {
	t.Parallel()
	each(t, alert.Options{Escalate: 10 * time.Millisecond, Calls: 2}, func(t *testing.T, w *world) {
		w.must(w.handsOff(w.acme, nothing))
		w.eventually("people are called again", func() bool { return len(w.facts(w.acme)) == 3 })
		w.quiet()
		if got := w.facts(w.acme); !slices.Equal(got, []string{"handed_off", "alerted", "escalated"}) {
			t.Errorf("facts %v", got)
		}
		w.eventually("it is counted and said", func() bool {
			return w.alerts.Escalations() == 1 && strings.Contains(w.log.String(), "nobody has touched it")
		})
		s, err := w.jobs.Stats(t.Context())
		w.must(err)
		if s.Put != 0 {
			t.Errorf("a third call is put off: %+v", s)
		}
		if strings.Contains(w.log.String(), "a person, please") {
			t.Error("what the customer wrote is in the log")
		}
	})
}

func TestATouchedHandOffCallsNobodyAgain(t *testing.T) {
	t.Parallel()
	for name, touch := range map[string]func(w *world, tx *db.Tx, s side) error{
		"taken over": func(w *world, tx *db.Tx, s side) error {
			return w.talks.TakeOver(w.t.Context(), tx, s.agent, s.conversation)
		},
		"replied": func(w *world, tx *db.Tx, s side) error {
			_, err := w.talks.Say(w.t.Context(), tx, s.agent, conversation.Saying{
				ConversationID: s.conversation, As: conversation.FromAgent, Bubbles: []string{"Hello, Bo here."},
			})
			return err
		},
		"handed back": func(w *world, tx *db.Tx, s side) error {
			_, _, err := w.talks.HandBack(w.t.Context(), tx, s.agent, s.conversation, "me", time.Minute)
			return err
		},
		"closed": func(w *world, tx *db.Tx, s side) error {
			return w.talks.Close(w.t.Context(), tx, s.agent, s.conversation, "resolved")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, alert.Options{Escalate: 10 * time.Millisecond}, func(t *testing.T, w *world) {
				w.must(w.handsOff(w.acme, nothing))
				w.must(w.step(w.acme.agent, func(tx *db.Tx) error { return touch(w, tx, w.acme) }))
				w.must(w.handsOff(w.zeta, nothing))
				w.eventually("untouched Zeta is called again", func() bool { return slices.Contains(w.facts(w.zeta), "escalated") })
				if got := w.facts(w.acme); slices.Contains(got, "escalated") {
					t.Errorf("facts %v", got)
				}
			})
		})
	}
}

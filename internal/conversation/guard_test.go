package conversation_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/internal/actor"
	"parley/internal/contact"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/errs"
)

// overlap runs two steps that overlap for certain: the second waits for a lock that the first holds until then.
func (w *world) overlap(a actor.Actor, first func(tx *db.Tx) error, b actor.Actor, second func(tx *db.Tx) error) (one, two error) {
	w.t.Helper()
	inside, goOn := make(chan struct{}), make(chan struct{})
	ones, twos := make(chan error, 1), make(chan error, 1)
	hold := true
	go func() {
		ones <- w.db.InTx(w.t.Context(), a, func(tx *db.Tx) error {
			err := first(tx)
			if hold {
				hold = false
				close(inside)
				<-goOn
			}
			return err
		}, db.InLane(0))
	}()
	<-inside
	go func() { twos <- w.db.InTx(w.t.Context(), b, second, db.InLane(1)) }()
	dbtest.AwaitBlocked(w.t, w.db)
	close(goOn)
	return <-ones, <-twos
}

// A check that is read before the write would pass here: the answer was thought of while the conversation was the AI's,
// and both transactions are open at once. The guard in the WHERE of the write holds.
func TestTheGuardHoldsUnderTwoOverlappingTransactions(t *testing.T) {
	t.Parallel()
	dbtest.Only(t, dbtest.Postgres)
	w := newWorld(t, dbtest.Open(t, dbtest.Postgres))
	ctx, s := t.Context(), w.acme
	ask := func(n int) conversation.Received {
		return w.hears(s, fmt.Sprintf("44770090050%d", n), fmt.Sprintf("wamid.%d", n), "Are you open?")
	}
	say := func(what conversation.Saying, a actor.Actor) func(tx *db.Tx) error {
		return func(tx *db.Tx) error { _, err := w.talks.Say(ctx, tx, a, what); return err }
	}
	for n, c := range []struct {
		what   string
		first  func(r conversation.Received) func(tx *db.Tx) error
		actor  actor.Actor
		second func(r conversation.Received) func(tx *db.Tx) error
	}{
		{"a person takes over while the AI speaks", func(r conversation.Received) func(tx *db.Tx) error {
			return func(tx *db.Tx) error { return w.talks.TakeOver(ctx, tx, s.agent, r.ConversationID) }
		}, s.agent, nil},
		{"a person replies while the AI speaks", func(r conversation.Received) func(tx *db.Tx) error {
			return say(conversation.Saying{ConversationID: r.ConversationID, As: conversation.FromAgent, Bubbles: []string{"Yes!"}}, s.agent)
		}, s.agent, nil},
		{"the AI is switched off while it speaks", func(r conversation.Received) func(tx *db.Tx) error {
			return func(tx *db.Tx) error { return w.talks.SetMode(ctx, tx, s.agent, r.ConversationID, conversation.Off) }
		}, s.agent, nil},
		{"another process has answered", func(r conversation.Received) func(tx *db.Tx) error {
			return say(answer(r.ConversationID, r.Seq, "Yes, until six."), s.ai)
		}, s.ai, nil},
		{"the conversation is closed while the AI speaks", func(r conversation.Received) func(tx *db.Tx) error {
			return func(tx *db.Tx) error { return w.talks.Close(ctx, tx, s.agent, r.ConversationID, "resolved") }
		}, s.agent, nil},
	} {
		r := ask(n)
		one, two := w.overlap(c.actor, c.first(r), s.ai, say(answer(r.ConversationID, r.Seq, "Yes."), s.ai))
		if one != nil || !errs.Is(two, errs.Conflict) {
			t.Errorf("%s: %v, then %v", c.what, one, two)
		}
		for _, m := range w.thread(s, r.ConversationID) {
			if m.Sender == conversation.FromAI && m.Body == "Yes." {
				t.Errorf("%s, and what the AI wanted to say stands in the thread", c.what)
			}
		}
	}
}

func TestAMessageThatComesWhileTheAISpeaksIsNotForgotten(t *testing.T) {
	t.Parallel()
	dbtest.Only(t, dbtest.Postgres)
	w := newWorld(t, dbtest.Open(t, dbtest.Postgres))
	s := w.acme
	r := w.hears(s, "447700900123", "wamid.1", "Are you open?")
	who := w.get(s, r.ConversationID).ContactID
	next := func(tx *db.Tx) error {
		_, err := w.talks.Receive(t.Context(), tx, s.wire, conversation.Inbound{
			ChannelID: s.channel, ContactID: who, ExternalID: "wamid.2", Kind: "text", Body: "On Sunday?", SaidAt: tx.Now(),
			Weight: conversation.Owes, OpensWindow: true, Claim: "me", Deadline: time.Minute,
		})
		return err
	}
	say := func(tx *db.Tx) error {
		_, err := w.talks.Say(t.Context(), tx, s.ai, answer(r.ConversationID, r.Seq, "Yes."))
		return err
	}
	one, two := w.overlap(s.wire, next, s.ai, say)
	if one != nil || !errs.Is(two, errs.Conflict) {
		t.Errorf("%v, then %v", one, two)
	}
	if turn, open := w.turn(s, r.ConversationID); !open || turn.LastSeq != 2 {
		t.Errorf("turn %+v, open %v", turn, open)
	}
}

func TestTwoDeliveriesOfOneMessageAtOnceAreOneMessage(t *testing.T) {
	t.Parallel()
	dbtest.Only(t, dbtest.Postgres)
	w := newWorld(t, dbtest.Open(t, dbtest.Postgres))
	s := w.acme
	r := w.hears(s, "447700900123", "wamid.1", "Hello")
	in := conversation.Inbound{
		ChannelID: s.channel, ContactID: w.get(s, r.ConversationID).ContactID, ExternalID: "wamid.2", Kind: "text", Body: "Hello?",
		Weight: conversation.Owes, Claim: "me", Deadline: time.Minute,
	}
	deliver := func(tx *db.Tx) error { _, err := w.talks.Receive(t.Context(), tx, s.wire, in); return err }
	one, two := w.overlap(s.wire, deliver, s.wire, deliver)
	if table, is := db.UniqueViolation(two); one != nil || two != nil && (!is || table != "messages") {
		t.Errorf("%v, then %v", one, two)
	}
	if got := w.thread(s, r.ConversationID); len(got) != 2 {
		t.Errorf("%d messages", len(got))
	}
}

// What people and customers said stands in messages and nowhere else: not in the audit log, not in facts.
func TestNothingSaidStandsInTheAuditLog(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const secret = "marmalade"
		ctx, s := t.Context(), w.acme
		r := w.hears(s, "447700900123", "wamid.1", secret)
		id := r.ConversationID
		_, err := w.says(s.ai, answer(id, 1, secret))
		w.must(err)
		w.hears(s, "447700900123", "wamid.2", secret)
		for _, do := range []func(tx *db.Tx) error{
			func(tx *db.Tx) error {
				return w.talks.HandOff(ctx, tx, s.agent, id, conversation.HandOff{Reason: "asked", Summary: secret})
			},
			func(tx *db.Tx) error { return w.talks.TakeOver(ctx, tx, s.agent, id) },
			func(tx *db.Tx) error { _, err := w.talks.AddNote(ctx, tx, s.agent, id, secret); return err },
			func(tx *db.Tx) error {
				_, err := w.talks.Say(ctx, tx, s.agent, conversation.Saying{ConversationID: id, As: conversation.FromAgent, Bubbles: []string{secret}})
				return err
			},
			func(tx *db.Tx) error {
				_, _, err := w.talks.HandBack(ctx, tx, s.agent, id, "me", time.Minute)
				return err
			},
			func(tx *db.Tx) error { return w.talks.SetMode(ctx, tx, s.agent, id, conversation.Suggest) },
			func(tx *db.Tx) error { return w.talks.Close(ctx, tx, s.agent, id, "resolved") },
			func(tx *db.Tx) error { return w.talks.Reopen(ctx, tx, s.agent, id) },
		} {
			w.must(w.step(s.agent, do))
		}
		rows, err := w.db.As(s.agent).Query(ctx, `SELECT action || ' ' || target_id || ' ' || before || ' ' || after || ' ' || address
			FROM audit_entries WHERE tenant_id = $1 ORDER BY id`, s.tenant)
		w.must(err)
		defer rows.Close()
		var actions []string
		for rows.Next() {
			var line string
			w.must(rows.Scan(&line))
			if strings.Contains(line, secret) {
				t.Errorf("the audit log says %q", line)
			}
			actions = append(actions, strings.Fields(line)[0])
		}
		w.must(rows.Err())
		for _, want := range []string{
			"conversation.handed_off", "conversation.taken_over", "conversation.replied", "conversation.noted", "conversation.handed_back",
			"conversation.mode_suggest", "conversation.closed", "conversation.reopened",
		} {
			if !strings.Contains(strings.Join(actions, " "), want) {
				t.Errorf("%s is not in the audit log", want)
			}
		}
	})
}

func TestOneThreadOfTwoKnowsItsLastWord(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		s := w.acme
		into := w.hears(s, "447700900123", "wamid.1", "one")
		_, err := w.says(s.ai, answer(into.ConversationID, 1, "answer to one"))
		w.must(err)
		from := w.hears(s, "447700900999", "wamid.2", "two")
		w.must(w.step(s.agent, func(tx *db.Tx) error {
			if err := w.talks.Close(t.Context(), tx, s.agent, into.ConversationID, "resolved"); err != nil {
				return err
			}
			_, err := w.talks.AddNote(t.Context(), tx, s.agent, from.ConversationID, "the same person")
			return err
		}))
		a, b := w.get(s, from.ConversationID).ContactID, w.get(s, into.ConversationID).ContactID
		move := func(s side, from, into string) (moved []conversation.Merged, err error) {
			err = w.step(s.agent, func(tx *db.Tx) (err error) {
				if err := contact.Merge(t.Context(), tx, s.agent, from, into); err != nil {
					return err
				}
				moved, err = w.talks.MoveToContact(t.Context(), tx, s.agent, from, into)
				return err
			})
			return moved, err
		}
		if moved, err := move(w.zeta, a, b); len(moved) != 0 || !errs.Is(err, errs.NotFound) {
			t.Errorf("Zeta moves Acme's conversations: %v, %v", moved, err)
		}
		moved, err := move(s, a, b)
		w.must(err)
		if len(moved) != 1 || moved[0] != (conversation.Merged{From: from.ConversationID, Into: into.ConversationID}) {
			t.Errorf("moved %+v", moved)
		}
		c := w.get(s, into.ConversationID)
		if c.LastText != "two" || c.LastSender != conversation.FromCustomer || c.Status != conversation.Active || c.Unread != 1 || c.Handler != conversation.AI {
			t.Errorf("got %+v", c)
		}
		if turn, owed := w.turn(s, into.ConversationID); !owed || turn.FirstSeq != c.SaidSeq || turn.LastSeq != c.SaidSeq {
			t.Errorf("owed is %v: %+v", owed, turn)
		}
		if _, err := w.says(s.ai, answer(into.ConversationID, w.get(s, into.ConversationID).SaidSeq, "answer to two")); err != nil {
			t.Errorf("its answer does not pass: %v", err)
		}
	})
}

func TestAConversationOnOneSideOnlyChangesItsContact(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r := w.hears(w.acme, "447700900123", "wamid.1", "Hello")
		from := w.get(w.acme, r.ConversationID).ContactID
		var into string
		w.must(w.step(w.acme.wire, func(tx *db.Tx) error {
			c, _, err := contact.See(t.Context(), tx, w.acme.wire, contact.Sighting{BSUID: "US.1"})
			into = c.ID
			return err
		}))
		w.must(w.step(w.acme.agent, func(tx *db.Tx) error {
			moved, err := w.talks.MoveToContact(t.Context(), tx, w.acme.agent, from, into)
			if len(moved) != 1 || moved[0].From != moved[0].Into {
				t.Errorf("moved %+v", moved)
			}
			return err
		}))
		if got := w.get(w.acme, r.ConversationID).ContactID; got != into {
			t.Errorf("it is %s's", got)
		}
	})
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, s := t.Context(), w.acme
		theirs := w.hears(w.zeta, "447700900123", "wamid.1", "Hello").ConversationID
		for _, id := range []string{"nowhere", theirs} {
			for what, do := range map[string]func(tx *db.Tx) error{
				"take over": func(tx *db.Tx) error { return w.talks.TakeOver(ctx, tx, s.agent, id) },
				"hand back": func(tx *db.Tx) error { _, _, err := w.talks.HandBack(ctx, tx, s.agent, id, "", 0); return err },
				"mode":      func(tx *db.Tx) error { return w.talks.SetMode(ctx, tx, s.agent, id, conversation.Off) },
				"close":     func(tx *db.Tx) error { return w.talks.Close(ctx, tx, s.agent, id, "") },
				"reopen":    func(tx *db.Tx) error { return w.talks.Reopen(ctx, tx, s.agent, id) },
				"note":      func(tx *db.Tx) error { _, err := w.talks.AddNote(ctx, tx, s.agent, id, "x"); return err },
				"say": func(tx *db.Tx) error {
					_, err := w.talks.Say(ctx, tx, s.agent, conversation.Saying{ConversationID: id, As: conversation.FromAgent, Bubbles: []string{"x"}})
					return err
				},
			} {
				if err := w.step(s.agent, do); !errs.Is(err, errs.NotFound) {
					t.Errorf("%s: %v", what, err)
				}
			}
		}
		if _, err := w.says(s.agent, conversation.Saying{ConversationID: theirs, As: conversation.FromAgent}); !errs.Is(err, errs.Invalid) {
			t.Errorf("no words: %v", err)
		}
		if _, _, err := conversation.NewestOn(ctx, w.db.As(s.agent), s.agent, s.channel); !errs.Is(err, errs.NotFound) {
			t.Errorf("the newest of none: %v", err)
		}
		mine := w.hears(s, "447700900777", "wamid.9", "Hello").ConversationID
		if c, waID, err := conversation.NewestOn(ctx, w.db.As(s.agent), s.agent, s.channel); err != nil || c.ID != mine || waID != "447700900777" {
			t.Errorf("the newest is %s with %s, %v", c.ID, waID, err)
		}
		at, err := conversation.OldestTurn(ctx, w.db.As(actor.ForSystem("")))
		if err != nil || at.IsZero() {
			t.Errorf("the oldest turn is of %v, %v", at, err)
		}
	})
}

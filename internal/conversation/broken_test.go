package conversation_test

import (
	"errors"
	"testing"
	"time"

	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/errs"
)

// A database that does not work is our failure. It must never look like "no such conversation" or "moved on": the AI
// would drop an answer, and Meta's message would be thanked for and lost.
func TestABrokenDatabaseIsNeverTakenForAnAnswer(t *testing.T) {
	t.Parallel()
	dbtest.Only(t, dbtest.SQLite) // where a step may take a table away, and have it back when it fails
	w := newWorld(t, dbtest.Open(t, dbtest.SQLite))
	ctx, s := t.Context(), w.acme
	r := w.hears(s, "447700900123", "wamid.1", "Hello")
	id := r.ConversationID
	who := w.get(s, id).ContactID
	human := w.hears(s, "447700900124", "wamid.2", "Hello").ConversationID
	w.takesOver(s, human)
	closed := w.hears(s, "447700900125", "wamid.3", "Hello").ConversationID
	w.must(w.step(s.agent, func(tx *db.Tx) error { return w.talks.Close(ctx, tx, s.agent, closed, "") }))
	failed := w.sentMessage(s, "447700900126")
	w.mark(s, conversation.Receipt{MessageID: failed.ID, Status: conversation.StatusFailed})
	queued := w.sentMessage(s, "447700900127")
	other := w.get(s, w.hears(s, "447700900128", "wamid.4", "Hello").ConversationID).ContactID
	inbound := func(wamid string) conversation.Inbound {
		return conversation.Inbound{
			ChannelID: s.channel, ContactID: who, ExternalID: wamid, Kind: "text", Body: "Hello?", Weight: conversation.Owes, Deadline: time.Minute,
		}
	}
	say := func(as conversation.Sender, id string) conversation.Saying {
		return conversation.Saying{ConversationID: id, As: as, Bubbles: []string{"x"}, Covers: 1}
	}
	verbs := map[string]func(tx *db.Tx) error{
		"receive": func(tx *db.Tx) error { _, err := w.talks.Receive(ctx, tx, s.wire, inbound("wamid.5")); return err },
		"receive a stale one": func(tx *db.Tx) error {
			in := inbound("wamid.5")
			in.Weight = conversation.Counts
			_, err := w.talks.Receive(ctx, tx, s.wire, in)
			return err
		},
		"echo":   func(tx *db.Tx) error { _, err := w.talks.Echo(ctx, tx, s.wire, inbound("wamid.5")); return err },
		"answer": func(tx *db.Tx) error { _, err := w.talks.Say(ctx, tx, s.ai, say(conversation.FromAI, id)); return err },
		"answer at the cap": func(tx *db.Tx) error {
			what := say(conversation.FromAI, id)
			what.AtCap = true
			_, err := w.talks.Say(ctx, tx, s.ai, what)
			return err
		},
		"reply": func(tx *db.Tx) error {
			_, err := w.talks.Say(ctx, tx, s.agent, say(conversation.FromAgent, human))
			return err
		},
		"confirm": func(tx *db.Tx) error {
			_, err := w.talks.Say(ctx, tx, s.ai, say(conversation.FromSystem, id))
			return err
		},
		"take over": func(tx *db.Tx) error { return w.talks.TakeOver(ctx, tx, s.agent, id) },
		"hand back": func(tx *db.Tx) error {
			_, _, err := w.talks.HandBack(ctx, tx, s.agent, human, "", time.Minute)
			return err
		},
		"hand off":    func(tx *db.Tx) error { return w.talks.HandOff(ctx, tx, s.ai, id, conversation.HandOff{Covers: 1}) },
		"drop":        func(tx *db.Tx) error { return w.talks.Drop(ctx, tx, s.ai, id, 1) },
		"suggest":     func(tx *db.Tx) error { _, err := w.talks.Suggest(ctx, tx, s.ai, id, "x", 1); return err },
		"mode":        func(tx *db.Tx) error { return w.talks.SetMode(ctx, tx, s.agent, id, conversation.Off) },
		"note":        func(tx *db.Tx) error { _, err := w.talks.AddNote(ctx, tx, s.agent, id, "x"); return err },
		"close":       func(tx *db.Tx) error { return w.talks.Close(ctx, tx, s.agent, id, "") },
		"reopen":      func(tx *db.Tx) error { return w.talks.Reopen(ctx, tx, s.agent, closed) },
		"mark read":   func(tx *db.Tx) error { return w.talks.MarkRead(ctx, tx, s.agent, id) },
		"send again":  func(tx *db.Tx) error { _, _, err := w.talks.Requeue(ctx, tx, s.agent, failed.ID); return err },
		"unknown":     func(tx *db.Tx) error { return w.talks.MarkUnknown(ctx, tx, s.ai, queued.ID, queued.ConversationID) },
		"move":        func(tx *db.Tx) error { _, err := w.talks.MoveToContact(ctx, tx, s.agent, other, who); return err },
		"call people": func(tx *db.Tx) error { _, err := conversation.MarkAlerted(ctx, tx, s.ai, id, 1, 0); return err },
		"mark delivered": func(tx *db.Tx) error {
			_, err := w.talks.Mark(ctx, tx, s.wire, conversation.Receipt{ChannelID: s.channel, MessageID: queued.ID, Status: conversation.StatusFailed})
			return err
		},
		"search": func(tx *db.Tx) error { _, err := conversation.Search(ctx, tx, s.agent, "hello there", 10); return err },
		"list": func(tx *db.Tx) error {
			_, err := conversation.List(ctx, tx, s.agent, 0, conversation.Filter{Limit: 5})
			return err
		},
		"thread":  func(tx *db.Tx) error { _, err := conversation.Messages(ctx, tx, s.agent, id, 0, 0, 10); return err },
		"overdue": func(tx *db.Tx) error { _, err := conversation.Overdue(ctx, tx, 0, 10); return err },
		"owing":   func(tx *db.Tx) error { _, _, err := conversation.ReadOwing(ctx, tx, s.ai, id); return err },
		"newest":  func(tx *db.Tx) error { _, _, err := conversation.NewestOn(ctx, tx, s.agent, s.channel); return err },
	}
	fine := errors.New("rolled back")
	for name, verb := range verbs {
		if err := w.step(s.agent, func(tx *db.Tx) error { return orFine(errors.Join(verb(tx), tx.Flush()), fine) }); !errors.Is(err, fine) {
			t.Errorf("%s does not even work: %v", name, err)
		}
		harmed := false
		for _, table := range []string{
			"conversations", "messages", "episodes", "turns", "audit_entries", "message_words", "contact_terms",
			"contact_identities", "channels", "contacts",
		} {
			err := w.step(s.agent, func(tx *db.Tx) error {
				if _, err := tx.Exec(ctx, `UPDATE tenants SET name = name`); err != nil { // a step that wrote is rolled back
					return err
				}
				if _, err := tx.Exec(ctx, `ALTER TABLE `+table+` RENAME TO gone`); err != nil {
					return err
				}
				return orFine(errors.Join(verb(tx), tx.Flush()), fine)
			})
			harmed = harmed || !errors.Is(err, fine)
			if !errors.Is(err, fine) && errs.KindOf(err) != errs.Internal {
				t.Errorf("%s without %s: %v", name, table, err)
			}
		}
		if !harmed {
			t.Errorf("%s needs no table", name)
		}
	}
	if got := w.thread(s, id); len(got) != 1 {
		t.Errorf("%d messages are left over", len(got))
	}
}

func orFine(err, fine error) error {
	if err == nil {
		return fine
	}
	return err
}

package conversation_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/errs"
)

// Whatever order and repetition Meta's statuses come in, a message ends where the furthest of them says, and it never
// goes back on the way.
func TestStatusesInAnyOrderEndAtTheFurthest(t *testing.T) {
	t.Parallel()
	rank := map[conversation.MessageStatus]int{
		conversation.StatusQueued: 0, conversation.StatusSent: 1, conversation.StatusFailed: 2, conversation.StatusDelivered: 3,
		conversation.StatusRead: 4, conversation.StatusPlayed: 5,
	}
	one := rapid.SampledFrom([]conversation.MessageStatus{
		conversation.StatusSent, conversation.StatusFailed, conversation.StatusDelivered, conversation.StatusRead, conversation.StatusPlayed,
	})
	each(t, func(t *testing.T, w *world) {
		n := 0
		rapid.Check(t, func(rt *rapid.T) {
			if n++; n > enough {
				return
			}
			m := w.sentMessage(w.acme, fmt.Sprintf("4477%08d", n))
			furthest := conversation.StatusQueued
			for i, status := range rapid.SliceOfN(one, 1, 6).Draw(rt, "statuses") {
				before := w.message(w.acme, m.ID)
				r := conversation.Receipt{ExternalID: "wamid.out." + m.ID, Status: status}
				if i == 0 || rapid.Bool().Draw(rt, "with our id") {
					r.MessageID = m.ID
				}
				if status == conversation.StatusFailed {
					r.ErrorCode, r.ErrorText = 131026, "Undeliverable"
				}
				moved := w.mark(w.acme, r).Moved()
				if rank[status] > rank[furthest] {
					furthest = status
				}
				after := w.message(w.acme, m.ID)
				if after.Status != furthest || rank[after.Status] < rank[before.Status] {
					rt.Fatalf("after %s it is %s, was %s", status, after.Status, before.Status)
				}
				if moved != (after.Status != before.Status) {
					rt.Fatalf("%s: moved %v, from %s to %s", status, moved, before.Status, after.Status)
				}
				if failed := after.Status == conversation.StatusFailed; failed != (after.ErrorCode != 0) {
					rt.Fatalf("%s with error %d", after.Status, after.ErrorCode)
				}
			}
			got := w.message(w.acme, m.ID)
			if sent := rank[got.Status] != 2; sent && got.SentAt.IsZero() || rank[got.Status] >= 3 && got.DeliveredAt.IsZero() ||
				rank[got.Status] >= 4 && got.ReadAt.IsZero() {
				rt.Fatalf("%s without its times: %+v", got.Status, got)
			}
		})
	})
}

// enough is how many examples a property has on each database; with more the tests would take minutes.
const enough = 40

// play is one conversation that everything happens to.
type play struct {
	*world
	rt   *rapid.T
	s    side
	from string
	id   string
	seen int
}

func (p *play) hear(weight conversation.Weight) {
	p.seen++
	r := p.hears(p.s, p.from, fmt.Sprintf("wamid.%s.%d", p.from, p.seen), "word", func(in *conversation.Inbound) { in.Weight = weight })
	p.id = r.ConversationID
}

// try does something that may be refused because the conversation is not in the state for it.
func (p *play) try(do func() error) bool {
	err := do()
	if err != nil && !errs.Is(err, errs.Conflict) {
		p.rt.Fatal(err)
	}
	return err == nil
}

func (p *play) act(what string) {
	ctx, agent := p.t.Context(), p.s.agent
	step := func(do func(tx *db.Tx) error) { p.try(func() error { return p.step(agent, do) }) }
	switch what {
	case "asks":
		p.hear(conversation.Owes)
	case "says STOP":
		p.hear(conversation.Counts)
	case "reacts":
		p.hear(conversation.Silent)
	case "answers":
		p.try(func() error { _, err := p.says(p.s.ai, answer(p.id, p.get(p.s, p.id).SaidSeq, "answer")); return err })
	case "answers the first at the cap":
		if turn, open := p.turn(p.s, p.id); open {
			capped := answer(p.id, turn.FirstSeq, "answer")
			capped.AtCap = true
			p.try(func() error { _, err := p.says(p.s.ai, capped); return err })
		}
	case "confirms":
		p.try(func() error {
			_, err := p.says(p.s.ai, conversation.Saying{ConversationID: p.id, As: conversation.FromSystem, Bubbles: []string{"noted"}})
			return err
		})
	case "drops":
		p.try(func() error {
			return p.step(p.s.ai, func(tx *db.Tx) error { return p.talks.Drop(ctx, tx, p.s.ai, p.id, p.get(p.s, p.id).SaidSeq) })
		})
	case "hands off":
		p.try(func() error {
			return p.step(p.s.ai, func(tx *db.Tx) error {
				return p.talks.HandOff(ctx, tx, p.s.ai, p.id, conversation.HandOff{Reason: "asked"})
			})
		})
	case "replies":
		p.try(func() error {
			_, err := p.says(agent, conversation.Saying{ConversationID: p.id, As: conversation.FromAgent, Bubbles: []string{"a", "b"}})
			return err
		})
	case "takes over":
		step(func(tx *db.Tx) error { return p.talks.TakeOver(ctx, tx, agent, p.id) })
	case "hands back":
		step(func(tx *db.Tx) error {
			_, _, err := p.talks.HandBack(ctx, tx, agent, p.id, "me", time.Minute)
			return err
		})
	case "closes":
		step(func(tx *db.Tx) error { return p.talks.Close(ctx, tx, agent, p.id, "resolved") })
	case "reopens":
		step(func(tx *db.Tx) error { return p.talks.Reopen(ctx, tx, agent, p.id) })
	case "notes":
		step(func(tx *db.Tx) error { _, err := p.talks.AddNote(ctx, tx, agent, p.id, "a note"); return err })
	default:
		step(func(tx *db.Tx) error {
			return p.talks.SetMode(ctx, tx, agent, p.id, conversation.Mode(strings.TrimPrefix(what, "mode ")))
		})
	}
}

// holds checks what is true of every conversation at every moment.
func (p *play) holds(after string) {
	c := p.get(p.s, p.id)
	turn, open := p.turn(p.s, p.id)
	if open && (turn.LastSeq != c.SaidSeq || turn.FirstSeq > turn.LastSeq) {
		p.rt.Fatalf("after %q the turn covers %d to %d and the last word is %d: no answer can pass", after, turn.FirstSeq, turn.LastSeq, c.SaidSeq)
	}
	if open && (c.Handler != conversation.AI || c.Mode == conversation.Off || c.Status == conversation.Closed) {
		p.rt.Fatalf("after %q the AI owes an answer in a conversation that is not its own: %+v", after, c)
	}
	if c.Mode == conversation.Off && c.Handler != conversation.Human {
		p.rt.Fatalf("after %q the mode is off and the handler %s", after, c.Handler)
	}
	var rows, openRows int64
	p.must(p.db.As(p.s.agent).QueryRow(p.t.Context(), `SELECT count(*), coalesce(sum(CASE WHEN closed_at IS NULL THEN 1 ELSE 0 END), 0)
		FROM episodes WHERE tenant_id = $1 AND conversation_id = $2`, p.s.tenant, p.id).Scan(&rows, &openRows))
	wantOpen := int64(0)
	if c.Status == conversation.Active {
		wantOpen = 1
	}
	if rows != c.Episode || openRows != wantOpen {
		p.rt.Fatalf("after %q: episode %d, %s, but %d rows, %d open", after, c.Episode, c.Status, rows, openRows)
	}
	episode := int64(0)
	for i, m := range p.thread(p.s, p.id) {
		if m.Seq != int64(i+1) || m.Episode < episode || m.Episode > c.Episode {
			p.rt.Fatalf("after %q message %d is in place %d, episode %d", after, i+1, m.Seq, m.Episode)
		}
		episode = m.Episode
	}
}

// Whatever customers, the AI and people do, and in whatever order: an open turn always covers the last word, stands only
// where the AI may answer, places have no gaps, and episodes are counted right.
func TestAnyCourseOfAConversationKeepsItsTurnAndItsEpisodes(t *testing.T) {
	t.Parallel()
	deeds := rapid.SampledFrom([]string{
		"asks", "asks", "asks", "says STOP", "reacts", "answers", "answers", "answers the first at the cap", "confirms", "drops",
		"hands off", "replies", "takes over", "hands back", "closes", "reopens", "notes", "mode off", "mode auto", "mode suggest",
	})
	each(t, func(t *testing.T, w *world) {
		n := 0
		rapid.Check(t, func(rt *rapid.T) {
			if n++; n > enough {
				return
			}
			p := &play{world: w, rt: rt, s: w.acme, from: fmt.Sprintf("4478%08d", n)}
			p.act("asks")
			p.holds("the first message")
			for _, what := range rapid.SliceOfN(deeds, 1, 12).Draw(rt, "course") {
				p.act(what)
				p.holds(what)
			}
			// Whoever asks last, and whose conversation is the AI's, is owed an answer, and the answer passes.
			c := p.get(p.s, p.id)
			p.act("asks")
			if _, open := p.turn(p.s, p.id); open != (c.Handler == conversation.AI && c.Mode != conversation.Off) {
				rt.Fatalf("handler %s, mode %s: turn open %v", c.Handler, c.Mode, open)
			}
			if c.Handler == conversation.AI && c.Mode == conversation.Auto {
				if _, err := p.says(p.s.ai, answer(p.id, p.get(p.s, p.id).SaidSeq, "answer")); err != nil {
					rt.Fatalf("the answer does not pass: %v", err)
				}
			}
		})
	})
}

package conversation_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/job"
	"parley/internal/job/jobtest"
	"parley/internal/realtime"
)

// process is the part of the program that indexes: a queue and an indexer on the world's database.
type process struct {
	queue *job.Queue
	index *conversation.Indexer
}

func (w *world) process(d *db.DB, talks *conversation.Service) process {
	w.t.Helper()
	q, err := job.New(w.t.Context(), d, slog.New(slog.DiscardHandler), job.Options{Poll: 20 * time.Millisecond})
	w.must(err)
	return process{q, conversation.NewIndexer(d, talks, q, slog.New(slog.DiscardHandler))}
}

func (w *world) start(p process) {
	w.t.Helper()
	w.must(p.queue.Start(w.t.Context()))
	w.must(p.index.Start(w.t.Context()))
}

func (w *world) stop(p process) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	w.must(p.index.Stop(ctx))
	w.must(p.queue.Stop(ctx))
}

func (w *world) finds(s side, query string) []string {
	w.t.Helper()
	ids, err := conversation.Search(w.t.Context(), w.db.As(s.agent), s.agent, query, 50)
	w.must(err)
	return ids
}

func (w *world) eventually(what string, is func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); {
		if time.Now().After(deadline) {
			w.t.Fatal("never: " + what)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func TestWhatIsSaidIsFoundAfterItsJobRan(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := w.process(w.db, w.talks)
		w.start(p)
		defer w.stop(p)
		said := map[string]string{ // a word to look for, and what was said
			"horário":     "Qual é o horário de abertura?",
			"HORARIO":     "Qual é o horário de abertura?",
			"reparación":  "¿Hacen reparación de bicicletas?",
			"réparer":     "Pouvez-vous réparer mon vélo ?",
			"größe":       "Haben Sie Größe 42?",
			"营业时间":        "请问你们的营业时间是几点？",
			"營業":          "請問營業到幾點",
			"営業":          "今日の営業は何時までですか",
			"배송":          "배송은 언제 되나요?",
			"समय":         "दुकान खुलने का समय क्या है?",
			"متى":         "متى يفتح المحل؟",
			"открыты":     "Вы открыты в воскресенье?",
			"เปิด":        "ร้านเปิดกี่โมง",
			"mở cửa":      "Mấy giờ mở cửa?",
			"gravel bike": "Do you repair a gravel bike?",
			"grav":        "Do you repair a gravel bike?",
		}
		texts := slices.Compact(slices.Sorted(func(yield func(string) bool) {
			for _, text := range said {
				if !yield(text) {
					return
				}
			}
		}))
		byText := map[string]string{}
		for i, text := range texts {
			from := fmt.Sprintf("4477009002%02d", i)
			byText[text] = w.hears(w.acme, from, "wamid."+from, text).ConversationID
			w.hears(w.zeta, from, "wamid."+from, text)
		}
		for query, text := range said {
			w.eventually("finding "+query, func() bool { return slices.Contains(w.finds(w.acme, query), byText[text]) })
			if got := w.finds(w.acme, query); len(got) != 1 {
				t.Errorf("%q finds %d conversations", query, len(got))
			}
		}
		if got := w.finds(w.zeta, "gravel"); len(got) != 1 || got[0] == byText["Do you repair a gravel bike?"] {
			t.Errorf("Zeta finds %v", got)
		}
	})
}

func TestOneWordFindsNotesAndOurOwnWordsButNoSystemLines(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r := w.hears(w.acme, "447700900123", "wamid.1", "Hello")
		_, err := w.says(w.acme.ai, answer(r.ConversationID, 1, "We repair tandems."))
		w.must(err)
		w.must(w.step(w.acme.agent, func(tx *db.Tx) error {
			if _, err := w.talks.AddNote(t.Context(), tx, w.acme.agent, r.ConversationID, "wants a unicycle"); err != nil {
				return err
			}
			return w.talks.TakeOver(t.Context(), tx, w.acme.agent, r.ConversationID)
		}))
		w.index(w.acme)
		for query, want := range map[string]int{"tandems": 1, "unicycle": 1, "taken_over": 0, "taken over": 0} {
			if got := w.finds(w.acme, query); len(got) != want {
				t.Errorf("%q finds %v", query, got)
			}
		}
	})
}

// A process that is killed between message and index leaves nothing behind but the message.
func TestWhatAKilledProcessDidNotIndexIsFoundAfterTheNextStart(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		before := w.hears(w.acme, "447700900123", "wamid.1", "indexed before the crash")
		w.index(w.acme)
		lost := w.hears(w.acme, "447700900124", "wamid.2", "lost in the crash")
		if got := w.finds(w.acme, "crash"); !slices.Equal(got, []string{before.ConversationID}) {
			t.Fatalf("before the start it finds %v", got)
		}
		live, err := realtime.New(slog.New(slog.DiscardHandler), realtime.Options{})
		w.must(err)
		defer func() { _ = live.Stop(context.Background()) }()
		p := w.process(w.db, conversation.New(live)) // it has not seen the messages
		w.start(p)
		defer w.stop(p)
		w.eventually("finding both", func() bool { return len(w.finds(w.acme, "crash")) == 2 })
		if got := w.finds(w.acme, "lost"); !slices.Equal(got, []string{lost.ConversationID}) {
			t.Errorf("got %v", got)
		}
	})
}

func TestWhatWasGatheredAtTheStopIsIndexedAfterTheNextStart(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		first := w.process(w.db, w.talks)
		w.must(first.index.Start(t.Context())) // nobody works
		r := w.hears(w.acme, "447700900123", "wamid.1", "said just before the stop")
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		w.must(first.index.Stop(ctx))
		s, err := first.queue.Stats(ctx)
		w.must(err)
		if s.Waiting != 2 { // the look through everything, and what was gathered
			t.Errorf("%+v", s)
		}
		next := w.process(w.db, w.talks)
		w.start(next)
		defer w.stop(next)
		w.eventually("finding it", func() bool { return slices.Equal(w.finds(w.acme, "before"), []string{r.ConversationID}) })
	})
}

// On PostgreSQL a message may be stored after greater ids were indexed.
func TestAMessageStoredLateIsIndexedToo(t *testing.T) {
	t.Parallel()
	dbtest.Only(t, dbtest.Postgres)
	const writers = 8
	w := newWorld(t, jobtest.Template.Open(t, dbtest.Postgres, func(o *db.Options) { o.Writers = writers }))
	slow := int64(0) // a writer that nobody else uses
	for slow == db.Lane(w.acme.tenant)%writers || slow == db.Lane("")%writers {
		slow++
	}
	p := w.process(w.db, w.talks)
	w.start(p)
	defer w.stop(p)
	late := w.hears(w.acme, "447700900111", "wamid.0", "opening")
	inside, goOn, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- w.db.InTx(t.Context(), w.acme.agent, func(tx *db.Tx) error {
			_, err := w.talks.AddNote(t.Context(), tx, w.acme.agent, late.ConversationID, "a latecomer")
			select {
			case inside <- struct{}{}:
				<-goOn
			default:
			}
			return err
		}, db.InLane(slow))
	}()
	<-inside
	other := w.hears(w.acme, "447700900222", "wamid.2", "an early bird")
	w.eventually("the greater id is indexed", func() bool { return slices.Equal(w.finds(w.acme, "early"), []string{other.ConversationID}) })
	close(goOn)
	w.must(<-ended)
	w.eventually("the latecomer is found", func() bool { return slices.Equal(w.finds(w.acme, "latecomer"), []string{late.ConversationID}) })
}

func TestTheNewestOfManyHitsComeFirst(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var ids []string
		for i := range 6 {
			ids = append(ids, w.hears(w.acme, fmt.Sprintf("44770090030%d", i), fmt.Sprintf("wamid.%d", i), "are you open today").ConversationID)
		}
		w.hears(w.acme, "447700900300", "wamid.again", "open again")
		w.index(w.acme)
		slices.Reverse(ids)
		want := append([]string{ids[5]}, ids[:5]...) // the one that wrote again
		got := w.finds(w.acme, "open")
		if !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		few, err := conversation.Search(t.Context(), w.db.As(w.acme.agent), w.acme.agent, "open", 2)
		w.must(err)
		if !slices.Equal(few, want[:2]) {
			t.Errorf("the first two are %v", few)
		}
	})
}

func TestAllWordsOfAQueryMustBeInOneMessage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		a := w.hears(w.acme, "447700900123", "wamid.1", "the red bike with the basket").ConversationID
		w.hears(w.acme, "447700900123", "wamid.2", "the blue helmet")
		b := w.hears(w.acme, "447700900124", "wamid.3", "the red helmet").ConversationID
		w.hears(w.acme, "447700900125", "wamid.4", "the the the")
		w.index(w.acme)
		for query, want := range map[string][]string{
			"red helmet": {b}, "the red": {b, a}, "red the": {b, a}, "basket blue": nil, "the basket re": {a}, "helmet the r": {b},
			"the red bas": {a}, "bike bike bike": {a}, strings.Repeat("red ", 30) + "helmet": {b}, "red zzz": nil,
		} {
			if got := w.finds(w.acme, query); !slices.Equal(got, want) {
				t.Errorf("%q finds %v, want %v", query, got, want)
			}
		}
	})
}

// Under the row policy PostgreSQL must still go through the key: a scan of the tenant's postings would be seen first in
// production.
func TestASearchGoesThroughTheKey(t *testing.T) {
	t.Parallel()
	dbtest.Only(t, dbtest.Postgres)
	w := newWorld(t, jobtest.Template.Open(t, dbtest.Postgres))
	w.hears(w.acme, "447700900123", "wamid.1", "the red bike")
	w.must(w.step(w.acme.wire, func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO message_words (tenant_id, term, message_id, others, hits)
			SELECT $1, 'w' || (i % 500), 'm' || i, '', 1 FROM generate_series(1, 50000) AS i`, w.acme.tenant)
		return err
	}))
	_, err := w.db.Tend(t.Context())
	w.must(err)
	rows, err := w.db.As(w.acme.agent).Query(t.Context(), `EXPLAIN SELECT message_id, others FROM message_words
		WHERE tenant_id = $1 AND term = $2 ORDER BY message_id DESC LIMIT 2000`, w.acme.tenant, "w7")
	w.must(err)
	var plan strings.Builder
	for rows.Next() {
		var line string
		w.must(rows.Scan(&line))
		plan.WriteString(line + "\n")
	}
	w.must(rows.Err())
	if got := plan.String(); strings.Contains(got, "Seq Scan") || !strings.Contains(got, "message_words_pkey") {
		t.Errorf("the plan is\n%s", got)
	}
}

func TestMuchThatWasSaidIsIndexedInSteps(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := w.process(w.db, w.talks)
		w.start(p)
		defer w.stop(p)
		id := w.hears(w.acme, "447700900123", "wamid.1", "Hello").ConversationID
		w.must(w.step(w.acme.agent, func(tx *db.Tx) error {
			for i := range 120 {
				if _, err := w.talks.AddNote(t.Context(), tx, w.acme.agent, id, fmt.Sprintf("note number%d of many", i)); err != nil {
					return err
				}
			}
			return nil
		}))
		w.eventually("finding the last", func() bool { return slices.Equal(w.finds(w.acme, "number119"), []string{id}) })
		for _, query := range []string{"number0", "number57", "number100 many"} {
			if got := w.finds(w.acme, query); !slices.Equal(got, []string{id}) {
				t.Errorf("%q finds %v", query, got)
			}
		}
	})
}

// Of a word in many messages few rows are kept; all of the messages are found, and indexing them again adds nothing.
func TestMessagesWithOneWordShareRows(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var want []string
		for i := range 40 {
			want = append(want, w.hears(w.acme, fmt.Sprintf("4477009004%02d", i), fmt.Sprintf("wamid.%d", i), "still open").ConversationID)
		}
		slices.Reverse(want)
		w.index(w.acme)
		rows, hits := w.postings("open")
		if rows != 2 || hits != 40 {
			t.Errorf("%d rows of %d hits", rows, hits)
		}
		w.index(w.acme)
		if again, same := w.postings("open"); again != rows || same != hits {
			t.Errorf("indexed again there are %d rows of %d hits", again, same)
		}
		if got := w.finds(w.acme, "open"); !slices.Equal(got, want) {
			t.Errorf("%d of %d are found in their order", len(got), len(want))
		}
	})
}

func (w *world) postings(term string) (rows, hits int64) {
	w.t.Helper()
	w.must(w.db.As(w.acme.agent).QueryRow(w.t.Context(), `SELECT count(*), CAST(sum(hits) AS BIGINT) FROM message_words
		WHERE tenant_id = $1 AND term = $2`, w.acme.tenant, term).Scan(&rows, &hits))
	return rows, hits
}

// What was indexed in part and is indexed again is found whole, whatever shares a row with it now.
func TestAnIndexThatWasCutOffIsCompletedTheNextTime(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		first := w.hears(w.acme, "447700900123", "wamid.1", "a late word").ConversationID
		second := w.hears(w.acme, "447700900124", "wamid.2", "a late word").ConversationID
		newest := w.messageIDs(w.acme)[1]
		w.must(conversation.IndexMessages(t.Context(), w.db, w.acme.wire, newest[:len(newest)-1], newest))
		if got := w.finds(w.acme, "late"); !slices.Equal(got, []string{second}) {
			t.Fatalf("only one is indexed, and found are %v", got)
		}
		w.index(w.acme)
		if got := w.finds(w.acme, "late"); !slices.Equal(got, []string{second, first}) {
			t.Errorf("found are %v", got)
		}
	})
}

func (w *world) messageIDs(s side) (ids []string) {
	w.t.Helper()
	rows, err := w.db.As(s.agent).Query(w.t.Context(), `SELECT id FROM messages WHERE tenant_id = $1 ORDER BY id`, s.tenant)
	w.must(err)
	defer rows.Close()
	for rows.Next() {
		var id string
		w.must(rows.Scan(&id))
		ids = append(ids, id)
	}
	w.must(rows.Err())
	return ids
}

func TestTheInboxFindsOpenAndClosedAndSaysWhatWasSaid(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := w.process(w.db, w.talks)
		w.start(p)
		defer w.stop(p)
		long := strings.Repeat("well ", 30) + "the tandem of my aunt " + strings.Repeat("so ", 100)
		open := w.hears(w.acme, "447700900121", "wamid.1", long)
		w.hears(w.acme, "447700900121", "wamid.2", "Hello?")
		closed := w.hears(w.acme, "447700900122", "wamid.3", "My tandem squeaks.")
		w.hears(w.zeta, "447700900121", "wamid.1", "A tandem of Zeta")
		w.must(w.step(w.acme.agent, func(tx *db.Tx) error {
			return w.talks.Close(t.Context(), tx, w.acme.agent, closed.ConversationID, "closed_by_person")
		}))
		w.eventually("finding both", func() bool { return len(w.finds(w.acme, "tandem")) == 2 })
		rows := w.list(w.acme, conversation.Filter{Query: "tand"})
		if len(rows) != 2 {
			t.Fatalf("found %d", len(rows))
		}
		for _, r := range rows {
			switch r.ID {
			case closed.ConversationID:
				if r.Hit != (conversation.Hit{MessageID: closed.MessageID, Seq: 1, Text: "My tandem squeaks."}) {
					t.Errorf("the hit is %+v", r.Hit)
				}
			case open.ConversationID:
				if r.Hit.MessageID != open.MessageID || len([]rune(r.Hit.Text)) > 202 || !strings.HasPrefix(r.Hit.Text, "…") ||
					!strings.Contains(r.Hit.Text, "the tandem of my aunt") {
					t.Errorf("the long hit is %+v", r.Hit)
				}
			}
		}
		if rows := w.list(w.acme, conversation.Filter{Query: "tandem", View: conversation.ViewClosed}); len(rows) != 1 {
			t.Errorf("among the closed ones %d", len(rows))
		}
		if rows := w.list(w.acme, conversation.Filter{Query: "Ada"}); len(rows) != 2 || rows[0].Hit.MessageID != "" {
			t.Errorf("by name found %+v", rows)
		}
	})
}

package knowledge_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/errs"
	"parley/internal/knowledge"
)

func TestThreeSentencesAboutAShop(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.tell(w.acme, "Sunny", "Sunny Bakery is at 12 Harbour Street. We are open Tuesday to Sunday from 7 to 17. A croissant is 2 euros.")
		for question, want := range map[string]string{
			"What time do you open?":               "from 7 to 17",
			"hi!! can i come by on monday?":        "",
			"how much for a croissant":             "2 euros",
			"Where are you?":                       "12 Harbour Street",
			"Quand est-ce que vous êtes ouverts ?": "from 7 to 17",
			"do you sell bicycles?":                "",
			"":                                     "",
			"???":                                  "",
		} {
			said := w.ask(w.acme, question)
			if want == "" {
				if question != "hi!! can i come by on monday?" && said.Answered {
					t.Errorf("%q: said %q", question, said.Text)
				}
				continue
			}
			if !said.Answered || !strings.Contains(said.Text, want) || said.Source != "Sunny" {
				t.Errorf("%q: %+v", question, said)
			}
		}
	})
}

func TestNothingIsKnownBeforeAnythingWasTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		f := w.search(w.know, w.acme, "What time do you open?")
		if len(f.Hits) != 0 || f.Confidence != 0 || f.Extract().Answered {
			t.Errorf("found %+v", f)
		}
		d := w.tell(w.acme, "", bakery)
		w.must(w.remove(w.acme, d.ID))
		if f := w.search(w.know, w.acme, "What time do you open?"); len(f.Hits) != 0 {
			t.Errorf("found %+v in an empty base", f)
		}
		if _, err := w.know.Search(t.Context(), w.db.As(w.acme), w.acme, "none", "x", 5); !errs.Is(err, errs.NotFound) {
			t.Errorf("an unknown base: %v", err)
		}
	})
}

// What one process commits, the next search in any process finds, and what is removed nobody finds.
func TestEveryProcessSearchesWhatIsCommitted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		other := w.service(knowledge.Options{})
		const question = "how much is a loaf?"
		for range 3 {
			d := w.tell(w.acme, "Bakery", bakery)
			for _, s := range []*knowledge.Service{w.know, other} {
				if !w.search(s, w.acme, question).Extract().Answered {
					t.Fatal("what was told is not found")
				}
			}
			w.must(w.remove(w.acme, d.ID))
			for _, s := range []*knowledge.Service{other, w.know} {
				if len(w.search(s, w.acme, question).Hits) != 0 {
					t.Fatal("what was removed is found")
				}
			}
		}
	})
}

// A step sees its own changes; when it is not committed, nobody else ever does.
func TestASearchInsideAStepLeavesNoTrace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.tell(w.acme, "Parking", "There is a car park behind the house.")
		changedMind := errors.New("changed my mind")
		err := w.db.InTx(t.Context(), w.acme, func(tx *db.Tx) error {
			if _, err := w.know.Add(t.Context(), tx, w.acme, knowledge.NewDocument{Text: bakery}); err != nil {
				return err
			}
			f, err := w.know.Search(t.Context(), tx, w.acme, "", "how much is a loaf?", 5)
			if err == nil && !f.Extract().Answered {
				t.Error("the step does not see what it told")
			}
			return errors.Join(err, changedMind)
		})
		if !errors.Is(err, changedMind) {
			t.Fatal(err)
		}
		if w.ask(w.acme, "how much is a loaf?").Answered {
			t.Error("found what was never committed")
		}
		w.tell(w.acme, "Pets", "Dogs are welcome.") // the revision that was rolled back, now with something else
		if !w.ask(w.acme, "can i bring my dog?").Answered || w.ask(w.acme, "how much is a loaf?").Answered {
			t.Error("the revision that was rolled back is still held")
		}
	})
}

func TestDisabledDocumentsAreNotFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		d := w.tell(w.acme, "", bakery)
		w.must(w.db.InTx(t.Context(), w.acme, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE documents SET enabled = FALSE WHERE tenant_id = $1 AND id = $2`, w.acme.Tenant(), d.ID)
			return err
		}))
		if f := w.search(w.service(knowledge.Options{}), w.acme, "bread"); len(f.Hits) != 0 {
			t.Errorf("found %+v", f)
		}
	})
}

func TestBasesOfOneTenantAreApart(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.must(w.db.InTx(t.Context(), w.acme, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO knowledge_bases (tenant_id, id, name, is_default, revision, created_at)
				VALUES ($1, 'second', 'Second', FALSE, 0, $2)`, w.acme.Tenant(), tx.Now())
			return err
		}))
		w.tell(w.acme, "", bakery)
		w.add(w.acme, knowledge.NewDocument{BaseID: "second", Text: "The hotel has a pool."})
		f, err := w.know.Search(t.Context(), w.db.As(w.acme), w.acme, "second", "Is there a pool?", 5)
		if w.must(err); len(f.Hits) != 1 || !f.Extract().Answered {
			t.Errorf("in the second base: %+v", f)
		}
		if w.ask(w.acme, "Is there a pool?").Answered {
			t.Error("the default base answers from the second")
		}
	})
}

// The same documents give the same passages in the same order, with the same scores, on both databases.
func TestBothDatabasesFindTheSame(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	told := map[string]string{}
	t.Run("each", func(t *testing.T) {
		each(t, func(t *testing.T, w *world) {
			for i := range 60 {
				w.tell(w.acme, fmt.Sprint("Item ", i%7), fmt.Sprintf("Item %d is %s and costs %d euros. It comes in %s.",
					i, []string{"red", "green", "blue"}[i%3], i, strings.Repeat("large boxes ", i%4+1)))
			}
			var all strings.Builder
			for _, q := range []string{"a red item", "boxes", "what does item 12 cost", "grean itms", "is there parking?"} {
				f, err := w.know.Search(t.Context(), w.db.As(w.acme), w.acme, "", q, 10)
				w.must(err)
				fmt.Fprintf(&all, "%q %v %+v\n", q, f.Confidence, f.Extract())
				for _, h := range f.Hits {
					fmt.Fprintln(&all, h.Score, h.Title, h.Body)
				}
			}
			mu.Lock()
			defer mu.Unlock()
			told[t.Name()] = all.String()
		})
	})
	var first string
	for name, said := range told {
		if first != "" && said != first {
			t.Errorf("%s:\n%s\nelsewhere:\n%s", name, said, first)
		}
		first = said
	}
}

// A reader counts what it is asked.
type reader struct {
	db.Querier
	mu    sync.Mutex
	asked []string
	gone  bool // passages are not there any more
}

func (r *reader) note(sql string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, sql)
}

func (r *reader) Query(ctx context.Context, sql string, args ...any) (db.Rows, error) {
	if r.note(sql); r.gone {
		sql = strings.Replace(sql, "WHERE b.tenant_id", "WHERE FALSE AND b.tenant_id", 1)
	}
	return r.Querier.Query(ctx, sql, args...)
}

func (r *reader) QueryRow(ctx context.Context, sql string, args ...any) db.Row {
	r.note(sql)
	return r.Querier.QueryRow(ctx, sql, args...)
}

func (r *reader) loads() (n int) {
	for _, sql := range r.asked {
		if strings.Contains(sql, "passages") {
			n++
		}
	}
	return n
}

func TestASearchReadsOnceAndAnIndexIsBuiltOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.tell(w.acme, "", bakery)
		q := &reader{Querier: w.db.As(w.acme)}
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				f, err := w.know.Search(t.Context(), q, w.acme, "", "bread", 5)
				if err != nil || len(f.Hits) != 1 {
					t.Error(f, err)
				}
			})
		}
		group.Wait()
		if q.loads() != 1 || len(q.asked) != 21 {
			t.Errorf("20 searches asked the database %d times and built the index %d times", len(q.asked), q.loads())
		}
	})
}

func TestTheCacheIsBounded(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, dbtest.SQLite)
	w := newWorld(t, d)
	small := w.service(knowledge.Options{CacheBytes: 40_000})
	var owners []actor.Actor
	for range 6 {
		a, b := dbtest.Tenants(t, d)
		owners = append(owners, owner(a), owner(b))
	}
	for _, a := range owners {
		w.tell(a, "", bakery)
		if !w.search(small, a, "how much is a loaf?").Extract().Answered {
			t.Fatal("not found")
		}
	}
	held, bytes := small.Held()
	if held == 0 || held >= len(owners) || bytes > 40_000 {
		t.Errorf("%d indexes with %d bytes held", held, bytes)
	}
	q := &reader{Querier: d.As(owners[11])}
	for range 2 {
		_, err := small.Search(t.Context(), q, owners[11], "", "bread", 5)
		w.must(err)
	}
	if q.loads() != 0 {
		t.Error("the index used last was let go")
	}
	tiny := w.service(knowledge.Options{CacheBytes: 1})
	q = &reader{Querier: d.As(owners[0])}
	for range 2 {
		_, err := tiny.Search(t.Context(), q, owners[0], "", "bread", 5)
		w.must(err)
	}
	if q.loads() != 1 {
		t.Errorf("an index larger than the cache was built %d times for 2 searches", q.loads())
	}
}

// A load that fails fails for those who wait, and the next search loads again.
func TestAFailedLoadIsTriedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.Open(t, dbtest.SQLite))
	w.tell(w.acme, "", bakery)
	broken := &brokenReader{Querier: w.db.As(w.acme)}
	if _, err := w.know.Search(t.Context(), broken, w.acme, "", "bread", 5); !errors.Is(err, errBroken) {
		t.Errorf("a broken load: %v", err)
	}
	if len(w.search(w.know, w.acme, "bread").Hits) != 1 {
		t.Error("not found after a failed load")
	}
}

var errBroken = errors.New("broken")

type brokenReader struct{ db.Querier }

func (brokenReader) Query(context.Context, string, ...any) (db.Rows, error) { return nil, errBroken }

// Writers and readers at once: every search sees a state that was committed, whole.
func TestSearchWhileDocumentsComeAndGo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.tell(w.acme, "Pets", "Dogs are welcome in the garden.")
		var group sync.WaitGroup
		for n := range 3 {
			group.Go(func() {
				for i := range 8 {
					d, err := w.tryAdd(w.acme, knowledge.NewDocument{Text: fmt.Sprintf("Article %d-%d costs %d euros.", n, i, 10+i)})
					if err == nil && i%2 == 0 {
						err = w.remove(w.acme, d.ID)
					}
					if err != nil {
						t.Error(err)
					}
				}
			})
			group.Go(func() {
				for range 20 {
					f, err := w.know.Search(t.Context(), w.db.As(w.acme), w.acme, "", "are dogs welcome?", 3)
					if err != nil || !f.Extract().Answered {
						t.Error(f, err)
					}
				}
			})
		}
		group.Wait()
		f, err := w.know.Search(t.Context(), w.db.As(w.acme), w.acme, "", "article costs euros", 50)
		if w.must(err); len(f.Hits) != 12 {
			t.Errorf("%d articles found, 12 were left", len(f.Hits))
		}
	})
}

func TestHitsAreBestFirstAndBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.Open(t, dbtest.SQLite))
	for i := range 70 {
		w.tell(w.acme, "", fmt.Sprintf("Article %d is a wooden box. %s", i, strings.Repeat("It is large. ", i)))
	}
	for k, want := range map[int]int{-1: 1, 0: 1, 1: 1, 7: 7, 1000: 50} {
		f, err := w.know.Search(t.Context(), w.db.As(w.acme), w.acme, "", "wooden box", k)
		if w.must(err); len(f.Hits) != want {
			t.Errorf("%d hits for k = %d", len(f.Hits), k)
		}
		if !slices.IsSortedFunc(f.Hits, func(x, y knowledge.Hit) int { return int(1e6 * (y.Score - x.Score)) }) {
			t.Errorf("not best first: %v", f.Hits)
		}
		for _, h := range f.Hits {
			if h.Score <= 0 || h.Score > 1 {
				t.Errorf("a score of %v", h.Score)
			}
		}
	}
}

// Two documents that answer alike are a choice for somebody who reads.
func TestTwoDocumentsThatAnswerAlikeAreNotQuoted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.Open(t, dbtest.SQLite))
	w.tell(w.acme, "Leeds", "The shop in Leeds opens at 9.")
	if !w.ask(w.acme, "when does the shop open?").Answered {
		t.Fatal("one document does not answer")
	}
	w.tell(w.acme, "York", "The shop in York opens at 10.")
	f := w.search(w.know, w.acme, "when does the shop open?")
	if f.Extract().Answered || len(f.Hits) != 2 {
		t.Errorf("chose %q of %v", f.Extract().Text, f.Hits)
	}
	if said := w.ask(w.acme, "when does the shop in York open?"); !strings.Contains(said.Text, "York") {
		t.Errorf("asked for York: %+v", said)
	}
}

func TestQuestionsInsideLongMessages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.Open(t, dbtest.SQLite))
	w.tell(w.acme, "Sunny", "Sunny Bakery is at 12 Harbour Street. We are open Tuesday to Sunday from 7 to 17. A croissant is 2 euros. "+
		"There is a car park behind the house. We bake cakes to order within two days.")
	for message, want := range map[string]string{
		"Hello there, I hope you are all well. My sister told me about your place and she was full of praise. " +
			"We will be in town with the whole family. Where can we park the car?": "car park",
		"Good morning,\nmy name is Ada and I moved here last week.\nWhat time do you open?\nThanks a lot!": "from 7 to 17",
		strings.Repeat("I love bread so very much. ", 300) + "How much is a croissant?":                    "2 euros",
		"How much is a croissant? " + strings.Repeat("Thank you very much. ", 10):                          "2 euros",
	} {
		if said := w.ask(w.acme, message); !strings.Contains(said.Text, want) {
			t.Errorf("%.60q…: %+v", message, said)
		}
	}
}

func TestFewPassagesAreGivenWhole(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		few := func(a actor.Actor, k int) []knowledge.Hit {
			hits, err := w.know.Few(t.Context(), w.db.As(a), a, "", k)
			w.must(err)
			return hits
		}
		if len(few(w.acme, 5)) != 0 {
			t.Error("nothing was told yet")
		}
		w.tell(w.acme, "Bakery", bakery)
		w.tell(w.acme, "Parking", "There is a car park behind the house.")
		if hits := few(w.acme, 2); len(hits) != 2 || hits[0].Title != "Bakery" || hits[1].Title != "Parking" {
			t.Errorf("got %+v", hits)
		}
		if len(few(w.acme, 1)) != 0 || len(few(w.zeta, 5)) != 0 {
			t.Error("given of a larger base, or to another tenant")
		}
		if _, err := w.know.Few(t.Context(), w.db.As(w.zeta), w.zeta, w.tell(w.acme, "", "x y").BaseID, 5); !errs.Is(err, errs.NotFound) {
			t.Errorf("another tenant's base: %v", err)
		}
	})
}

// Languages that we have no cues of are found by their words.
func TestOtherLanguages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.Open(t, dbtest.SQLite))
	for text, question := range map[string]string{
		"Магазин открыт с 9 до 18. Доставка стоит 300 рублей. Мы чиним велосипеды.":     "сколько стоит доставка?",
		"营业时间是早上九点到晚上六点。停车场在后面。我们不卖咖啡。":                                                 "停车场在哪里？",
		"ร้านเปิด 9 โมงเช้า ที่จอดรถอยู่ด้านหลัง":                                       "ที่จอดรถอยู่ไหน",
		"Dükkan saat 9'da açılır. Otopark arka taraftadır. Kredi kartı kabul ediyoruz.": "otopark nerede?",
		"المحل مفتوح من التاسعة. موقف السيارات خلف المبنى.":                             "أين موقف السيارات؟",
	} {
		tenant, _ := dbtest.Tenants(t, w.db)
		w.tell(owner(tenant), "", text)
		if f := w.search(w.know, owner(tenant), question); !f.Extract().Answered {
			t.Errorf("%q: %+v", question, f)
		}
	}
}

// A base that is gone when its passages are read is not found.
func TestABaseThatGoesWhileItIsSearched(t *testing.T) {
	t.Parallel()
	w := newWorld(t, dbtest.Open(t, dbtest.SQLite))
	w.tell(w.acme, "", bakery)
	q := &reader{Querier: w.db.As(w.acme), gone: true}
	if _, err := w.know.Search(t.Context(), q, w.acme, "", "bread", 5); !errs.Is(err, errs.NotFound) {
		t.Errorf("got %v", err)
	}
}

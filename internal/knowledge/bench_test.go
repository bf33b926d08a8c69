package knowledge_test

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/knowledge"
	"parley/internal/realtime"
)

// chatter makes up texts whose words come as often as words do.
type chatter struct {
	r     *rand.Rand
	zipf  *rand.Zipf
	words []string
}

func newChatter() *chatter {
	r := rand.New(rand.NewPCG(1, 2))
	c := &chatter{r: r, zipf: rand.NewZipf(r, 1.1, 8, 39_999)}
	for range 40_000 {
		word := make([]byte, 3+r.IntN(8))
		for i := range word {
			if i%2 == 0 {
				word[i] = "bcdfghjklmnprstvwz"[r.IntN(18)]
			} else {
				word[i] = "aeiou"[r.IntN(5)]
			}
		}
		c.words = append(c.words, string(word))
	}
	return c
}

func (c *chatter) say(words int) string {
	var s strings.Builder
	for range words {
		s.WriteString(c.words[c.zipf.Uint64()] + " ")
	}
	return s.String()
}

// passage is a paragraph of about 700 letters.
func (c *chatter) passage() string {
	var s strings.Builder
	for range 10 {
		s.WriteString("The " + strings.TrimSpace(c.say(10)) + ". ")
	}
	return s.String()
}

func BenchmarkSearch(b *testing.B) {
	for _, size := range []int{1, 100, 1000, 20_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			d := dbtest.Open(b, dbtest.SQLite)
			know := knowledge.New(newHub(b, realtime.Options{}), slog.New(slog.DiscardHandler), knowledge.Options{})
			tenant, _ := dbtest.Tenants(b, d)
			a, c := owner(tenant), newChatter()
			fill(b, d, know, a, c, size)
			questions := make([]string, 64)
			for i := range questions {
				questions[i] = "where is the " + c.say(4) + "?"
			}
			search := func(i int) {
				if _, err := know.Search(b.Context(), d.As(a), a, "", questions[i%len(questions)], 5); err != nil {
					b.Fatal(err)
				}
			}
			search(0)
			b.ResetTimer()
			for i := range b.N {
				search(i)
			}
			_, bytes := know.Held()
			b.ReportMetric(float64(bytes)/1e6, "MB")
		})
	}
}

// BenchmarkIndex is what the first search after a change waits for.
func BenchmarkIndex(b *testing.B) {
	for _, size := range []int{100, 1000, 20_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			d := dbtest.Open(b, dbtest.SQLite)
			live := newHub(b, realtime.Options{})
			tenant, _ := dbtest.Tenants(b, d)
			a := owner(tenant)
			fill(b, d, knowledge.New(live, slog.New(slog.DiscardHandler), knowledge.Options{}), a, newChatter(), size)
			for b.Loop() {
				know := knowledge.New(live, slog.New(slog.DiscardHandler), knowledge.Options{})
				if _, err := know.Search(b.Context(), d.As(a), a, "", "where?", 5); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// fill adds passages, up to 200 in a document.
func fill(b *testing.B, d *db.DB, know *knowledge.Service, a actor.Actor, c *chatter, passages int) {
	b.Helper()
	for passages > 0 {
		var text strings.Builder
		n := min(passages, 200)
		for i := range n {
			fmt.Fprintf(&text, "# %d\n%s\n", i, c.passage())
		}
		passages -= n
		in, err := knowledge.NewDocument{Text: text.String()}.Cut()
		if err != nil {
			b.Fatal(err)
		}
		err = d.InTx(b.Context(), a, func(tx *db.Tx) error {
			_, err := know.Add(b.Context(), tx, a, in)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

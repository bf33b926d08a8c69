package knowledge

import (
	"cmp"
	"slices"
	"sync"
)

// ranked is a passage with its score.
type ranked struct {
	n     int
	score float64
}

// scores holds the sums of a ranking by passage. They are lent out again and again.
type scores struct{ words, grams []float64 }

type scoresPool struct{ pool sync.Pool }

func (p *scoresPool) get(passages int) *scores {
	s, ok := p.pool.Get().(*scores)
	if !ok {
		s = &scores{}
	}
	s.words, s.grams = zeros(s.words, passages), zeros(s.grams, passages)
	return s
}

func zeros(s []float64, n int) []float64 {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}

// conceptShare is how much of ordinary business text speaks of a concept: a round number, no measurement.
const conceptShare = 0.05

// In a large base, grams that a good part of the passages hold are left out: they take most of the time and tell next
// to nothing.
const (
	largeBase   = 1000
	commonParts = 5 // a gram is common when one passage in so many holds it
)

// rank gives the k best passages for a question, best first. Words, with what they mean, and grams are ranked apart
// (BM25), each held against the most that the question could reach, and added.
func (ix *index) rank(q question, k int) []ranked {
	s := ix.sums.get(len(ix.passages))
	defer ix.sums.pool.Put(s)
	mostWords, mostGrams := 0.0, 0.0
	for i := range q.words {
		best := 0.0
		for _, t := range q.words[i].terms {
			ix.words.score(s.words, t)
			best = max(best, t.idf)
		}
		mostWords += best * (k1 + 1)
		for _, g := range q.words[i].grams {
			if !ix.common(g) {
				ix.grams.score(s.grams, g)
				mostGrams += g.idf * (k1 + 1)
			}
		}
	}
	for c := range q.want.each() {
		tells := idf(ix.concepts[c], len(ix.passages), conceptShare) * (k1 + 1)
		mostWords += tells
		for i := range ix.passages {
			if ix.passages[i].concepts.has(1 << c) {
				s.words[i] += tells / (1 + ix.words.norms[i])
			}
		}
	}
	return s.best(mostWords, mostGrams, k)
}

func (ix *index) common(g looked) bool {
	return g.known && len(ix.passages) >= largeBase && int(ix.grams.runs[g.n].df)*commonParts > len(ix.passages)
}

// score adds what a term is worth to the passages that hold it.
func (p *postings) score(sums []float64, t looked) {
	if !t.known {
		return
	}
	p.each(t.n, func(passage, count uint32) {
		sums[passage] += t.idf * (k1 + 1) * float64(count) / (float64(count) + p.norms[passage])
	})
}

// best picks the k highest sums; of equal ones the earlier passage.
func (s *scores) best(mostWords, mostGrams float64, k int) []ranked {
	top := make([]ranked, 0, k+1)
	for i := range s.words {
		score := share(s.words[i], mostWords)/2 + share(s.grams[i], mostGrams)/2
		if score <= 0 || len(top) == k && score <= top[k-1].score {
			continue
		}
		at, _ := slices.BinarySearchFunc(top, score, func(r ranked, score float64) int {
			if r.score >= score {
				return -1
			}
			return cmp.Compare(score, r.score)
		})
		top = slices.Insert(top, at, ranked{i, score})
		top = top[:min(len(top), k)]
	}
	return top
}

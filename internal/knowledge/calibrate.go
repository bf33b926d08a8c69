package knowledge

import (
	"math"
	"slices"

	"parley/internal/analyzer"
)

// How the null of a base is taken: what the best passage covers of questions that nobody answers.
const (
	nullPassages  = 50 // passages whose sentences are asked, spread evenly
	nullSentences = 2  // of each
	nullWords     = 12 // of each sentence
	nullQuantile  = 0.8
	nullFrom      = 30 // passages: below, there is no telling
)

// calibrate asks sentences of the base of the passages that they are not from. It depends on nothing but the passages,
// so that every process finds the same.
func (ix *index) calibrate() float64 {
	n := len(ix.passages)
	if n < nullFrom {
		return 0
	}
	var covered []float64
	step := max(1, n/nullPassages)
	for i := 0; i < n; i += step {
		p := &ix.passages[i]
		for _, s := range p.sentences[:min(len(p.sentences), nullSentences)] {
			words := analyzer.Split(p.Body[s.start:s.end])
			q := ix.ask([]part{{words: words[:min(len(words), nullWords)]}})
			covered = append(covered, ix.sureBut(q, i))
		}
	}
	if len(covered) == 0 {
		return 0
	}
	slices.Sort(covered)
	return covered[int(math.Ceil(nullQuantile*float64(len(covered))))-1]
}

// sureBut is how sure the best passage but one makes.
func (ix *index) sureBut(q question, not int) float64 {
	for _, r := range ix.rank(q, 2) {
		if r.n != not {
			return ix.sure(ix.weigh(q, &ix.passages[r.n]))
		}
	}
	return 0
}

// enough is how sure the best passage must make for an answer: half of it fixed, half what the base covers by chance.
func (ix *index) enough() float64 {
	if ix.null == 0 {
		return enoughAlone
	}
	return enoughAlone/2 + ix.null/2
}

const enoughAlone = 0.5

// confidence puts what was covered on the scale on which Sure is enough for an answer.
func (ix *index) confidence(sure float64) float64 {
	enough := ix.enough()
	if sure < enough {
		return Sure * sure / enough
	}
	return Sure + (1-Sure)*(sure-enough)/max(1e-9, 1-enough)
}

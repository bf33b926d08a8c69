package knowledge

import (
	"strings"

	"parley/internal/analyzer"
)

// What is looked at of a long message: its end.
const (
	mostText      = 4000 // bytes
	mostQuestions = 4
	mostAside     = 60 // words beside a question
)

// clause is a piece of a message between stops and commas.
type clause struct {
	words []analyzer.Word
	asks  bool
}

// clausesOf cuts a message. In a sentence that asks, the clause that begins like a question does, else the last.
func clausesOf(text string) []clause {
	if len(text) > mostText {
		text = strings.ToValidUTF8(text[len(text)-mostText:], "")
	}
	var all []clause
	for _, sentence := range analyzer.Sentences(text) {
		before, asks := len(all), false
		for piece := range strings.FieldsFuncSeq(sentence, func(r rune) bool { return strings.ContainsRune(",;:–—，、،؛¿", r) }) {
			if words := analyzer.Split(piece); len(words) > 0 {
				all = append(all, clause{words, begins(words)})
				asks = asks || begins(words)
			}
		}
		if !asks && len(all) > before && strings.ContainsAny(sentence, "?？؟\u037E") {
			all[len(all)-1].asks = true
		}
	}
	return all
}

// begins reports whether words begin like a question, in any language we have cues of.
func begins(words []analyzer.Word) bool {
	for _, v := range conceptsKnown().langs {
		if v.asks[words[0].Text] {
			return true
		}
	}
	return false
}

// questionsIn gives what a message asks, each question with the clauses about it as an aside: chat around a question
// must not hide it. A message that asks nothing in particular is one question.
func questionsIn(text string) [][]part {
	clauses := clausesOf(text)
	var all [][]part
	for i, c := range clauses {
		if c.asks {
			all = append(all, withAsides(clauses, i))
		}
	}
	if len(all) > 0 {
		return all[max(0, len(all)-mostQuestions):]
	}
	var whole []part
	for i := len(clauses) - 1; i >= 0 && wordsIn(whole) < mostAside; i-- {
		whole = append(whole, part{words: clauses[i].words})
	}
	return [][]part{whole}
}

// withAsides puts the clauses before and behind a question with it, the nearest first.
func withAsides(clauses []clause, at int) []part {
	parts := []part{{words: clauses[at].words}}
	for step := 1; step < len(clauses); step++ {
		for _, i := range []int{at - step, at + step} {
			if i >= 0 && i < len(clauses) && wordsIn(parts[1:])+len(clauses[i].words) <= mostAside {
				parts = append(parts, part{words: clauses[i].words, aside: true})
			}
		}
	}
	return parts
}

func wordsIn(parts []part) int {
	n := 0
	for _, p := range parts {
		n += len(p.words)
	}
	return n
}

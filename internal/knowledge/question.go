package knowledge

import (
	"slices"
	"strings"

	"parley/internal/analyzer"
)

// question is what somebody asks, as it is looked up in one index.
type question struct {
	units []unit // what an answer must speak of
	words []unit // what passages are ranked by: every word that says something, once
	want  concepts
}

// looked is a term or gram looked up.
type looked struct {
	n     uint32
	known bool
	idf   float64
}

// unit is one thing that an answer must speak of: a word of the question, or what one of its phrases means.
type unit struct {
	weight  float64
	of      concepts // any of these will do; 0 for a word
	terms   []looked // any of these will do
	grams   []looked
	tail    []looked // the last part of a compound that the base does not know, but whose parts it does
	aside   bool     // it stands outside of what is asked
	passing bool     // it means little beside what else is asked
}

// How much units weigh; a word weighs what it tells (its idf).
const (
	conceptWeight = 5.0
	passingWeight = 3.0
	numberWeight  = 0.3  // of a number's idf: "a table for 4" is answered without a 4
	asideWord     = 0.25 // of a word aside: "my son is eight, what does a cut cost?"
	asideMost     = 0.3  // of what is asked: all words aside together
	asideConcept  = 0.4  // of a concept aside, when the base knows it
)

// part is a stretch of a message's words.
type part struct {
	words []analyzer.Word
	aside bool
}

// ask takes a question apart. When it has only words that say nothing, they must do.
func (ix *index) ask(parts []part) question {
	langs := ix.languagesOf(parts)
	var q question
	seen := map[string]bool{}
	for _, p := range parts {
		q.take(ix, p, langs, seen, false)
	}
	if len(q.units) == 0 {
		for _, p := range parts {
			q.take(ix, p, langs, seen, true)
		}
	}
	q.settle(ix)
	return q
}

// languagesOf are the languages a question's words are looked up in: its own, and those of the base.
func (ix *index) languagesOf(parts []part) []string {
	var text strings.Builder
	for _, p := range parts {
		for _, w := range p.words {
			text.WriteString(w.Typed)
			text.WriteByte(' ')
		}
	}
	langs := slices.Clone(ix.languages)
	if own := analyzer.Language(text.String()); own != "" {
		langs = append([]string{own}, slices.DeleteFunc(langs, func(l string) bool { return l == own })...)
	}
	return langs
}

// take adds a part of a message; all takes also words that say nothing.
func (q *question) take(ix *index, p part, langs []string, seen map[string]bool, all bool) {
	spoken := make([]bool, len(p.words)) // what a phrase means already
	for _, lang := range langs {
		for _, m := range cuesIn(p.words, lang) {
			q.mean(ix, p, m, langs)
			for i := m.from; i < m.to; i++ {
				spoken[i] = true
			}
		}
	}
	for i, w := range p.words {
		if seen[w.Text] || !all && w.Stop(langs[0]) {
			continue
		}
		seen[w.Text] = true
		u := ix.unit(w, langs)
		u.aside = p.aside
		q.words = append(q.words, u)
		if !spoken[i] {
			q.units = append(q.units, u)
		}
	}
}

// cuesIn finds what the phrases of a question mean in a language; what one phrase may mean is in one match.
func cuesIn(words []analyzer.Word, lang string) []match {
	v := conceptsKnown().langs[lang]
	if v == nil {
		return nil
	}
	stems := make([]string, len(words))
	for i, w := range words {
		stems[i] = w.Stem(lang)
	}
	var all []match
	for _, m := range v.find(words, stems, inQuestion) {
		same := func(o match) bool { return o.from == m.from && o.to == m.to }
		if i := slices.IndexFunc(all, same); i >= 0 {
			all[i].of |= m.of
			all[i].passing = all[i].passing && m.passing
		} else {
			all = append(all, m)
		}
	}
	return all
}

// mean adds what a phrase means. Phrases that mean the same are one unit.
func (q *question) mean(ix *index, p part, m match, langs []string) {
	if m.of &^= nothing; m.of == 0 {
		return
	}
	q.want |= m.of
	u := unit{weight: conceptWeight, of: m.of, aside: p.aside, passing: m.passing}
	if m.passing {
		u.weight = passingWeight
	}
	if i := slices.IndexFunc(q.units, func(o unit) bool { return o.of.has(m.of) }); i >= 0 {
		o := &q.units[i]
		o.of |= u.of
		o.weight, o.aside, o.passing = max(o.weight, u.weight), o.aside && u.aside, o.passing && u.passing
		return
	}
	var said []analyzer.Word
	for _, w := range p.words[m.from:m.to] {
		if !w.Stop(langs[0]) {
			said = append(said, w)
		}
	}
	if len(said) == 1 { // the word itself will do as well; a part of a phrase is not the phrase
		u.terms = ix.unit(said[0], langs).terms
	}
	q.units = append(q.units, u)
}

// settle lets what stands aside weigh less, when the question itself says something. What the base does not speak of
// at all keeps its weight: it may be what all is about.
func (q *question) settle(ix *index) {
	if !slices.ContainsFunc(q.units, func(u unit) bool { return !u.aside && !u.passing }) {
		return
	}
	asked, aside := 0.0, 0.0
	for i := range q.units {
		switch u := &q.units[i]; {
		case !u.aside:
			asked += u.weight
		case u.of == 0:
			aside += u.weight
		case ix.speaksOf(u.of):
			u.weight *= asideConcept
		}
	}
	scale := min(asideWord, asideMost*share(asked, aside))
	for i := range q.units {
		if u := &q.units[i]; u.aside && u.of == 0 {
			u.weight *= scale
		}
	}
}

// speaksOf reports whether a passage speaks of any of the concepts.
func (ix *index) speaksOf(these concepts) bool {
	for c := range these.each() {
		if ix.concepts[c] > 0 {
			return true
		}
	}
	return false
}

// unit looks a word up.
func (ix *index) unit(w analyzer.Word, langs []string) unit {
	var u unit
	known := false
	for i, lang := range langs {
		stem := w.Stem(lang)
		t := ix.words.look(stem, len(ix.passages), analyzer.StemShare(stem, lang))
		if !slices.Contains(u.terms, t) {
			u.terms = append(u.terms, t)
		}
		if i == 0 || t.idf < u.weight {
			u.weight = t.idf
		}
		known = known || t.known
	}
	if isNumber(w, langs) {
		u.weight *= numberWeight
	}
	if !known && !w.Piece {
		u.tail = ix.tailOf(w, langs)
	}
	for _, gram := range w.Grams() {
		u.grams = append(u.grams, ix.grams.look(gram, len(ix.passages), analyzer.GramShare(gram, langs[0])))
	}
	return u
}

// look looks a term up; share is how much of ordinary text holds it.
func (p *postings) look(term string, passages int, share float64) looked {
	n, known := p.numbers[term]
	df := 0
	if known {
		df = int(p.runs[n].df)
	}
	return looked{n, known, idf(df, passages, share)}
}

// isNumber recognises figures and, in the languages we have cues of, the words for small numbers.
func isNumber(w analyzer.Word, langs []string) bool {
	for _, lang := range langs {
		if v := conceptsKnown().langs[lang]; v != nil && v.number(w) {
			return true
		}
	}
	return strings.Trim(w.Text, "0123456789") == ""
}

// shortestPart is how long each part of a compound is at least, in bytes.
const shortestPart = 3

// tailOf looks for two words of the base that make up a word ("haircut"), and gives the last, which says what the
// whole is.
func (ix *index) tailOf(w analyzer.Word, langs []string) []looked {
	for i := range w.Text {
		if i < shortestPart || len(w.Text)-i < shortestPart {
			continue
		}
		for _, lang := range langs {
			first, one := ix.words.numbers[stemOf(w.Text[:i], lang)]
			last, two := ix.words.numbers[stemOf(w.Text[i:], lang)]
			if one && two && first != last {
				return []looked{{n: last, known: true}}
			}
		}
	}
	return nil
}

func stemOf(text, lang string) string { return analyzer.Word{Text: text, Typed: text}.Stem(lang) }

package knowledge

import (
	"embed"
	"io/fs"
	"math/bits"
	"path"
	"slices"
	"strings"
	"sync"

	"parley/internal/analyzer"
)

// conceptLists are the words by which customers of any business ask, and businesses say, what is asked most: opening
// hours, prices, the way there. A question and a text that share no word ("What time do you open?", "Mon–Sat 9–18")
// share the concept. One file a language; en.txt explains the signs.
//
//go:embed concepts/*.txt
var conceptLists embed.FS

// concepts is a set of concepts, one bit each; there are fewer than 64.
type concepts uint64

func (c concepts) has(other concepts) bool { return c&other != 0 }

func (c concepts) count() int { return bits.OnesCount64(uint64(c)) }

// side says where a cue counts.
type side byte

const (
	inBoth     side = '='
	inQuestion side = '?'
	inText     side = '.'
	inPassing  side = '~' // in a question, where it means less than what else is asked
)

// counts reports whether a cue of this side counts in a question or a text.
func (s side) counts(in side) bool {
	return s == inBoth || s == in || s == inPassing && in == inQuestion
}

// cue is a word or phrase that means a concept.
type cue struct {
	terms []string // stems; number stands for any number
	exact string   // the one word, folded, when only this form of it will do
	of    concepts
	side  side
}

// nothing is what phrases mean that only keep a part of theirs from meaning something ("how many", "quanti").
const nothing concepts = 1 << 63

// number is the term that stands for every number.
const number = "#"

// vocabulary is the cues of a language, by their first term; affixes are cues of one word that may go on or begin
// otherwise.
type vocabulary struct {
	lang     string
	cues     map[string][]cue
	prefixes []cue
	suffixes []cue
	numbers  map[string]bool
	asks     map[string]bool // words that questions begin with
}

// conceptTable is all vocabularies with the bit of each concept by name.
type conceptTable struct {
	bits  map[string]concepts
	langs map[string]*vocabulary
}

var conceptsKnown = sync.OnceValue(readConcepts)

func readConcepts() conceptTable {
	t := conceptTable{bits: map[string]concepts{}, langs: map[string]*vocabulary{}}
	names, _ := fs.Glob(conceptLists, "concepts/*.txt")
	for _, name := range names {
		text, _ := conceptLists.ReadFile(name)
		lang := strings.TrimSuffix(path.Base(name), ".txt")
		t.langs[lang] = t.read(lang, string(text))
	}
	return t
}

func (t conceptTable) read(lang, text string) *vocabulary {
	v := &vocabulary{lang: lang, cues: map[string][]cue{}, numbers: map[string]bool{}, asks: map[string]bool{}}
	var of concepts
	words := v.numbers
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "# "):
		case line == "[#]":
			of, words = 0, v.numbers
		case line == "[?]":
			of, words = 0, v.asks
		case line == "[-]":
			of = nothing
		case line[0] == '[':
			of = t.bit(strings.Trim(line, "[]"))
		case of == 0:
			for w := range strings.SplitSeq(line, ",") {
				words[analyzer.Fold(strings.TrimSpace(w))] = true
			}
		default:
			for phrase := range strings.SplitSeq(line[1:], ",") {
				v.add(strings.TrimSpace(phrase), of, side(line[0]))
			}
		}
	}
	return v
}

func (t conceptTable) bit(name string) concepts {
	if _, ok := t.bits[name]; !ok {
		t.bits[name] = 1 << len(t.bits)
	}
	return t.bits[name]
}

func (v *vocabulary) add(phrase string, of concepts, s side) {
	if rest, ok := strings.CutSuffix(phrase, "*"); ok {
		v.prefixes = append(v.prefixes, cue{terms: []string{analyzer.Fold(rest)}, of: of, side: s})
		return
	}
	if rest, ok := strings.CutPrefix(phrase, "*"); ok {
		v.suffixes = append(v.suffixes, cue{terms: []string{analyzer.Fold(rest)}, of: of, side: s})
		return
	}
	phrase, exact := strings.CutPrefix(phrase, "'")
	var terms []string
	for part := range strings.FieldsSeq(phrase) {
		if part == number {
			terms = append(terms, number)
			continue
		}
		for _, w := range analyzer.Split(part) {
			terms = append(terms, w.Stem(v.lang))
		}
	}
	c := cue{terms: terms, of: of, side: s}
	if exact {
		c.exact = analyzer.Fold(phrase)
	}
	if len(terms) > 0 {
		v.cues[terms[0]] = append(v.cues[terms[0]], c)
	}
}

// match is a cue found in a text: words[from:to] mean the concepts.
type match struct {
	from, to int
	of       concepts
	passing  bool
}

// find gives the cues in a text that count on a side; stems are the words' in the vocabulary's language. A cue inside
// a longer one does not count: a gift card is no way to pay.
func (v *vocabulary) find(words []analyzer.Word, stems []string, s side) []match {
	var all []match
	for i := range words {
		for _, c := range v.cues[stems[i]] {
			if c.side.counts(s) && v.follows(words[i:], stems[i:], c) {
				all = append(all, match{i, i + len(c.terms), c.of, c.side == inPassing})
			}
		}
		if v.number(words[i]) {
			for _, c := range v.cues[number] {
				if c.side.counts(s) && v.follows(words[i:], stems[i:], c) {
					all = append(all, match{i, i + len(c.terms), c.of, c.side == inPassing})
				}
			}
		}
		all = append(all, v.affixed(words[i].Text, i, s)...)
	}
	return longest(all)
}

// follows reports whether a text begins with the terms of a cue.
func (v *vocabulary) follows(words []analyzer.Word, terms []string, c cue) bool {
	if len(c.terms) > len(terms) || c.exact != "" && c.exact != words[0].Text {
		return false
	}
	for i, t := range c.terms {
		if t != terms[i] && (t != number || !v.number(words[i])) {
			return false
		}
	}
	return true
}

func (v *vocabulary) number(w analyzer.Word) bool {
	return w.Text != "" && w.Text[0] >= '0' && w.Text[0] <= '9' || v.numbers[w.Text]
}

func (v *vocabulary) affixed(word string, i int, s side) []match {
	var all []match
	for _, c := range v.prefixes {
		if c.side.counts(s) && strings.HasPrefix(word, c.terms[0]) {
			all = append(all, match{i, i + 1, c.of, c.side == inPassing})
		}
	}
	for _, c := range v.suffixes {
		if c.side.counts(s) && strings.HasSuffix(word, c.terms[0]) {
			all = append(all, match{i, i + 1, c.of, c.side == inPassing})
		}
	}
	return all
}

// longest leaves out what lies inside something longer.
func longest(all []match) []match {
	return slices.DeleteFunc(slices.Clone(all), func(m match) bool {
		return slices.ContainsFunc(all, func(o match) bool {
			return o.from <= m.from && m.to <= o.to && o.to-o.from > m.to-m.from
		})
	})
}

// conceptsOf is what a document's text speaks of, and of what more than once; stems are its words' in its language.
func conceptsOf(text, lang string, words []analyzer.Word, stems []string) (all, often concepts) {
	t := conceptsKnown()
	add := func(of concepts) {
		often |= all & of
		all |= of
	}
	if v := t.langs[lang]; v != nil {
		for _, m := range v.find(words, stems, inText) {
			add(m.of)
		}
	}
	signsOf(text, func(name string) { add(t.bits[name]) })
	return all, often
}

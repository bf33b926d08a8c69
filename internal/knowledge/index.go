package knowledge

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"parley/internal/analyzer"
)

// BM25's two constants: how soon a repeated word counts no more, and how much a long passage must hold more.
const (
	k1 = 1.2
	b  = 0.75
)

// index is all passages of a base at one revision, ready to be ranked. It does not change.
type index struct {
	revision  int64
	passages  []passage
	lexemes   lexemes
	words     postings
	grams     postings
	languages []string // of the passages, the most frequent first
	concepts  [64]int  // how many passages have each
	null      float64  // what coverage looks like when nobody answers; 0 when the base is too small to tell
	bytes     int64
	sums      scoresPool
}

// passage is what the index keeps of one.
type passage struct {
	Hit
	title     []uint32 // lexemes of the document's title and the headings
	titled    concepts
	tokens    []uint32 // lexemes of the body, in order
	sentences []sentence
	concepts  concepts
}

// sentence is body[start:end], made of tokens[from:to].
type sentence struct {
	start, end uint32
	from, to   uint32
	concepts   concepts
	often      concepts // those that more than one word or figure speaks of
}

// lexemes are the distinct words of all passages, by number: for each the terms and grams it is found by.
type lexemes struct {
	terms, grams [][]uint32
}

// build makes the index of passages; the order in which they are given does not matter.
func build(revision int64, all []stored) *index {
	slices.SortFunc(all, func(a, b stored) int {
		return cmp.Or(cmp.Compare(a.createdAt, b.createdAt), cmp.Compare(a.document, b.document), cmp.Compare(a.Ordinal, b.Ordinal))
	})
	w := newBuilder(len(all))
	ix := &index{revision: revision, passages: make([]passage, 0, len(all)), languages: languagesIn(all)}
	for i, p := range all {
		if p.Language == "" {
			p.Language = ix.languages[0]
		}
		made := w.passage(p)
		ix.passages = append(ix.passages, made)
		w.count(uint32(i), made)
		for c := range made.concepts.each() {
			ix.concepts[c]++
		}
	}
	ix.lexemes, ix.words, ix.grams = w.lexemes, w.words.done(), w.grams.done()
	ix.bytes = ix.size()
	ix.null = ix.calibrate()
	return ix
}

// each gives the numbers of the bits.
func (c concepts) each() func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i := range 64 {
			if c&(1<<i) != 0 && !yield(i) {
				return
			}
		}
	}
}

// size is about what the index takes in memory.
func (ix *index) size() int64 {
	n := ix.words.size() + ix.grams.size()
	for i := range ix.lexemes.terms {
		n += 80 + 4*int64(len(ix.lexemes.terms[i])+len(ix.lexemes.grams[i]))
	}
	for i := range ix.passages {
		p := &ix.passages[i]
		n += 260 + int64(len(p.Body)+len(p.Heading)+len(p.Title)) + 4*int64(len(p.title)+len(p.tokens)) + 24*int64(len(p.sentences))
	}
	return n
}

// builder takes passages apart, each distinct word once.
type builder struct {
	known   map[spelling]uint32 // by language and spelling
	stems   []string            // of the lexemes, as concepts are compared
	lexemes lexemes
	words   *postingsWriter
	grams   *postingsWriter
}

// spelling is what a lexeme is told apart by.
type spelling struct {
	lang, typed string
	piece       bool
}

func newBuilder(passages int) *builder {
	return &builder{
		known: map[spelling]uint32{}, words: newPostings(passages), grams: newPostings(passages),
	}
}

// lexeme gives the number of a word.
func (w *builder) lexeme(word analyzer.Word, lang string) uint32 {
	key := spelling{lang, word.Typed, word.Piece}
	if n, ok := w.known[key]; ok {
		return n
	}
	n := uint32(len(w.stems))
	w.known[key] = n
	w.stems = append(w.stems, word.Stem(lang))
	w.lexemes.terms = append(w.lexemes.terms, w.words.numbers(word.Terms(lang)))
	w.lexemes.grams = append(w.lexemes.grams, w.grams.numbers(word.Grams()))
	return n
}

// take gives the lexemes of a text and the concepts it speaks of.
func (w *builder) take(text, lang string) (tokens []uint32, all, often concepts) {
	words := analyzer.Split(text)
	tokens = make([]uint32, len(words))
	stems := make([]string, len(words))
	for i, word := range words {
		tokens[i] = w.lexeme(word, lang)
		stems[i] = w.stems[tokens[i]]
	}
	all, often = conceptsOf(text, lang, words, stems)
	return tokens, all, often
}

func (w *builder) passage(p stored) passage {
	made := passage{Hit: Hit{PassageID: p.id, DocumentID: p.document, Title: p.title, Heading: p.Heading, Body: p.Body}}
	made.title, made.titled, _ = w.take(join(p.title, p.Heading), p.Language)
	made.concepts = made.titled
	for _, span := range analyzer.SentenceSpans(p.Body) {
		tokens, means, often := w.take(span.Of(p.Body), p.Language)
		from := uint32(len(made.tokens))
		made.tokens = append(made.tokens, tokens...)
		made.sentences = append(made.sentences, sentence{
			start: uint32(span.Start), end: uint32(span.End), from: from, to: uint32(len(made.tokens)), concepts: means, often: often,
		})
		made.concepts |= means
	}
	return made
}

// count adds a passage to the postings.
func (w *builder) count(n uint32, p passage) {
	for _, tokens := range [][]uint32{p.title, p.tokens} {
		for _, t := range tokens {
			w.words.add(w.lexemes.terms[t])
			w.grams.add(w.lexemes.grams[t])
		}
	}
	w.words.end(n)
	w.grams.end(n)
}

// mostLanguages is how many languages of a base a question's words are looked up in.
const mostLanguages = 3

// languagesIn are the languages of passages, the most frequent first; at least one. What cannot be told (a line of
// names and figures) is taken to be in the first, and when nothing can be told, in English.
func languagesIn(passages []stored) []string {
	count := map[string]int{}
	for _, p := range passages {
		if p.Language != "" {
			count[p.Language]++
		}
	}
	all := slices.SortedFunc(maps.Keys(count), func(x, y string) int {
		return cmp.Or(cmp.Compare(count[y], count[x]), cmp.Compare(x, y))
	})
	if len(all) == 0 {
		return []string{"en"}
	}
	return all[:min(len(all), mostLanguages)]
}

// smallBase is the number of passages below which the frequencies of ordinary text stand in for those that the base
// is too small to show.
const smallBase = 200

// idf is how much a term tells that df of n passages hold; share is how much of ordinary text holds it.
func idf(df, n int, share float64) float64 {
	in, all := float64(df), float64(n)
	if n < smallBase {
		in += share * float64(smallBase-n)
		all = smallBase
	}
	return math.Log(1 + (all-in+0.5)/(in+0.5))
}

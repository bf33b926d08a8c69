// Package analyzer takes texts apart, in any language and the same way everywhere: into folded words for looking up,
// into stems and character grams for ranking, into sentences for quoting; and it says what language a text is in. It
// is pure: no database, no clock, the same answer for the same text.
//
// A word is a run of letters, numbers and marks. Scripts that put no spaces between words are cut into overlapping
// pieces instead: Han, kana and Hangul into pairs of characters, Thai, Lao, Khmer and Burmese into threes.
package analyzer

// Terms is a text as an index holds it, or a question as it is looked up.
type Terms struct {
	Words []string // stems, or the pieces of scripts without spaces, in order and with repetitions
	Grams []string // runs of four characters of every word with its borders, likewise
}

// Tokens takes a document's text apart; lang is its language as Language names it, "" for not known.
func Tokens(text, lang string) Terms {
	var t Terms
	for _, w := range Split(text) {
		t.Words = append(t.Words, w.Terms(lang)...)
		t.Grams = append(t.Grams, w.Grams()...)
	}
	return t
}

// Words takes a text apart for finding it again by its words: folded, not stemmed, in order, with repetitions.
func Words(text string) []string {
	var words []string
	for _, w := range Split(text) {
		words = append(words, w.Text)
	}
	return words
}

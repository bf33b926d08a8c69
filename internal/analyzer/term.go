package analyzer

import "unicode/utf8"

// gramSize is the length of a gram in characters. Grams find what stems miss: misspellings, parts of compounds,
// endings of languages without a stemmer.
const gramSize = 4

// Stem is what a question's word is looked up by.
func (w Word) Stem(lang string) string {
	switch {
	case w.Piece:
		return w.Text
	case lang == "vi":
		return w.Typed // tones tell words apart
	}
	return stem(w, lang)
}

// Terms is what a document's word is found by: its stem. A Vietnamese word is found with its marks and, by those who
// type without, without them.
func (w Word) Terms(lang string) []string {
	if lang == "vi" && !w.Piece && w.Typed != w.Text {
		return []string{w.Typed, w.Text}
	}
	return []string{w.Stem(lang)}
}

// Grams are the runs of four characters of the word between its borders, "_".
func (w Word) Grams() []string {
	if w.Piece {
		return []string{w.Text}
	}
	bordered := "_" + w.Text + "_"
	n := utf8.RuneCountInString(bordered)
	if n <= gramSize {
		return []string{bordered}
	}
	grams := make([]string, 0, n-gramSize+1)
	eachRun(bordered, gramSize, func(g string) { grams = append(grams, g) })
	return grams
}

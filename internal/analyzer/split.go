package analyzer

import (
	"unicode"
	"unicode/utf8"
)

// longestWord is where a word is cut, in letters: what is longer is no word (a key, a link) and no index wants it.
const longestWord = 64

// Word is one word of a text, or one piece of a text whose script has no spaces.
type Word struct {
	Text  string // folded
	Typed string // in lower case, with its marks
	Piece bool   // a piece: it has no stem, and is its own gram
}

// manner is how a run of text is taken apart.
type manner int

const (
	nothing manner = iota // between words
	spaced                // written with spaces: the run is a word
	paired                // Han, kana, Hangul: pairs of characters
	tripled               // Thai, Lao, Khmer, Burmese: threes
)

// Split takes a text apart.
func Split(text string) []Word {
	text = lower(text)
	words := make([]Word, 0, len(text)/6+1)
	start, how := 0, nothing
	for i, r := range text {
		m := mannerOf(r, how)
		if m != how {
			words = appendRun(words, text[start:i], how)
			start, how = i, m
		}
	}
	return appendRun(words, text[start:], how)
}

// mannerOf says how the run that r stands in is taken apart; a mark belongs to what it stands on.
func mannerOf(r rune, before manner) manner {
	switch {
	case r < utf8.RuneSelf:
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return spaced
		}
		return nothing
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) || r == 'ー':
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return paired
		}
		return nothing
	case unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
		if unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) {
			return tripled
		}
		return nothing
	case unicode.IsMark(r):
		return before
	case unicode.IsLetter(r) || unicode.IsNumber(r):
		return spaced
	}
	return nothing
}

func appendRun(words []Word, run string, how manner) []Word {
	switch how {
	case spaced:
		typed := clip(run, longestWord)
		return append(words, Word{Text: strip(typed), Typed: typed})
	case paired:
		return appendPieces(words, run, 2)
	case tripled:
		return appendPieces(words, run, 3)
	case nothing:
	}
	return words
}

// appendPieces adds every run of n characters; a shorter text is one piece.
func appendPieces(words []Word, run string, n int) []Word {
	if utf8.RuneCountInString(run) <= n {
		return append(words, Word{Text: run, Typed: run, Piece: true})
	}
	eachRun(run, n, func(piece string) {
		words = append(words, Word{Text: piece, Typed: piece, Piece: true})
	})
	return words
}

// eachRun gives every run of n characters of a text that has at least so many, in order.
func eachRun(text string, n int, give func(string)) {
	end := 0
	for range n {
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
	}
	for start := 0; ; {
		give(text[start:end])
		if end >= len(text) {
			return
		}
		_, first := utf8.DecodeRuneInString(text[start:])
		_, next := utf8.DecodeRuneInString(text[end:])
		start, end = start+first, end+next
	}
}

// clip cuts a text to at most n characters.
func clip(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}

// Dense reports whether a text is mostly in a script that says a word in one or two characters: Han, kana, Hangul.
func Dense(text string) bool {
	in, all := 0, 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			all++
			if mannerOf(r, nothing) == paired {
				in++
			}
		}
	}
	return 3*in > all
}

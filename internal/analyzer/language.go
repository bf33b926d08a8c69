package analyzer

import (
	"math/bits"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Language says what language a text is in (ISO 639-1), "" when it cannot tell. A script that one language is written
// in decides alone; between the languages of the Latin, Cyrillic, Arabic, Hebrew and Devanagari scripts the common
// words vote, so that a text of names and numbers has no language.
func Language(text string) string {
	text = clip(text, longestLook)
	script, langs := scriptOf(text)
	if len(langs) < 2 {
		return script
	}
	return vote(Split(text), text, langs)
}

// longestLook is how many characters of a text are looked at.
const longestLook = 4000

// script is a writing system with the languages that it may be; the first is taken when there is only one.
type script struct {
	table *unicode.RangeTable
	langs []string
}

// scripts lists what is told apart. Kana stands before Han, because Japanese is written with both; Latin is the last.
var scripts = sync.OnceValue(func() []script {
	return []script{
		{unicode.Hiragana, []string{"ja"}},
		{unicode.Katakana, []string{"ja"}},
		{unicode.Hangul, []string{"ko"}},
		{unicode.Han, []string{"zh"}},
		{unicode.Thai, []string{"th"}},
		{unicode.Lao, []string{"lo"}},
		{unicode.Khmer, []string{"km"}},
		{unicode.Myanmar, []string{"my"}},
		{unicode.Greek, []string{"el"}},
		{unicode.Hebrew, []string{"he"}},
		{unicode.Devanagari, []string{"hi"}},
		{unicode.Bengali, []string{"bn"}},
		{unicode.Gurmukhi, []string{"pa"}},
		{unicode.Gujarati, []string{"gu"}},
		{unicode.Tamil, []string{"ta"}},
		{unicode.Telugu, []string{"te"}},
		{unicode.Kannada, []string{"kn"}},
		{unicode.Malayalam, []string{"ml"}},
		{unicode.Sinhala, []string{"si"}},
		{unicode.Georgian, []string{"ka"}},
		{unicode.Armenian, []string{"hy"}},
		{unicode.Ethiopic, []string{"am"}},
		{unicode.Arabic, []string{"ar", "fa"}},
		{unicode.Cyrillic, []string{"ru", "uk"}},
		{unicode.Latin, []string{
			"en", "es", "de", "pt", "fr", "it", "nl", "tr", "pl", "cs", "ro", "hu", "sv", "da", "no", "fi", "vi", "id", "hi",
		}},
	}
})

// scriptOf finds the script most letters are of, with the languages it may be. A kana character in five makes a text
// of Han characters Japanese.
func scriptOf(text string) (lang string, langs []string) {
	all := scripts()
	count := make([]int, len(all))
	for _, r := range text {
		if r < utf8.RuneSelf {
			if 'a' <= r|0x20 && r|0x20 <= 'z' {
				count[len(all)-1]++
			}
			continue
		}
		if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			continue
		}
		for i := range all {
			if unicode.Is(all[i].table, r) {
				count[i]++
				break
			}
		}
	}
	const hiragana, katakana, han = 0, 1, 3
	if kana := count[hiragana] + count[katakana]; kana > 0 && 5*kana >= count[han] {
		count[hiragana] = kana + count[han]
	}
	best := 0
	for i := range count {
		if weigh(count[i], all[i]) > weigh(count[best], all[best]) {
			best = i
		}
	}
	if count[best] == 0 {
		return "", nil
	}
	return all[best].langs[0], all[best].langs
}

// weigh makes a character that is worth a syllable or a word count for more than a Latin letter: product names and
// brands are written in Latin letters everywhere.
func weigh(n int, s script) int {
	if s.table == unicode.Latin {
		return n
	}
	return 3 * n
}

// vote counts the common words of each language. A word that several languages share speaks for each a little; a
// letter of a language's own speaks for it wherever it stands.
func vote(words []Word, text string, langs []string) string {
	v := voters()
	votes := make([]float64, len(langs))
	bit := make([]uint64, len(langs))
	among := uint64(0)
	for i, lang := range langs {
		bit[i] = 1 << v.numbers[lang]
		among |= bit[i]
	}
	for _, w := range words {
		known := v.known[w.Typed] & among
		support(votes, bit, known, v.bare[w.Text]&among&^known, 1)
	}
	for _, r := range strings.ToLower(text) {
		if r > unicode.MaxASCII {
			support(votes, bit, v.letters[r]&among, 0, letterVote)
		}
	}
	best, second := 0, -1
	for i := range votes {
		switch {
		case votes[i] > votes[best]:
			best, second = i, best
		case i != best && (second < 0 || votes[i] > votes[second]):
			second = i
		}
	}
	if votes[best] < leastVotes || votes[best] < 1.15*votes[second] {
		return ""
	}
	return langs[best]
}

// A vote is one common word that only one language has.
const (
	letterVote = 1.0
	leastVotes = 0.45 // one word that two languages share
)

// electorate is who speaks for what: languages by number, as bits.
type electorate struct {
	numbers map[string]int
	known   map[string]uint64 // by a word as typed
	bare    map[string]uint64 // by a word without its marks
	letters map[rune]uint64
}

var voters = sync.OnceValue(func() electorate {
	v := electorate{numbers: map[string]int{}, known: map[string]uint64{}, bare: map[string]uint64{}, letters: map[rune]uint64{}}
	for n, lang := range Languages() {
		l := lexicons()[lang]
		v.numbers[lang] = n
		for word := range l.known {
			v.known[word] |= 1 << n
		}
		for word := range l.bare {
			v.bare[word] |= 1 << n
		}
		for _, r := range l.letters {
			v.letters[r] |= 1 << n
		}
	}
	return v
})

// support shares a vote between the languages that know a word or letter; those that only know the word without its
// marks count half.
func support(votes []float64, langs []uint64, known, bare uint64, weight float64) {
	sum := float64(bits.OnesCount64(known)) + float64(bits.OnesCount64(bare))/2
	if sum == 0 {
		return
	}
	for i, bit := range langs {
		switch {
		case known&bit != 0:
			votes[i] += weight / sum
		case bare&bit != 0:
			votes[i] += weight / 4 / sum
		}
	}
}

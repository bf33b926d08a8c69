package analyzer

import (
	"embed"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

// wordLists are our own lists, one file a language: [stop] are words of questions and chat that say nothing about the
// matter; [often] and [some] are words of ordinary and of business texts, by how many passages hold them; [letters]
// are letters that speak for the language.
//
//go:embed lang/*.txt
var wordLists embed.FS

// How many passages of ordinary text, of about 800 letters, hold a word of each list: round numbers, no measurement.
const (
	shareStop  = 0.5
	shareOften = 0.1
	shareSome  = 0.03
)

// lexicon is what we know of a language's common words.
type lexicon struct {
	lang    string
	stop    map[string]bool    // as typed, and without marks
	known   map[string]bool    // words of all lists, as typed
	bare    map[string]bool    // words of all lists, without marks
	stems   map[string]float64 // share of ordinary passages that hold the stem
	grams   map[string]float64 // likewise
	letters string
}

// lexicons are read once, when the first is needed.
var lexicons = sync.OnceValue(func() map[string]*lexicon {
	names, _ := fs.Glob(wordLists, "lang/*.txt")
	all := make(map[string]*lexicon, len(names))
	for _, name := range names {
		text, _ := wordLists.ReadFile(name)
		lang := strings.TrimSuffix(path.Base(name), ".txt")
		all[lang] = readLexicon(lang, string(text))
	}
	return all
})

// Languages are the languages that have lists of common words, sorted.
func Languages() []string {
	var all []string
	for lang := range lexicons() {
		all = append(all, lang)
	}
	slices.Sort(all)
	return all
}

func readLexicon(lang, text string) *lexicon {
	l := &lexicon{
		lang: lang, stop: map[string]bool{}, known: map[string]bool{}, bare: map[string]bool{},
		stems: map[string]float64{}, grams: map[string]float64{},
	}
	share := 0.0
	for line := range strings.Lines(text) {
		switch line = strings.TrimSpace(line); line {
		case "[stop]":
			share = shareStop
		case "[often]":
			share = shareOften
		case "[some]":
			share = shareSome
		case "[letters]":
			share = 0
		default:
			if !strings.HasPrefix(line, "#") {
				l.add(line, share)
			}
		}
	}
	return l
}

// add takes a line of a list.
func (l *lexicon) add(line string, share float64) {
	if share == 0 {
		l.letters += strings.ReplaceAll(line, " ", "")
		return
	}
	for _, w := range Split(line) {
		l.known[w.Typed], l.bare[w.Text] = true, true
		if share == shareStop {
			l.stop[w.Typed], l.stop[w.Text] = true, true
		}
		l.stems[w.Stem(l.lang)] = max(l.stems[w.Stem(l.lang)], share)
		for _, gram := range w.Grams() {
			l.grams[gram] = min(l.grams[gram]+share, shareStop)
		}
	}
}

// Stop reports whether a question in the language says nothing with the word about what it is after. A word typed
// with marks that the list does not have is another word.
func (w Word) Stop(lang string) bool {
	l := lexicons()[lang]
	if l == nil {
		return false
	}
	return l.stop[w.Typed]
}

// StemShare is the share of passages of ordinary text in the language that hold a stem, 0 for one that is not common.
func StemShare(stem, lang string) float64 {
	if l := lexicons()[lang]; l != nil {
		return l.stems[stem]
	}
	return 0
}

// GramShare is the same for a gram.
func GramShare(gram, lang string) float64 {
	if l := lexicons()[lang]; l != nil {
		return l.grams[gram]
	}
	return 0
}

package assistant

import (
	"embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"parley/internal/analyzer"
)

// Our own words, in every language there is a list of: what we say, and what customers say that needs no model.
//
//go:embed words/*.txt keywords.txt smalltalk.txt promises.txt numbers.txt rules.txt
var texts embed.FS

// list is one section of a file, or one language of a file without sections: phrases, folded.
type list struct {
	phrases  []string            // in order
	language map[string]string   // the language each stands in; the first, for those that several share
	starting map[string][]string // by first word
	unspaced []string            // of scripts without spaces
	longest  int                 // in words
}

// lists are read once, when the first is needed: by file and section ("keywords/stop") or language ("promises/en").
var lists = sync.OnceValue(func() map[string]*list {
	all := map[string]*list{}
	for _, file := range []string{"keywords", "smalltalk", "promises", "numbers"} {
		text, _ := texts.ReadFile(file + ".txt")
		readLists(all, file, string(text))
	}
	telling := &list{}
	for _, phrase := range all["smalltalk/person"].phrases {
		if tells(phrase) {
			telling.add("", phrase)
		}
	}
	all["smalltalk/telling"] = telling
	return all
})

func readLists(all map[string]*list, file, text string) {
	section := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
			continue
		case line[0] == '[':
			section = strings.Trim(line, "[]")
			continue
		}
		lang, phrases, _ := strings.Cut(line, ":")
		name := file + "/" + section
		if section == "" {
			name += lang
		}
		if all[name] == nil {
			all[name] = &list{}
		}
		for phrase := range strings.SplitSeq(phrases, ",") {
			all[name].add(lang, folded(phrase))
		}
	}
}

func (l *list) add(lang, phrase string) {
	if phrase == "" {
		return
	}
	if l.language == nil {
		l.language, l.starting = map[string]string{}, map[string][]string{}
	}
	l.phrases = append(l.phrases, phrase)
	if _, has := l.language[phrase]; has {
		return
	}
	l.language[phrase] = lang
	first, _, _ := strings.Cut(phrase, " ")
	l.starting[first] = append(l.starting[first], phrase)
	if !spaced(phrase) {
		l.unspaced = append(l.unspaced, phrase)
	}
	l.longest = max(l.longest, 1+strings.Count(phrase, " "))
}

// in is a phrase of the list that stands in a folded text, "" when none does.
func (l *list) in(text string) string {
	if l == nil {
		return ""
	}
	for rest := text; rest != ""; {
		word, after, _ := strings.Cut(rest, " ")
		for _, phrase := range l.starting[word] {
			if strings.HasPrefix(rest, phrase) && (len(rest) == len(phrase) || rest[len(phrase)] == ' ') {
				return phrase
			}
		}
		rest = after
	}
	for _, phrase := range l.unspaced {
		if strings.Contains(text, phrase) {
			return phrase
		}
	}
	return ""
}

// folded brings a text into the form of the lists: folded, without punctuation and emoji, one space between words.
func folded(text string) string {
	text = analyzer.Fold(text)
	var out strings.Builder
	out.Grow(len(text))
	gap := false
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) {
			gap = out.Len() > 0
			continue
		}
		if gap {
			out.WriteByte(' ')
			gap = false
		}
		out.WriteRune(r)
	}
	return out.String()
}

// holds reports whether a folded phrase stands in a folded text: as whole words, where the script puts spaces between.
func holds(text, phrase string) bool {
	if !spaced(phrase) {
		return strings.Contains(text, phrase)
	}
	for from := 0; ; {
		i := strings.Index(text[from:], phrase)
		if i < 0 {
			return false
		}
		i += from
		end := i + len(phrase)
		if (i == 0 || text[i-1] == ' ') && (end == len(text) || text[end] == ' ') {
			return true
		}
		from = i + 1
	}
}

// spaced reports whether a text's script puts spaces between words.
func spaced(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Lao,
		unicode.Khmer, unicode.Myanmar)
}

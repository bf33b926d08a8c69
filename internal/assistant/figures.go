package assistant

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"parley/internal/analyzer"
)

// figure is a number that stands in a text by itself: a price, a time, a date, a quantity. What is part of a name or a
// code ("tag-12", "A4") is none.
type figure struct {
	text  string // as written, digits 0 to 9
	joins bool   // only a sign or a space stands between the figure before and this one, as in a phone number
	clock bool   // a time of day
}

// figuresIn finds the figures of a folded text; the numbers of a list's items are none.
func figuresIn(text string) []figure {
	var all []figure
	last := -1 // where the figure before ended
	for i := 0; i < len(text); {
		if !digit(text, i) {
			_, size := utf8.DecodeRuneInString(text[i:])
			i += size
			continue
		}
		end := endOf(text, i)
		if !partOfName(text, i, end) && !itemNumber(text, i, end) {
			joins := last >= 0 && len(strings.Trim(text[last:i], " -/().+")) == 0 && i-last <= 3
			all = append(all, figure{text: text[i:end], joins: joins, clock: clock(text[i:end], text[end:])})
			last = end
		}
		i = end
	}
	return all
}

func digit(s string, i int) bool { return i >= 0 && i < len(s) && s[i] >= '0' && s[i] <= '9' }

// endOf is where a figure ends, with the separators between its digits.
func endOf(text string, i int) int {
	for i < len(text) && (digit(text, i) || strings.IndexByte(".,:'", text[i]) >= 0 && digit(text, i+1)) {
		i++
	}
	return i
}

// partOfName reports whether a figure is part of a word or code: letters touch it in front, or behind it and then
// digits again.
func partOfName(text string, start, end int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:start])
	if (before == '-' || before == '_' || before == '#') && start > 1 {
		before, _ = utf8.DecodeLastRuneInString(text[:start-1])
		if unicode.IsLetter(before) {
			return true
		}
		before = 0
	}
	if unicode.IsLetter(before) && spaced(string(before)) {
		return true
	}
	rest := text[end:]
	behind := strings.TrimLeftFunc(rest, func(r rune) bool { return unicode.IsLetter(r) && r < unicode.MaxLatin1 })
	switch letters := rest[:len(rest)-len(behind)]; {
	case letters == "" || behind == "" || letters == "h": // 9h30
		return false
	case behind[0] == '-':
		return !digit(behind, 1) // 9am-6pm
	}
	return digit(behind, 0) || behind[0] == '_'
}

// clock reports whether a figure is a time of day, by its form or by what follows.
func clock(f, after string) bool {
	if i := strings.IndexByte(f, ':'); i > 0 && i <= 2 && len(f) == i+3 {
		return true
	}
	after = strings.TrimLeft(after, " ")
	for _, sign := range []string{"am", "pm", "a.m", "p.m", "uhr", "h ", "h.", "hrs", "o'clock", "点", "點", "時", "시"} {
		if strings.HasPrefix(after, sign) {
			return true
		}
	}
	return after == "h"
}

// itemNumber reports whether a figure only counts the items of a list: "1. …", "2) …" at the beginning of a line.
func itemNumber(text string, start, end int) bool {
	line := strings.TrimLeft(text[1+strings.LastIndexByte(text[:start], '\n'):start], " *_")
	return line == "" && end-start <= 2 && end+1 < len(text) && (text[end] == '.' || text[end] == ')') && text[end+1] == ' '
}

// forms are the ways in which a figure may be written elsewhere: without separators of thousands, with a point for
// decimals, a time by either clock.
func (f figure) forms() []string {
	at := strings.LastIndexAny(f.text, ".,:'")
	if at < 0 {
		return f.hours(bare(f.text), "")
	}
	whole, tail := onlyDigits(f.text[:at]), f.text[at+1:]
	var all []string
	if len(tail) == 2 && len(whole) <= 2 && f.text[at] != '\'' {
		all = f.hours(bare(whole), tail)
	}
	if f.text[at] == ':' {
		return all
	}
	if len(tail) == 3 {
		all = append(all, bare(whole+tail))
	}
	if rest := strings.TrimRight(tail, "0"); rest != "" {
		return append(all, bare(whole)+"."+rest)
	}
	return append(all, bare(whole))
}

// bare is a number without a zero in front: 09. What is longer and begins with zero is no number but a code.
func bare(f string) string {
	if len(f) == 2 && f[0] == '0' {
		return f[1:]
	}
	return f
}

// hours writes an hour with its minutes, of a time of day also by the other clock.
func (f figure) hours(hour, minutes string) []string {
	all := []string{hour}
	if n, err := strconv.Atoi(hour); err == nil && f.clock && n <= 24 {
		all = append(all, strconv.Itoa((n+12)%24))
	}
	if minutes != "" && minutes != "00" {
		for i := range all {
			all[i] += ":" + minutes
		}
	}
	return all
}

// unknownFigure is the first figure of a text that the known texts do not hold in any form, "" when they hold all.
func unknownFigure(text string, known func(yield func(string) bool)) string {
	asked := figuresIn(analyzer.Fold(text))
	if len(asked) == 0 {
		return ""
	}
	k := knownFigures{forms: map[string]bool{}}
	for one := range known {
		k.take(analyzer.Fold(one))
	}
	for i := 0; i < len(asked); {
		end := i + 1
		for end < len(asked) && asked[end].joins {
			end++
		}
		if f := k.lacks(asked[i:end]); f != "" {
			return f
		}
		i = end
	}
	return ""
}

type knownFigures struct {
	forms  map[string]bool
	digits strings.Builder
	texts  strings.Builder
	words  string // the texts, folded, once they are asked for
}

func (k *knownFigures) take(text string) {
	k.texts.WriteString(text + "\n")
	for _, f := range figuresIn(text) {
		for _, form := range f.forms() {
			k.forms[form] = true
		}
	}
	k.digits.WriteString(onlyDigits(text))
	k.digits.WriteByte(' ')
}

// lacks is the first of figures that belong together that is not known. A long number may be grouped differently.
func (k *knownFigures) lacks(group []figure) string {
	var together strings.Builder
	for _, f := range group {
		together.WriteString(onlyDigits(f.text))
	}
	if together.Len() >= 7 && strings.Contains(k.digits.String(), together.String()) {
		return ""
	}
	for _, f := range group {
		if !k.has(f) && !k.hasParts(f) {
			return f.text
		}
	}
	return ""
}

func (k *knownFigures) has(f figure) bool {
	return slices.ContainsFunc(f.forms(), func(form string) bool { return k.forms[form] || k.inWords(form) })
}

// hasParts takes a date apart: 24.12.2026.
func (k *knownFigures) hasParts(f figure) bool {
	parts := strings.FieldsFunc(f.text, func(r rune) bool { return r < '0' || r > '9' })
	for _, part := range parts {
		if !k.has(figure{text: part}) {
			return false
		}
	}
	return len(parts) > 2
}

// inWords reports whether a small number stands in the texts as a word.
func (k *knownFigures) inWords(form string) bool {
	n, err := strconv.Atoi(form)
	if err != nil || n > 12 {
		return false
	}
	if k.words == "" {
		k.words = folded(k.texts.String())
	}
	return numberWords()[n].in(k.words) != ""
}

// numberWords are the words of each small number, in all languages.
var numberWords = sync.OnceValue(func() [13]*list {
	var all [13]*list
	for n := range all {
		all[n] = &list{}
		for name, l := range lists() {
			if lang, is := strings.CutPrefix(name, "numbers/"); is {
				all[n].add(lang, l.phrases[n])
			}
		}
	}
	return all
})

func onlyDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
}

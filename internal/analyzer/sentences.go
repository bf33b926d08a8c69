package analyzer

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Span is a piece of a text: text[Start:End], in bytes.
type Span struct{ Start, End int }

// Of gives the piece.
func (s Span) Of(text string) string { return text[s.Start:s.End] }

// Sentences cuts a text into its sentences, without the space around them.
func Sentences(text string) []string {
	var all []string
	for _, s := range SentenceSpans(text) {
		all = append(all, s.Of(text))
	}
	return all
}

// SentenceSpans says where the sentences of a text are: in order, not overlapping, not empty, with everything but the
// space between them. A sentence ends at the stops of its script, at an empty line, and at the end of a line, unless
// the line looks as if it had been broken for width only.
func SentenceSpans(text string) []Span {
	var all []Span
	for _, line := range lines(text) {
		all = appendSentences(all, text, line)
	}
	return all
}

// wideLine is the length in bytes from which a line that goes on in lower case counts as broken for width.
const wideLine = 50

// lines gives the lines of a text that hold something, those joined that were broken for width.
func lines(text string) []Span {
	var all []Span
	gap := true // an empty line came before
	for start := 0; start < len(text); {
		end := len(text)
		if i := strings.IndexByte(text[start:], '\n'); i >= 0 {
			end = start + i
		}
		line := trim(text, Span{start, end})
		if start = end + 1; line.Start == line.End {
			gap = true
			continue
		}
		if n := len(all) - 1; n >= 0 && !gap && goesOn(all[n].Of(text), line.Of(text)) {
			all[n].End = line.End
		} else {
			all = append(all, line)
		}
		gap = false
	}
	return all
}

// goesOn reports whether a line is the rest of the one before it.
func goesOn(before, line string) bool {
	if i := strings.LastIndexByte(before, '\n'); i >= 0 {
		before = before[i+1:]
	}
	first, _ := utf8.DecodeRuneInString(line)
	last, _ := utf8.DecodeLastRuneInString(before)
	return len(before) >= wideLine && unicode.IsLower(first) && !stops(last) && !StartsItem(line)
}

// StartsItem reports whether a line begins with the sign of a list item: "-", "*", "+", "•", "1.", "2)", "a)".
func StartsItem(line string) bool { return itemSign(line) > 0 }

// itemSign is the length of the sign of a list item at the beginning of a line with the space behind it, 0 for none.
func itemSign(line string) int {
	line = strings.TrimRight(line, " \t")
	r, size := utf8.DecodeRuneInString(line)
	switch {
	case strings.ContainsRune("-*+•·–—▪◦●○‣✓✔✅➤►", r):
	case unicode.IsNumber(r):
		for size < len(line) && line[size] >= '0' && line[size] <= '9' {
			size++
		}
		if size > 3 || size == len(line) || line[size] != '.' && line[size] != ')' {
			return 0
		}
		size++
	case unicode.IsLetter(r) && size < len(line) && line[size] == ')':
		size++
	default:
		return 0
	}
	space := len(line[size:]) - len(strings.TrimLeft(line[size:], " \t"))
	if space == 0 {
		return 0
	}
	return size + space
}

func trim(text string, s Span) Span {
	for s.Start < s.End {
		r, size := utf8.DecodeRuneInString(text[s.Start:s.End])
		if !unicode.IsSpace(r) {
			break
		}
		s.Start += size
	}
	for s.Start < s.End {
		r, size := utf8.DecodeLastRuneInString(text[s.Start:s.End])
		if !unicode.IsSpace(r) {
			break
		}
		s.End -= size
	}
	return s
}

// appendSentences cuts a line.
func appendSentences(all []Span, text string, line Span) []Span {
	start := line.Start
	for i := line.Start + itemSign(line.Of(text)); i < line.End; {
		r, size := utf8.DecodeRuneInString(text[i:line.End])
		i += size
		if !stops(r) {
			continue
		}
		end := closed(text[:line.End], i)
		if !wide(r) && !endsHere(text[start:i], text[end:line.End], r) {
			i = end
			continue
		}
		all = append(all, trim(text, Span{start, end}))
		start = trim(text, Span{end, line.End}).Start
		i = start
	}
	if start < line.End {
		all = append(all, trim(text, Span{start, line.End}))
	}
	return all
}

// stops reports whether a character may end a sentence.
func stops(r rune) bool {
	return r == '.' || r == '!' || r == '?' || r == '…' || r == greekQuestionMark || wide(r)
}

// greekQuestionMark looks like a semicolon and is another character.
const greekQuestionMark = '\u037E'

// wide reports whether a character ends a sentence whatever follows it.
func wide(r rune) bool {
	if r < utf8.RuneSelf {
		return false
	}
	return strings.ContainsRune("。！？｡।॥۔؟།။។៕።‼⁇⁈⁉", r)
}

// closed moves over further stops and over what closes quotes and brackets behind the stop.
func closed(text string, i int) int {
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !stops(r) && !strings.ContainsRune("\"'”’»)]）」』】*_", r) {
			break
		}
		i += size
	}
	return i
}

// endsHere decides on a stop that may also stand inside a sentence; before ends with it, after is the rest.
func endsHere(before, after string, stop rune) bool {
	if after == "" {
		return true
	}
	next, _ := utf8.DecodeRuneInString(after)
	if !unicode.IsSpace(next) {
		return false
	}
	if stop != '.' {
		return true
	}
	return !abbreviates(strings.TrimSuffix(before, "."), strings.TrimSpace(after))
}

//go:embed lists/abbreviations.txt
var abbreviationList string

//go:embed lists/months.txt
var monthList string

var (
	abbreviations = sync.OnceValue(func() map[string]bool { return wordSet(abbreviationList) })
	months        = sync.OnceValue(func() map[string]bool { return wordSet(monthList) })
)

// wordSet reads a list; the value says whether the word stood on a line that begins with "~".
func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for line := range strings.Lines(list) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		line, mayEnd := strings.CutPrefix(line, "~")
		for word := range strings.FieldsSeq(line) {
			set[strings.ToLower(word)] = mayEnd
		}
	}
	return set
}

// abbreviates reports whether the stop behind a text belongs to its last word: an abbreviation, an initial, the number
// of a day or of a list.
func abbreviates(before, after string) bool {
	typed := strings.TrimLeft(before[1+strings.LastIndexAny(before, " \t\n"):], "(\"'“«¿¡")
	word := strings.ToLower(typed)
	next, _ := utf8.DecodeRuneInString(after)
	if isNumber(word) {
		following, _, _ := strings.Cut(after, " ")
		_, month := months()[strings.ToLower(strings.Trim(following, ".,;:"))]
		return len(word) <= 2 && (unicode.IsLower(next) || month)
	}
	if first, size := utf8.DecodeRuneInString(typed); size == len(typed) && unicode.IsUpper(first) {
		return true
	}
	mayEnd, is := abbreviations()[word]
	return is && (!mayEnd || !unicode.IsUpper(next))
}

func isNumber(word string) bool {
	for _, r := range word {
		if !unicode.IsDigit(r) {
			return false
		}
	}
	return word != ""
}

package knowledge

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"parley/internal/analyzer"
)

// Sizes of passages in characters; of Chinese, Japanese and Korean text, which says more in a character, the fraction
// 2/5. Passages of 600 to 900 characters find best and leave room for several of them in a prompt.
const (
	passageSize = 800
	passageMost = 1200 // no passage is longer
	overlapSize = passageSize / 5
)

// Passage is the piece of a document that is found and quoted.
type Passage struct {
	Ordinal  int    // place in the document, from 0
	Heading  string // the headings above it, " > " between them; a question that it answers is one
	Body     string
	Start    int // Body is text[Start:Start+len(Body)] of the document's text
	Language string
}

// Passages cuts a document's text. Cuts fall between sentences, at headings, and around lists, tables and pairs of
// question and answer, which stay in one piece; long sections overlap a little, so that what refers to the sentence
// before it still finds it.
func Passages(text string, kind Kind) []Passage {
	var all []Passage
	language := analyzer.Language(text)
	for _, s := range sectionsOf(text, kind) {
		for _, span := range s.cut(text) {
			all = append(all, Passage{
				Ordinal: len(all), Heading: s.heading, Body: span.Of(text), Start: span.Start,
				Language: languageOf(span.Of(text), language),
			})
		}
	}
	return all
}

// languageOf is the language of a piece, or that of the whole when the piece does not tell.
func languageOf(piece, whole string) string {
	if lang := analyzer.Language(piece); lang != "" {
		return lang
	}
	return whole
}

// cut divides a section into spans of passages.
func (s section) cut(text string) []analyzer.Span {
	most, size, overlap := passageMost, passageSize, overlapSize
	if analyzer.Dense(s.span.Of(text)) {
		most, size, overlap = most*2/5, size*2/5, overlap*2/5
	}
	if fits(s.span.Of(text), size) {
		return []analyzer.Span{s.span}
	}
	if s.kind != prose {
		overlap = 0
	}
	return pack(text, pieces(text, s, most), size, most, overlap)
}

// letters counts characters.
func letters(s string) int { return utf8.RuneCountInString(s) }

// fits reports whether a text has at most n characters, without counting a long one to its end.
func fits(s string, n int) bool {
	return len(s) <= n || len(s) <= n*utf8.UTFMax && letters(s) <= n
}

// pieces are what a section may be cut between: its sentences, or the lines of a list or table. What is longer than a
// passage may be is cut at spaces.
func pieces(text string, s section, most int) []analyzer.Span {
	var whole []analyzer.Span
	if s.kind == prose {
		whole = analyzer.SentenceSpans(s.span.Of(text))
	} else {
		whole = lineSpans(s.span.Of(text))
	}
	var all []analyzer.Span
	for _, p := range whole {
		p.Start, p.End = p.Start+s.span.Start, p.End+s.span.Start
		for !fits(p.Of(text), most) {
			head := analyzer.Span{Start: p.Start, End: p.Start + breakAt(p.Of(text), most)}
			all = append(all, head)
			p.Start = head.End
		}
		all = append(all, p)
	}
	return all
}

// breakAt is where to cut a text that is too long: behind its last space before the limit, else at the limit.
func breakAt(text string, most int) int {
	end := 0
	for i := range text {
		if most--; most < 0 {
			end = i
			break
		}
	}
	if space := strings.LastIndexAny(text[:end], " \n\t"); space > end/2 {
		return space + 1
	}
	return end
}

// pack fills passages with pieces up to a size. A rest that would be small joins the passage before it.
func pack(text string, pieces []analyzer.Span, size, most, overlap int) []analyzer.Span {
	var all []analyzer.Span
	for i := 0; i < len(pieces); {
		from, to := i, i
		for to+1 < len(pieces) && fits(text[pieces[from].Start:pieces[to+1].End], size) {
			to++
		}
		last := len(pieces) - 1
		if fits(text[pieces[to].End:pieces[last].End], size/4) && fits(text[pieces[from].Start:pieces[last].End], most) {
			to = last
		}
		if span := trimmed(text, analyzer.Span{Start: pieces[from].Start, End: pieces[to].End}); span.Start < span.End {
			all = append(all, span)
		}
		if to == last {
			break
		}
		for i = to + 1; i-1 > from && fits(text[pieces[i-1].Start:pieces[to].End], overlap); {
			i--
		}
	}
	return all
}

// trimmed takes the space off both ends of a span.
func trimmed(text string, s analyzer.Span) analyzer.Span {
	s.End = s.Start + len(strings.TrimRightFunc(s.Of(text), unicode.IsSpace))
	s.Start = s.End - len(strings.TrimLeftFunc(s.Of(text), unicode.IsSpace))
	return s
}

// lineSpans are the lines of a text that hold something.
func lineSpans(text string) []analyzer.Span {
	var all []analyzer.Span
	for start := 0; start < len(text); {
		end := len(text)
		if i := strings.IndexByte(text[start:], '\n'); i >= 0 {
			end = start + i
		}
		if strings.TrimSpace(text[start:end]) != "" {
			all = append(all, analyzer.Span{Start: start, End: end})
		}
		start = end + 1
	}
	return all
}

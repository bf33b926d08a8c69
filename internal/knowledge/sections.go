package knowledge

import (
	"strings"
	"unicode/utf8"

	"parley/internal/analyzer"
)

// shape is what a section is made of.
type shape int

const (
	prose shape = iota
	items
	table
)

// section is a stretch of a document under one heading and of one shape.
type section struct {
	heading string
	kind    shape
	span    analyzer.Span
}

// longestHeading is the length in characters up to which a line may be a heading or a question.
const longestHeading = 200

// reader goes through a document line by line.
type reader struct {
	text     string
	kind     Kind
	all      []section
	headings [7]string     // by level, 1 to 6
	question string        // the question that what follows answers, "" for none
	asked    analyzer.Span // where the question stands, while nothing answers it
	marked   bool          // the question had a sign ("Q:") or the document consists of pairs: it holds until the next
	signs    bool          // a question before had a sign: lines without one are none
	open     *section      // the section that the next line may belong to
	gap      bool          // an empty line came before
}

// sectionsOf finds a document's headings, paragraphs, lists, tables and pairs of question and answer.
func sectionsOf(text string, kind Kind) []section {
	r := &reader{text: text, kind: kind, gap: true}
	spans := lineSpans(text)
	for i, line := range spans {
		r.gap = i == 0 || strings.Count(text[spans[i-1].End:line.Start], "\n") > 1
		last := i+1 == len(spans)
		r.line(line, last || strings.Count(text[line.End:spans[i+1].Start], "\n") > 1, last)
	}
	r.close()
	r.unanswered()
	return r.all
}

// line takes one line; alone says that an empty line or nothing follows it, last that nothing does.
func (r *reader) line(line analyzer.Span, alone, last bool) {
	content := strings.TrimSpace(line.Of(r.text))
	if level, title := headingOf(content); level > 0 {
		r.close()
		r.unanswered()
		r.headings[level] = title
		clear(r.headings[level+1:])
		r.question = ""
		return
	}
	if underlines(content) && r.open != nil && r.open.kind == prose && !r.gap {
		r.underlined(content[0] == '=')
		return
	}
	if question, signed := r.asks(content, alone); question != "" && !last {
		r.close()
		r.unanswered()
		r.question, r.marked, r.asked = question, signed, line
		return
	}
	r.add(line, content)
}

// asks reports whether a line is the question of a pair.
func (r *reader) asks(content string, alone bool) (question string, signed bool) {
	if rest, ok := cutSign(content, questionSigns); ok {
		r.signs = true
		return rest, true
	}
	if letters(content) > longestHeading || analyzer.StartsItem(content) || strings.HasPrefix(content, "|") {
		return "", false
	}
	ends := strings.HasSuffix(content, "?") || strings.HasSuffix(content, "？") || strings.HasSuffix(content, "؟")
	switch {
	case r.kind == FAQ && !r.signs && (ends || r.gap && !alone):
		return content, true
	case ends && r.gap:
		return content, false
	}
	return "", false
}

// unanswered keeps a question that nothing followed as a text of its own.
func (r *reader) unanswered() {
	if r.asked.End > r.asked.Start {
		r.question = ""
		r.open = &section{kind: prose, heading: r.path(), span: r.asked}
		r.close()
	}
	r.asked = analyzer.Span{}
}

// underlined makes the last line of the open paragraph a heading.
func (r *reader) underlined(first bool) {
	body := r.open.span.Of(r.text)
	cut := strings.LastIndexByte(body, '\n') + 1
	title := strings.TrimSpace(body[cut:])
	level := 2
	if first {
		level = 1
	}
	if r.open.span.End = r.open.span.Start + len(strings.TrimRight(body[:cut], " \t\n")); cut == 0 {
		r.open = nil
	}
	r.close()
	r.headings[level], r.question = title, ""
	clear(r.headings[level+1:])
}

// add puts a line into the section that it belongs to.
func (r *reader) add(line analyzer.Span, content string) {
	if rest, ok := cutSign(content, answerSigns); ok && r.question != "" {
		line.Start += strings.LastIndex(line.Of(r.text), rest)
	}
	kind := shapeOf(content)
	if r.open != nil && r.open.kind == items && kind == prose && (!r.gap || indented(line.Of(r.text))) {
		kind = items // the rest of an item
	}
	if kind == table && rules(content) {
		r.columns(line)
		return
	}
	r.asked = analyzer.Span{}
	if r.open == nil || !r.joins(kind) {
		r.begin(line, kind)
	}
	r.open.span.End = line.End
}

// joins reports whether a line of a shape goes on with the open section.
func (r *reader) joins(kind shape) bool {
	if r.gap && r.question != "" && !r.marked {
		return false // a question without a sign is answered by one paragraph
	}
	return r.open.kind == kind
}

// begin opens a section. A list or table takes the sentence that introduces it along.
func (r *reader) begin(line analyzer.Span, kind shape) {
	start := line.Start
	if before := r.open; before != nil && before.kind == prose && kind != prose {
		if body := strings.TrimRight(before.span.Of(r.text), " \t\n"); strings.HasSuffix(body, ":") || strings.HasSuffix(body, "：") {
			spans := analyzer.SentenceSpans(body)
			cut := spans[len(spans)-1].Start
			start = before.span.Start + cut
			before.span.End = start
		}
	}
	answered := r.open != nil && r.question != "" && !r.marked && r.gap
	r.close()
	if answered {
		r.question = ""
	}
	r.open = &section{kind: kind, heading: r.path(), span: analyzer.Span{Start: start}}
}

// columns turns the first row of a table, whose rule has just come, into a heading of the rows; with it the sentence
// that introduces the table. A rule anywhere else is nothing.
func (r *reader) columns(rule analyzer.Span) {
	if r.open == nil || r.open.kind != table {
		return
	}
	intro, row, introduced := strings.Cut(strings.TrimSpace(r.open.span.Of(r.text)), "\n")
	if !introduced {
		intro, row = "", intro
	}
	if strings.Contains(row, "\n") || strings.HasPrefix(intro, "|") {
		r.open.span.End = rule.End
		return
	}
	heading := join(r.open.heading, strings.TrimRight(strings.TrimSpace(intro), ":："))
	var cells []string
	for cell := range strings.SplitSeq(strings.Trim(row, " \t|"), "|") {
		cells = append(cells, strings.TrimSpace(cell))
	}
	heading = join(heading, strings.Join(cells, " | "))
	r.open = &section{kind: table, heading: heading, span: analyzer.Span{Start: rule.End, End: rule.End}}
}

// close ends the open section and keeps it when it holds something.
func (r *reader) close() {
	if r.open == nil {
		return
	}
	if r.open.span = trimmed(r.text, r.open.span); r.open.span.Start < r.open.span.End {
		r.all = append(r.all, *r.open)
	}
	r.open = nil
}

// path is the headings above the current line.
func (r *reader) path() string {
	path := ""
	for _, h := range r.headings {
		path = join(path, h)
	}
	return join(path, r.question)
}

// join puts a heading under others.
func join(above, heading string) string {
	if above == "" || heading == "" {
		return above + heading
	}
	return above + " > " + heading
}

// headingOf recognises "# Title" and a line that is bold as a whole.
func headingOf(line string) (level int, title string) {
	for level < len(line) && line[level] == '#' {
		level++
	}
	if level >= 1 && level <= 6 && level < len(line) && line[level] == ' ' {
		return level, strings.TrimSpace(strings.TrimRight(line, "#")[level:])
	}
	if n := len(line); n > 4 && n <= longestHeading && strings.HasPrefix(line, "**") && strings.HasSuffix(line, "**") &&
		!strings.Contains(line[2:n-2], "**") {
		return 6, strings.TrimSpace(line[2 : n-2])
	}
	return 0, ""
}

// underlines reports whether a line underlines a heading.
func underlines(line string) bool {
	return len(line) >= 3 && (strings.Trim(line, "=") == "" || strings.Trim(line, "-") == "")
}

// rules reports whether a table's row is the rule under its heading.
func rules(row string) bool { return strings.Trim(row, "|-: \t") == "" && strings.Contains(row, "-") }

func shapeOf(line string) shape {
	switch {
	case strings.HasPrefix(line, "|"):
		return table
	case analyzer.StartsItem(line):
		return items
	}
	return prose
}

func indented(line string) bool { return line != strings.TrimLeft(line, " \t") }

// Signs that people put before questions and answers.
const (
	questionSigns = "q question f frage p pregunta pergunta d domanda вопрос в 问 問 質問 प्रश्न سؤال س"
	answerSigns   = "a answer antwort r respuesta resposta réponse risposta ответ о 答 回答 उत्तर جواب ج"
)

// cutSign takes a sign and its colon off a line; signs are separated by spaces.
func cutSign(line, signs string) (rest string, ok bool) {
	line = strings.TrimLeft(line, "*_ ")
	i := strings.IndexAny(line, ":：")
	if i <= 0 || i > 30 {
		return "", false
	}
	sign := strings.ToLower(strings.TrimSpace(strings.Trim(line[:i], "*_0123456789 ")))
	known := false
	for s := range strings.FieldsSeq(signs) {
		known = known || s == sign
	}
	_, size := utf8.DecodeRuneInString(line[i:])
	if rest = strings.Trim(line[i+size:], "*_ \t"); !known || rest == "" {
		return "", false
	}
	return rest, true
}

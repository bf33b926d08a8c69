package whatsapp

import (
	"bytes"
	"strconv"
	"strings"
	"sync"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdown is CommonMark with tables, strike-through, tasks and bare addresses, and without HTML and link
// definitions, which would swallow text.
//
//nolint:gochecknoglobals // made once, when it is first needed; it keeps nothing of what it parses
var markdown = sync.OnceValue(func() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewSetextHeadingParser(), 100), util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(parser.NewListParser(), 300), util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewCodeBlockParser(), 500), util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700), util.Prioritized(parser.NewBlockquoteParser(), 800),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		parser.WithInlineParsers(
			util.Prioritized(extension.NewTaskCheckBoxParser(), 0), util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(parser.NewLinkParser(), 200), util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(tagParser{}, 400), util.Prioritized(parser.NewEmphasisParser(), 500),
			util.Prioritized(extension.NewStrikethroughParser(), 500), util.Prioritized(addressParser{}, 600),
		),
		parser.WithParagraphTransformers(util.Prioritized(extension.NewTableParagraphTransformer(), 200)),
		parser.WithASTTransformers(util.Prioritized(extension.NewTableASTTransformer(), 0)),
	)
})

// printer prints a parsed tree.
type printer struct {
	source []byte
	depth  int
}

func printMarkdown(md []byte) string {
	p := printer{source: md}
	return p.blocks(markdown().Parse(text.NewReader(md)))
}

// blocks prints the blocks inside a node, with an empty line where the author left one.
func (p printer) blocks(parent ast.Node) string {
	var out strings.Builder
	p.depth++
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		said := p.block(n)
		if strings.TrimSpace(said) == "" {
			continue
		}
		if out.Len() > 0 {
			out.WriteByte('\n')
			if n.HasBlankPreviousLines() || apart(n) {
				out.WriteByte('\n')
			}
		}
		out.WriteString(said)
	}
	return out.String()
}

// apart reports whether a rule stands before a block: WhatsApp has none, so an empty line takes its place.
func apart(n ast.Node) bool {
	before := n.PreviousSibling()
	return before != nil && before.Kind() == ast.KindThematicBreak
}

func (p printer) block(n ast.Node) string {
	if p.depth > maxDepth {
		return p.raw(n)
	}
	switch n := n.(type) {
	case *ast.Heading:
		return setLine(onlyBold(p.inline(n, 0)))
	case *ast.ThematicBreak:
		return ""
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		return p.code(n)
	case *ast.Blockquote:
		return quoted(p.blocks(n))
	case *ast.List:
		return p.list(n)
	case *east.Table:
		return p.table(n)
	case *ast.ListItem:
		return p.blocks(n)
	default:
		return setLine(p.inline(n, 0))
	}
}

// onlyBold makes a line a heading: all of it bold, once.
func onlyBold(runs []run) []run {
	for i := range runs {
		if runs[i].style != code {
			runs[i].style = bold
		}
	}
	return runs
}

// code prints a block of code without the name of its language.
func (p printer) code(n ast.Node) string {
	said := strings.TrimRight(p.raw(n), "\n")
	if strings.TrimSpace(said) == "" {
		return ""
	}
	return fence + "\n" + strings.ReplaceAll(said, fence, "'''") + "\n" + fence
}

// raw is the source of a block and of all in it.
func (p printer) raw(n ast.Node) string {
	var out bytes.Buffer
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering && n.Type() == ast.TypeBlock {
			for i := range n.Lines().Len() {
				line := n.Lines().At(i)
				out.Write(line.Value(p.source))
			}
		}
		return ast.WalkContinue, nil
	})
	return out.String()
}

// quoted puts WhatsApp's sign before every line; it knows no quote in a quote.
func quoted(said string) string {
	var out []string
	for line := range strings.SplitSeq(said, "\n") {
		switch {
		case strings.TrimSpace(line) == "":
		case strings.HasPrefix(line, "> "):
			out = append(out, line)
		default:
			out = append(out, "> "+line)
		}
	}
	return strings.Join(out, "\n")
}

// list prints an item a line; what an item holds beside is set in.
func (p printer) list(n *ast.List) string {
	var out []string
	number := n.Start
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		sign := "- "
		if n.IsOrdered() {
			sign = strconv.Itoa(number) + ". "
			number++
		}
		said := p.blocks(item)
		if strings.HasPrefix(said, ticked) || strings.HasPrefix(said, unticked) {
			sign = ""
		}
		for i, line := range strings.Split(said, "\n") {
			switch {
			case i == 0:
				out = append(out, strings.TrimRight(sign+line, " "))
			case line != "":
				out = append(out, "  "+line)
			}
		}
	}
	return strings.Join(out, "\n")
}

// Boxes of a task list.
const (
	ticked   = "☑ "
	unticked = "☐ "
)

// table prints rows as lines: of two columns "title: value", of more a block a row with the names of the columns.
func (p printer) table(t *east.Table) string {
	var names [][]run
	var rows []string
	for r := t.FirstChild(); r != nil; r = r.NextSibling() {
		var cells [][]run
		for c := r.FirstChild(); c != nil; c = c.NextSibling() {
			cells = append(cells, p.inline(c, 0))
		}
		if r.Kind() == east.KindTableHeader {
			names = cells
			if len(names) > 2 {
				continue
			}
		}
		if said := row(names, cells); said != "" {
			rows = append(rows, said)
		}
	}
	return strings.Join(rows, between(len(names)))
}

func between(columns int) string {
	if columns > 2 {
		return "\n\n"
	}
	return "\n"
}

func row(names, cells [][]run) string {
	var title string
	if len(cells) > 0 {
		title = oneCell(onlyBold(cells[0]))
	}
	if len(names) <= 2 {
		if len(cells) < 2 || oneCell(cells[1]) == "" {
			return title
		}
		return strings.TrimPrefix(title+": ", ": ") + oneCell(cells[1])
	}
	var lines []string
	if title != "" {
		lines = append(lines, title)
	}
	for i := 1; i < len(cells); i++ {
		said := oneCell(cells[i])
		if said == "" {
			continue
		}
		if i < len(names) {
			if name := oneCell(names[i]); name != "" {
				said = name + ": " + said
			}
		}
		lines = append(lines, said)
	}
	return strings.Join(lines, "\n")
}

// oneCell is what stands in a cell, on one line.
func oneCell(runs []run) string {
	return strings.TrimSpace(strings.ReplaceAll(setLine(runs), "\n", " "))
}

// inline collects the runs inside a node.
func (p printer) inline(parent ast.Node, in style) (runs []run) {
	p.depth++
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		runs = append(runs, p.runs(n, in)...)
	}
	return runs
}

func (p printer) runs(n ast.Node, in style) []run {
	if p.depth > 4*maxDepth {
		return nil
	}
	switch n := n.(type) {
	case *ast.Text:
		return p.text(n, in)
	case *ast.String:
		return broken(string(n.Value), in)
	case *ast.CodeSpan:
		return []run{inlineCode(p.plainText(n))}
	case *ast.Emphasis:
		return p.emphasis(n, in)
	case *east.Strikethrough:
		return p.inline(n, in|strike)
	case *ast.Link:
		return p.link(n, in, string(n.Destination))
	case *ast.Image:
		return p.link(n, in, string(n.Destination))
	case *ast.AutoLink:
		return []run{{string(n.Label(p.source)), in &^ (italic | strike)}}
	case *east.TaskCheckBox:
		if n.IsChecked {
			return []run{{ticked, 0}}
		}
		return []run{{unticked, 0}}
	default:
		return p.inline(n, in)
	}
}

// broken makes runs of a text that may hold line breaks.
func broken(s string, in style) (runs []run) {
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			runs = append(runs, run{text: "\n"})
		}
		runs = append(runs, run{line, in})
	}
	return runs
}

func (p printer) text(n *ast.Text, in style) []run {
	value := n.Value(p.source)
	if !n.IsRaw() {
		value = resolved(value)
	}
	runs := broken(string(value), in)
	if n.SoftLineBreak() || n.HardLineBreak() {
		runs = append(runs, run{text: "\n"})
	}
	return runs
}

// resolved reads escapes and entities.
func resolved(value []byte) []byte {
	if !bytes.ContainsAny(value, `\&`) {
		return value
	}
	value = util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(value)))
	return bytes.ReplaceAll(bytes.ToValidUTF8(value, nil), []byte{0}, nil)
}

// plainText is the text inside a node without any marks.
func (p printer) plainText(n ast.Node) string {
	var out strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			out.Write(t.Value(p.source))
		}
	}
	return out.String()
}

// emphasis is bold for two signs and italic for one. Two low lines around a name that goes on, as in __init__.py, are
// part of the name, and one star between letters and digits, as in 2*3*4, stands for itself.
func (p printer) emphasis(n *ast.Emphasis, in style) []run {
	as := italic
	if n.Level > 1 {
		as = bold
	}
	if name, ok := n.FirstChild().(*ast.Text); ok && n.FirstChild() == n.LastChild() {
		from, to := name.Segment.Start-n.Level, name.Segment.Stop+n.Level
		if from >= 0 && to <= len(p.source) && p.literal(n.Level, from, to) {
			return []run{{string(p.source[from:to]), in}}
		}
	}
	return p.inline(n, in|as)
}

// literal reports whether signs that CommonMark reads as emphasis are meant as they stand.
func (p printer) literal(level, from, to int) bool {
	rest := p.source[to:]
	if level > 1 {
		return p.source[from] == '_' && len(rest) > 1 &&
			(rest[0] == '(' || rest[0] == '.' && rest[1] >= 'a' && rest[1] <= 'z')
	}
	return from > 0 && asciiWord(p.source[from-1]) || len(rest) > 0 && asciiWord(rest[0])
}

func asciiWord(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// link shows a link's text and, unless that says it already, its address.
func (p printer) link(n ast.Node, in style, destination string) []run {
	said := p.inline(n, in)
	at := address(destination)
	shown := strings.TrimSpace(setLine(unstyled(said)))
	if at == "" || sameAddress(shown, at) {
		return said
	}
	if shown == "" {
		return []run{{at, in &^ (italic | strike)}}
	}
	return append(said, run{text: " (" + at + ")"})
}

// unstyled are the runs without their styles.
func unstyled(runs []run) []run {
	out := make([]run, len(runs))
	for i, r := range runs {
		out[i] = run{r.text, 0}
	}
	return out
}

// address is a link's destination as it is shown: "" for what a person could not follow from a chat.
func address(destination string) string {
	at := string(resolved([]byte(destination)))
	at = strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7f {
			return -1
		}
		return r
	}, at)
	lower := strings.ToLower(at)
	for _, scheme := range []string{"mailto:", "tel:"} {
		if strings.HasPrefix(lower, scheme) {
			return at[len(scheme):]
		}
	}
	if strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://") {
		return at
	}
	return ""
}

// sameAddress compares what a link says with where it goes.
func sameAddress(shown, at string) bool {
	trim := func(s string) string {
		s = strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(s), "https://"), "http://")
		return strings.TrimSuffix(strings.TrimPrefix(s, "www."), "/")
	}
	return trim(shown) == trim(at)
}

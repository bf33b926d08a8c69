package whatsapp

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// tagParser takes the HTML tags out of a line that people know from web pages, and leaves everything else in angle
// brackets, such as <order number>, which would be lost as an unknown tag.
type tagParser struct{}

// tags are what is taken out; true stands for a line break.
//
//nolint:gochecknoglobals // a table that never changes
var tags = map[string]bool{
	"a": false, "abbr": false, "b": false, "big": false, "blockquote": true, "br": true, "center": false, "cite": false,
	"code": false, "del": false, "details": false, "div": true, "em": false, "font": false, "h1": true, "h2": true,
	"h3": true, "h4": true, "h5": true, "h6": true, "hr": true, "i": false, "img": false, "ins": false, "kbd": false,
	"li": true, "mark": false, "ol": true, "p": true, "pre": true, "q": false, "s": false, "samp": false,
	"script": false, "section": true, "small": false, "span": false, "strike": false, "strong": false, "style": false,
	"sub": false, "summary": false, "sup": false, "table": true, "tbody": false, "td": false, "th": false,
	"thead": false, "tr": true, "tt": false, "u": false, "ul": true,
}

// Trigger is the sign a tag begins with.
func (tagParser) Trigger() []byte { return []byte{'<'} }

// Parse takes a tag, or leaves the sign to be text.
func (tagParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	if bytes.HasPrefix(line, []byte("<!--")) {
		if end := bytes.Index(line, []byte("-->")); end > 0 {
			block.Advance(end + 3)
			return ast.NewString(nil)
		}
		return nil
	}
	end := bytes.IndexByte(line, '>')
	if end < 2 || bytes.IndexByte(line[1:end], '<') >= 0 {
		return nil
	}
	inner := strings.TrimPrefix(string(line[1:end]), "/")
	name := strings.ToLower(strings.TrimRight(inner, "/ "))
	if i := strings.IndexAny(name, " \t/"); i >= 0 {
		// A tag with more than a name has attributes: <b lank> is none.
		if !strings.Contains(name[i:], "=") {
			return nil
		}
		name = name[:i]
	}
	breaks, known := tags[name]
	if !known {
		return nil
	}
	block.Advance(end + 1)
	if breaks {
		return ast.NewString([]byte("\n"))
	}
	return ast.NewString(nil)
}

// addressParser keeps a bare address together: what would be markup in it is part of it.
type addressParser struct{}

// Trigger is what may stand before an address; a space stands for the start of a text too.
func (addressParser) Trigger() []byte { return []byte{' ', '(', '"', ':', '-', '>', '\'', ','} }

// Parse takes an address up to a space or a bracket that was not opened in it; a full stop at its end belongs to the
// sentence.
func (addressParser) Parse(parent ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, at := block.PeekLine()
	lead := 0
	if len(line) > 0 && !asciiWord(line[0]) {
		lead = 1
	} else if wordy(block.PrecendingCharacter()) {
		return nil
	}
	length := addressLength(line[lead:])
	if length == 0 {
		return nil
	}
	if lead > 0 {
		ast.MergeOrAppendTextSegment(parent, at.WithStop(at.Start+lead))
	}
	block.Advance(lead + length)
	said := ast.NewString(bytes.Clone(line[lead : lead+length]))
	said.SetRaw(true)
	return said
}

// addressLength is how long the address is that a text begins with, 0 when it begins with none.
func addressLength(line []byte) int {
	const short = len("http://x")
	if len(line) < short || line[0]|0x20 != 'h' {
		return 0
	}
	if start := strings.ToLower(string(line[:short])); !strings.HasPrefix(start, "http://") && start != "https://" {
		return 0
	}
	open, end := 0, 0
scan:
	for ; end < len(line); end++ {
		switch b := line[end]; {
		case b <= ' ', b == '<', b == '>', b == '"', b == '`', b == ']', b == '|', b == '\\':
			break scan
		case b == '(':
			open++
		case b == ')':
			if open--; open < 0 {
				break scan
			}
		}
	}
	taken := len(bytes.TrimRight(line[:end], ".,;:!?'*_~"))
	if taken <= len("https://") {
		return 0
	}
	return taken
}

package whatsapp

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMarkdown and maxDepth bound what is parsed: an answer of a model is far shorter and hardly nested. What is beyond
// goes out as it is.
const (
	maxMarkdown = 32 << 10
	maxDepth    = 24
)

// FromMarkdown writes Markdown the way WhatsApp shows things: *bold*, _italic_, ~strike~, `code`, blocks of it, lists
// and quotes. Headings become bold lines, links show their address, tables become lines, HTML tags go. It prints from
// a parsed tree, so that nothing inside code changes and markers only stand where WhatsApp reads them: around words, on
// one line. Nothing that can be read is dropped. A single star is Markdown's italic, not WhatsApp's bold: converting
// twice is not the same as once.
func FromMarkdown(md string) string {
	md = tidy(md)
	if plain(md) || len(md) > maxMarkdown || tooDeep(md) {
		return airy(md)
	}
	if out := airy(printMarkdown([]byte(md))); out != "" {
		return out
	}
	return airy(md)
}

// tidy makes foreign text fit to be parsed and stored: valid UTF-8, no NUL, one kind of line end.
func tidy(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	if strings.ContainsAny(s, "\r\x00") {
		s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "").Replace(s)
	}
	return s
}

// plain reports whether a text surely has no markup, so that it need not be parsed.
func plain(s string) bool {
	start := true // of a line
	for i := range len(s) {
		switch b := s[i]; b {
		case '*', '_', '~', '`', '#', '>', '[', ']', '<', '&', '\\', '|', '=', '\t':
			return false
		case '-', '+', ' ', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			if start {
				return false
			}
			start = false
		case '\n':
			start = true
		default:
			start = false
		}
	}
	return true
}

// tooDeep reports whether lines are nested in a way no answer is, which would cost the parser dearly.
func tooDeep(s string) bool {
	for line := range strings.Lines(s) {
		if nesting(line) > maxDepth {
			return true
		}
	}
	return strings.Count(s, "[") > 1000
}

// nesting is at most how deep in quotes, lists and indents a line stands.
func nesting(line string) int {
	marks, spaces := 0, 0
	for i := range len(line) {
		sign, digit := false, i > 0 && line[i-1] >= '0' && line[i-1] <= '9'
		switch b := line[i]; {
		case b == '>', b == '\t':
			sign = true
		case b == '-' || b == '+' || b == '*' || digit && (b == '.' || b == ')'):
			// A sign of a list has a space behind it.
			if sign = i+1 == len(line) || line[i+1] <= ' '; !sign {
				return marks + spaces/4
			}
		case b == ' ':
			spaces++
		case b >= '0' && b <= '9':
		default:
			return marks + spaces/4
		}
		if sign {
			marks++
		}
	}
	if isRule(line) {
		return 0
	}
	return marks + spaces/4
}

// isRule reports whether a line is only drawn, however long.
func isRule(line string) bool {
	return strings.Trim(line, "- \t\n") == "" || strings.Trim(line, "* \t\n") == ""
}

// airy takes off what surrounds a text, spaces at the ends of lines, and more than one empty line in a row.
func airy(s string) string {
	s = strings.TrimFunc(s, func(r rune) bool { return r == '\n' || unicode.IsSpace(r) })
	if !strings.Contains(s, " \n") && !strings.Contains(s, "\t\n") && !strings.Contains(s, "\n\n\n") {
		return s
	}
	var out strings.Builder
	empty, code := 0, false
	for line := range strings.Lines(s) {
		line = strings.TrimRight(line, "\n")
		code = code != (strings.Count(line, fence)%2 == 1)
		if !code {
			line = strings.TrimRight(line, " \t")
		}
		if line == "" && !code {
			empty++
			continue
		}
		if out.Len() > 0 {
			out.WriteByte('\n')
			if empty > 0 {
				out.WriteByte('\n')
			}
		}
		empty = 0
		out.WriteString(line)
	}
	return out.String()
}

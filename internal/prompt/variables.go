package prompt

import (
	"slices"
	"strings"
	"unicode"
)

// Values are what the variables of a prompt stand for, by name. One without a value is empty.
type Values map[string]string

// The variables.
const (
	BusinessName  = "business_name"
	BusinessAbout = "business_about"
	BusinessHours = "business_hours"
	CustomerName  = "customer_name"
	Language      = "language" // of the customer
	Today         = "today"    // the date and time at the business
)

// Variables are the names there are.
func Variables() []string {
	return []string{BusinessName, BusinessAbout, BusinessHours, CustomerName, Language, Today}
}

// Expand puts values in the place of {{variables}}, once: what a value holds is text, also when it looks like a
// variable. A line whose variables are all empty is left out.
func Expand(body string, values Values) string {
	var out strings.Builder
	out.Grow(len(body) + 256)
	for line := range strings.Lines(body) {
		expandLine(&out, line, values)
	}
	return out.String()
}

func expandLine(out *strings.Builder, line string, values Values) {
	if !strings.Contains(line, "{{") {
		out.WriteString(line)
		return
	}
	var expanded strings.Builder
	seen, filled := false, false
	for rest := line; rest != ""; {
		before, name, after, found := nextVariable(rest)
		expanded.WriteString(before)
		if !found {
			break
		}
		value := values[name]
		expanded.WriteString(value)
		seen, filled = true, filled || value != ""
		rest = after
	}
	if !seen || filled {
		out.WriteString(expanded.String())
	}
}

// nextVariable finds the first known variable of a text. Braces around anything else are text.
func nextVariable(text string) (before, name, after string, found bool) {
	for from := 0; ; {
		i := strings.Index(text[from:], "{{")
		if i < 0 {
			return text, "", "", false
		}
		i += from
		j := strings.Index(text[i:], "}}")
		if j < 0 {
			return text, "", "", false
		}
		if name = strings.TrimSpace(text[i+2 : i+j]); slices.Contains(Variables(), name) {
			return text[:i], name, text[i+j+2:], true
		}
		from = i + 2
	}
}

// unknown is the first name in a text that looks like a variable and is none, "" when there is none.
func unknown(body string) string {
	for part := range strings.SplitSeq(body, "{{") {
		name, _, closed := strings.Cut(part, "}}")
		if name = strings.TrimSpace(name); closed && looksLikeName(name) && !slices.Contains(Variables(), name) {
			return name
		}
	}
	return ""
}

func looksLikeName(text string) bool {
	if text == "" || len(text) > 40 {
		return false
	}
	for _, r := range text {
		if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return false
		}
	}
	return true
}

// Instructions is what the text says to the model: the body with its values, and how to speak.
func (t Text) Instructions(values Values) string {
	var out strings.Builder
	out.WriteString(strings.TrimSpace(Expand(t.Body, values)))
	p := t.Personality
	for _, line := range [][2]string{
		{"Tone", p.Tone}, {"Length", p.Length}, {"Answer only in these languages", strings.Join(p.Languages, ", ")},
	} {
		if line[1] != "" {
			out.WriteString("\n" + line[0] + ": " + line[1])
		}
	}
	return out.String()
}

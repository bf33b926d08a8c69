package whatsapp

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// style is how a run of text is shown.
type style uint8

const (
	bold style = 1 << iota
	italic
	strike
	code // takes no other style
)

// markers are WhatsApp's signs, the outermost first.
//
//nolint:gochecknoglobals // a table that never changes
var markers = []struct {
	style style
	sign  string
}{{bold, "*"}, {italic, "_"}, {strike, "~"}}

// run is a piece of text in one style. A line break is a run of its own: "\n".
type run struct {
	text  string
	style style
}

// setLine prints runs as WhatsApp shows them. Its signs do not reach over lines, must hug what they mark, and must
// stand at the edge of a word; a style that cannot be shown is left out rather than shown as stray signs.
func setLine(runs []run) string {
	var out strings.Builder
	for len(runs) > 0 {
		n := 0
		for n < len(runs) && runs[n].text != "\n" {
			n++
		}
		mark(&out, fitting(runs[:n]))
		if n < len(runs) {
			out.WriteByte('\n')
			n++
		}
		runs = runs[n:]
	}
	return out.String()
}

// fitting joins runs of one style and takes away the styles that cannot be shown on this line.
func fitting(line []run) []run {
	var runs []run
	for _, r := range line {
		if r.text == "" {
			continue
		}
		if n := len(runs); n > 0 && runs[n-1].style == r.style {
			runs[n-1].text += r.text
			continue
		}
		runs = append(runs, r)
	}
	runs = spaced(runs)
	for _, m := range markers {
		for from := 0; from < len(runs); from++ {
			if runs[from].style&m.style == 0 {
				continue
			}
			to := from
			for to+1 < len(runs) && runs[to+1].style&m.style != 0 {
				to++
			}
			if !shows(runs, from, to, m.sign) {
				for i := from; i <= to; i++ {
					runs[i].style &^= m.style
				}
			}
			from = to
		}
	}
	return runs
}

// spaced moves spaces at the ends of a styled run out of it, so that signs hug words.
func spaced(runs []run) []run {
	var out []run
	for _, r := range runs {
		inner := strings.TrimSpace(r.text)
		if r.style == 0 || r.style == code || len(inner) == len(r.text) {
			out = append(out, r)
			continue
		}
		lead, tail, _ := strings.Cut(r.text, inner)
		if inner == "" {
			lead, tail = r.text, ""
		}
		for _, piece := range []run{{lead, 0}, {inner, r.style}, {tail, 0}} {
			if piece.text != "" {
				out = append(out, piece)
			}
		}
	}
	return rejoined(out)
}

// rejoined gives spaces between two runs back the styles that both have, so that a style is not closed and opened
// again for a space.
func rejoined(runs []run) []run {
	for i := 1; i+1 < len(runs); i++ {
		if runs[i].style == 0 && strings.TrimSpace(runs[i].text) == "" {
			runs[i].style = runs[i-1].style & runs[i+1].style &^ code
		}
	}
	return runs
}

// shows reports whether WhatsApp reads a sign around these runs: no letter outside, none of the sign inside.
func shows(runs []run, from, to int, sign string) bool {
	for _, r := range runs[from : to+1] {
		if strings.Contains(r.text, sign) {
			return false
		}
	}
	if from > 0 {
		if r, _ := utf8.DecodeLastRuneInString(runs[from-1].text); runs[from-1].style != code && wordy(r) {
			return false
		}
	}
	if to+1 < len(runs) {
		if r, _ := utf8.DecodeRuneInString(runs[to+1].text); runs[to+1].style != code && wordy(r) {
			return false
		}
	}
	return true
}

func wordy(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// mark prints one line, opening and closing signs in the order in which they nest.
func mark(out *strings.Builder, runs []run) {
	var open []int // of markers, outermost first
	closeDownTo := func(n int) {
		for len(open) > n {
			out.WriteString(markers[open[len(open)-1]].sign)
			open = open[:len(open)-1]
		}
	}
	for _, r := range runs {
		keep := 0
		for keep < len(open) && r.style&markers[open[keep]].style != 0 {
			keep++
		}
		closeDownTo(keep)
		if r.style == code {
			out.WriteString(r.text)
			continue
		}
		for i, m := range markers {
			if r.style&m.style != 0 && !holds(open, i) {
				out.WriteString(m.sign)
				open = append(open, i)
			}
		}
		out.WriteString(r.text)
	}
	closeDownTo(0)
}

func holds(open []int, i int) bool {
	for _, o := range open {
		if o == i {
			return true
		}
	}
	return false
}

// inlineCode is code inside a line, with its signs where they can stand.
func inlineCode(text string) run {
	text = strings.ReplaceAll(text, "\n", " ")
	switch {
	case strings.TrimSpace(text) == "":
		return run{text: text}
	case !strings.Contains(text, "`"):
		return run{"`" + text + "`", code}
	case !strings.Contains(text, fence) && !strings.HasPrefix(text, "`") && !strings.HasSuffix(text, "`"):
		return run{fence + text + fence, code}
	}
	return run{text, code}
}

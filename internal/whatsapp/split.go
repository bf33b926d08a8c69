package whatsapp

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxText is the longest text one message holds. Meta says "4,096 characters" and not what a character is; a UTF-16
// unit is the strictest reading anybody has reported, so that is what Length counts.
const MaxText = 4096

const fence = "```"

// Length is how long WhatsApp finds a text, compared with MaxText.
func Length(text string) int {
	n := 0
	for _, r := range text {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}

// Split cuts a text into messages that WhatsApp takes. Every message costs money and their order is not promised, so a
// text that fits is left alone and the rest is cut as rarely as can be: between paragraphs, else lines, sentences,
// words, and in a word without end between letters as people see them. A code block that is cut is closed and opened
// again. A text with nothing to read is no message at all.
func Split(text string) []string {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	if len(text) <= MaxText || Length(text) <= MaxText {
		return []string{text}
	}
	var parts []string
	rest, inside := strings.ToValidUTF8(text, "\uFFFD"), false
	for {
		var part string
		part, rest, inside = cutOff(rest, inside)
		if strings.TrimSpace(strings.Trim(strings.TrimSpace(part), "`")) != "" {
			parts = append(parts, part)
		}
		if strings.TrimSpace(rest) == "" {
			return parts
		}
	}
}

// cutOff takes one message off a text. inside says that the text goes on in a code block; then and when it is cut in
// one, the message gets the fences it needs.
func cutOff(text string, inside bool) (part, rest string, still bool) {
	open, room := "", MaxText
	if inside {
		open = fence + "\n"
		room -= len(open)
	}
	if Length(text) <= room {
		return strings.TrimRight(open+text, " \n\t"), "", false
	}
	head := text[:prefix(text, room-len("\n"+fence))]
	at := edge(text, len(head))
	part, rest = text[:at], text[at:]
	still = inside != (strings.Count(part, fence)%2 == 1)
	if !still {
		return strings.TrimRight(open+part, " \n\t"), strings.TrimLeft(rest, " \n\t"), false
	}
	return open + strings.TrimRight(part, " \n\t") + "\n" + fence, strings.TrimPrefix(rest, "\n"), true
}

// prefix is how many bytes of text are at most so many units long.
func prefix(text string, units int) int {
	for i, r := range text {
		if units--; r > 0xffff {
			units--
		}
		if units < 0 {
			return i
		}
	}
	return len(text)
}

// edge is the best place to cut at or before limit, which is shorter than the text.
func edge(text string, limit int) int {
	head := text[:limit]
	// A place too far up would make more messages than needed.
	for _, try := range []func(string) int{afterParagraph, afterLine, afterSentence, afterWord} {
		if at := try(head); at >= limit/2 {
			return outsideFence(text, at)
		}
	}
	return outsideFence(text, letterEdge(text, limit))
}

// outsideFence moves a cut that would fall between the three signs of a fence to before them.
func outsideFence(text string, at int) int {
	for back := 1; back < len(fence); back++ {
		if from := at - back; from > 0 && strings.HasPrefix(text[from:], fence) {
			return from
		}
	}
	return at
}

func afterParagraph(head string) int { return after(head, "\n\n") }

func afterLine(head string) int { return after(head, "\n") }

func after(head, sep string) int {
	if i := strings.LastIndex(head, sep); i >= 0 {
		return i + len(sep)
	}
	return 0
}

// afterSentence finds a full stop with a space behind it, or one that needs none.
func afterSentence(head string) int {
	best := 0
	for i, r := range head {
		switch r {
		case '.', '!', '?', '…', '؟', '।':
			if next, size := utf8.DecodeRuneInString(head[i+utf8.RuneLen(r):]); unicode.IsSpace(next) {
				best = i + utf8.RuneLen(r) + size
			}
		case '。', '！', '？':
			best = i + utf8.RuneLen(r)
		}
	}
	return best
}

func afterWord(head string) int {
	if i := strings.LastIndexFunc(head, unicode.IsSpace); i >= 0 {
		_, size := utf8.DecodeRuneInString(head[i:])
		return i + size
	}
	return 0
}

// mostMarks bounds the search for the end of a letter: nothing that can be read carries more.
const mostMarks = 64

// letterEdge goes back from limit to a place between two letters as people see them.
func letterEdge(text string, limit int) int {
	at := limit
	for range mostMarks {
		before, size := utf8.DecodeLastRuneInString(text[:at])
		next, _ := utf8.DecodeRuneInString(text[at:])
		if at-size <= 0 {
			break
		}
		if !together(before, next, text[:at]) {
			return at
		}
		at -= size
	}
	return limit
}

// together reports whether two runes belong to one letter as people see it (after Unicode's annex 29, a little coarser:
// where in doubt they belong together).
func together(before, next rune, head string) bool {
	const joiner = '\u200d'
	switch {
	case before == joiner, next == joiner, before == '\r' && next == '\n':
		return true
	case unicode.In(next, unicode.Mn, unicode.Me, unicode.Mc), next >= 0x1f3fb && next <= 0x1f3ff, // marks, skin tones
		next >= 0xe0020 && next <= 0xe007f: // tags of flags
		return true
	case hangul(before) && hangul(next):
		return true
	case regional(before) && regional(next):
		n := 0
		for head != "" {
			r, size := utf8.DecodeLastRuneInString(head)
			if !regional(r) {
				break
			}
			n++
			head = head[:len(head)-size]
		}
		return n%2 == 1 // a flag is two of them
	}
	return false
}

// hangul are the parts of which Korean syllables are made; syllables made already stand alone.
func hangul(r rune) bool { return r >= 0x1100 && r <= 0x11ff }

func regional(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }

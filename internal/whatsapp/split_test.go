package whatsapp_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"parley/internal/whatsapp"
)

func TestLengthCountsUTF16(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "abc", "Grüße", "👩🏽‍🚀 a", "\xff", "界"} {
		if got, want := whatsapp.Length(s), len(utf16.Encode([]rune(s))); got != want {
			t.Errorf("%q: %d, want %d", s, got, want)
		}
	}
}

func TestSplitLeavesAloneWhatFits(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", " \n\t", "\u00a0"} {
		if got := whatsapp.Split(s); got != nil {
			t.Errorf("%q became %q", s, got)
		}
	}
	for _, s := range []string{
		"x", "  x\n", strings.Repeat("a b\n\n", 819), strings.Repeat("ü", 4096), strings.Repeat("👍", 2048),
	} {
		if got := whatsapp.Split(s); len(got) != 1 || got[0] != s {
			t.Errorf("%.20q was cut into %d", s, len(got))
		}
	}
}

func TestSplitCutsWhereItHurtsLeast(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("word ", 500) // 2,500
	for _, tc := range []struct{ name, text, first, second string }{
		{"between paragraphs", long + "end.\n\nNext\nline. " + long, "end.", "Next"},
		{"between lines", long + "a sentence. And\nnext " + long, "And", "next"},
		{"between sentences", long + "a sentence. Next " + long, "sentence.", "Next"},
		{"between sentences in Chinese", strings.Repeat("字", 3000) + "。" + strings.Repeat("文", 3000), "字。", "文文"},
		{"between words", strings.Repeat("word ", 1000), "word", "word"},
		{"not at a break far up", "Hi\n\n" + strings.Repeat("word ", 1000), "word", "word"},
	} {
		got := whatsapp.Split(tc.text)
		if len(got) != 2 || !strings.HasSuffix(got[0], tc.first) || !strings.HasPrefix(got[1], tc.second) {
			t.Errorf("%s: %d parts, ends %q, goes on %.20q", tc.name, len(got), got[0][max(0, len(got[0])-20):], got[min(1, len(got)-1)])
		}
	}
}

func TestSplitNeverCutsALetter(t *testing.T) {
	t.Parallel()
	for name, letter := range map[string]string{
		"family": "👨‍👩‍👧‍👦", "flag": "🇧🇷", "skin": "👍🏽", "accent": "e\u0301", "flag of Wales": "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "Hangul": "한",
		"Devanagari": "कि", "heart": "❤️",
	} {
		text := "x" + strings.Repeat(letter, 2*4096/whatsapp.Length(letter))
		parts := whatsapp.Split(text)
		if len(parts) < 2 || len(parts) > 3 {
			t.Errorf("%s: %d parts", name, len(parts))
		}
		for i, p := range parts {
			rest := strings.ReplaceAll(p, letter, "")
			if i == 0 && rest != "x" || i > 0 && rest != "" {
				t.Errorf("%s: part %d holds pieces of a letter: %q", name, i, rest)
			}
		}
	}
	marks := "a" + strings.Repeat("\u0301", 9000)
	if parts := whatsapp.Split(marks); strings.Join(parts, "") != marks || len(parts) != 3 {
		t.Errorf("a letter without end became %d parts", len(parts))
	}
}

func TestSplitClosesCodeAndOpensItAgain(t *testing.T) {
	t.Parallel()
	text := "Look:\n```\n" + strings.Repeat("x := f(y)\n", 1000) + "```\nThat is all."
	parts := whatsapp.Split(text)
	if len(parts) != 3 {
		t.Fatalf("%d parts", len(parts))
	}
	lines := 0
	for i, p := range parts {
		if whatsapp.Length(p) > whatsapp.MaxText || strings.Count(p, "```") != 2 {
			t.Errorf("part %d: %d units, %d fences", i, whatsapp.Length(p), strings.Count(p, "```"))
		}
		lines += strings.Count(p, "x := f(y)")
	}
	if lines != 1000 || !strings.HasSuffix(parts[2], "```\nThat is all.") {
		t.Errorf("%d lines; the end is %q", lines, parts[2][len(parts[2])-20:])
	}
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{"a b. ", "x\n\n", "```\nx\n", "👩🏽‍🚀", "🇧🇷", "e\u0301", "\xff ", "字。", "`"} {
		f.Add(s, 5000/len(s))
		f.Add("```\n"+s, 5000/len(s))
	}
	f.Fuzz(func(t *testing.T, unit string, times int) {
		if len(unit) == 0 || len(unit) > 10_000 || times < 1 || times > 20_000/len(unit) {
			return
		}
		text := strings.Repeat(unit, times)
		parts := whatsapp.Split(text)
		if len(parts) == 1 {
			parts[0] = strings.ToValidUTF8(parts[0], "\uFFFD")
		}
		var all strings.Builder
		for _, p := range parts {
			if whatsapp.Length(p) > whatsapp.MaxText || utf8.ValidString(text) && !utf8.ValidString(p) {
				t.Fatalf("%q × %d: a part of %d units", unit, times, whatsapp.Length(p))
			}
			if strings.TrimSpace(p) == "" {
				t.Fatalf("%q × %d: a part with nothing in it", unit, times)
			}
			if len(parts) > 1 && strings.Count(text, "```")%2 == 0 && strings.Count(p, "```")%2 != 0 && !strings.Contains(text, "````") {
				t.Fatalf("%q × %d: a code block is not closed in %q", unit, times, p)
			}
			all.WriteString(p)
		}
		if got, want := letters(all.String()), letters(strings.ToValidUTF8(text, "\uFFFD")); got != want {
			t.Fatalf("%q × %d: words were lost or changed", unit, times)
		}
		if least := whatsapp.Length(letters(text)) / whatsapp.MaxText; len(parts) > 3*(least+1)+3 && !strings.Contains(text, "`") &&
			len(parts) > 3*(whatsapp.Length(text)/whatsapp.MaxText+1) {
			t.Fatalf("%q × %d: %d parts", unit, times, len(parts))
		}
	})
}

// letters is what is left without spaces and the signs of code, which may be added.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '`' {
			return -1
		}
		return r
	}, s)
}

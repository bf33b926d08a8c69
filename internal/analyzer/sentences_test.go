package analyzer_test

import (
	"strings"
	"testing"
	"unicode"

	"parley/internal/analyzer"
)

func TestSentences(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                            "",
		" \n\t\n":                     "",
		"hi there":                    "hi there",
		"One. Two! Three? Four… Five": "One.|Two!|Three?|Four…|Five",
		"We open at 9 a.m. and close at 6 p.m. On Sundays we rest.": "We open at 9 a.m. and close at 6 p.m.|On Sundays we rest.",
		"Call Mr. J. K. Smith. Visit St. Mary's.":                   "Call Mr. J. K. Smith.|Visit St. Mary's.",
		"It costs £3.95. OK?":                                       "It costs £3.95.|OK?",
		"Wir öffnen am 3. Mai um 9 Uhr. Bis dann.":                  "Wir öffnen am 3. Mai um 9 Uhr.|Bis dann.",
		"z. B. Brot. Es gibt ca. 20 Sorten.":                        "z. B. Brot.|Es gibt ca. 20 Sorten.",
		"Room 12. The next one.":                                    "Room 12.|The next one.",
		"“Really?!” she said. (Yes.) And...":                        "“Really?!”|she said.|(Yes.)|And...",
		"mail@shop.example is ours":                                 "mail@shop.example is ours",
		"- One. Two\n- Three\n1. Four. Five\n2) Six\na) Seven":      "- One.|Two|- Three|1. Four.|Five|2) Six|a) Seven",
		"Line one\nLine two":                                        "Line one|Line two",
		"This is a long line that was broken for its width only, and\nit goes on here.\n\nNew": "This is a long line that was broken for its width only, and\nit goes on here.|New",
		"营业时间是九点。周末休息！怎么走？":                                                                    "营业时间是九点。|周末休息！|怎么走？",
		"दुकान खुली है। पता: 21, एमजी रोड।":                                                    "दुकान खुली है।|पता: 21, एमजी रोड।",
		"كم السعر؟ نعم. لا":                                                                    "كم السعر؟|نعم.|لا",
		"Τι ώρα ανοίγετε\u037E Στις 9.":                                                        "Τι ώρα ανοίγετε\u037E|Στις 9.",
	} {
		if got := strings.Join(analyzer.Sentences(text), "|"); got != want {
			t.Errorf("%q:\n got %q\nwant %q", text, got, want)
		}
	}
}

func TestItems(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]bool{
		"- a": true, "* a": true, "• a": true, "1. a": true, "12) a": true, "a) b": true, "✅ done": true, "➤ go": true,
		"": false, "-": false, "-a": false, "1.5 l": false, "2024. a": false, "a b": false, "1": false, "1.": false, "(a) b": false,
	} {
		if analyzer.StartsItem(line) != want {
			t.Errorf("%q", line)
		}
	}
}

// What holds of every text: sentences are in order, apart, not empty, and between them there is only space.
func FuzzSentenceSpans(f *testing.F) {
	for _, s := range []string{
		"", "A. B", "a.b. c", "...", "。。\n。", "- \n1.", "Mr. X.\nY", "(\"a.\") b", "\xff. \xff", "한국. 어", "3. 5. Mai", "a!?b", strings.Repeat("ab ", 40) + "\nc",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, s := range analyzer.SentenceSpans(text) {
			if s.Start < end || s.Start >= s.End || s.End > len(text) {
				t.Fatalf("%+v behind %d in %q", s, end, text)
			}
			if between := strings.TrimFunc(text[end:s.Start], unicode.IsSpace); between != "" {
				t.Fatalf("%q was left out of %q", between, text)
			}
			end = s.End
		}
		if rest := strings.TrimFunc(text[end:], unicode.IsSpace); rest != "" {
			t.Fatalf("%q was left out at the end of %q", rest, text)
		}
	})
}

func BenchmarkTokens(b *testing.B) {
	text := strings.Repeat("We bake fresh bread every morning, and you can pay by card. ", 15)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		analyzer.Tokens(text, "en")
	}
}

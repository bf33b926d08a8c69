package whatsapp_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"parley/internal/whatsapp"
)

func TestMarkdownBecomesWhatWhatsAppShows(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, md, want string }{
		{"nothing", "", ""},
		{"plain", "We open at 9.\n\nSee you!", "We open at 9.\n\nSee you!"},
		{"bold", "We are **open** today", "We are *open* today"},
		{"bold with low lines", "We are __open__ today", "We are *open* today"},
		{"italic", "a *little* and a _little_", "a _little_ and a _little_"},
		{"both", "***really***", "*_really_*"},
		{"one in the other", "**very *very* good**", "*very _very_ good*"},
		{"strike", "~~20~~ 15 euros", "~20~ 15 euros"},
		{"bold is not read again as italic", "**a** *b*", "*a* _b_"},
		{"a star list is no italic", "* one\n* two", "- one\n- two"},
		{"heading", "# Opening hours\nMon–Sat", "*Opening hours*\nMon–Sat"},
		{"heading with bold in it", "## The **big** sale", "*The big sale*"},
		{"underlined heading", "Hours\n=====\n\nMon", "*Hours*\n\nMon"},
		{"link", "[our page](https://oak.example/a_b_c)", "our page (https://oak.example/a_b_c)"},
		{"link that says its address", "[oak.example](https://oak.example/)", "oak.example"},
		{"bold link", "**[Shop](https://oak.example)**", "*Shop* (https://oak.example)"},
		{"autolink", "<https://oak.example>", "https://oak.example"},
		{"mail", "[write us](mailto:hi@oak.example)", "write us (hi@oak.example)"},
		{"mail that says itself", "[hi@oak.example](mailto:hi@oak.example)", "hi@oak.example"},
		{"phone", "[call](tel:+4930123)", "call (+4930123)"},
		{"script", "[x](javascript:alert(1))", "x"},
		{"image", "![plan](https://oak.example/p.png)", "plan (https://oak.example/p.png)"},
		{"image without words", "![](https://oak.example/p.png)", "https://oak.example/p.png"},
		{"bare address", "See https://oak.example/a_b_c/*x*?y=1_2 now", "See https://oak.example/a_b_c/*x*?y=1_2 now"},
		{"names with low lines", "use snake_case_names and __init__.py", "use snake_case_names and __init__.py"},
		{"arithmetic", "2*3*4 = 24", "2*3*4 = 24"},
		{"inside a word nothing shows", "foo**bar**baz", "foobarbaz"},
		{"next to letters nothing shows", "**重要**なお知らせ", "重要なお知らせ"},
		{"code", "run `a*b*c`", "run `a*b*c`"},
		{"code with a tick", "run ``a`b`` now", "run ```a`b``` now"},
		{"code in bold", "**see `x` now**", "*see* `x` *now*"},
		{"fence", "Try:\n```go\nx := **p\n\n\ny\n```\nDone", "Try:\n```\nx := **p\n\n\ny\n```\n\nDone"},
		{"fence in a fence", "````\n```\nx\n```\n````", "```\n'''\nx\n'''\n```"},
		{"fence left open", "```\nx", "```\nx\n```"},
		{"indented code", "Text\n\n    x * y", "Text\n\n```\nx * y\n```"},
		{"nested list", "- a\n  - b\n    - c\n- d", "- a\n  - b\n    - c\n- d"},
		{"numbers", "3. a\n4. b", "3. a\n4. b"},
		{"numbers with brackets", "1) a\n2) b", "1. a\n2. b"},
		{"list after a line", "We have:\n- oak\n- ash", "We have:\n- oak\n- ash"},
		{"airy list", "- a\n\n- b\n\nend", "- a\n- b\n\nend"},
		{"item of two paragraphs", "1. a\n\n   more\n2. b", "1. a\n  more\n2. b"},
		{"tasks", "- [ ] a\n- [x] b", "☐ a\n☑ b"},
		{"quote", "> a\n> b\n\nc", "> a\n> b\n\nc"},
		{"quote in a quote", "> > a", "> a"},
		{"rule", "a\n\n---\n\nb", "a\n\nb"},
		{"rule alone", "---", "---"},
		{"lines stay", "Mon 9–18\nSun closed", "Mon 9–18\nSun closed"},
		{"hard breaks", "a  \nb\\\nc", "a\nb\nc"},
		{"bold over lines", "**a\nb**", "*a*\n*b*"},
		{"spaces inside", "a** b **c", "a** b **c"},
		{"escapes", `5 \* 3, \_x\_, \# no`, "5 * 3, _x_, # no"},
		{"entities", "a &amp; b &lt; c &#65;", "a & b < c A"},
		{"tags", "<b>Hi</b><br>there <a href=\"x\">you</a><!-- no -->", "Hi\nthere you"},
		{"what only looks like a tag", "Send <order number> or <name>, 1 < 2", "Send <order number> or <name>, 1 < 2"},
		{"block tags", "<div>\n**x**\n</div>", "*x*"},
		{"definitions stay", "As [1] says.\n\n[1]: https://oak.example", "As [1] says.\n\n[1]: https://oak.example"},
		{
			"table of two", "| Day | Hours |\n|---|---|\n| Mon | 9–18 |\n| Sun | |",
			"*Day*: Hours\n*Mon*: 9–18\n*Sun*",
		},
		{
			"table of three", "| Desk | Price | In stock |\n|---|---|---|\n| **Oak** | 200 | yes |\n| Ash | 150 | |",
			"*Oak*\nPrice: 200\nIn stock: yes\n\n*Ash*\nPrice: 150",
		},
		{"too many empty lines", "a\n\n\n\nb", "a\n\nb"},
		{"windows", "a\r\nb\r\n\r\nc", "a\nb\n\nc"},
		{"broken text", "a\xffb\x00 **c**", "a\uFFFDb *c*"},
		{"right to left", "**مفتوح** الآن", "*مفتوح* الآن"},
		{"punctuation outside", "(**yes**), \"*no*\"!", "(*yes*), \"_no_\"!"},
		{"half a marker", "5 * 3 and **open", "5 * 3 and **open"},
	} {
		if got := whatsapp.FromMarkdown(tc.md); got != tc.want {
			t.Errorf("%s: %q\n got %q\nwant %q", tc.name, tc.md, got, tc.want)
		}
	}
}

// What a stranger could write to make a parser work for minutes is done in a moment: else this test never ends.
func TestHostileMarkdownIsCheap(t *testing.T) {
	t.Parallel()
	for name, unit := range map[string]string{
		"quotes": "> ", "lists": "- ", "stars": "*", "brackets": "[", "links": "[a](", "ticks": "`", "low lines": "_a ",
		"emphasis": "*a **b ", "bangs": "![", "tags": "<", "entities": "&#x", "tables": "|a", "strikes": "~~a ",
		"indents": " \t", "numbers": "1. ", "closing": "a]( ", "angle": "<a ", "quotes and lines": ">\n", "nested": "> - ",
		"wide": "**a** ", "comments": "<!-- ", "ticks apart": "` `` ", "addresses": "http://a ", "hashes": "# ",
	} {
		md := strings.Repeat(unit, (32<<10)/len(unit))
		got := whatsapp.FromMarkdown(md)
		if strings.TrimSpace(md) != "" && got == "" {
			t.Errorf("%s: nothing is left", name)
		}
	}
}

func FuzzFromMarkdown(f *testing.F) {
	for _, s := range []string{
		"**a** *b*", "# x\n\n- a\n  - b", "| a | b |\n|---|---|\n| c | d |", "```\nx\n```", "> a\n> - b", "[a](https://b)",
		"a\n===", "<b>x</b>", "~~a~~", "- [x] a", "1. a\n\n   b", "\x00\xff", "***a** b*", "__a__b", "&amp;", "a  \nb",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, md string) {
		if len(md) > 4<<10 {
			return
		}
		got := whatsapp.FromMarkdown(md)
		if !utf8.ValidString(got) || strings.Contains(got, "\x00") {
			t.Fatalf("%q became %q, which cannot be stored", md, got)
		}
		if strings.TrimSpace(got) != got {
			t.Fatalf("%q became %q, with space around it", md, got)
		}
		if len(got) > 20*len(md)+100 {
			t.Fatalf("%d bytes became %d", len(md), len(got))
		}
	})
}

// A text without markup says the same whether or not it had to be parsed.
func FuzzPlainTextIsLeftAlone(f *testing.F) {
	f.Add([]byte("abc\n\n\nd"))
	f.Add([]byte{0, 8, 8, 9, 9, 9, 3, 10, 4, 4, 9})
	f.Fuzz(func(t *testing.T, in []byte) {
		letters := []rune("abcé. !?:\n-+123.)界 ,'")
		var md strings.Builder
		for _, b := range in[:min(len(in), 300)] {
			md.WriteRune(letters[int(b)%len(letters)])
		}
		want := whatsapp.FromMarkdown(md.String())
		if want == "" {
			return
		}
		if got := whatsapp.FromMarkdown(md.String() + "\n\n**x**"); got != want+"\n\n*x*" && !listed(md.String()) {
			t.Fatalf("%q\nparsed %q\nplain  %q", md.String(), got, want)
		}
	})
}

// listed reports whether a list is in the text, which takes what follows into itself.
func listed(s string) bool { return strings.ContainsAny(s, "-+123") }

func BenchmarkFromMarkdown(b *testing.B) {
	for name, md := range map[string]string{
		"plain":  "Yes, we are open on Saturday from nine to six. You find us behind the station.",
		"markup": "Yes, we are **open** on Saturday:\n\n- 9–12\n- 14–18\n\nSee [our page](https://oak.example/hours).",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				whatsapp.FromMarkdown(md)
			}
		})
	}
}

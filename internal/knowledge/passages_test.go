package knowledge_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"parley/internal/knowledge"
)

func TestPassagesFollowTheDocument(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		kind knowledge.Kind
		want string // "heading: body" by passage, " / " between them
	}{
		"one paragraph":         {"Open 9 to 6.\nClosed on Sunday.", knowledge.Text, ": Open 9 to 6.\nClosed on Sunday."},
		"paragraphs together":   {"First one.\n\nSecond one.", knowledge.Text, ": First one.\n\nSecond one."},
		"headings":              {"# A\none\n## B\ntwo\n# C\nthree", knowledge.Markdown, "A: one / A > B: two / C: three"},
		"closed headings":       {"## A ##\none", knowledge.Markdown, "A: one"},
		"underlined headings":   {"Big\n===\none\n\nSmall\n---\ntwo", knowledge.Markdown, "Big: one / Big > Small: two"},
		"a bold line":           {"**Hours**\nnine to six", knowledge.Markdown, "Hours: nine to six"},
		"no heading":            {"#hashtag is no heading", knowledge.Text, ": #hashtag is no heading"},
		"marked pairs":          {"Q: Open?\nA: Yes.\n\nEvery day.\nQ: Late?\nA: No.", knowledge.FAQ, "Open?: Yes.\n\nEvery day. / Late?: No."},
		"pairs in German":       {"Frage: Offen?\nAntwort: Ja.", knowledge.Text, "Offen?: Ja."},
		"wide colons":           {"问：几点开门？\n答：九点。", knowledge.Text, "几点开门？: 九点。"},
		"bare pairs":            {"Do you deliver?\nYes, daily.\n\nCan I pay by card?\nOf course.", knowledge.Text, "Do you deliver?: Yes, daily. / Can I pay by card?: Of course."},
		"pairs without marks":   {"Opening hours\nNine to six.\n\nPrices\nFrom ten euros.", knowledge.FAQ, "Opening hours: Nine to six. / Prices: From ten euros."},
		"one answer a question": {"Do you deliver?\nYes.\n\nWe also repair.", knowledge.Text, "Do you deliver?: Yes. / : We also repair."},
		"a last question":       {"We are here.\n\nAny questions?", knowledge.Text, ": We are here.\n\nAny questions?"},
		"a list":                {"We sell:\n- bread\n- cake\n  with cream\n\nCome by.", knowledge.Text, ": We sell:\n- bread\n- cake\n  with cream / : Come by."},
		"a table":               {"| Thing | Price |\n|---|---|\n| Cut | 18 |\n| Wash | 5 |", knowledge.Markdown, "Thing | Price: | Cut | 18 |\n| Wash | 5 |"},
		"a table's heading":     {"# Menu\n| A | B |\n|---|---|\n| 1 | 2 |", knowledge.Markdown, "Menu > A | B: | 1 | 2 |"},
		"unanswered questions":  {"Do you deliver?\n\nDo you repair?\nYes.\n# End\nDo you rent?\n# More\nx\n\nAny more?\n# Z", knowledge.Text, ": Do you deliver? / Do you repair?: Yes. / End: Do you rent? / More: x / More: Any more?"},
		"a rule inside a table": {"| A |\n| 1 |\n|---|\n| 2 |", knowledge.Markdown, ": | A |\n| 1 |\n|---|\n| 2 |"},
		"an introduced table":   {"Prices:\n| A | B |\n|---|---|\n| 1 | 2 |", knowledge.Markdown, "Prices > A | B: | 1 | 2 |"},
		"only headings":         {"# A\n## B", knowledge.Markdown, ""},
		"nothing":               {" \n ", knowledge.Text, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var all []string
			for i, p := range knowledge.Passages(c.text, c.kind) {
				all = append(all, p.Heading+": "+p.Body)
				if p.Ordinal != i {
					t.Errorf("passage %d says it is %d", i, p.Ordinal)
				}
			}
			if got := strings.Join(all, " / "); got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestLongTextsAreCutBetweenSentences(t *testing.T) {
	t.Parallel()
	for name, sentence := range map[string]string{
		"English":   "This is sentence number seven of a long text about bread and cakes. ",
		"Chinese":   "我们每天早上九点开门，欢迎光临我们的店。",
		"one word":  strings.Repeat("a", 1500) + " ",
		"no spaces": strings.Repeat("字", 600),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.Repeat(sentence, 200)
			all := knowledge.Passages(text, knowledge.Text)
			if len(all) < 10 {
				t.Fatalf("%d passages", len(all))
			}
			for _, p := range all {
				if n := utf8.RuneCountInString(p.Body); n > 1200 {
					t.Errorf("a passage of %d characters", n)
				}
				if name == "English" && !strings.HasSuffix(p.Body, "cakes.") {
					t.Errorf("cut inside a sentence: %q", p.Body[len(p.Body)-30:])
				}
			}
			if name == "English" && all[1].Start >= all[0].Start+len(all[0].Body) {
				t.Error("long sections do not overlap")
			}
		})
	}
}

func TestAPassageHasItsOwnLanguage(t *testing.T) {
	t.Parallel()
	all := knowledge.Passages("# Hello\nWe are open every day and you can pay by card.\n# Hallo\nWir haben jeden Tag geöffnet und ihr könnt mit Karte zahlen.\n# 3\n12 x 40 mm", knowledge.Markdown)
	if len(all) != 3 || all[0].Language != "en" || all[1].Language != "de" {
		t.Errorf("got %+v", all)
	}
}

// What holds of every document: passages are pieces of it, in order, not empty, not too long, and nothing that is no
// heading, sign, rule or space is left out.
func FuzzPassages(f *testing.F) {
	for _, s := range []string{
		"", "# A\n\nb\n\n- c\n- d\n\n| e | f |\n|--|--|\n| g | h |", "Q: a?\nA: b", "Do you?\nYes.\n\nNo.", "a\n===\nb\n---\n",
		"**x**\n**y** z", "问：几点？\n答：九点。\n\n我们。", "سؤال: متى؟\nجواب: الآن.", strings.Repeat("word ", 700), "\xff\xfe: \x00", "|\n|-\n", "? \n?",
		"A:\n:\n：b", "- \n-\n1. x\n  y", "#\n# \n####### x", strings.Repeat("x", 3000), "*\n**y" + strings.Repeat("\f", 2000),
	} {
		f.Add(s, 0)
		f.Add(s, 2)
	}
	f.Fuzz(func(t *testing.T, text string, kind int) {
		kinds := []knowledge.Kind{knowledge.Text, knowledge.Markdown, knowledge.FAQ}
		start := -1
		for i, p := range knowledge.Passages(text, kinds[uint(kind)%3]) {
			if p.Ordinal != i || p.Body == "" || strings.TrimSpace(p.Body) != p.Body && utf8.ValidString(text) {
				t.Fatalf("passage %d: %+v", i, p)
			}
			if p.Start <= start || p.Start+len(p.Body) > len(text) || text[p.Start:p.Start+len(p.Body)] != p.Body {
				t.Fatalf("passage %d is not in its place: %+v", i, p)
			}
			if n := utf8.RuneCountInString(p.Body); n > 1200+1200/5 {
				t.Fatalf("passage %d has %d characters", i, n)
			}
			start = p.Start
		}
	})
}

package assistant

import (
	"iter"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"parley/internal/analyzer"
	"parley/internal/conversation"
)

// Bounds of what may leave.
const (
	longestAnswer = 1500 // characters
	longestChat   = 400  // of words that rest on nothing
	telltale      = 7    // words in a row of our instructions that nobody writes by chance
	wishLine      = 40   // bytes of a line of the business's wishes that is no mere word
)

// check looks at a reply before it is sent, without a model. Every check is kept in the trace; bad are those that keep
// it from being sent.
func (c *considering) check(r reply) (all []TraceCheck, bad []TraceCheck) {
	text, f, lang := r.Text, folded(r.Text), analyzer.Language(r.Text)
	for _, one := range []TraceCheck{
		c.grounded(r),
		verdict("figures", unknownFigure(text, c.everything)),
		verdict("links", unknownLink(text, c.ofOurs)),
		verdict("promises", c.promised(f, lang)),
		verdict("leaks", c.leaked(text, f)),
		verdict("scope", tooMuch(text)),
	} {
		all = append(all, one)
		if !one.Passed {
			bad = append(bad, one)
		}
	}
	return append(all, c.sameLanguage(lang)), bad
}

// verdict is a check that passed when there is nothing to complain of.
func verdict(name, complaint string) TraceCheck {
	return TraceCheck{Name: name, Passed: complaint == "", Detail: complaint}
}

// grounded says whether the text rests on something. What the model says to rest on nothing may only be a courtesy;
// and when nothing was found, words without an action answer nothing but a greeting.
func (c *considering) grounded(r reply) TraceCheck {
	short := utf8.RuneCountInString(r.Text) <= longestChat
	switch {
	case r.Action == doAsk || r.Action == doChat && short:
		return TraceCheck{Name: "grounded", Passed: true, Detail: "states no facts"}
	case r.Action == doChat:
		return verdict("grounded", "too long to state no facts")
	case len(c.used(r)) > 0:
		return verdict("grounded", "")
	case r.plain && (len(c.found.Hits) > 0 || c.profile()):
		return verdict("grounded", "")
	case c.profile() && slices.Contains(r.Used, 0):
		return TraceCheck{Name: "grounded", Passed: true, Detail: "the business's own words"}
	case short && (asks(r.Text) || c.talk != matter):
		return TraceCheck{Name: "grounded", Passed: true, Detail: "states no facts"}
	}
	return verdict("grounded", "rests on no passage")
}

// profile reports whether the business's wishes may hold facts of it.
func (c *considering) profile() bool {
	return c.sit.tenant.About != "" || len(c.sit.tenant.Hours) > 0 || c.live.Number > 1
}

// everything yields all that the model was given: what may be said.
func (c *considering) everything(yield func(string) bool) {
	for _, m := range c.sit.thread {
		if !yield(m.Body) {
			return
		}
	}
	c.given(yield)
}

// ofOurs leaves out what the customer said: a link of theirs is no link of ours.
func (c *considering) ofOurs(yield func(string) bool) {
	for _, m := range c.sit.thread {
		if m.Sender != conversation.FromCustomer && !yield(m.Body) {
			return
		}
	}
	c.given(yield)
}

func (c *considering) given(yield func(string) bool) {
	for _, h := range c.found.Hits {
		if !yield(h.Title + "\n" + h.Heading + "\n" + h.Body) {
			return
		}
	}
	yield(c.wishes + "\n" + c.today)
}

// promised is a phrase by which a folded text promises or claims to have done something that no passage promises.
func (c *considering) promised(text, lang string) string {
	langs := []string{"en", c.lang}
	if lang != "" {
		langs = append(langs, lang)
	}
	for i, one := range langs {
		if slices.Contains(langs[:i], one) {
			continue
		}
		if phrase := lists()["promises/"+one].in(text); phrase != "" && !c.passagesHold(phrase) {
			return phrase
		}
	}
	return ""
}

func (c *considering) passagesHold(phrase string) bool {
	for text := range c.given {
		if holds(folded(text), phrase) {
			return true
		}
	}
	return false
}

// leaked tells a text that gives away how it was made.
func (c *considering) leaked(text, f string) string {
	if strings.Contains(text, `"action"`) || strings.Contains(text, `{"by":`) || strings.Contains(text, `{"passage":`) {
		return "parts of the reply's form"
	}
	for run := range runsIn(f) {
		if rulesInRuns()[run] {
			return "words of the instructions"
		}
	}
	if c.recited(text) {
		return "the business's wishes"
	}
	return ""
}

// recited reports whether a text repeats half of the business's wishes, line by line. A fact among them may be said.
func (c *considering) recited(text string) bool {
	said, all := 0, 0
	for line := range strings.Lines(c.live.Body) {
		if line = strings.TrimSpace(line); len(line) < wishLine || strings.Contains(line, "{{") {
			continue
		}
		all += len(line)
		if strings.Contains(text, line) {
			said += len(line)
		}
	}
	return said >= 2*wishLine && 2*said >= all
}

// rulesInRuns are all runs of words of the rules that are long enough to tell.
var rulesInRuns = sync.OnceValue(func() map[string]bool {
	runs := map[string]bool{}
	for run := range runsIn(folded(rules())) {
		runs[run] = true
	}
	return runs
})

// runsIn yields the runs of telltale words in a folded text.
func runsIn(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		var starts []int // of the last words
		for from := 0; from <= len(text); {
			starts = append(starts, from)
			end := len(text)
			if i := strings.IndexByte(text[from:], ' '); i >= 0 {
				end = from + i
			}
			if n := len(starts) - telltale; n >= 0 && !yield(text[starts[n]:end]) {
				return
			}
			from = end + 1
		}
	}
}

// tooMuch tells a text that no business writes on WhatsApp.
func tooMuch(text string) string {
	switch {
	case strings.Contains(text, "```"):
		return "program code"
	case utf8.RuneCountInString(text) > longestAnswer:
		return "too long"
	}
	return ""
}

// sameLanguage compares the languages, where both can be told; it is shown and stops nothing, since short texts are
// easily mistaken.
func (c *considering) sameLanguage(said string) TraceCheck {
	if said != "" && c.asked != "" && said != c.asked {
		return TraceCheck{Name: "language", Detail: "asked in " + c.asked + ", answered in " + said}
	}
	return TraceCheck{Name: "language", Passed: true, Detail: said}
}

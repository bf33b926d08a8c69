package assistant

import (
	"io/fs"
	"path"
	"strings"
	"sync"
	"time"

	"parley/internal/tenant"
)

// words is what we say ourselves, in one language.
type words struct {
	disclosure string // {business}
	nameless   string // the disclosure of a business without a name
	greeting   string
	handoff    string
	closed     string // a hand-off outside business hours
	opens      string // {day}, {time}
	source     string // {source}
	stopped    string
	started    string
	days       []string // Sunday first
}

// wordLists are read once, when the first is needed.
var wordLists = sync.OnceValue(func() map[string]words {
	names, _ := fs.Glob(texts, "words/*.txt")
	all := make(map[string]words, len(names))
	for _, name := range names {
		text, _ := texts.ReadFile(name)
		all[strings.TrimSuffix(path.Base(name), ".txt")] = readWords(string(text))
	}
	return all
})

func readWords(text string) words {
	said := map[string]string{}
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(line, ": ")
		said[key] = strings.TrimSpace(value)
	}
	return words{
		disclosure: said["disclosure"], nameless: said["nameless"], greeting: said["greeting"], handoff: said["handoff"],
		closed: said["closed"], opens: said["opens"], source: said["source"], stopped: said["stopped"],
		started: said["started"], days: strings.Split(said["days"], ", "),
	}
}

// wordsOf gives the words of a language ("pt", "pt-BR"); English where we have none.
func wordsOf(lang string) words {
	lang, _, _ = strings.Cut(strings.ToLower(lang), "-")
	if w, has := wordLists()[lang]; has {
		return w
	}
	return wordLists()["en"]
}

// discloses is the line that says that an AI is writing.
func (w words) discloses(business string) string {
	if business = oneLine(business, 80); business == "" {
		return w.nameless
	}
	return strings.ReplaceAll(w.disclosure, "{business}", escaped(business))
}

// from names the document of a quote.
func (w words) from(source string) string {
	return strings.ReplaceAll(w.source, "{source}", escaped(oneLine(source, 120)))
}

// passesOn tells the customer that people will answer, and from when.
func (w words) passesOn(o tenant.Opening) string {
	if !o.Known || o.Open {
		return w.handoff
	}
	if o.Next.IsZero() {
		return w.closed
	}
	return w.closed + " " + strings.NewReplacer("{day}", w.day(o.Next.Weekday()), "{time}", o.Next.Format("15:04")).Replace(w.opens)
}

func (w words) day(d time.Weekday) string {
	if int(d) < len(w.days) {
		return w.days[d]
	}
	return d.String()
}

// escaped keeps a name from being read as Markdown.
func escaped(text string) string {
	if !strings.ContainsAny(text, "\\`*_[]<>#|~&") {
		return text
	}
	var out strings.Builder
	for _, r := range text {
		if strings.ContainsRune("\\`*_[]<>#|~&", r) {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}

// oneLine is a text without line breaks and signs that cannot be seen, at most so many characters long.
func oneLine(text string, most int) string {
	unseen := func(r rune) bool { return r <= ' ' || r == 0x7f }
	return clip(strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, ""), unseen), " "), most)
}

// clip cuts a text to at most so many characters.
func clip(text string, most int) string {
	if len(text) <= most {
		return text
	}
	n := 0
	for i := range text {
		if n == most {
			return strings.TrimSpace(text[:i]) + "…"
		}
		n++
	}
	return text
}

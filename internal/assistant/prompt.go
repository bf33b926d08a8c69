package assistant

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode"

	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/llm"
	"parley/internal/prompt"
	"parley/internal/tenant"
)

// longestWords is how many characters of one message the model sees.
const longestWords = 2000

// rules are the platform's, before all that a tenant wishes.
var rules = sync.OnceValue(func() string {
	text, _ := texts.ReadFile("rules.txt")
	return strings.TrimSpace(string(text))
})

// messages is what the model reads: rules, the business's wishes, and, as data in lines of JSON that no text can break
// out of, the passages and the conversation. The customer's new words stand last.
func (c *considering) messages() []llm.Message {
	return []llm.Message{{Role: llm.System, Text: c.instructions()}, {Role: llm.User, Text: c.data()}}
}

func (c *considering) instructions() string {
	return rules() + "\n\nThe business's wishes:\n" + c.wishes + "\n\nWhatever stands in the wishes, the rules above hold."
}

// values are what the prompt's variables stand for.
func (c *considering) values() prompt.Values {
	t := c.sit.tenant
	return prompt.Values{
		prompt.BusinessName: oneLine(t.Name, 100), prompt.BusinessAbout: strings.TrimSpace(t.About),
		prompt.BusinessHours: hoursOf(t), prompt.CustomerName: nameOf(c.sit.contact.Name), prompt.Language: c.lang,
		prompt.Today: c.today,
	}
}

// todayAt is the date and time at a tenant, as the model reads it.
func (s *Service) todayAt(t tenant.Tenant, at db.Time) string {
	zone, known := s.zones.Load(t.TimeZone) // finding one costs more than the rest of a prompt
	if !known {
		zone, _ = s.zones.LoadOrStore(t.TimeZone, t.Location())
	}
	place, _ := zone.(*time.Location)
	return at.Time().In(place).Format("Monday, 2 January 2006, 15:04")
}

// nameOf makes a name of what a customer calls oneself: letters and what stands between them. It is the customer's own
// text, and goes among instructions.
func nameOf(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsMark(r) || strings.ContainsRune(" .'’-", r) {
			return r
		}
		return ' '
	}, name)
	words := strings.Fields(name)
	if len(words) > 4 {
		words = words[:4]
	}
	return clip(strings.Join(words, " "), 40)
}

// hoursOf writes a tenant's opening hours, "" when it told none.
func hoursOf(t tenant.Tenant) string {
	var all []string
	for _, h := range t.Hours {
		all = append(all, fmt.Sprintf("%s %s–%s", h.Day, h.Open, h.Close))
	}
	if len(all) == 0 {
		return ""
	}
	return strings.Join(all, ", ") + " (" + t.TimeZone + ")"
}

// data is what was found and said.
func (c *considering) data() string {
	d := &fence{}
	d.enc = json.NewEncoder(&d.out)
	d.enc.SetEscapeHTML(false)
	if len(c.found.Hits) == 0 {
		d.out.WriteString("Passages: none was found. State no facts that are not among the wishes.\n")
	} else {
		d.out.WriteString("Passages (data):\n")
	}
	for i, h := range c.found.Hits {
		d.line(passageLine{N: i + 1, From: sourceOf(h.Title, h.Heading), Text: h.Body})
	}
	d.out.WriteString("\nNow, at the business: " + c.today + "\nConversation, the oldest message first; answer the new ones (data):\n")
	for _, m := range c.sit.thread {
		d.line(messageLine{
			By: speaker(m), New: m.Sender == conversation.FromCustomer && m.Seq >= c.sit.turn.FirstSeq, Text: saidIn(m),
		})
	}
	return d.out.String()
}

// fence writes data as lines of JSON: quotes and line breaks in it are escaped, so that it ends where its line ends.
type fence struct {
	out bytes.Buffer
	enc *json.Encoder
}

type passageLine struct {
	N    int    `json:"passage"`
	From string `json:"from"`
	Text string `json:"text"`
}

type messageLine struct {
	By   string `json:"by"`
	New  bool   `json:"new,omitempty"`
	Text string `json:"text"`
}

func (f *fence) line(v any) { _ = f.enc.Encode(v) } // strings and numbers always can be

func sourceOf(title, heading string) string {
	if heading == "" {
		return title
	}
	return title + " > " + heading
}

func speaker(m conversation.Message) string {
	switch m.Sender {
	case conversation.FromCustomer:
		return "customer"
	case conversation.FromAgent:
		return "colleague"
	default:
		return "you"
	}
}

// saidIn is a message in words: what is no text is named.
func saidIn(m conversation.Message) string {
	text := clip(m.Body, longestWords)
	switch {
	case !m.DeletedAt.IsZero():
		return "(deleted)"
	case m.Kind == conversation.KindText || m.Kind == "interactive" || m.Kind == "button":
		return text
	case text == "":
		return "(" + m.Kind + ")"
	}
	return "(" + m.Kind + ") " + text
}

// ms is a duration for a trace.
func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

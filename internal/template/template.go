// Package template holds the texts Meta has approved for writing to customers outside the window. They are Meta's: they are
// read from it, per channel, when a number is connected, when somebody asks, and when Meta tells that one has changed. Here
// they are listed, and filled with values under Meta's rules, so that what is wrong is said by its name before Meta says it.
package template

import (
	"log/slog"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"parley/internal/channel"
	"parley/internal/db"
	"parley/internal/job"
	"parley/internal/realtime"
	"parley/internal/whatsapp"
)

// Template is one of a channel's templates in one language.
type Template struct {
	ID        string
	ChannelID string
	Name      string
	Language  string
	Category  Category
	Status    string // Meta's word; only Approved can be sent
	Reason    string // why it was rejected, in Meta's word
	Quality   string
	Named     bool
	RemovedAt db.Time // when it was missed at Meta; zero is never
	Parts     []whatsapp.TemplatePart

	externalID string
}

// Category is what a template is for. It decides what it costs and to whom it may be sent.
type Category string

// The categories.
const (
	Marketing      Category = "MARKETING"
	Utility        Category = "UTILITY"
	Authentication Category = "AUTHENTICATION"
)

// Approved is the only status in which a template can be sent.
const Approved = "APPROVED"

// Place is where in a template something is to be filled in.
type Place string

// The places.
const (
	InHeader Place = "header"
	InBody   Place = "body"
	InButton Place = "button"
	AsFile   Place = "file" // the header is a picture, a video or a document
)

// Variable is something to be filled in.
type Variable struct {
	Place   Place
	Name    string // of a text: the variable's; of a button: its place among the buttons; of a file: image, video, document
	Example string // what it was approved with
}

// Parts are the rooms templates stand on.
type Parts struct {
	DB       *db.DB
	Jobs     *job.Queue
	Channels *channel.Service
	Live     *realtime.Hub
	Log      *slog.Logger
}

// Options are what can be chosen.
type Options struct {
	// Clients speak to the Graph API of each kind of channel.
	Clients map[channel.Kind]*whatsapp.Client
	// Tokens are of the kinds whose numbers have none of their own.
	Tokens map[channel.Kind]string
}

// Service keeps templates.
type Service struct {
	Parts
	o Options
}

// New makes a Service.
func New(p Parts, o Options) *Service {
	s := &Service{Parts: p, o: o}
	job.Register(p.Jobs, job.Kind{Timeout: readingTime, Attempts: mostReadings}, s.read)
	return s
}

// part is a part by its kind, empty when there is none.
func (t Template) part(kind string) (p whatsapp.TemplatePart) {
	for _, p := range t.Parts {
		if p.Kind == kind {
			return p
		}
	}
	return p
}

// Header is the part above the words.
func (t Template) Header() whatsapp.TemplatePart { return t.part("HEADER") }

// Body are the words.
func (t Template) Body() string {
	body := t.part("BODY").Text
	if body == "" && t.Category == Authentication { // Meta writes the words itself
		return "{{1}} is your verification code."
	}
	return body
}

// Footer is the small print below the words.
func (t Template) Footer() string { return t.part("FOOTER").Text }

// Buttons are what the customer can tap.
func (t Template) Buttons() []whatsapp.TemplateButton { return t.part("BUTTONS").Buttons }

// files are the formats of a header that hold a file.
//
//nolint:gochecknoglobals // a table that never changes
var files = map[string]string{"IMAGE": "image", "VIDEO": "video", "DOCUMENT": "document"}

// Unsendable says why a template cannot be sent from here, in plain words; "" when it can.
func (t Template) Unsendable() string {
	if !t.RemovedAt.IsZero() {
		return "It was deleted at Meta."
	}
	if t.Status != Approved {
		return notApproved(t.Status)
	}
	for _, p := range t.Parts {
		switch {
		case p.Kind == "HEADER" && p.Format != "" && p.Format != "TEXT" && files[p.Format] == "":
			return "Its header is a " + strings.ToLower(p.Format) + ", which cannot be sent from here."
		case !slices.Contains([]string{"HEADER", "BODY", "FOOTER", "BUTTONS"}, p.Kind):
			return "It has a part that cannot be sent from here: " + lower(p.Kind) + "."
		}
	}
	for _, b := range t.Buttons() {
		if !slices.Contains([]string{"QUICK_REPLY", "URL", "PHONE_NUMBER", "COPY_CODE", "OTP"}, b.Kind) {
			return "It has a button that cannot be sent from here: " + lower(b.Kind) + "."
		}
	}
	return ""
}

func notApproved(status string) string {
	switch status {
	case "PENDING", "IN_APPEAL":
		return "Meta is still looking at it."
	case "REJECTED":
		return "Meta rejected it. Change it in WhatsApp Manager."
	case "PAUSED":
		return "Meta has paused it because people did not like it."
	case "DISABLED":
		return "Meta has switched it off for good because people did not like it."
	default:
		return "Meta does not let it be sent: " + lower(status) + "."
	}
}

func lower(word string) string { return strings.ReplaceAll(strings.ToLower(word), "_", " ") }

var variable = regexp.MustCompile(`\{\{\s*([A-Za-z0-9_]+)\s*\}\}`) //nolint:gochecknoglobals // a pattern

// names lists the variables of a text in the order they first stand in.
func names(text string) (all []string) {
	for _, found := range variable.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(all, found[1]) {
			all = append(all, found[1])
		}
	}
	return all
}

// Variables lists what is to be filled in, from top to bottom.
func (t Template) Variables() []Variable {
	all := []Variable{}
	header := t.Header()
	if kind := files[header.Format]; kind != "" {
		all = append(all, Variable{Place: AsFile, Name: kind})
	}
	for _, name := range names(header.Text) {
		all = append(all, Variable{Place: InHeader, Name: name, Example: header.Examples[name]})
	}
	examples := t.part("BODY").Examples
	for _, name := range names(t.Body()) {
		all = append(all, Variable{Place: InBody, Name: name, Example: examples[name]})
	}
	for i, b := range t.Buttons() {
		if t.fillsButton(b) {
			all = append(all, Variable{Place: InButton, Name: strconv.Itoa(i), Example: exampleOf(b)})
		}
	}
	return all
}

// exampleOf is the example of what is filled into a button; Meta's is the whole address.
func exampleOf(b whatsapp.TemplateButton) string {
	before, _, _ := strings.Cut(b.URL, "{{")
	return strings.TrimPrefix(b.Example, before)
}

// fillsButton reports whether a button has something to be filled in by hand. That of an authentication template gets the
// code by itself.
func (t Template) fillsButton(b whatsapp.TemplateButton) bool {
	return t.Category != Authentication && (b.Kind == "COPY_CODE" || b.Kind == "URL" && len(names(b.URL)) > 0)
}

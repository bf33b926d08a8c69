// Package prompt holds our instructions to the model: prompts and their versions. A version is written as a draft,
// published, and never changed after that, so that an answer's trace can name the words it was made by; rolling back
// publishes the one before. Every tenant has a default prompt, made when it is first needed.
package prompt

import (
	_ "embed"
	"strings"
	"time"
	"unicode/utf8"

	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/recent"
)

// State is how far a version has come.
type State string

// The states of a version.
const (
	Draft     State = "draft"     // being written; answers nobody
	Published State = "published" // answers
	Retired   State = "retired"   // answered until another was published
	Withdrawn State = "withdrawn" // answered until it was rolled back
)

// Prompt is a set of instructions with its versions. A channel names the prompt that answers there.
type Prompt struct {
	ID                 string
	Name               string
	IsDefault          bool
	PublishedVersionID string // "" while only a draft is there
	CreatedAt          db.Time
}

// Version is one wording of a prompt. Number counts from 1 within the prompt.
type Version struct {
	ID          string
	PromptID    string
	Number      int64
	State       State
	CreatedBy   string // a user's id, or "system"
	CreatedAt   db.Time
	PublishedAt db.Time // the last time it was published by hand
	Text
}

// Text is what a version says.
type Text struct {
	Body        string // with {{variables}}
	Personality Personality
}

// Personality is how the assistant speaks; empty fields leave it to the model.
type Personality struct {
	Tone        string   `json:"tone,omitempty"`      // "warm, no slang"
	Length      string   `json:"length,omitempty"`    // "one or two sentences"
	Languages   []string `json:"languages,omitempty"` // that it may answer in; none is any
	Model       string   `json:"model,omitempty"`     // "" is the installation's
	Temperature *float64 `json:"temperature,omitempty"`
}

// Live is the version of a prompt that answers now.
type Live struct {
	PromptID  string
	Name      string
	VersionID string
	Number    int64
	Text
}

// Limits of what is written.
const (
	maxName = 100    // characters
	maxBody = 20_000 // characters
	maxWord = 200    // characters of one field of the personality
)

// defaultBody is the wording of a tenant's first version.
//
//go:embed default.txt
var defaultBody string

// Service keeps prompts, and remembers those that answer.
type Service struct {
	db   *db.DB
	live *recent.Memory[place, Live]
}

// New makes a Service. It makes default prompts in steps of its own in d.
func New(d *db.DB) *Service {
	return &Service{db: d, live: recent.New[place, Live](func() time.Time { return d.Now().Time() }, staleAfter)}
}

// valid says what is wrong with a text, in the API's words.
func (t Text) valid() error {
	switch {
	case strings.TrimSpace(t.Body) == "" || !utf8.ValidString(t.Body) || utf8.RuneCountInString(t.Body) > maxBody:
		return errs.InvalidField("body", "A prompt needs 1 to 20,000 characters.")
	case t.Personality.Temperature != nil && (*t.Personality.Temperature < 0 || *t.Personality.Temperature > 2):
		return errs.InvalidField("temperature", "The temperature must lie between 0 and 2.")
	case len(t.Personality.Languages) > 50:
		return errs.InvalidField("languages", "A prompt may name at most 50 languages.")
	}
	fields := append([]string{t.Personality.Tone, t.Personality.Length, t.Personality.Model}, t.Personality.Languages...)
	for _, f := range fields {
		if utf8.RuneCountInString(f) > maxWord || !utf8.ValidString(f) {
			return errs.InvalidField("personality", "Tone, length, languages and model may have 200 characters each.")
		}
	}
	if name := unknown(t.Body); name != "" {
		return errs.InvalidField("body", "There is no variable {{%s}}. There are: %s.", name, strings.Join(Variables(), ", "))
	}
	return nil
}

func validName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if name == "" || utf8.RuneCountInString(name) > maxName || !utf8.ValidString(name) {
		return "", errs.InvalidField("name", "A prompt's name needs 1 to 100 characters.")
	}
	return name, nil
}

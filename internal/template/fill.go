package template

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf16"

	"parley/internal/errs"
	"parley/internal/whatsapp"
)

// Values are what a template is filled with.
type Values struct {
	Header  map[string]string // by variable
	Body    map[string]string // by variable
	Buttons map[string]string // by the button's place: "0", "1"
	Link    string            // of a header that is a file: where WhatsApp fetches it
}

// Filled is a template with its values in it.
type Filled struct {
	Text    string          // what the customer reads of it
	Payload json.RawMessage // what it looks like, and what is sent
}

// Shown is how a template that was sent looks, in its message's payload as "template".
type Shown struct {
	Name     string        `json:"name"`
	Language string        `json:"language"`
	Category Category      `json:"category"`
	Header   string        `json:"header,omitempty"` // words
	File     *ShownFile    `json:"file,omitempty"`
	Body     string        `json:"body"`
	Footer   string        `json:"footer,omitempty"`
	Buttons  []ShownButton `json:"buttons,omitempty"`
}

// ShownFile is the file in a header.
type ShownFile struct {
	Kind string `json:"kind"` // image, video, document
	Link string `json:"link"`
}

// ShownButton is a button as the customer sees it.
type ShownButton struct {
	Kind string `json:"kind"` // quick_reply, url, phone_number, copy_code
	Text string `json:"text"`
	URL  string `json:"url,omitempty"`
}

// payload is the payload of a message that is a template.
type payload struct {
	Template Shown                     `json:"template"`
	Send     whatsapp.OutgoingTemplate `json:"send"`
}

// Outgoing reads what is to be sent from a message's payload.
func Outgoing(raw json.RawMessage) (whatsapp.OutgoingTemplate, error) {
	var p payload
	err := json.Unmarshal(raw, &p)
	return p.Send, err
}

// CategoryOf reads what kind of template a message is from its payload.
func CategoryOf(raw json.RawMessage) (Category, error) {
	var p payload
	err := json.Unmarshal(raw, &p)
	return p.Template.Category, err
}

// Limits of Meta's, in UTF-16 units.
const (
	longestHeader = 60
	longestBody   = 1024
	longestURL    = 2000
	longestCode   = 15
)

// Fill puts values into a template. What Meta would refuse is Invalid, and named by its field: header.1, variables.day,
// buttons.0, link.
func (t Template) Fill(v Values) (Filled, error) {
	if why := t.Unsendable(); why != "" {
		return Filled{}, errs.New(errs.Conflict, "This template cannot be sent. %s", why)
	}
	f := filling{t: t, send: whatsapp.OutgoingTemplate{Name: t.Name, Language: whatsapp.TemplateLanguage{Code: t.Language}}}
	f.shown = Shown{Name: t.Name, Language: t.Language, Category: t.Category, Footer: t.Footer()}
	for _, step := range []func(Values) error{f.header, f.body, f.buttons} {
		if err := step(v); err != nil {
			return Filled{}, err
		}
	}
	raw, err := json.Marshal(payload{Template: f.shown, Send: f.send})
	return Filled{Text: lines(f.shown.Header, f.shown.Body, f.shown.Footer), Payload: raw}, err
}

type filling struct {
	t     Template
	shown Shown
	send  whatsapp.OutgoingTemplate
}

func (f *filling) header(v Values) error {
	part := f.t.Header()
	if kind := files[part.Format]; kind != "" {
		return f.file(kind, v.Link)
	}
	parameters, err := f.parameters("header", part.Text, v.Header)
	if err != nil {
		return err
	}
	f.shown.Header = put(part.Text, v.Header)
	if length(f.shown.Header) > longestHeader && len(parameters) > 0 {
		return errs.InvalidField(field("header", parameters[0].Name, "1"), "The header has at most %d characters with this value.", longestHeader)
	}
	f.add(whatsapp.TemplateComponent{Type: "header", Parameters: parameters})
	return nil
}

// file is a header that WhatsApp fetches from an address.
func (f *filling) file(kind, link string) error {
	at, err := url.Parse(strings.TrimSpace(link))
	switch {
	case err != nil, at.Scheme != "https", at.Host == "", at.User != nil:
		return errs.InvalidField("link", "Give the address of the %s, beginning with https://. WhatsApp fetches it from there.", kind)
	case length(at.String()) > longestURL:
		return errs.InvalidField("link", "The address has at most %d characters.", longestURL)
	}
	named := &whatsapp.TemplateFile{Link: at.String()}
	p := whatsapp.TemplateParameter{Type: kind}
	switch kind {
	case "image":
		p.Image = named
	case "video":
		p.Video = named
	default:
		named.Filename = at.Path[strings.LastIndexByte(at.Path, '/')+1:]
		p.Document = named
	}
	f.shown.File = &ShownFile{Kind: kind, Link: named.Link}
	f.add(whatsapp.TemplateComponent{Type: "header", Parameters: []whatsapp.TemplateParameter{p}})
	return nil
}

func (f *filling) body(v Values) error {
	text := f.t.Body()
	parameters, err := f.parameters("variables", text, v.Body)
	if err != nil {
		return err
	}
	f.shown.Body = put(text, v.Body)
	if over := length(f.shown.Body) - longestBody; over > 0 && len(parameters) > 0 {
		return errs.InvalidField(field("variables", names(text)[0]),
			"With these values the text is %d characters too long; WhatsApp takes %d.", over, longestBody)
	}
	f.add(whatsapp.TemplateComponent{Type: "body", Parameters: parameters})
	return nil
}

// parameters are the values of a text's variables, in their order.
func (f *filling) parameters(where, text string, values map[string]string) (all []whatsapp.TemplateParameter, err error) {
	wanted := names(text)
	for _, name := range wanted {
		value, err := value(field(where, name), values[name])
		if err != nil {
			return nil, err
		}
		p := whatsapp.TemplateParameter{Type: "text", Text: value}
		if f.t.Named {
			p.Name = name
		}
		all = append(all, p)
	}
	for name := range values {
		if !contains(wanted, name) {
			return nil, errs.InvalidField(field(where, name), "The template has no variable of this name.")
		}
	}
	return all, nil
}

func (f *filling) buttons(v Values) error {
	for i, b := range f.t.Buttons() {
		place := strconv.Itoa(i)
		given := v.Buttons[place]
		shown := ShownButton{Kind: strings.ToLower(b.Kind), Text: b.Text, URL: b.URL}
		c := whatsapp.TemplateComponent{Type: "button", SubType: "url", Index: place}
		switch {
		case f.t.Category == Authentication && (b.Kind == "URL" || b.Kind == "OTP"):
			shown.URL = ""
			c.Parameters = []whatsapp.TemplateParameter{{Type: "text", Text: v.Body["1"]}}
		case !f.t.fillsButton(b):
		case b.Kind == "COPY_CODE":
			code, err := value(field("buttons", place), given)
			if err != nil || length(code) > longestCode {
				return errs.InvalidField(field("buttons", place), "Give a code of 1 to %d characters, on one line.", longestCode)
			}
			c.SubType = "copy_code"
			c.Parameters = []whatsapp.TemplateParameter{{Type: "coupon_code", CouponCode: code}}
		default:
			end, err := value(field("buttons", place), given)
			if err != nil {
				return err
			}
			shown.URL = variable.ReplaceAllLiteralString(b.URL, end)
			if at, err := url.Parse(shown.URL); err != nil || at.Host == "" || strings.Contains(end, " ") || length(shown.URL) > longestURL {
				return errs.InvalidField(field("buttons", place), "With this the button's address is none: %s", shown.URL)
			}
			c.Parameters = []whatsapp.TemplateParameter{{Type: "text", Text: end}}
		}
		f.add(c)
		f.shown.Buttons = append(f.shown.Buttons, shown)
	}
	return nil
}

// add puts values of a part into what is sent; a part without values is not named.
func (f *filling) add(c whatsapp.TemplateComponent) {
	if len(c.Parameters) > 0 {
		f.send.Components = append(f.send.Components, c)
	}
}

// value checks what somebody wants to fill in, by Meta's rules.
func value(at, text string) (string, error) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\x00", ""))
	switch {
	case text == "":
		return "", errs.InvalidField(at, "Fill this in.")
	case strings.ContainsAny(text, "\n\r\t"):
		return "", errs.InvalidField(at, "WhatsApp takes no line breaks and no tabs here.")
	case strings.Contains(text, "     "):
		return "", errs.InvalidField(at, "WhatsApp takes no more than four spaces in a row.")
	case length(text) > longestBody:
		return "", errs.InvalidField(at, "This is too long; WhatsApp takes %d characters.", longestBody)
	}
	return text, nil
}

// put puts values in the places of their variables.
func put(text string, values map[string]string) string {
	return variable.ReplaceAllStringFunc(text, func(found string) string {
		return strings.TrimSpace(values[variable.FindStringSubmatch(found)[1]])
	})
}

// field names an input as the API calls it.
func field(where string, names ...string) string {
	for _, name := range names {
		if name != "" {
			return where + "." + name
		}
	}
	return where
}

func lines(all ...string) string {
	var kept []string
	for _, line := range all {
		if line != "" {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}

// length counts as Meta does, in UTF-16 units: the strictest reading.
func length(s string) int { return len(utf16.Encode([]rune(s))) }

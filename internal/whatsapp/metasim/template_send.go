package metasim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// templateSend is a template as it is sent.
type templateSend struct {
	Name     string `json:"name"`
	Language struct {
		Code string `json:"code"`
	} `json:"language"`
	Components []templateValues `json:"components"`
}

// templateValues are the values of one part.
type templateValues struct {
	Type       string          `json:"type"`
	SubType    string          `json:"sub_type"`
	Index      any             `json:"index"` // a string, or a number
	Parameters []templateValue `json:"parameters"`
}

type templateValue struct {
	Type       string     `json:"type"`
	Name       string     `json:"parameter_name"`
	Text       string     `json:"text"`
	CouponCode string     `json:"coupon_code"`
	Image      *mediaSend `json:"image"`
	Video      *mediaSend `json:"video"`
	Document   *mediaSend `json:"document"`
}

// values are those of a part; a button is told by its place.
func (t *templateSend) values(kind string, place int) []templateValue {
	for _, c := range t.Components {
		if strings.EqualFold(c.Type, kind) && (kind != "button" || fmt.Sprint(c.Index) == strconv.Itoa(place)) {
			return c.Parameters
		}
	}
	return nil
}

// validTemplate checks a template that a number sends.
func (s *Sim) validTemplate(phoneNumberID string, t *templateSend) *graphError {
	if t == nil || t.Name == "" || t.Language.Code == "" {
		return refuse(131008, "A template needs name and language.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.template(phoneNumberID, t)
	switch {
	case known == nil:
		return refuse(132001, "template name ("+t.Name+") does not exist in "+t.Language.Code)
	case known.status == "PAUSED":
		return refuse(132015, "The template is paused.")
	case known.status == "DISABLED":
		return refuse(132016, "The template is disabled.")
	case known.status != "APPROVED":
		return refuse(132001, "template name ("+t.Name+") is not approved")
	}
	return known.takes(t)
}

// template finds what a send of a number names, nil when its account has no such template. The lock is held.
func (s *Sim) template(phoneNumberID string, t *templateSend) *template {
	n := s.numbers[phoneNumberID]
	for _, known := range s.templates {
		if n != nil && known.account == n.AccountID && known.name == t.Name && known.language == t.Language.Code {
			return known
		}
	}
	return nil
}

// takes checks the values against what was approved.
func (t *template) takes(sent *templateSend) *graphError {
	header, body := t.part("HEADER"), t.part("BODY")
	if e := t.fits("body", body.Text, sent.values("body", 0)); e != nil {
		return e
	}
	if format := strings.ToLower(header.Format); header.Type != "" && format != "" && format != "text" {
		if e := fitsFile(format, sent.values("header", 0)); e != nil {
			return e
		}
	} else if e := t.fits("header", header.Text, sent.values("header", 0)); e != nil {
		return e
	}
	for i, b := range t.part("BUTTONS").Buttons {
		given := sent.values("button", i)
		needs := strings.EqualFold(b.Type, "COPY_CODE") || variable.MatchString(b.URL)
		switch {
		case needs && (len(given) != 1 || given[0].Text == "" && given[0].CouponCode == ""):
			return refuse(131008, fmt.Sprintf("buttons: Button at index %d of type %s requires a parameter", i, b.Type))
		case !needs && strings.EqualFold(b.Type, "URL") && len(given) > 0:
			return refuse(132000, fmt.Sprintf("buttons: Button at index %d takes no parameter", i))
		}
	}
	if length(t.written("BODY", sent.values("body", 0))) > 1024 {
		return refuse(132005, "The translated text is too long.")
	}
	return nil
}

// fits checks the values of a text's variables: their number, their names, their form.
func (t *template) fits(what, text string, given []templateValue) *graphError {
	wanted := variableNames(text)
	if len(given) != len(wanted) {
		return refuse(132000, what+": number of localizable_params ("+strconv.Itoa(len(given))+
			") does not match the expected number of params ("+strconv.Itoa(len(wanted))+")")
	}
	for _, v := range given {
		switch {
		case v.Type != "text" || v.Text == "":
			return refuse(132012, what+": Parameter format does not match format in the created template")
		case t.named && !slices.Contains(wanted, v.Name):
			return refuse(100, what+": Parameter name is missing or empty")
		case strings.ContainsAny(v.Text, "\n\t") || strings.Contains(v.Text, "     "):
			return refuse(132018, what+": Param text cannot have new-line/tab characters or more than 4 consecutive spaces")
		}
	}
	return nil
}

// fitsFile checks the file of a header.
func fitsFile(format string, given []templateValue) *graphError {
	if len(given) != 1 {
		return refuse(132012, "header: Format mismatch, expected "+strings.ToUpper(format)+", received UNKNOWN")
	}
	file := map[string]*mediaSend{"image": given[0].Image, "video": given[0].Video, "document": given[0].Document}[format]
	switch {
	case !strings.EqualFold(given[0].Type, format):
		return refuse(132012, "header: Format mismatch, expected "+strings.ToUpper(format)+", received "+strings.ToUpper(given[0].Type))
	case format != "location" && (file == nil || file.ID == "" && file.Link == ""):
		return refuse(131008, "header: A file needs id or link.")
	}
	return nil
}

// variableNames lists the variables of a text, each once.
func variableNames(text string) (names []string) {
	for _, v := range variable.FindAllString(text, -1) {
		name := variableName(v)
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func variableName(v string) string { return strings.TrimSpace(strings.Trim(v, "{}")) }

// written is a part's text with its values in it.
func (t *template) written(kind string, given []templateValue) string {
	text := t.part(kind).Text
	names := variableNames(text)
	return variable.ReplaceAllStringFunc(text, func(v string) string {
		place := slices.Index(names, variableName(v))
		if t.named {
			place = slices.IndexFunc(given, func(g templateValue) bool { return g.Name == variableName(v) })
		}
		if place < 0 || place >= len(given) {
			return v
		}
		return given[place].Text
	})
}

// said is what the customer reads of a template that a number sends. The lock is held.
func (s *Sim) said(phoneNumberID string, t *templateSend) string {
	known := s.template(phoneNumberID, t)
	if known == nil {
		return t.Name
	}
	var lines []string
	for _, line := range []string{
		known.written("HEADER", t.values("header", 0)), known.written("BODY", t.values("body", 0)), known.part("FOOTER").Text,
	} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

package whatsapp

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Template is a text Meta has approved, or is going to judge, as it lies in an account.
type Template struct {
	ID       string
	Name     string
	Language string // Meta's code, to be repeated exactly: en is not en_US
	Category string // MARKETING, UTILITY, AUTHENTICATION
	Status   string // APPROVED, PENDING, REJECTED, PAUSED, …; only APPROVED can be sent
	Reason   string // why it was rejected; "" when it was not
	Quality  string // GREEN, YELLOW, RED; "" while nobody knows
	Named    bool   // its variables have names; else numbers
	Parts    []TemplatePart
}

// TemplatePart is a piece of a template. Kind and Format are in upper case.
type TemplatePart struct {
	Kind    string           `json:"kind"`             // HEADER, BODY, FOOTER, BUTTONS; others exist
	Format  string           `json:"format,omitempty"` // of a header: TEXT, IMAGE, VIDEO, DOCUMENT, LOCATION
	Text    string           `json:"text,omitempty"`
	Buttons []TemplateButton `json:"buttons,omitempty"`
	// Examples are the values the template was approved with: by a variable's name, or its number.
	Examples map[string]string `json:"examples,omitempty"`
}

// TemplateButton is a button under a template.
type TemplateButton struct {
	Kind    string `json:"kind"` // QUICK_REPLY, URL, PHONE_NUMBER, COPY_CODE; others exist
	Text    string `json:"text,omitempty"`
	URL     string `json:"url,omitempty"`
	Phone   string `json:"phone,omitempty"`
	Example string `json:"example,omitempty"`
}

// OutgoingTemplate is a template to be sent, with its values.
type OutgoingTemplate struct {
	Name       string              `json:"name"`
	Language   TemplateLanguage    `json:"language"`
	Components []TemplateComponent `json:"components,omitempty"`
}

// TemplateLanguage is how the language of a template is named in a request.
type TemplateLanguage struct {
	Code string `json:"code"`
}

// TemplateComponent is the values of one part.
type TemplateComponent struct {
	Type       string              `json:"type"`               // header, body, button
	SubType    string              `json:"sub_type,omitempty"` // of a button: url, copy_code
	Index      string              `json:"index,omitempty"`    // of a button: its place among the buttons
	Parameters []TemplateParameter `json:"parameters"`
}

// TemplateParameter is one value.
type TemplateParameter struct {
	Type       string        `json:"type"` // text, image, video, document, coupon_code
	Name       string        `json:"parameter_name,omitempty"`
	Text       string        `json:"text,omitempty"`
	CouponCode string        `json:"coupon_code,omitempty"`
	Image      *TemplateFile `json:"image,omitempty"`
	Video      *TemplateFile `json:"video,omitempty"`
	Document   *TemplateFile `json:"document,omitempty"`
}

// TemplateFile is the file in a template's header: where WhatsApp fetches it.
type TemplateFile struct {
	Link     string `json:"link"`
	Filename string `json:"filename,omitempty"`
}

// templatesAtOnce is how many templates are asked for at a time, maxTemplates what their answer may weigh.
const (
	templatesAtOnce = 100
	maxTemplates    = 4 << 20
)

// Templates reads a page of an account's templates; after is "" for the first one. next is "" when there are no more.
func (c *Client) Templates(ctx context.Context, accountID, token, after string) (page []Template, next string, err error) {
	query := url.Values{
		"fields": {"id,name,language,category,status,rejected_reason,quality_score,parameter_format,components"},
		"limit":  {strconv.Itoa(templatesAtOnce)},
	}
	if after != "" {
		query.Set("after", after)
	}
	var got struct {
		Data   []wireTemplate `json:"data"`
		Paging struct {
			Cursors struct {
				After looseText `json:"after"`
			} `json:"cursors"`
			Next looseText `json:"next"`
		} `json:"paging"`
	}
	err = c.call(ctx, call{
		method: http.MethodGet, token: token, id: accountID, edge: "message_templates", query: query, into: &got, most: maxTemplates,
	})
	if err != nil {
		return nil, "", err
	}
	for _, w := range got.Data {
		page = append(page, w.template())
	}
	if got.Paging.Next != "" { // an address with the token in it: only the cursor is used
		next = string(got.Paging.Cursors.After)
	}
	return page, next, nil
}

type wireTemplate struct {
	ID       looseText `json:"id"`
	Name     looseText `json:"name"`
	Language looseText `json:"language"`
	Category looseText `json:"category"`
	Status   looseText `json:"status"`
	Reason   looseText `json:"rejected_reason"`
	Format   looseText `json:"parameter_format"`
	Quality  struct {
		Score looseText `json:"score"`
	} `json:"quality_score"`
	Components []wireTemplatePart `json:"components"`
}

type wireTemplatePart struct {
	Type    looseText `json:"type"`
	Format  looseText `json:"format"`
	Text    looseText `json:"text"`
	Buttons []struct {
		Type    looseText    `json:"type"`
		Text    looseText    `json:"text"`
		URL     looseText    `json:"url"`
		Phone   looseText    `json:"phone_number"`
		Example looseStrings `json:"example"`
	} `json:"buttons"`
	Example struct {
		Header      looseStrings   `json:"header_text"`
		HeaderNamed []namedExample `json:"header_text_named_params"`
		Body        []looseStrings `json:"body_text"`
		BodyNamed   []namedExample `json:"body_text_named_params"`
	} `json:"example"`
}

type namedExample struct {
	Name    looseText `json:"param_name"`
	Example looseText `json:"example"`
}

func (w wireTemplate) template() Template {
	t := Template{
		ID: string(w.ID), Name: strings.TrimSpace(string(w.Name)), Language: oneLine(w.Language), Category: upper(w.Category), Status: upper(w.Status),
		Reason: upper(w.Reason), Quality: upper(w.Quality.Score), Named: upper(w.Format) == "NAMED",
	}
	if t.Reason == "NONE" {
		t.Reason = ""
	}
	if t.Quality == "UNKNOWN" {
		t.Quality = ""
	}
	for _, part := range w.Components {
		t.Parts = append(t.Parts, part.part())
	}
	return t
}

func (w wireTemplatePart) part() TemplatePart {
	p := TemplatePart{Kind: upper(w.Type), Format: upper(w.Format), Text: string(w.Text), Examples: map[string]string{}}
	for _, b := range w.Buttons {
		button := TemplateButton{Kind: upper(b.Type), Text: oneLine(b.Text), URL: strings.TrimSpace(string(b.URL)), Phone: oneLine(b.Phone)}
		if len(b.Example) > 0 {
			button.Example = b.Example[0]
		}
		p.Buttons = append(p.Buttons, button)
	}
	numbered := w.Example.Header
	if len(w.Example.Body) > 0 {
		numbered = w.Example.Body[0]
	}
	for i, example := range numbered {
		p.Examples[strconv.Itoa(i+1)] = example
	}
	for _, e := range append(w.Example.HeaderNamed, w.Example.BodyNamed...) {
		p.Examples[string(e.Name)] = string(e.Example)
	}
	return p
}

func upper(t looseText) string { return strings.ToUpper(oneLine(t)) }

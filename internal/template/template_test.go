package template_test

import (
	"encoding/json"
	"strings"
	"testing"

	"parley/internal/errs"
	"parley/internal/template"
	"parley/internal/whatsapp"
)

// offer is a template with a variable everywhere one can stand.
func offer() template.Template {
	return template.Template{
		ID: "t", ChannelID: "c", Name: "offer", Language: "en_US", Category: template.Marketing, Status: template.Approved,
		Parts: []whatsapp.TemplatePart{
			{Kind: "HEADER", Format: "TEXT", Text: "For you, {{1}}", Examples: map[string]string{"1": "Marta"}},
			{Kind: "BODY", Text: "Until {{1}} it costs {{2}} less. Yes, until {{1}}.", Examples: map[string]string{"1": "Sunday", "2": "20 %"}},
			{Kind: "FOOTER", Text: "Oak & Co"},
			{Kind: "BUTTONS", Buttons: []whatsapp.TemplateButton{
				{Kind: "QUICK_REPLY", Text: "No offers"}, {Kind: "URL", Text: "See", URL: "https://oak.example/{{1}}", Example: "https://oak.example/spring"},
			}},
		},
	}
}

func good() template.Values {
	return template.Values{
		Header: map[string]string{"1": "Ada"}, Body: map[string]string{"1": "Friday", "2": " 10 % "}, Buttons: map[string]string{"1": "x?y=1"},
	}
}

func TestATemplateIsFilledAsTheCustomerReadsIt(t *testing.T) {
	t.Parallel()
	filled, err := offer().Fill(good())
	if err != nil {
		t.Fatal(err)
	}
	if want := "For you, Ada\nUntil Friday it costs 10 % less. Yes, until Friday.\nOak & Co"; filled.Text != want {
		t.Errorf("the customer reads %q", filled.Text)
	}
	var shown struct{ Template template.Shown }
	if err := json.Unmarshal(filled.Payload, &shown); err != nil || len(shown.Template.Buttons) != 2 ||
		shown.Template.Buttons[1].URL != "https://oak.example/x?y=1" {
		t.Errorf("%v, %s", err, filled.Payload)
	}
	out, err := template.Outgoing(filled.Payload)
	if err != nil {
		t.Fatal(err)
	}
	sent, _ := json.Marshal(out)
	want := `{"name":"offer","language":{"code":"en_US"},"components":[` +
		`{"type":"header","parameters":[{"type":"text","text":"Ada"}]},` +
		`{"type":"body","parameters":[{"type":"text","text":"Friday"},{"type":"text","text":"10 %"}]},` +
		`{"type":"button","sub_type":"url","index":"1","parameters":[{"type":"text","text":"x?y=1"}]}]}`
	if string(sent) != want {
		t.Errorf("sent  %s\nwant  %s", sent, want)
	}
	if category, err := template.CategoryOf(filled.Payload); err != nil || category != template.Marketing {
		t.Errorf("%s, %v", category, err)
	}
	var places []string
	for _, v := range offer().Variables() {
		places = append(places, string(v.Place)+" "+v.Name+" "+v.Example)
	}
	if got := strings.Join(places, ", "); got != "header 1 Marta, body 1 Sunday, body 2 20 %, button 1 spring" {
		t.Errorf("to be filled in: %s", got)
	}
}

func TestWhatIsWrongIsNamedByItsField(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		field string
		spoil func(v *template.Values)
	}{
		"nothing in the header":  {"header.1", func(v *template.Values) { v.Header = nil }},
		"a header too long":      {"header.1", func(v *template.Values) { v.Header["1"] = strings.Repeat("x", 60) }},
		"a value missing":        {"variables.2", func(v *template.Values) { delete(v.Body, "2") }},
		"only spaces":            {"variables.1", func(v *template.Values) { v.Body["1"] = "   " }},
		"a line break":           {"variables.1", func(v *template.Values) { v.Body["1"] = "a\nb" }},
		"five spaces":            {"variables.2", func(v *template.Values) { v.Body["2"] = "a     b" }},
		"a text too long":        {"variables.1", func(v *template.Values) { v.Body["1"] = strings.Repeat("x", 600) }},
		"a value for nothing":    {"variables.3", func(v *template.Values) { v.Body["3"] = "x" }},
		"no end of an address":   {"buttons.1", func(v *template.Values) { v.Buttons = nil }},
		"an address with spaces": {"buttons.1", func(v *template.Values) { v.Buttons["1"] = "a b" }},
	} {
		v := good()
		tc.spoil(&v)
		if _, err := offer().Fill(v); !errs.Is(err, errs.Invalid) || errs.FieldOf(err) != tc.field {
			t.Errorf("%s: field %q, %v", name, errs.FieldOf(err), err)
		}
	}
}

func TestNamesFilesAndCodes(t *testing.T) {
	t.Parallel()
	named := template.Template{
		Name: "order", Language: "de", Category: template.Utility, Status: template.Approved, Named: true,
		Parts: []whatsapp.TemplatePart{{Kind: "HEADER", Format: "DOCUMENT"}, {Kind: "BODY", Text: "Hello {{first_name}}, see above."}},
	}
	values := template.Values{Body: map[string]string{"first_name": "Ada"}, Link: "https://oak.example/bills/8841.pdf"}
	sent := outgoing(t, named, values)
	if want := `[{"type":"header","parameters":[{"type":"document","document":{"link":"https://oak.example/bills/8841.pdf","filename":"8841.pdf"}}]},` +
		`{"type":"body","parameters":[{"type":"text","parameter_name":"first_name","text":"Ada"}]}]`; sent != want {
		t.Errorf("sent %s", sent)
	}
	for _, link := range []string{"", "http://oak.example/x.pdf", "https://", "javascript:alert(1)", "https://u:p@oak.example/x"} {
		values.Link = link
		if _, err := named.Fill(values); errs.FieldOf(err) != "link" {
			t.Errorf("the link %q: %v", link, err)
		}
	}
	code := template.Template{
		Name: "code", Language: "en", Category: template.Authentication, Status: template.Approved,
		Parts: []whatsapp.TemplatePart{
			{Kind: "BODY", Text: "{{1}} is your code."},
			{Kind: "BUTTONS", Buttons: []whatsapp.TemplateButton{{Kind: "URL", Text: "Copy code", URL: "https://www.whatsapp.com/otp/code/?code={{1}}"}}},
		},
	}
	sent = outgoing(t, code, template.Values{Body: map[string]string{"1": "774411"}})
	if strings.Count(sent, `"text":"774411"`) != 2 || len(code.Variables()) != 1 {
		t.Errorf("the code goes into the words and into the button: %s", sent)
	}
}

func outgoing(t *testing.T, tpl template.Template, v template.Values) string {
	t.Helper()
	filled, err := tpl.Fill(v)
	if err != nil {
		t.Fatal(err)
	}
	out, err := template.Outgoing(filled.Payload)
	if err != nil {
		t.Fatal(err)
	}
	sent, _ := json.Marshal(out.Components)
	return string(sent)
}

func TestOnlyWhatMetaHasApprovedCanBeSent(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"PENDING", "REJECTED", "PAUSED", "DISABLED", "IN_APPEAL", "LOCKED", ""} {
		x := offer()
		x.Status = status
		if _, err := x.Fill(good()); !errs.Is(err, errs.Conflict) {
			t.Errorf("%s: %v", status, err)
		}
	}
	gone := offer()
	gone.RemovedAt = 1
	if _, err := gone.Fill(good()); !errs.Is(err, errs.Conflict) || !strings.Contains(errs.Message(err), "deleted") {
		t.Error(err)
	}
	for _, part := range []whatsapp.TemplatePart{
		{Kind: "HEADER", Format: "LOCATION"},
		{Kind: "CAROUSEL"},
		{Kind: "BUTTONS", Buttons: []whatsapp.TemplateButton{{Kind: "FLOW", Text: "Form"}}},
	} {
		x := offer()
		x.Parts = append([]whatsapp.TemplatePart{part}, x.Parts[1])
		if x.Unsendable() == "" {
			t.Errorf("%+v counts as sendable", part)
		}
	}
}

package metasim

import "encoding/json"

// shipped are the templates every account has from the beginning: one with variables, one with a header and a button,
// one with nothing to fill in.
//
//nolint:gochecknoglobals // a table that never changes
var shipped = []newTemplate{
	{
		Name: "order_update", Language: "en_US", Category: "UTILITY", Format: "NAMED", Components: json.RawMessage(`[
			{"type":"BODY","text":"Hello {{first_name}}, your order {{order_no}} is on its way and should arrive on {{day}}. Reply here if you need us.",
			 "example":{"body_text_named_params":[
				{"param_name":"first_name","example":"Marta"},{"param_name":"order_no","example":"8841"},{"param_name":"day","example":"Friday"}]}}]`),
	},
	{
		Name: "spring_offer", Language: "en_US", Category: "MARKETING", Format: "POSITIONAL", Components: json.RawMessage(`[
			{"type":"HEADER","format":"TEXT","text":"Something for you, {{1}}","example":{"header_text":["Marta"]}},
			{"type":"BODY","text":"Until {{1}} everything in our shop costs {{2}} less. Have a look and find something you like.",
			 "example":{"body_text":[["Sunday","20 %"]]}},
			{"type":"FOOTER","text":"Reply STOP to get no more offers"},
			{"type":"BUTTONS","buttons":[{"type":"URL","text":"See the offer","url":"https://shop.example/offers/{{1}}",
			 "example":["https://shop.example/offers/spring"]}]}]`),
	},
	{
		Name: "we_are_back", Language: "en_US", Category: "UTILITY", Format: "POSITIONAL", Components: json.RawMessage(`[
			{"type":"BODY","text":"We have read your message and would like to help. Just reply here and we go on."}]`),
	},
}

// ship gives a new account its templates, approved. The lock is held.
func (s *Sim) ship(account string) {
	for _, in := range shipped {
		t, e := in.template(account)
		if e != nil {
			panic("metasim: a shipped template is wrong: " + e.Body.Message)
		}
		t.id, t.status = s.newID(), "APPROVED"
		s.templates[t.id] = t
	}
}

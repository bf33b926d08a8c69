package whatsapp

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// readInteractive reads what the customer tapped. The object may be missing (error 131000 stands in its place).
func (m *Message) readInteractive(w *wireInteractive) {
	if w == nil {
		return
	}
	r := Reply{Kind: ReplyOther}
	switch {
	case w.Button != nil:
		r = Reply{Kind: ReplyButton, ID: string(w.Button.ID), Title: string(w.Button.Title)}
	case w.List != nil:
		r = Reply{
			Kind: ReplyListRow, ID: string(w.List.ID), Title: string(w.List.Title), Description: string(w.List.Description),
		}
	case w.Form != nil:
		r = Reply{Kind: ReplyForm, ID: string(w.Form.Name), Title: string(w.Form.Body), Form: formJSON(w.Form.Response)}
	case w.Permission != nil:
		r = Reply{Kind: ReplyCallPermission, Title: string(w.Permission.Response), Permission: &CallPermission{
			Accepted: w.Permission.Response == "accept", Permanent: bool(w.Permission.Permanent),
			Automatic: w.Permission.Source == "automatic", ExpiresAt: w.Permission.Expires.Time,
		}}
	default:
		r.Title = string(w.Type)
	}
	m.Payload.Reply, m.Text = &r, r.text()
}

// text is the title of what was tapped; of a form, what was filled in, a line each.
func (r Reply) text() string {
	if r.Kind == ReplyOther {
		return ""
	}
	if r.Kind != ReplyForm {
		return r.Title
	}
	lines := formLines(r.Form)
	if len(lines) == 0 {
		return r.Title
	}
	return strings.Join(lines, "\n")
}

// formJSON is the answer of a form, which comes as JSON inside a string; what is no JSON is kept as a string.
func formJSON(response looseText) json.RawMessage {
	if response == "" {
		return nil
	}
	if json.Valid([]byte(response)) {
		return json.RawMessage(response)
	}
	quoted, err := json.Marshal(string(response))
	if err != nil {
		return nil
	}
	return quoted
}

// formLines reads the answers in the order they stand in, leaving out the token that is for machines.
func formLines(form json.RawMessage) []string {
	dec := json.NewDecoder(strings.NewReader(string(form)))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return nil
	}
	var lines []string
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return lines
		}
		var v json.RawMessage
		if dec.Decode(&v) != nil {
			return lines
		}
		var said looseText
		_ = said.UnmarshalJSON(v)
		if name != "flow_token" && said != "" {
			lines = append(lines, fmt.Sprintf("%v: %s", name, said))
		}
	}
	return lines
}

func (m *Message) readLocation(w *wireLocation) {
	if w == nil {
		return
	}
	m.Payload.Location = &Location{
		Latitude: float64(w.Latitude), Longitude: float64(w.Longitude), Name: string(w.Name), Address: string(w.Address),
		URL: string(w.URL),
	}
	m.Text = joined(", ", string(w.Name), string(w.Address))
	if m.Text == "" {
		m.Text = decimal(float64(w.Latitude)) + ", " + decimal(float64(w.Longitude))
	}
}

func (m *Message) readOrder(w *wireOrder) {
	if w == nil {
		return
	}
	order := Order{CatalogID: string(w.CatalogID), Text: string(w.Text), Items: []OrderItem{}}
	lines := []string{}
	if w.Text != "" {
		lines = append(lines, string(w.Text))
	}
	for _, i := range w.Items {
		item := OrderItem{
			SKU: string(i.SKU), Quantity: float64(i.Quantity), Price: float64(i.Price), Currency: string(i.Currency),
		}
		order.Items = append(order.Items, item)
		lines = append(lines, joined(" ", decimal(item.Quantity), "×", item.SKU, "at", decimal(item.Price), item.Currency))
	}
	m.Payload.Order, m.Text = &order, strings.Join(lines, "\n")
}

func (m *Message) readCards(wire []wireCard) {
	var lines []string
	for _, w := range wire {
		card := w.card()
		m.Payload.Contacts = append(m.Payload.Contacts, card)
		said := []string{card.Name, card.Company}
		for _, p := range card.Phones {
			said = append(said, p.Phone)
		}
		for _, e := range card.Emails {
			said = append(said, e.Email)
		}
		lines = append(lines, joined(", ", said...))
	}
	m.Text = joined("\n", lines...)
}

func (w wireCard) card() Card {
	n := w.Name
	c := Card{
		Name: oneLine(n.Formatted), Birthday: string(w.Birthday), Company: oneLine(w.Org.Company),
		Department: oneLine(w.Org.Department), Title: oneLine(w.Org.Title), VCard: string(w.VCard), Origin: string(w.Origin),
	}
	if c.Name == "" {
		c.Name = joined(" ", oneLine(n.Prefix), oneLine(n.First), oneLine(n.Middle), oneLine(n.Last), oneLine(n.Suffix))
	}
	for _, p := range w.Phones {
		c.Phones = append(c.Phones, CardPhone{Phone: oneLine(p.Phone), WaID: digits(string(p.WaID)), Type: string(p.Type)})
	}
	for _, e := range w.Emails {
		c.Emails = append(c.Emails, CardEmail{Email: oneLine(e.Email), Type: string(e.Type)})
	}
	for _, u := range w.URLs {
		c.URLs = append(c.URLs, CardURL{URL: oneLine(u.URL), Type: string(u.Type)})
	}
	for _, a := range w.Addresses {
		c.Addresses = append(c.Addresses, CardAddress{
			Street: oneLine(a.Street), City: oneLine(a.City), State: oneLine(a.State), Zip: oneLine(a.Zip),
			Country: oneLine(a.Country), CountryCode: string(a.CountryCode), Type: string(a.Type),
		})
	}
	return c
}

// decimal writes a number without an exponent and without digits it does not need.
func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

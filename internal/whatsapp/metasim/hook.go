package metasim

import (
	"encoding/json"
	"strconv"
	"time"
)

// hookBody is a webhook as Meta writes it.
type hookBody struct {
	Object string      `json:"object"`
	Entry  []hookEntry `json:"entry"`
}

type hookEntry struct {
	ID      string       `json:"id"`
	Time    int64        `json:"time,omitempty"`
	Changes []hookChange `json:"changes"`
}

type hookChange struct {
	Value json.RawMessage `json:"value"`
	Field string          `json:"field"`
}

// update is one change of one account, before it is put into a body.
type update struct {
	account string
	at      time.Time // of fields that are not about messages
	field   string
	value   json.RawMessage
}

// bodyOf puts updates into one body, those of an account into one entry.
func bodyOf(all []update) []byte {
	body := hookBody{Object: "whatsapp_business_account", Entry: []hookEntry{}}
	place := map[string]int{}
	for _, u := range all {
		i, known := place[u.account]
		if !known || u.field != "messages" {
			i = len(body.Entry)
			place[u.account] = i
			e := hookEntry{ID: u.account}
			if u.field != "messages" {
				e.Time = u.at.Unix()
			}
			body.Entry = append(body.Entry, e)
		}
		body.Entry[i].Changes = append(body.Entry[i].Changes, hookChange{u.value, u.field})
	}
	wire, err := Wire(encode(body))
	if err != nil {
		return encode(body)
	}
	return wire
}

type hookValue struct {
	Product  string            `json:"messaging_product"`
	Metadata hookMetadata      `json:"metadata"`
	Contacts []hookContact     `json:"contacts,omitempty"`
	Messages []json.RawMessage `json:"messages,omitempty"`
	Statuses []hookStatus      `json:"statuses,omitempty"`
}

type hookMetadata struct {
	Display string `json:"display_phone_number"`
	ID      string `json:"phone_number_id"`
}

type hookContact struct {
	Profile hookProfile `json:"profile"`
	WaID    string      `json:"wa_id,omitempty"`
	UserID  string      `json:"user_id,omitempty"`
}

type hookProfile struct {
	Name     string `json:"name,omitempty"`
	Username string `json:"username,omitempty"`
}

type hookMessage struct {
	Context *hookContext `json:"context,omitempty"`
	From    string       `json:"from,omitempty"`
	UserID  string       `json:"from_user_id,omitempty"`
	ID      string       `json:"id"`
	At      string       `json:"timestamp"`
	Type    string       `json:"type"`
}

type hookContext struct {
	From string `json:"from,omitempty"`
	ID   string `json:"id"`
}

type hookStatus struct {
	ID       string       `json:"id"`
	Status   string       `json:"status"`
	At       string       `json:"timestamp"`
	WaID     string       `json:"recipient_id,omitempty"`
	UserID   string       `json:"recipient_user_id,omitempty"`
	Callback string       `json:"biz_opaque_callback_data,omitempty"`
	Pricing  *hookPricing `json:"pricing,omitempty"`
	Errors   []hookError  `json:"errors,omitempty"`
}

type hookPricing struct {
	Billable bool   `json:"billable"`
	Model    string `json:"pricing_model"`
	Type     string `json:"type"`
	Category string `json:"category"`
}

type hookError struct {
	Code    int    `json:"code"`
	Title   string `json:"title"`
	Message string `json:"message"`
	Data    struct {
		Details string `json:"details"`
	} `json:"error_data"`
	Href string `json:"href"`
}

func (n *number) metadata() hookMetadata {
	return hookMetadata{Display: n.digits(), ID: n.PhoneNumberID}
}

func contactOf(c Customer) hookContact {
	return hookContact{Profile: hookProfile{Name: c.Name, Username: c.Username}, WaID: c.WaID, UserID: c.BSUID}
}

// Inbound is something a customer does on a number.
type Inbound struct {
	ID      string          // "" is made
	Type    string          // "text", "image", "reaction", … in Meta's words
	Content json.RawMessage // the object under the type's name; nil is none
	Text    string          // what the thread shows of it; of a text it may stand for Content
	ReplyTo string
	At      time.Time // zero is now

	hidden    bool // no bubble of its own: it is about another one
	anonymous bool // comes without contacts, as system messages do
}

// message is the inbound message in Meta's form.
func (n *number) message(c Customer, m Inbound) json.RawMessage {
	w := hookMessage{From: c.WaID, UserID: c.BSUID, ID: m.ID, At: stamp(m.At), Type: m.Type}
	if m.ReplyTo != "" {
		w.Context = &hookContext{From: n.digits(), ID: m.ReplyTo}
	}
	raw := encode(w)
	if m.Content == nil {
		return raw
	}
	raw = append(raw[:len(raw)-1], ',')
	raw = append(append(raw, encode(m.Type)...), ':')
	return append(append(raw, m.Content...), '}')
}

func (n *number) inboundUpdate(c Customer, m Inbound) update {
	v := hookValue{
		Product: "whatsapp", Metadata: n.metadata(), Contacts: []hookContact{contactOf(c)},
		Messages: []json.RawMessage{n.message(c, m)},
	}
	if m.anonymous {
		v.Contacts = nil
	}
	return update{account: n.AccountID, field: "messages", value: encode(v)}
}

type textContent struct {
	Body string `json:"body"`
}

// TextBody is the webhook of a text in Meta's form, for Deliver and for load.
func TextBody(to Number, from Customer, id, text string, at time.Time) []byte {
	n := number{Number: to}
	m := Inbound{ID: id, Type: "text", Content: encode(textContent{text}), At: at}
	return bodyOf([]update{n.inboundUpdate(from, m)})
}

func stamp(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }

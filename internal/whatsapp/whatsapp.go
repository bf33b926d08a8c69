// Package whatsapp is the door to Meta's WhatsApp Cloud API. It proves where a webhook comes from and reads it, speaks
// to the Graph API, turns Markdown into what WhatsApp shows, and knows how numbers are spelled. It knows a protocol,
// and nothing of tenants or databases.
package whatsapp

import (
	"bytes"
	"encoding/json"
	"time"
)

// ObjectBusinessAccount is the object of every webhook that is WhatsApp's. The same address may also get "page" or
// "instagram" when the app has those products.
const ObjectBusinessAccount = "whatsapp_business_account"

// Delivery is one webhook body: up to 1,000 updates, of several accounts and numbers, in the order they stood in.
type Delivery struct {
	Object  string
	Changes []Change
}

// Len is how many things the delivery asks to be taken: messages, echoes, statuses, calls, preferences and history.
func (d Delivery) Len() int {
	n := 0
	for _, c := range d.Changes {
		n += len(c.Messages) + len(c.Echoes) + len(c.Statuses) + len(c.Calls) + len(c.Preferences)
		for _, t := range c.History {
			n += len(t.Messages)
		}
	}
	return n
}

// Change is what one field reports about one number or account.
type Change struct {
	AccountID     string    // the WhatsApp business account; "0" in the console's test events
	At            time.Time // only of fields that are not about messages
	Field         string    // "messages", "account_update", …; an open set
	PhoneNumberID string    // route by this; "" when the field is not about a number
	DisplayPhone  string    // digits

	Messages    []Message    // what customers wrote
	Echoes      []Message    // what people of the business wrote in the WhatsApp Business app
	Statuses    []Status     // of messages the business sent
	Calls       []Call       // and their statuses
	Preferences []Preference // marketing wishes set in WhatsApp itself
	History     []Thread     // what was said before the number was connected; no news
	Errors      []Problem    // of the number or the app, beside no message at all

	Raw json.RawMessage // the value as it came, valid UTF-8; nil when there was none
}

// Thread is a piece of the history of a number with one customer: messages of both sides, in any order.
type Thread struct {
	WaID     string // the customer, digits
	Messages []Message
}

// Empty reports whether the change carries nothing that could be kept: no value, or only empty lists.
func (c Change) Empty() bool {
	var parts map[string]json.RawMessage
	if json.Unmarshal(c.Raw, &parts) != nil {
		return len(c.Raw) == 0
	}
	for name, part := range parts {
		switch name {
		case "messaging_product", "metadata", "contacts":
			continue
		}
		switch string(bytes.TrimSpace(part)) {
		case "null", "[]", "{}", `""`:
		default:
			return false
		}
	}
	return true
}

// Problem is an error as a webhook reports it: of a number, of an inbound message, or of a message that was not
// delivered. Explain says it in plain words.
type Problem struct {
	Code    int    `json:"code"`
	Title   string `json:"title,omitempty"`
	Details string `json:"details,omitempty"`
	Href    string `json:"href,omitempty"`
}

// Text is the most telling line there is.
func (p Problem) Text() string {
	if p.Details != "" {
		return p.Details
	}
	return p.Title
}

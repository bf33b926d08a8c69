package whatsapp

import (
	"strings"
	"time"
)

// Kind is what sort of message it is, in WhatsApp's words. The set is closed; whatever Meta invents is Unknown and
// keeps its name in Message.Type.
type Kind string

// The kinds of message.
const (
	KindText           Kind = "text"
	KindImage          Kind = "image"
	KindVideo          Kind = "video"
	KindAudio          Kind = "audio" // a voice note when Payload.Media.Voice
	KindDocument       Kind = "document"
	KindSticker        Kind = "sticker"
	KindLocation       Kind = "location"
	KindContacts       Kind = "contacts"
	KindInteractive    Kind = "interactive" // a button, list row or form the customer used
	KindButton         Kind = "button"      // a quick reply of a template
	KindReaction       Kind = "reaction"
	KindOrder          Kind = "order"
	KindSystem         Kind = "system"          // WhatsApp tells of a changed number or identity
	KindEdit           Kind = "edit"            // of an earlier message
	KindRevoke         Kind = "revoke"          // the customer deleted a message
	KindRequestWelcome Kind = "request_welcome" // a chat was opened and nothing was said; no longer sent since March 2026
	KindUnsupported    Kind = "unsupported"     // what Meta does not hand on: a poll, a file too large
	KindUnknown        Kind = "unknown"         // a type this program does not know
)

// Message is one message, from a customer or, as an echo, from a person of the business.
type Message struct {
	ID     string // Meta's wamid. It contains a phone number: personal data
	Kind   Kind
	Type   string // Meta's word for the kind, also of an unknown one
	SentAt time.Time
	// Text is what a person would read of it: body, caption, title of the tapped button, address, names, items.
	Text    string
	Payload Payload
	Context Context

	// Who wrote. From and WaID are digits and may both be "" for people who hide their number; FromUserID is Meta's
	// business-scoped user id. WaID is what one replies to.
	From       string
	WaID       string
	FromUserID string
	Name       string // as the person calls themselves; foreign input
	Username   string
	// FromBusiness: the sender is the very number the message arrived at.
	FromBusiness bool
	GroupID      string // not "": written in a group, by From

	// To whom an echo was written.
	To       string
	ToUserID string

	// HistoryStatus is how far a message of an imported history had come, in upper case: DELIVERED, READ, …
	HistoryStatus string
}

// Context says what a message refers to.
type Context struct {
	MessageID           string   `json:"messageId,omitempty"` // the quoted message; may be one we never saw
	From                string   `json:"from,omitempty"`
	Forwarded           bool     `json:"forwarded,omitempty"`
	FrequentlyForwarded bool     `json:"frequentlyForwarded,omitempty"` // more than five times
	Product             *Product `json:"product,omitempty"`             // asked from this product's page
}

// Product names an item of a catalogue.
type Product struct {
	CatalogID string `json:"catalogId"`
	SKU       string `json:"sku"`
}

// Answerable reports whether the message asks for an answer at all: somebody said something to this number. Reactions,
// edits, deletions, system notices, groups, blank texts and messages from the business's own number do not. Whether it
// is too old to answer only the caller knows.
func (m Message) Answerable() bool {
	if m.GroupID != "" || m.FromBusiness {
		return false
	}
	switch m.Kind {
	case KindReaction, KindSystem, KindEdit, KindRevoke, KindRequestWelcome:
		return false
	case KindText:
		return strings.TrimSpace(m.Text) != ""
	case KindInteractive:
		return m.Payload.Reply == nil || m.Payload.Reply.Kind != ReplyCallPermission
	case KindUnsupported:
		return !passingEvents[m.Payload.Unsupported]
	default:
		return true
	}
}

// passingEvents are the unsupported types with which nobody says anything.
var passingEvents = map[string]bool{
	"edit": true, "keep_in_chat": true, "pin": true, "poll_update": true, "reaction": true,
}

// OpensWindow reports whether the message opens or renews the 24-hour service window of its sender. Where Meta's
// pages are silent (reactions, edits, deletions) the answer is no: a window shown as closed costs a template, one
// wrongly shown as open costs an answer that never arrives.
func (m Message) OpensWindow() bool {
	if m.GroupID != "" || m.FromBusiness {
		return false
	}
	switch m.Kind {
	case KindReaction, KindSystem, KindEdit, KindRevoke, KindRequestWelcome:
		return false
	default:
		return true
	}
}

// Call is an event of a voice call.
type Call struct {
	ID         string
	Event      string // connect, terminate, or status
	Status     string // of a terminate (COMPLETED, FAILED) or a status (RINGING, ACCEPTED, REJECTED)
	At         time.Time
	Direction  string // USER_INITIATED or BUSINESS_INITIATED; "" of a status
	WaID       string // the customer, digits; "" when the number is hidden
	FromUserID string
	Seconds    int // of an answered call, when it has ended
}

// OpensWindow reports whether the call opens the service window: one from the customer does.
func (c Call) OpensWindow() bool { return c.Event == "connect" && c.Direction == "USER_INITIATED" }

// FromCustomer reports whether the customer called: such a call, and its end, are shown.
func (c Call) FromCustomer() bool {
	return c.Direction == "USER_INITIATED" && (c.Event == "connect" || c.Event == "terminate")
}

// Preference is a wish about marketing messages that a customer set in WhatsApp itself.
type Preference struct {
	WaID     string
	UserID   string
	Category string // marketing_messages
	Value    string // stop, resume, signup
	Details  string
	At       time.Time
}

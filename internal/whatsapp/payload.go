package whatsapp

import (
	"encoding/json"
	"time"
)

// Payload is what a message is beyond its text. Only what the message has is set. It marshals to the JSON that is
// stored and shown.
type Payload struct {
	Media       *Media    `json:"media,omitempty"`
	Location    *Location `json:"location,omitempty"`
	Contacts    []Card    `json:"contacts,omitempty"`
	Reply       *Reply    `json:"reply,omitempty"`
	Reaction    *Reaction `json:"reaction,omitempty"`
	Order       *Order    `json:"order,omitempty"`
	System      *System   `json:"system,omitempty"`
	Edit        *Edit     `json:"edit,omitempty"`
	Revoke      *Revoke   `json:"revoke,omitempty"`
	Referral    *Referral `json:"referral,omitempty"`
	Context     *Context  `json:"context,omitempty"`     // when it says more than what was quoted
	Unsupported string    `json:"unsupported,omitempty"` // what Meta did not hand on: poll_creation, gif, …
	Errors      []Problem `json:"errors,omitempty"`
	// Raw is what came under an unknown type, as it came.
	Raw json.RawMessage `json:"raw,omitempty"`
}

// Media is a file. Its id can be exchanged for the bytes during seven days.
type Media struct {
	ID       string `json:"id"`
	MIME     string `json:"mime,omitempty"`     // as the sender's phone says it; may carry parameters
	SHA256   string `json:"sha256,omitempty"`   // hex
	Filename string `json:"filename,omitempty"` // foreign input: to be shown, never a path
	Caption  string `json:"caption,omitempty"`
	Voice    bool   `json:"voice,omitempty"`    // recorded, not attached
	Animated bool   `json:"animated,omitempty"` // of a sticker
	// URL lasts five minutes and needs the token, so it is not stored; "" before October 2025.
	URL string `json:"-"`
}

// Location is a place.
type Location struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Name      string  `json:"name,omitempty"`
	Address   string  `json:"address,omitempty"`
	URL       string  `json:"url,omitempty"`
}

// Card is a contact that was shared.
type Card struct {
	Name       string        `json:"name"` // never "" when any part of a name came
	Birthday   string        `json:"birthday,omitempty"`
	Company    string        `json:"company,omitempty"`
	Department string        `json:"department,omitempty"`
	Title      string        `json:"title,omitempty"`
	Phones     []CardPhone   `json:"phones,omitempty"`
	Emails     []CardEmail   `json:"emails,omitempty"`
	URLs       []CardURL     `json:"urls,omitempty"`
	Addresses  []CardAddress `json:"addresses,omitempty"`
	VCard      string        `json:"vcard,omitempty"`
	// Origin "contact_request": the customer answered our request and the number is theirs.
	Origin string `json:"origin,omitempty"`
}

// CardPhone is a number on a card; WaID is set when it is on WhatsApp.
type CardPhone struct {
	Phone string `json:"phone"`
	WaID  string `json:"waId,omitempty"`
	Type  string `json:"type,omitempty"`
}

// CardEmail is an e-mail address on a card.
type CardEmail struct {
	Email string `json:"email"`
	Type  string `json:"type,omitempty"`
}

// CardURL is a web address on a card.
type CardURL struct {
	URL  string `json:"url"`
	Type string `json:"type,omitempty"`
}

// CardAddress is a postal address on a card.
type CardAddress struct {
	Street      string `json:"street,omitempty"`
	City        string `json:"city,omitempty"`
	State       string `json:"state,omitempty"`
	Zip         string `json:"zip,omitempty"`
	Country     string `json:"country,omitempty"`
	CountryCode string `json:"countryCode,omitempty"`
	Type        string `json:"type,omitempty"`
}

// ReplyKind says with what the customer replied.
type ReplyKind string

// The kinds of reply. Old buttons stay tappable for ever.
const (
	ReplyButton         ReplyKind = "button"
	ReplyListRow        ReplyKind = "listRow"
	ReplyTemplateButton ReplyKind = "templateButton"
	ReplyForm           ReplyKind = "form" // a completed flow
	ReplyCallPermission ReplyKind = "callPermission"
	ReplyOther          ReplyKind = "other"
)

// Reply is a tap on something the business sent.
type Reply struct {
	Kind ReplyKind `json:"kind"`
	// ID is what the business gave the button; it comes back from a phone, so look it up rather than trust it.
	ID          string `json:"id,omitempty"`
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
	// Form is what was filled in: any JSON value.
	Form       json.RawMessage `json:"form,omitempty"`
	Permission *CallPermission `json:"permission,omitempty"`
}

// CallPermission is the customer's answer to whether they may be called.
type CallPermission struct {
	Accepted  bool      `json:"accepted"`
	Permanent bool      `json:"permanent,omitempty"`
	Automatic bool      `json:"automatic,omitempty"` // not tapped: WhatsApp answered
	ExpiresAt time.Time `json:"expiresAt,omitzero"`
}

// Reaction is an emoji on a message; "" takes it away.
type Reaction struct {
	MessageID string `json:"messageId"`
	Emoji     string `json:"emoji"`
}

// Order is a cart. Prices are the customer's view of the catalogue: check them.
type Order struct {
	CatalogID string      `json:"catalogId,omitempty"`
	Text      string      `json:"text,omitempty"`
	Items     []OrderItem `json:"items"`
}

// OrderItem is one line of a cart; the price is for one piece.
type OrderItem struct {
	SKU      string  `json:"sku"`
	Quantity float64 `json:"quantity"`
	Price    float64 `json:"price"`
	Currency string  `json:"currency,omitempty"`
}

// What system messages tell.
const (
	SystemNumberChanged   = "user_changed_number"
	SystemUserIDChanged   = "user_changed_user_id"
	SystemIdentityChanged = "customer_identity_changed"
)

// System tells that a customer's number or identity changed. It is a hint and no proof: numbers are recycled.
type System struct {
	Type           string `json:"type"`           // one of the above; an open set
	WaID           string `json:"waId,omitempty"` // the new number
	UserID         string `json:"userId,omitempty"`
	PreviousUserID string `json:"previousUserId,omitempty"`
}

// Edit is a new wording of an earlier message; the wording is the edit's Text.
type Edit struct {
	MessageID string `json:"messageId"`
	Kind      Kind   `json:"kind"`
	Media     *Media `json:"media,omitempty"`
}

// Revoke takes an earlier message back.
type Revoke struct {
	MessageID string `json:"messageId"`
}

// Referral is the ad or post a customer came from.
type Referral struct {
	SourceType   string `json:"sourceType,omitempty"` // ad or post
	SourceID     string `json:"sourceId,omitempty"`
	SourceURL    string `json:"sourceUrl,omitempty"`
	Headline     string `json:"headline,omitempty"`
	Body         string `json:"body,omitempty"`
	MediaType    string `json:"mediaType,omitempty"`
	ImageURL     string `json:"imageUrl,omitempty"`
	VideoURL     string `json:"videoUrl,omitempty"`
	ThumbnailURL string `json:"thumbnailUrl,omitempty"`
	ClickID      string `json:"clickId,omitempty"`
	Welcome      string `json:"welcome,omitempty"` // what the ad greeted with
}

package whatsapp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// Graph's address and the version the program was written for.
const (
	DefaultBaseURL = "https://graph.facebook.com"
	DefaultVersion = "v24.0"
)

// fileConnections is how many files of one host may be under way at once.
const fileConnections = 16

// ClientOptions are what can be chosen about a Client.
type ClientOptions struct {
	BaseURL string       // where the Graph API lies; "" is DefaultBaseURL
	Version string       // its version; "" is DefaultVersion
	HTTP    *http.Client // nil is a client made for many short requests to one host
	// Connections is how many connections there may be at once, 0 for 256. Whoever finds none free waits for one.
	Connections int
}

// Credentials are a number and the token that may act for it.
type Credentials struct {
	PhoneNumberID string
	Token         string
}

// Outgoing is a text to a customer, a file that was uploaded, or a template.
type Outgoing struct {
	To        string // the customer's wa_id, digits as Meta spelled them
	Recipient string // the customer's business-scoped user id, used when To is ""
	Text      string // of a file: its caption
	File      *OutgoingFile
	Template  *OutgoingTemplate // in place of Text
	ReplyTo   string            // the quoted message's wamid; "" quotes nothing
	// CallbackData comes back in every status of the message: our own id of it, at most 512 characters.
	CallbackData string
}

// OutgoingFile names a file that Upload has brought to WhatsApp.
type OutgoingFile struct {
	Kind     Kind // image, video, audio, document or sticker
	ID       string
	Filename string // of a document: its extension decides the icon
	Voice    bool   // of an audio in OGG: shown as a voice note
}

// Sent is a message WhatsApp has accepted. Accepted is not delivered: failures still come as a Status.
type Sent struct {
	MessageID string // the wamid
	WaID      string // the recipient as Meta spells it; "" when their number is hidden
	UserID    string
}

// Client speaks to the Graph API for any number, each call with its own token. The token is in no error and no log, and
// in no URL but the one of debug_token, where Meta wants it. How long a call may take is for its context to say.
type Client struct {
	base  string
	http  *http.Client
	files *http.Client // for files: few, long, of other hosts, and never in the way of messages
}

// NewClient makes a Client. It holds connections and no goroutine that must be stopped.
func NewClient(o ClientOptions) *Client {
	c := &Client{http: o.HTTP}
	if o.BaseURL == "" {
		o.BaseURL = DefaultBaseURL
	}
	if o.Version == "" {
		o.Version = DefaultVersion
	}
	if o.Connections == 0 {
		o.Connections = 256
	}
	if c.http == nil {
		c.http = &http.Client{Transport: transport(o.Connections), CheckRedirect: noRedirect}
	}
	c.files = c.http
	if o.HTTP == nil {
		c.files = &http.Client{Transport: transport(fileConnections), CheckRedirect: noRedirect}
	}
	c.base = strings.TrimRight(o.BaseURL, "/") + "/" + strings.Trim(o.Version, "/") + "/"
	return c
}

// Close lets go of idle connections.
func (c *Client) Close() {
	c.http.CloseIdleConnections()
	c.files.CloseIdleConnections()
}

// Send asks WhatsApp to deliver a text. There is no way to ask twice safely: after an error that IsUncertain the
// message may be on its way, and only its status webhook tells.
//
// A test number knows Mexican and Argentine recipients only without their mobile digit and refuses the other spelling
// as not allowed; then the short spelling is tried once.
func (c *Client) Send(ctx context.Context, by Credentials, o Outgoing) (Sent, error) {
	sent, err := c.send(ctx, by, o)
	if graph, told := errors.AsType[*GraphError](err); told && graph.Code == codeNotAllowed {
		if short, ok := ShortForm(o.To); ok {
			o.To = short
			return c.send(ctx, by, o)
		}
	}
	return sent, err
}

const codeNotAllowed = 131030

func (c *Client) send(ctx context.Context, by Credentials, o Outgoing) (Sent, error) {
	to := digits(o.To)
	if to == "" && o.Recipient == "" {
		return Sent{}, &GraphError{Code: 131008, Title: "Nothing is known by which this customer could be written to."}
	}
	out := wireOutgoing{
		Product: "whatsapp", RecipientType: "individual", Type: "text", Text: &wireBody{Body: o.Text}, Callback: o.CallbackData,
	}
	switch {
	case o.Template != nil:
		out.Type, out.Text, out.Template = "template", nil, o.Template
	case o.File != nil:
		out.file(*o.File, o.Text)
	}
	if to != "" {
		out.To = "+" + to // without the plus Meta may put the business's own country code before it
	} else {
		out.Recipient = o.Recipient
	}
	if o.ReplyTo != "" {
		out.Context = &wireQuoted{MessageID: o.ReplyTo}
	}
	var got struct {
		Contacts []struct {
			WaID   looseText `json:"wa_id"`
			UserID looseText `json:"user_id"`
		} `json:"contacts"`
		Messages []struct {
			ID looseText `json:"id"`
		} `json:"messages"`
	}
	if err := c.post(ctx, by.Token, by.PhoneNumberID, "messages", out, &got); err != nil {
		return Sent{}, err
	}
	if len(got.Messages) == 0 || got.Messages[0].ID == "" {
		return Sent{}, &callError{uncertain: true, cause: errNoID}
	}
	sent := Sent{MessageID: string(got.Messages[0].ID)}
	if len(got.Contacts) > 0 {
		sent.WaID, sent.UserID = digits(string(got.Contacts[0].WaID)), string(got.Contacts[0].UserID)
	}
	return sent, nil
}

var errNoID = errors.New("the Graph API accepted a message without naming it")

// MarkRead shows the customer that a message of theirs, and all before it, was read. With typing they also see that an
// answer is being written, until it comes or for 25 seconds.
func (c *Client) MarkRead(ctx context.Context, by Credentials, messageID string, typing bool) error {
	out := wireOutgoing{Product: "whatsapp", Status: "read", MessageID: messageID}
	if typing {
		out.Typing = &wireTyping{Type: "text"}
	}
	return c.post(ctx, by.Token, by.PhoneNumberID, "messages", out, nil)
}

// NumberInfo is what Meta says about a number.
type NumberInfo struct {
	ID           string
	DisplayPhone string // as Meta prints it: "+49 30 23125100"
	VerifiedName string
	Quality      string // GREEN, YELLOW, RED, UNKNOWN
	Status       string // CONNECTED, PENDING, FLAGGED, RESTRICTED, …
	Throughput   string // STANDARD, HIGH, NOT_APPLICABLE
	Mode         string // LIVE, SANDBOX
	Limit        string // customers a day that may be written to first: TIER_250, TIER_2K, …, TIER_UNLIMITED; "" is not known
}

// Number reads a number with its token, which proves that the token's owner may act for it.
func (c *Client) Number(ctx context.Context, by Credentials) (NumberInfo, error) {
	const fields = "id,display_phone_number,verified_name,quality_rating,status,throughput,account_mode," +
		"whatsapp_business_manager_messaging_limit"
	var got struct {
		ID         looseText `json:"id"`
		Display    looseText `json:"display_phone_number"`
		Name       looseText `json:"verified_name"`
		Quality    looseText `json:"quality_rating"`
		Status     looseText `json:"status"`
		Mode       looseText `json:"account_mode"`
		Limit      looseText `json:"whatsapp_business_manager_messaging_limit"`
		Throughput struct {
			Level looseText `json:"level"`
		} `json:"throughput"`
	}
	err := c.call(ctx, call{
		method: http.MethodGet, token: by.Token, id: by.PhoneNumberID, query: url.Values{"fields": {fields}}, into: &got,
	})
	if err != nil {
		return NumberInfo{}, err
	}
	if string(got.ID) != by.PhoneNumberID {
		return NumberInfo{}, &GraphError{
			Code: 100, Subcode: 33, HTTPStatus: http.StatusOK, Title: "Meta answered about another number.",
		}
	}
	return NumberInfo{
		ID: string(got.ID), DisplayPhone: oneLine(got.Display), VerifiedName: oneLine(got.Name), Quality: string(got.Quality),
		Status: string(got.Status), Throughput: string(got.Throughput.Level), Mode: string(got.Mode), Limit: string(got.Limit),
	}, nil
}

// Override sends the webhooks of one account to an address of its own. Meta calls it at once with the verify token.
type Override struct {
	URL         string // https, at most 200 characters
	VerifyToken string
}

// Subscribe connects the token's app to a WhatsApp business account, without which no webhook ever comes. With an
// override they go there, else to the app's address.
func (c *Client) Subscribe(ctx context.Context, accountID, token string, to *Override) error {
	var out any = struct{}{}
	if to != nil {
		out = struct {
			URL   string `json:"override_callback_uri"`
			Token string `json:"verify_token"`
		}{to.URL, to.VerifyToken}
	}
	return c.post(ctx, token, accountID, "subscribed_apps", out, nil)
}

func (c *Client) post(ctx context.Context, token, id, edge string, body, into any) error {
	var raw bytes.Buffer
	enc := json.NewEncoder(&raw)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(body); err != nil {
		return &callError{cause: err}
	}
	return c.call(ctx, call{method: http.MethodPost, token: token, id: id, edge: edge, body: raw.Bytes(), into: into})
}

type wireOutgoing struct {
	Product       string      `json:"messaging_product"`
	RecipientType string      `json:"recipient_type,omitempty"`
	To            string      `json:"to,omitempty"`
	Recipient     string      `json:"recipient,omitempty"`
	Type          string      `json:"type,omitempty"`
	Text          *wireBody   `json:"text,omitempty"`
	Context       *wireQuoted `json:"context,omitempty"`
	Callback      string      `json:"biz_opaque_callback_data,omitempty"`
	Status        string      `json:"status,omitempty"`
	MessageID     string      `json:"message_id,omitempty"`
	Typing        *wireTyping `json:"typing_indicator,omitempty"`
	Image         *wireFile   `json:"image,omitempty"`
	Video         *wireFile   `json:"video,omitempty"`
	Audio         *wireFile   `json:"audio,omitempty"`
	Document      *wireFile   `json:"document,omitempty"`
	Sticker       *wireFile   `json:"sticker,omitempty"`

	Template *OutgoingTemplate `json:"template,omitempty"`
}

type wireFile struct {
	ID       string `json:"id"`
	Caption  string `json:"caption,omitempty"`
	Filename string `json:"filename,omitempty"`
	Voice    bool   `json:"voice,omitempty"`
}

// file makes it a message of a file. Audio and stickers take no caption.
func (w *wireOutgoing) file(f OutgoingFile, caption string) {
	w.Type, w.Text = string(f.Kind), nil
	sent := &wireFile{ID: f.ID, Caption: caption}
	switch f.Kind {
	case KindImage:
		w.Image = sent
	case KindVideo:
		w.Video = sent
	case KindAudio:
		sent.Caption, sent.Voice = "", f.Voice
		w.Audio = sent
	case KindSticker:
		sent.Caption = ""
		w.Sticker = sent
	default:
		w.Type, sent.Filename = string(KindDocument), f.Filename
		w.Document = sent
	}
}

type wireBody struct {
	Body string `json:"body"`
}

type wireQuoted struct {
	MessageID string `json:"message_id"`
}

type wireTyping struct {
	Type string `json:"type"`
}

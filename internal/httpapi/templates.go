package httpapi

import (
	"context"
	"net/http"
	"strings"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/delivery"
	"parley/internal/template"
)

// Template is a text Meta has approved, or is going to judge, in one language.
type Template struct {
	ID         string             `json:"id"`
	ChannelID  string             `json:"channelId"`
	Name       string             `json:"name"`
	Language   string             `json:"language" doc:"Meta's code: en_US, de, …"`
	Category   string             `json:"category" doc:"MARKETING, UTILITY or AUTHENTICATION."`
	Status     string             `json:"status" doc:"Meta's word; only APPROVED can be sent."`
	Reason     string             `json:"reason" doc:"Why it was rejected, in Meta's word; empty when it was not."`
	Quality    string             `json:"quality" doc:"GREEN, YELLOW or RED; empty when it is not known."`
	Sendable   bool               `json:"sendable"`
	Unsendable string             `json:"unsendable" doc:"Why it cannot be sent, in plain words."`
	HeaderKind string             `json:"headerKind" enum:"none,text,image,video,document,other"`
	Header     string             `json:"header" doc:"With its variable as {{name}}."`
	Body       string             `json:"body" doc:"With its variables as {{name}} or {{1}}."`
	Footer     string             `json:"footer"`
	Buttons    []TemplateButton   `json:"buttons"`
	Variables  []TemplateVariable `json:"variables" doc:"What is to be filled in, from top to bottom."`
	RemovedAt  db.Time            `json:"removedAt" doc:"When it was missed at Meta; null is never."`
}

// TemplateButton is what a customer can tap below a template.
type TemplateButton struct {
	Kind  string `json:"kind" doc:"quick_reply, url, phone_number, copy_code; others exist."`
	Text  string `json:"text"`
	URL   string `json:"url" doc:"With its variable as {{1}}."`
	Phone string `json:"phone"`
}

// TemplateVariable is something to be filled in.
type TemplateVariable struct {
	Place   string `json:"place" enum:"file,header,body,button"`
	Name    string `json:"name" doc:"The variable's; of a button its place, from 0; of a file its kind."`
	Example string `json:"example"`
}

// Templates is a page of them, and how current they are.
type Templates struct {
	Page[Template]
	ReadAt  db.Time `json:"readAt" doc:"When they were last read from Meta to the end; null is never."`
	Reading bool    `json:"reading" doc:"They are being read."`
	Failure string  `json:"failure" doc:"Why the last reading failed."`
}

type listTemplates struct {
	ChannelRef
	Paging
	Removed bool `query:"removed" doc:"Also those that are gone at Meta."`
}

// TemplateValues fill a template.
type TemplateValues struct {
	TemplateID string            `json:"templateId" maxLength:"64"`
	Variables  map[string]string `json:"variables,omitempty" doc:"Of the body, by name: first_name, or 1."`
	Header     map[string]string `json:"header,omitempty" doc:"Of the header, by name."`
	Buttons    map[string]string `json:"buttons,omitempty" doc:"By the button's place: 0, 1."`
	Link       string            `json:"link,omitempty" maxLength:"4000" doc:"Of a header that is a file: its https address."`
	Consent    string            `json:"consent,omitempty" maxLength:"400" doc:"For marketing without a kept consent: how you know that they agreed."`
}

type sendTemplate struct {
	ConversationRef
	Body TemplateValues
}

func (s *Server) templateOperations() {
	handle(s, operation{
		id: "list-templates", method: http.MethodGet, path: "/api/channels/{id}/templates", tag: "Templates",
		summary: "List the templates of a number", permission: actor.ChannelsRead,
	}, s.listTemplates)
	handleNothing(s, operation{
		id: "read-templates", method: http.MethodPost, path: "/api/channels/{id}/templates/read", tag: "Templates",
		summary: "Have the templates read from Meta again, in the background", permission: actor.ConversationsReply,
	}, s.readTemplates)
	handle(s, operation{
		id: "send-template", method: http.MethodPost, path: "/api/conversations/{id}/template", tag: "Templates",
		summary:    "Send an approved template, also when the window is closed; the conversation becomes yours",
		permission: actor.ConversationsReply, status: http.StatusCreated,
	}, s.sendTemplate)
}

func (s *Server) listTemplates(ctx context.Context, a actor.Actor, in *listTemplates) (out Templates, err error) {
	q := s.DB.As(a)
	if _, err := channel.Get(ctx, q, a, in.ID); err != nil {
		return out, err
	}
	var after template.Cursor
	if err := decodeCursor(in.After, &after); err != nil {
		return out, err
	}
	rows, err := template.List(ctx, q, a, in.ID, in.Removed, after, in.Limit+1)
	if err != nil {
		return out, err
	}
	out.Page = pageOf(rows, in.Limit, showTemplate, func(t template.Template) any { return t.Cursor() })
	r, err := template.ReadingOf(ctx, q, a, in.ID)
	out.ReadAt, out.Reading, out.Failure = r.ReadAt, r.Waits(), r.Failure
	return out, err
}

func (s *Server) readTemplates(ctx context.Context, a actor.Actor, in *ChannelRef) error {
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error { return s.Templates.Want(ctx, tx, a, in.ID) })
}

func (s *Server) sendTemplate(ctx context.Context, a actor.Actor, in *sendTemplate) (Message, error) {
	b := in.Body
	said, err := s.Assistant.ReplyWithTemplate(ctx, a, delivery.Order{
		ConversationID: in.ID, TemplateID: b.TemplateID, Consent: strings.TrimSpace(b.Consent),
		Values: template.Values{Header: b.Header, Body: b.Variables, Buttons: b.Buttons, Link: b.Link},
	})
	if err != nil {
		return Message{}, err
	}
	names, err := s.Tenants.Names(ctx, s.DB.As(a), a)
	if err != nil {
		return Message{}, err
	}
	shown := []Message{showMessage(said.Messages[0], names)}
	return shown[0], s.dress(ctx, a, []conversation.Message{said.Messages[0]}, shown)
}

func showTemplate(t template.Template) Template {
	why := t.Unsendable()
	header := t.Header()
	out := Template{
		ID: t.ID, ChannelID: t.ChannelID, Name: t.Name, Language: t.Language, Category: string(t.Category), Status: t.Status,
		Reason: t.Reason, Quality: t.Quality, Sendable: why == "", Unsendable: why, HeaderKind: headerKind(header.Kind, header.Format),
		Header: header.Text, Body: t.Body(), Footer: t.Footer(), Buttons: []TemplateButton{}, Variables: []TemplateVariable{},
		RemovedAt: t.RemovedAt,
	}
	for _, b := range t.Buttons() {
		out.Buttons = append(out.Buttons, TemplateButton{Kind: strings.ToLower(b.Kind), Text: b.Text, URL: b.URL, Phone: b.Phone})
	}
	for _, v := range t.Variables() {
		out.Variables = append(out.Variables, TemplateVariable{Place: string(v.Place), Name: v.Name, Example: v.Example})
	}
	return out
}

func headerKind(part, format string) string {
	switch {
	case part == "":
		return "none"
	case format == "" || format == "TEXT":
		return "text"
	case format == "IMAGE" || format == "VIDEO" || format == "DOCUMENT":
		return strings.ToLower(format)
	default:
		return "other"
	}
}

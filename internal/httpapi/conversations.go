package httpapi

import (
	"context"
	"net/http"

	"parley/internal/actor"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/errs"
)

// Conversation is one line of the inbox.
type Conversation struct {
	ID           string       `json:"id"`
	ChannelID    string       `json:"channelId"`
	ChannelKind  string       `json:"channelKind" enum:"whatsapp,demo"`
	Contact      ContactBrief `json:"contact"`
	Status       string       `json:"status" enum:"active,closed"`
	Mode         string       `json:"mode" enum:"off,suggest,auto"`
	Handler      string       `json:"handler" enum:"ai,human"`
	AssigneeID   string       `json:"assigneeId"`
	AssigneeName string       `json:"assigneeName"`
	Handoff      *Handoff     `json:"handoff" doc:"Set while a hand-off by the AI waits for somebody, or was taken."`
	Labels       []LabelBrief `json:"labels"`
	SnoozedUntil db.Time      `json:"snoozedUntil" doc:"Null, or until when it is out of the way; it may have passed."`
	LastMessage  LastMessage  `json:"lastMessage"`
	Unread       int64        `json:"unread"`
	WindowUntil  db.Time      `json:"windowUntil" doc:"Until when anything but a template may be sent."`
	Answering    bool         `json:"answering" doc:"The AI owes an answer and is at it."`
	Problem      string       `json:"problem" doc:"Empty, or failed or unknown: a send to look at."`
	LastSeq      int64        `json:"lastSeq"`
	CreatedAt    db.Time      `json:"createdAt"`
	UpdatedAt    db.Time      `json:"updatedAt"`
	Found        *Found       `json:"found" doc:"In a search, the newest message with the words; null where they stand in the contact."`
}

// Found is a message that has the words of a search.
type Found struct {
	MessageID string `json:"messageId"`
	Seq       int64  `json:"seq"`
	Text      string `json:"text" doc:"What stands around the first of the words."`
}

// ContactBrief is who a conversation is with.
type ContactBrief struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Username string `json:"username"`
	Phone    string `json:"phone" doc:"Digits; empty when the customer hides the number."`
}

// Handoff is why the AI gave a conversation to people.
type Handoff struct {
	Reason  string  `json:"reason"`
	Summary string  `json:"summary"`
	At      db.Time `json:"at"`
}

// LastMessage is the last word of a conversation.
type LastMessage struct {
	Sender string  `json:"sender" enum:"customer,ai,agent,system"`
	Kind   string  `json:"kind"`
	Text   string  `json:"text"`
	At     db.Time `json:"at"`
}

// ConversationRef names one conversation in a path; exported for the reason Paging is.
type ConversationRef struct {
	ID string `path:"id" maxLength:"64"`
}

type listConversations struct {
	Paging
	View   string `query:"view" enum:"all,needs_me,unreplied,ai,handed_off,mine,closed,snoozed" default:"all"`
	Status string `query:"status" enum:"active,closed" doc:"A short way to ask for the view closed."`
	Query  string `query:"q" maxLength:"200" doc:"Words of a contact or of a message, in any language; all then finds closed ones, too."`

	Channel  string `query:"channel" maxLength:"64" doc:"The id of a channel."`
	Label    string `query:"label" maxLength:"64" doc:"The id of a label."`
	Assignee string `query:"assignee" maxLength:"64" doc:"The id of a member, or nobody."`
	Unread   bool   `query:"unread" doc:"Only what nobody has read."`
}

type changeConversation struct {
	ConversationRef
	Body struct {
		Mode string `json:"mode" enum:"off,suggest,auto"`
	}
}

func (s *Server) conversationOperations() {
	handle(s, operation{
		id: "list-conversations", method: http.MethodGet, path: "/api/conversations", tag: "Conversations",
		summary: "List the inbox, the newest word first", permission: actor.ConversationsRead,
	}, s.listConversations)
	handle(s, operation{
		id: "get-conversation", method: http.MethodGet, path: "/api/conversations/{id}", tag: "Conversations",
		summary: "Read one conversation", permission: actor.ConversationsRead,
	}, s.getConversation)
	handle(s, operation{
		id: "change-conversation", method: http.MethodPatch, path: "/api/conversations/{id}", tag: "Conversations",
		summary: "Say whether the AI may act", permission: actor.ConversationsReply,
	}, s.changeConversation)
	s.onConversation("take-over", "takeover", "Take the conversation from the AI", s.Assistant.TakeOver)
	s.onConversation("hand-back", "handback", "Give the conversation back to the AI", s.Assistant.HandBack)
	s.onConversation("mark-read", "read", "Mark everything as read", s.step(s.Conversations.MarkRead))
	s.onConversation("reopen-conversation", "reopen", "Undo closing", s.step(s.Conversations.Reopen))
	s.onConversation("close-conversation", "close", "Close the open episode", s.step(closeByPerson(s.Conversations)))
}

// onConversation registers an operation that does one thing to a conversation and answers with what it is then.
func (s *Server) onConversation(id, verb, summary string, do func(ctx context.Context, a actor.Actor, id string) error) {
	o := operation{
		id: id, method: http.MethodPost, path: "/api/conversations/{id}/" + verb, tag: "Conversations",
		summary: summary, permission: actor.ConversationsReply,
	}
	handle(s, o, func(ctx context.Context, a actor.Actor, in *ConversationRef) (Conversation, error) {
		if err := do(ctx, a, in.ID); err != nil {
			return Conversation{}, err
		}
		return s.getConversation(ctx, a, in)
	})
}

// onOne does something to the one row with an id.
type onOne func(ctx context.Context, a actor.Actor, id string) error

// step wraps a verb into a transaction of its own.
func (s *Server) step(verb func(ctx context.Context, tx *db.Tx, a actor.Actor, id string) error) onOne {
	return func(ctx context.Context, a actor.Actor, id string) error {
		return s.DB.InTx(ctx, a, func(tx *db.Tx) error { return verb(ctx, tx, a, id) })
	}
}

func (s *Server) listConversations(ctx context.Context, a actor.Actor, in *listConversations) (Page[Conversation], error) {
	f := conversation.Filter{View: conversation.View(in.View), Query: in.Query, Limit: in.Limit + 1}
	f.Only = conversation.Only{ChannelID: in.Channel, LabelID: in.Label, AssigneeID: in.Assignee, Unread: in.Unread}
	if in.Status == "closed" {
		f.View = conversation.ViewClosed
	}
	if err := decodeCursor(in.After, &f.After); err != nil {
		return Page[Conversation]{}, err
	}
	rows, err := conversation.List(ctx, s.DB.As(a), a, s.DB.Now(), f)
	if err != nil {
		return Page[Conversation]{}, err
	}
	return pageOf(rows, in.Limit, showConversation, func(r conversation.Row) any {
		return conversation.Cursor{At: r.LastAt, ID: r.ID}
	}), nil
}

func (s *Server) getConversation(ctx context.Context, a actor.Actor, in *ConversationRef) (Conversation, error) {
	r, err := conversation.RowOf(ctx, s.DB.As(a), a, in.ID)
	return showConversation(r), err
}

func (s *Server) changeConversation(ctx context.Context, a actor.Actor, in *changeConversation) (Conversation, error) {
	if in.Body.Mode == "" {
		return Conversation{}, errs.InvalidField("mode", "Say what to change: mode must be off, suggest or auto.")
	}
	if err := s.Assistant.SetMode(ctx, a, in.ID, conversation.Mode(in.Body.Mode)); err != nil {
		return Conversation{}, err
	}
	return s.getConversation(ctx, a, &in.ConversationRef)
}

func showConversation(r conversation.Row) Conversation {
	c := Conversation{
		ID: r.ID, ChannelID: r.ChannelID, ChannelKind: r.ChannelKind, Status: string(r.Status), Mode: string(r.Mode),
		Contact: ContactBrief{ID: r.ContactID, Name: r.ContactName, Username: r.ContactUsername, Phone: r.ContactPhone},
		Handler: string(r.Handler), AssigneeID: r.AssigneeID, AssigneeName: r.AssigneeName,
		Labels: make([]LabelBrief, 0, len(r.Labels)), SnoozedUntil: r.SnoozedUntil,
		LastMessage: LastMessage{Sender: string(r.LastSender), Kind: r.LastKind, Text: r.LastText, At: r.LastAt},
		Unread:      r.Unread, WindowUntil: r.WindowUntil, Answering: r.Answering, Problem: r.Problem, LastSeq: r.LastSeq,
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
	for _, l := range r.Labels {
		c.Labels = append(c.Labels, LabelBrief{ID: l.ID, Name: l.Name, Colour: string(l.Colour)})
	}
	if r.Hit.MessageID != "" {
		c.Found = &Found{MessageID: r.Hit.MessageID, Seq: r.Hit.Seq, Text: r.Hit.Text}
	}
	if !r.HandedOffAt.IsZero() {
		c.Handoff = &Handoff{Reason: r.HandoffReason, Summary: r.HandoffSummary, At: r.HandedOffAt}
	}
	return c
}

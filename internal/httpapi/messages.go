package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"unicode/utf8"

	"parley/internal/actor"
	"parley/internal/assistant"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/whatsapp"
)

// Message is one line of a thread.
type Message struct {
	ID             string          `json:"id"`
	ConversationID string          `json:"conversationId"`
	Seq            int64           `json:"seq" doc:"Orders the lines of a thread."`
	Sender         string          `json:"sender" enum:"customer,ai,agent,system"`
	AuthorID       string          `json:"authorId"`
	AuthorName     string          `json:"authorName"`
	Kind           string          `json:"kind" doc:"text, image, … as WhatsApp names them; note, event and suggestion are ours."`
	Text           string          `json:"text"`
	Payload        json.RawMessage `json:"payload" doc:"What the kind needs beyond its text."`
	ReplyTo        string          `json:"replyTo"`
	Status         string          `json:"status" enum:"received,queued,sent,delivered,read,played,failed,unknown"`
	Error          *SendError      `json:"error"`
	At             db.Time         `json:"at"`
	SentAt         db.Time         `json:"sentAt"`
	DeliveredAt    db.Time         `json:"deliveredAt"`
	ReadAt         db.Time         `json:"readAt"`
	EditedAt       db.Time         `json:"editedAt" doc:"When its words were last changed."`
	DeletedAt      db.Time         `json:"deletedAt" doc:"When it was taken back; its words are kept."`
	Wordings       []Wording       `json:"wordings" doc:"How it read before, the first wording first."`
	Reactions      []Reaction      `json:"reactions"`
	Quote          *Quote          `json:"quote" doc:"What it replies to."`
	File           *File           `json:"file"`
	Traced         bool            `json:"traced" doc:"There is a trace that says why the AI said this."`
}

// SendError is why a message did not arrive, in plain words.
type SendError struct {
	Code int64  `json:"code" doc:"Meta's code."`
	Text string `json:"text"`
	Todo string `json:"todo" doc:"What to do about it."`
}

type listMessages struct {
	ConversationRef
	Before int64 `query:"before" doc:"Only lines before this seq; what was imported has a seq below 0."`
	After  int64 `query:"after" doc:"Only lines after this seq."`
	Limit  int   `query:"limit" minimum:"1" maximum:"100" default:"50"`
}

type replyInConversation struct {
	ConversationRef
	Body struct {
		ID   string `json:"id,omitempty" format:"uuid" doc:"An id of your own for the message: what is sent again with it is said once."`
		Text string `json:"text" minLength:"1" maxLength:"20000"`
	}
}

type sayInConversation struct {
	ConversationRef
	Body struct {
		Text string `json:"text" minLength:"1" maxLength:"20000"`
	}
}

type messageRef struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *Server) messageOperations() {
	handle(s, operation{
		id: "list-messages", method: http.MethodGet, path: "/api/conversations/{id}/messages", tag: "Messages",
		summary: "Read a thread, oldest first", permission: actor.ConversationsRead,
	}, s.listMessages)
	handle(s, operation{
		id: "send-message", method: http.MethodPost, path: "/api/conversations/{id}/messages", tag: "Messages",
		summary: "Reply to the customer; the conversation becomes yours", permission: actor.ConversationsReply,
		status: http.StatusCreated,
	}, s.reply)
	handle(s, operation{
		id: "add-note", method: http.MethodPost, path: "/api/conversations/{id}/notes", tag: "Messages",
		summary: "Write a note only colleagues see", permission: actor.ConversationsReply, status: http.StatusCreated,
	}, s.addNote)
	handle(s, operation{
		id: "send-again", method: http.MethodPost, path: "/api/messages/{id}/retry", tag: "Messages",
		summary: "Send a failed or unknown message once more", permission: actor.ConversationsReply,
	}, s.sendAgain)
	handle(s, operation{
		id: "get-trace", method: http.MethodGet, path: "/api/messages/{id}/trace", tag: "Messages",
		summary: "Why the AI said this", permission: actor.ConversationsRead,
	}, s.trace)
}

func (s *Server) listMessages(ctx context.Context, a actor.Actor, in *listMessages) (Page[Message], error) {
	q := s.DB.As(a)
	if _, err := conversation.Get(ctx, q, a, in.ID); err != nil {
		return Page[Message]{}, err
	}
	rows, err := conversation.Messages(ctx, q, a, in.ID, in.After, in.Before, in.Limit)
	if err != nil {
		return Page[Message]{}, err
	}
	names, err := s.Tenants.Names(ctx, q, a)
	if err != nil {
		return Page[Message]{}, err
	}
	p := Page[Message]{Items: make([]Message, 0, len(rows))}
	for _, m := range rows {
		p.Items = append(p.Items, showMessage(m, names))
	}
	return p, s.dress(ctx, a, rows, p.Items)
}

// reply is a person's word: it goes the same way as the AI's, and stops the AI in the same step.
func (s *Server) reply(ctx context.Context, a actor.Actor, in *replyInConversation) (Message, error) {
	text := strings.TrimSpace(strings.ReplaceAll(in.Body.Text, "\x00", "")) // PostgreSQL takes no zero bytes
	if text == "" || !utf8.ValidString(text) {
		return Message{}, errs.InvalidField("text", "A message needs words.")
	}
	said, err := s.Assistant.Reply(ctx, a, conversation.Saying{
		ConversationID: in.ID, ID: strings.ToLower(in.Body.ID), As: conversation.FromAgent, Bubbles: whatsapp.Split(text),
	})
	if err != nil {
		return Message{}, err
	}
	names, err := s.Tenants.Names(ctx, s.DB.As(a), a)
	return showMessage(said.Messages[0], names), err
}

func (s *Server) addNote(ctx context.Context, a actor.Actor, in *sayInConversation) (out Message, err error) {
	var m conversation.Message
	err = s.DB.InTx(ctx, a, func(tx *db.Tx) (err error) {
		m, err = s.Conversations.AddNote(ctx, tx, a, in.ID, in.Body.Text)
		return err
	})
	if err != nil {
		return Message{}, err
	}
	names, err := s.Tenants.Names(ctx, s.DB.As(a), a)
	return showMessage(m, names), err
}

func (s *Server) sendAgain(ctx context.Context, a actor.Actor, in *messageRef) (Message, error) {
	slot := s.Delivery.Reserve(a.Tenant())
	defer slot.Release()
	var m conversation.Message
	err := s.DB.InTx(ctx, a, func(tx *db.Tx) (err error) {
		m, err = s.Delivery.SendAgain(ctx, tx, a, in.ID, slot)
		return err
	})
	if err != nil {
		return Message{}, err
	}
	names, err := s.Tenants.Names(ctx, s.DB.As(a), a)
	return showMessage(m, names), err
}

func (s *Server) trace(ctx context.Context, a actor.Actor, in *messageRef) (assistant.Trace, error) {
	return assistant.TraceOf(ctx, s.DB.As(a), a, in.ID)
}

func showMessage(m conversation.Message, names map[string]string) Message {
	out := Message{
		ID: m.ID, ConversationID: m.ConversationID, Seq: m.Seq, Sender: string(m.Sender), AuthorID: m.AuthorID,
		AuthorName: names[m.AuthorID], Kind: m.Kind, Text: m.Body, Payload: m.Payload, ReplyTo: m.ReplyTo,
		Status: string(m.Status), At: m.SaidAt, SentAt: m.SentAt, DeliveredAt: m.DeliveredAt, ReadAt: m.ReadAt,
		EditedAt: m.EditedAt, DeletedAt: m.DeletedAt, Wordings: []Wording{}, Reactions: []Reaction{},
		Traced: m.Sender == conversation.FromAI,
	}
	if len(out.Payload) == 0 {
		out.Payload = json.RawMessage("{}")
	}
	if m.Status == conversation.StatusFailed || m.Status == conversation.StatusUnknown {
		out.Error = explain(m)
	}
	return out
}

func explain(m conversation.Message) *SendError {
	if m.Status == conversation.StatusUnknown {
		return &SendError{
			Text: "Sending was cut off, and WhatsApp did not report whether the message arrived.",
			Todo: "Ask the customer, or send it again; it may then arrive twice.",
		}
	}
	title, todo := whatsapp.Explain(int(m.ErrorCode))
	if title == "" {
		title = m.ErrorText
	}
	return &SendError{Code: m.ErrorCode, Text: title, Todo: todo}
}

package httpapi

import (
	"context"
	"net/http"

	"parley/internal/actor"
	"parley/internal/conversation"
	"parley/internal/db"
)

// Counts are what waits, each up to 100: 100 is "more than 99".
type Counts struct {
	NeedsMe int64 `json:"needsMe" maximum:"100"`
	Unread  int64 `json:"unread" maximum:"100"`
}

type assignConversation struct {
	ConversationRef
	Body struct {
		UserID string `json:"userId" maxLength:"64" doc:"A member of the workspace; empty is nobody."`
	}
}

type snoozeConversation struct {
	ConversationRef
	Body struct {
		Until db.Time `json:"until" doc:"At most a year from now."`
	}
}

type setLabels struct {
	ConversationRef
	Body struct {
		LabelIDs []string `json:"labelIds" maxItems:"20" nullable:"false"`
	}
}

func (s *Server) organiseOperations() {
	handle(s, operation{
		id: "count-conversations", method: http.MethodGet, path: "/api/conversations/counts", tag: "Conversations",
		summary: "Count what needs you and what nobody has read", permission: actor.ConversationsRead,
	}, func(ctx context.Context, a actor.Actor, _ *struct{}) (Counts, error) {
		n, err := conversation.Count(ctx, s.DB.As(a), a, s.DB.Now())
		return Counts{NeedsMe: n.NeedsMe, Unread: n.Unread}, err
	})
	handle(s, operation{
		id: "assign-conversation", method: http.MethodPost, path: "/api/conversations/{id}/assign", tag: "Conversations",
		summary: "Give the conversation to a colleague, or to nobody", permission: actor.ConversationsReply,
	}, func(ctx context.Context, a actor.Actor, in *assignConversation) (Conversation, error) {
		if err := s.Assistant.Assign(ctx, a, in.ID, in.Body.UserID); err != nil {
			return Conversation{}, err
		}
		return s.getConversation(ctx, a, &in.ConversationRef)
	})
	handle(s, operation{
		id: "snooze-conversation", method: http.MethodPost, path: "/api/conversations/{id}/snooze", tag: "Conversations",
		summary: "Take the conversation out of the way until a time", permission: actor.ConversationsReply,
	}, func(ctx context.Context, a actor.Actor, in *snoozeConversation) (Conversation, error) {
		return s.organise(ctx, a, in.ID, func(tx *db.Tx) error {
			return s.Conversations.Snooze(ctx, tx, a, in.ID, in.Body.Until)
		})
	})
	s.onConversation("unsnooze-conversation", "unsnooze", "Bring a snoozed conversation back", s.step(s.Conversations.Unsnooze))
	handle(s, operation{
		id: "set-labels", method: http.MethodPut, path: "/api/conversations/{id}/labels", tag: "Conversations",
		summary: "Say which labels the conversation carries", permission: actor.ConversationsReply,
	}, func(ctx context.Context, a actor.Actor, in *setLabels) (Conversation, error) {
		return s.organise(ctx, a, in.ID, func(tx *db.Tx) error {
			return s.Conversations.SetLabels(ctx, tx, a, in.ID, in.Body.LabelIDs)
		})
	})
}

// organise does something to a conversation in a step of its own, and answers with what it is then.
func (s *Server) organise(ctx context.Context, a actor.Actor, id string, do func(tx *db.Tx) error) (Conversation, error) {
	if err := s.DB.InTx(ctx, a, do); err != nil {
		return Conversation{}, err
	}
	return s.getConversation(ctx, a, &ConversationRef{ID: id})
}

package httpapi

import (
	"context"
	"net/http"

	"parley/internal/actor"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/errs"
)

// BulkResult is what became of one of many.
type BulkResult struct {
	ID      string `json:"id"`
	Done    bool   `json:"done"`
	Problem string `json:"problem" doc:"Why it was not done; empty when it was."`
}

// BulkResults are what became of many, in the order they were named.
type BulkResults struct {
	Items []BulkResult `json:"items"`
}

type bulkAction struct {
	Body struct {
		IDs     []string `json:"ids" minItems:"1" maxItems:"100" nullable:"false"`
		Action  string   `json:"action" enum:"close,reopen,assign,label,unlabel,read,snooze,unsnooze"`
		UserID  string   `json:"userId,omitempty" maxLength:"64" doc:"For assign; empty is nobody."`
		LabelID string   `json:"labelId,omitempty" maxLength:"64" doc:"For label and unlabel."`
		Until   db.Time  `json:"until,omitempty" doc:"For snooze."`
	}
}

func (s *Server) bulkOperations() {
	handle(s, operation{
		id: "bulk-conversations", method: http.MethodPost, path: "/api/conversations/bulk", tag: "Conversations",
		summary: "Do one thing to many conversations", permission: actor.ConversationsReply,
	}, s.bulk)
}

// bulk takes a step for each: one that fails fails alone.
func (s *Server) bulk(ctx context.Context, a actor.Actor, in *bulkAction) (BulkResults, error) {
	do, err := s.bulkVerb(in)
	if err != nil {
		return BulkResults{}, err
	}
	out := BulkResults{Items: make([]BulkResult, 0, len(in.Body.IDs))}
	for _, id := range in.Body.IDs {
		result := BulkResult{ID: id, Done: true}
		if err := do(ctx, a, id); err != nil {
			_ = s.problem(ctx, err) // logs what is our fault
			result.Done, result.Problem = false, errs.Message(err)
		}
		out.Items = append(out.Items, result)
	}
	return out, nil
}

func (s *Server) bulkVerb(in *bulkAction) (onOne, error) {
	b, talks := in.Body, s.Conversations
	switch b.Action {
	case "close":
		return s.step(closeByPerson(talks)), nil
	case "reopen":
		return s.step(talks.Reopen), nil
	case "read":
		return s.step(talks.MarkRead), nil
	case "unsnooze":
		return s.step(talks.Unsnooze), nil
	case "assign":
		return func(ctx context.Context, a actor.Actor, id string) error {
			return s.Assistant.Assign(ctx, a, id, b.UserID)
		}, nil
	case "snooze":
		return s.step(func(ctx context.Context, tx *db.Tx, a actor.Actor, id string) error {
			return talks.Snooze(ctx, tx, a, id, b.Until)
		}), nil
	}
	if b.LabelID == "" {
		return nil, errs.InvalidField("labelId", "Say which label.")
	}
	verb := talks.PutLabel
	if b.Action == "unlabel" {
		verb = talks.TakeLabel
	}
	return s.step(func(ctx context.Context, tx *db.Tx, a actor.Actor, id string) error {
		return verb(ctx, tx, a, id, b.LabelID)
	}), nil
}

func closeByPerson(talks *conversation.Service) func(ctx context.Context, tx *db.Tx, a actor.Actor, id string) error {
	return func(ctx context.Context, tx *db.Tx, a actor.Actor, id string) error {
		return talks.Close(ctx, tx, a, id, "closed_by_person")
	}
}

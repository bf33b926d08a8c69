package conversation

import (
	"context"
	"encoding/json"
	"strings"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/errs"
)

// Line is something in a thread that is no word of the conversation: a note, a system line, an AI's suggestion. It
// takes a place but moves neither the last word nor the turn.
type Line struct {
	Sender Sender
	Kind   string
	Body   string // of an event: its name, which the dashboard puts into words
	Detail string // of an event: a reason
}

// AddNote writes a private note for colleagues.
func (s *Service) AddNote(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID, text string) (Message, error) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\x00", "")) // PostgreSQL takes no zero bytes
	if text == "" || len(text) > 20_000 {
		return Message{}, errs.InvalidField("text", "A note needs 1 to 20,000 characters.")
	}
	m, err := s.line(ctx, tx, a, conversationID, Line{Sender: FromAgent, Kind: KindNote, Body: text})
	if err != nil {
		return m, err
	}
	return m, audit.Record(ctx, tx, a, audit.Entry{
		Action: "conversation.noted", TargetKind: "conversation", TargetID: conversationID,
	})
}

// Suggest adds what the AI would say, for a person to send, and pays the turn: under the guard of an answer.
func (s *Service) Suggest(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID, text string, covers int64) (
	Message, error,
) {
	if err := s.Drop(ctx, tx, a, conversationID, covers); err != nil {
		return Message{}, err
	}
	return s.line(ctx, tx, a, conversationID, Line{Sender: FromAI, Kind: KindSuggestion, Body: text})
}

func (s *Service) line(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID string, l Line) (Message, error) {
	payload, err := json.Marshal(struct {
		Detail string `json:"detail,omitempty"`
	}{l.Detail})
	if err != nil {
		return Message{}, err
	}
	m := Message{
		ID: tx.NewID(), ConversationID: conversationID, Sender: l.Sender, AuthorID: byWhom(a), Kind: l.Kind, Body: l.Body,
		Payload: payload, Status: StatusReceived, SaidAt: tx.Now(),
	}
	err = tx.QueryRow(ctx, `
		UPDATE conversations SET last_seq = last_seq + 1, updated_at = $3 WHERE tenant_id = $1 AND id = $2
		RETURNING last_seq, episode, channel_id`, a.Tenant(), conversationID, tx.Now()).Scan(&m.Seq, &m.Episode, &m.ChannelID)
	if err != nil {
		return m, db.Found(err, "conversation")
	}
	insertMessage(tx, a, m)
	s.added(tx, conversationID, m.ID, m.Seq)
	return m, nil
}

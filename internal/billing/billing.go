// Package billing counts what a tenant uses and what its model calls cost, and says what its plan allows. Usage is
// appended in the step that uses and summed later: a counter that every message of a tenant updated would make its
// customers wait for each other.
package billing

import (
	"parley/internal/actor"
	"parley/internal/db"
)

// UsageKind is what is counted.
type UsageKind string

// The kinds of usage. Conversations of a plan are episodes.
const (
	Episodes  UsageKind = "episodes"
	AIAnswers UsageKind = "ai_answers"
)

// Usage is something used.
type Usage struct {
	Kind           UsageKind
	Amount         int64
	ChannelID      string
	ConversationID string
}

// Spend counts usage in the step that uses.
func Spend(tx *db.Tx, a actor.Actor, u Usage) {
	tx.Later("count usage", `
		INSERT INTO usage_entries (tenant_id, id, at, kind, amount, channel_id, conversation_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, a.Tenant(), tx.NewID(), tx.Now(), u.Kind, u.Amount, u.ChannelID, u.ConversationID)
}

// Money is what one model call cost, in millionths of a US dollar.
type Money struct {
	Purpose          string // "answer"
	ConversationID   string
	MessageID        string
	Provider         string
	Model            string
	PromptTokens     int64
	CompletionTokens int64
	CostMicros       int64
}

// Pay writes a model call into the ledger, whether or not its answer was used.
func Pay(tx *db.Tx, a actor.Actor, m Money) {
	tx.Later("write money ledger", `
		INSERT INTO money_entries (tenant_id, id, at, purpose, conversation_id, message_id, provider, model,
			prompt_tokens, completion_tokens, cost_micros)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, a.Tenant(), tx.NewID(), tx.Now(), m.Purpose, m.ConversationID,
		m.MessageID, m.Provider, m.Model, m.PromptTokens, m.CompletionTokens, m.CostMicros)
}

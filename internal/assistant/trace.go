package assistant

import (
	"context"
	"encoding/json"
	"fmt"

	"parley/internal/actor"
	"parley/internal/conversation"
	"parley/internal/db"
)

// Trace is why a message of the AI says what it says.
type Trace struct {
	MessageID        string         `json:"messageId"`
	Outcome          string         `json:"outcome" doc:"answered, asked, handed_off or suggested."`
	Question         string         `json:"question" doc:"The customer's words that it answers."`
	Passages         []TracePassage `json:"passages"`
	Confidence       float64        `json:"confidence" doc:"0 to 1: how sure the search was that the best passage answers."`
	Threshold        float64        `json:"threshold" doc:"From this confidence on the built-in answerer answers."`
	PromptVersionID  string         `json:"promptVersionId"`
	PromptName       string         `json:"promptName"`
	PromptNumber     int64          `json:"promptNumber"`
	Provider         string         `json:"provider" doc:"Empty for the built-in answerer."`
	Model            string         `json:"model"`
	PromptTokens     int64          `json:"promptTokens"`
	CompletionTokens int64          `json:"completionTokens"`
	CostMicros       int64          `json:"costMicros" doc:"Millionths of a US dollar."`
	Timings          TraceTimings   `json:"timings"`
	Attempts         int64          `json:"attempts" doc:"Answers the model gave, the refused ones counted."`
	Checks           []TraceCheck   `json:"checks"`
	Language         string         `json:"language"`
	Reason           string         `json:"reason" doc:"Of a hand-off."`

	written string // as JSON, made before the step
}

// TracePassage is a passage that was found.
type TracePassage struct {
	PassageID  string  `json:"passageId"`
	DocumentID string  `json:"documentId"`
	Title      string  `json:"title"`
	Heading    string  `json:"heading"`
	Text       string  `json:"text"`
	Score      float64 `json:"score"`
	Used       bool    `json:"used"`
}

// TraceTimings is where the time went, in milliseconds since the turn was opened.
type TraceTimings struct {
	RetrieveMs float64 `json:"retrieveMs"`
	ModelMs    float64 `json:"modelMs"`
	TotalMs    float64 `json:"totalMs"`
}

// TraceCheck is one thing that was looked at before sending.
type TraceCheck struct {
	Name   string `json:"name"`
	Passed bool   `json:"passed"`
	Detail string `json:"detail"`
}

// unusedText is how many characters are kept of a passage that was found and not used.
const unusedText = 200

// write makes the JSON, so that the step need not.
func (t *Trace) write() error {
	if t.Passages == nil {
		t.Passages = []TracePassage{}
	}
	if t.Checks == nil {
		t.Checks = []TraceCheck{}
	}
	raw, err := json.Marshal(t)
	t.written = string(raw)
	return err
}

// writeTrace keeps the trace of a message, in the step that says it.
func writeTrace(tx *db.Tx, a actor.Actor, messageID string, t Trace) {
	tx.Later("write trace", `
		INSERT INTO answer_traces (tenant_id, message_id, prompt_version_id, outcome, trace, created_at)
		VALUES ($1, $2, $3, $4, $5, $6)`, a.Tenant(), messageID, t.PromptVersionID, t.Outcome, t.written, tx.Now())
}

// TraceOf reads why a message of the AI says what it says. A message that is no answer has none, and is not found. An
// answer is one message: longestAnswer is far below what one message of WhatsApp holds.
func TraceOf(ctx context.Context, q db.Querier, a actor.Actor, messageID string) (t Trace, err error) {
	if err := a.Require(actor.ConversationsRead); err != nil {
		return t, err
	}
	var raw string
	err = q.QueryRow(ctx, `SELECT trace FROM answer_traces WHERE tenant_id = $1 AND message_id = $2`, a.Tenant(), messageID).Scan(&raw)
	if err != nil {
		return t, db.Found(err, "answer")
	}
	if err := json.Unmarshal([]byte(raw), &t); err != nil {
		return t, fmt.Errorf("read trace: %w", err)
	}
	t.MessageID = messageID
	return t, nil
}

// outcomeOf names what was done.
func outcomeOf(sit situation, act action, asked bool) string {
	switch {
	case act == handOff:
		return "handed_off"
	case sit.talk.Mode == conversation.Suggest:
		return "suggested"
	case asked:
		return "asked"
	}
	return "answered"
}

// Package llm asks chat models through any OpenAI-compatible endpoint. One call has one budget, the context's: within
// it what may pass is tried again, a second endpoint is asked when the first fails, and an endpoint that keeps failing
// is left alone for a while. Thousands of calls may wait at once; each holds little more than its question. No error
// holds the key, the question or the answer.
package llm

import (
	"context"
	"encoding/json"
)

// Chat answers conversations. A Client is one, and so are two of them behind Failover.
type Chat interface {
	// Complete asks for the next message. Its errors are of type *Error, or the context's own.
	Complete(ctx context.Context, r Request) (Response, error)
}

// Role is who speaks in a request.
type Role string

// The roles.
const (
	System    Role = "system"
	User      Role = "user"
	Assistant Role = "assistant"
)

// Message is one message of a request.
type Message struct {
	Role Role   `json:"role"`
	Text string `json:"content"`
}

// Shape is the form an answer is wanted in: a JSON Schema. A model that cannot hold to one is asked without.
type Shape struct {
	Name   string
	Schema json.RawMessage
}

// Request is what is asked.
type Request struct {
	Model       string // "" is the endpoint's own
	Messages    []Message
	Shape       *Shape   // nil is free text
	Temperature *float64 // nil is the model's own
	MaxTokens   int      // of the answer; 0 is the model's own
}

// Response is an answer, never an empty one.
type Response struct {
	Provider         string // who answered: the endpoint's host
	Model            string // as the endpoint calls it
	Text             string
	Shaped           bool // the model was asked to hold to the shape
	PromptTokens     int
	CompletionTokens int
	CostMicros       int64 // millionths of a US dollar, 0 when the endpoint does not say
}

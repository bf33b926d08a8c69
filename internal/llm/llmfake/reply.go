package llmfake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Reply is how one call is answered.
type Reply struct {
	text   func(Call) string
	status int
	body   string // whole, instead of a completion
	retry  time.Duration
	delay  time.Duration
	drip   time.Duration
	hang   bool
	cut    bool
	cost   float64
}

// Text answers with words.
func Text(words string) Reply { return By(func(Call) string { return words }) }

// Object answers with a JSON object, as a model does that holds to a shape.
func Object(v any) Reply {
	raw, err := json.Marshal(v)
	if err != nil {
		return Text(err.Error())
	}
	return Text(string(raw))
}

// By answers with words made for the call.
func By(write func(Call) string) Reply {
	return Reply{status: http.StatusOK, text: write, cost: 0.0001}
}

// Status fails with an HTTP status.
func Status(code int) Reply {
	return Reply{status: code, body: fmt.Sprintf(
		`{"error":{"message":"the stand-in fails with %d","type":"stand_in","code":"status_%d"}}`, code, code)}
}

// Failure fails with an HTTP status and a body of your own.
func Failure(code int, body string) Reply { return Reply{status: code, body: body} }

// Hang takes the call and never answers.
func Hang() Reply { return Reply{hang: true} }

// Empty answers with no words.
func Empty() Reply { return Text("") }

// Broken answers with JSON that breaks off.
func Broken() Reply {
	return Reply{status: http.StatusOK, body: `{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"We op`}
}

// Garbage answers with what is no JSON at all.
func Garbage() Reply { return Reply{status: http.StatusOK, body: "<html>\x00\xff<h1>It works!</h1>"} }

// Cut closes the connection in the middle of the answer.
func Cut() Reply { return Reply{status: http.StatusOK, cut: true} }

// After answers only after a while.
func (r Reply) After(d time.Duration) Reply {
	r.delay = d
	return r
}

// Drip answers byte by byte, with a pause after each.
func (r Reply) Drip(pause time.Duration) Reply {
	r.drip = pause
	return r
}

// RetryAfter asks to be left alone for a while.
func (r Reply) RetryAfter(d time.Duration) Reply {
	r.retry = d
	return r
}

// Costs says what the call costs, in US dollars.
func (r Reply) Costs(dollars float64) Reply {
	r.cost = dollars
	return r
}

// completion is the answer as OpenAI writes it, counted as about four letters a token.
func (r Reply) completion(c Call) ([]byte, error) {
	type message struct {
		Role    string `json:"role"`
		Content string `json:"content"`
	}
	type choice struct {
		Index   int     `json:"index"`
		Message message `json:"message"`
		Finish  string  `json:"finish_reason"`
	}
	type usage struct {
		Prompt     int     `json:"prompt_tokens"`
		Completion int     `json:"completion_tokens"`
		Total      int     `json:"total_tokens"`
		Cost       float64 `json:"cost"`
	}
	words := r.text(c)
	asked := 0
	for _, m := range c.Messages {
		asked += len(m.Text) / 4
	}
	u := usage{Prompt: asked, Completion: len(words) / 4, Cost: r.cost}
	u.Total = u.Prompt + u.Completion
	return json.Marshal(struct {
		ID      string   `json:"id"`
		Object  string   `json:"object"`
		Model   string   `json:"model"`
		Choices []choice `json:"choices"`
		Usage   usage    `json:"usage"`
	}{
		"stand-in", "chat.completion", strings.TrimSpace(c.Model),
		[]choice{{Message: message{"assistant", words}, Finish: "stop"}},
		u,
	})
}

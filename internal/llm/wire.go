package llm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// question is a request as the endpoint reads it (OpenAI, "Create chat completion").
type question struct {
	Model               string    `json:"model"`
	Messages            []Message `json:"messages"`
	Temperature         *float64  `json:"temperature,omitempty"`
	MaxTokens           int       `json:"max_tokens,omitempty"`
	MaxCompletionTokens int       `json:"max_completion_tokens,omitempty"`
	ResponseFormat      *format   `json:"response_format,omitempty"`
	Usage               *usageAsk `json:"usage,omitempty"`
}

type format struct {
	Type   string `json:"type"`
	Schema schema `json:"json_schema"`
}

type schema struct {
	Name   string          `json:"name"`
	Strict bool            `json:"strict"`
	Schema json.RawMessage `json:"schema"`
}

// usageAsk asks OpenRouter for the cost; others refuse what they do not know.
type usageAsk struct {
	Include bool `json:"include"`
}

func (c *Client) question(r Request, h habit) question {
	q := question{Model: r.Model, Messages: r.Messages, MaxTokens: r.MaxTokens, Temperature: r.Temperature}
	if h.completionTokens {
		q.MaxTokens, q.MaxCompletionTokens = 0, r.MaxTokens
	}
	if h.noTemperature {
		q.Temperature = nil
	}
	if r.Shape != nil && !h.plain {
		q.ResponseFormat = &format{Type: "json_schema", Schema: schema{Name: r.Shape.Name, Strict: true, Schema: r.Shape.Schema}}
	}
	if strings.HasSuffix(c.provider, "openrouter.ai") {
		q.Usage = &usageAsk{Include: true}
	}
	return q
}

// largestKept is the size up to which a buffer is used again.
const largestKept = 64 << 10

// encode writes a question into a buffer of the pool; free gives it back.
func (c *Client) encode(q question) (*bytes.Buffer, error) {
	buf, _ := c.buffers.Get().(*bytes.Buffer)
	if buf == nil {
		buf = &bytes.Buffer{}
	}
	buf.Reset()
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(q); err != nil {
		return nil, fmt.Errorf("write question: %w", err)
	}
	return buf, nil
}

func (c *Client) free(buf *bytes.Buffer) {
	if buf.Cap() <= largestKept {
		c.buffers.Put(buf)
	}
}

// completion is an answer as the endpoint writes it. Some write an error into it with status 200.
type completion struct {
	Model   string `json:"model"`
	Choices []struct {
		Message struct {
			Content content `json:"content"`
		} `json:"message"`
	} `json:"choices"`
	Usage struct {
		PromptTokens     int  `json:"prompt_tokens"`
		CompletionTokens int  `json:"completion_tokens"`
		Cost             cost `json:"cost"`
	} `json:"usage"`
	Error *complaint `json:"error"`
}

func (c completion) text() string {
	if len(c.Choices) == 0 {
		return ""
	}
	return strings.TrimSpace(string(c.Choices[0].Message.Content))
}

// content is a text, or a list of parts of which the texts count.
type content string

// UnmarshalJSON takes both forms, and null.
func (c *content) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		*c = content(text)
		return nil
	}
	var parts []struct {
		Text string `json:"text"`
	}
	err := json.Unmarshal(raw, &parts)
	for _, p := range parts {
		*c += content(p.Text)
	}
	return err
}

// cost is in US dollars, a number or a number in quotes.
type cost float64

// UnmarshalJSON takes both forms; what is no number costs nothing.
func (c *cost) UnmarshalJSON(raw []byte) error {
	v, err := strconv.ParseFloat(strings.Trim(string(raw), `"`), 64)
	if err == nil && v >= 0 && v < 1e6 {
		*c = cost(v)
	}
	return nil
}

func (c cost) micros() int64 { return int64(math.Round(float64(c) * 1e6)) }

// complaint is an endpoint's error. The code is a text or a number.
type complaint struct {
	Message string          `json:"message"`
	Type    string          `json:"type"`
	Param   string          `json:"param"`
	Code    json.RawMessage `json:"code"`
}

// UnmarshalJSON also takes an error that is only a text.
func (c *complaint) UnmarshalJSON(raw []byte) error {
	if json.Unmarshal(raw, &c.Message) == nil {
		return nil
	}
	type plain complaint
	return json.Unmarshal(raw, (*plain)(c))
}

// code is short and made of signs that codes are made of, so that nothing else comes in by it.
func (c complaint) code() string {
	code := strings.Trim(string(c.Code), `"`)
	if code == "" || code == "null" {
		code = c.Type
	}
	for _, r := range code {
		if r != '_' && r != '-' && r != '.' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return ""
		}
	}
	if len(code) > 64 {
		return ""
	}
	return code
}

// complaintIn reads an error body, which may be anything.
func complaintIn(raw []byte) complaint {
	var body struct {
		Error   complaint `json:"error"`
		Message string    `json:"message"`
	}
	_ = json.Unmarshal(raw, &body)
	if body.Error.Message == "" {
		body.Error.Message = body.Message
	}
	return body.Error
}

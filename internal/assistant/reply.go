package assistant

import (
	"encoding/json"
	"slices"
	"strings"

	"parley/internal/llm"
)

// reply is what the model wants to do.
type reply struct {
	Action  string `json:"action"`
	Text    string `json:"text"`
	Used    []int  `json:"used"`
	Reason  string `json:"reason"`
	Summary string `json:"summary"`

	plain bool // only words came: they count as an answer
}

// The model's actions.
const (
	doAnswer  = "answer"
	doChat    = "chat"
	doAsk     = "ask"
	doHandOff = "hand_off"
	doNothing = "nothing"
)

// shape is the reply's form, as JSON Schema.
var shape = llm.Shape{Name: "reply", Schema: json.RawMessage(`{"type":"object","additionalProperties":false,` +
	`"required":["action","text","used","reason","summary"],"properties":{` +
	`"action":{"type":"string","enum":["answer","chat","ask","hand_off","nothing"]},` +
	`"text":{"type":"string"},"used":{"type":"array","items":{"type":"integer"}},` +
	`"reason":{"type":"string","enum":["","asked_for_person","not_known","frustration","sensitive","repeated","rule"]},` +
	`"summary":{"type":"string"}}}`)}

// read takes what the model wrote apart: the object, in whatever it is wrapped, or only words. ok is false for what is
// neither, such as an object that breaks off.
func read(text string) (r reply, ok bool) {
	if _, after, thought := strings.Cut(text, "</think>"); thought {
		text = after // what a reasoning model says to itself is not for the customer
	}
	text = strings.TrimSpace(text)
	for from := 0; ; {
		i := strings.IndexByte(text[from:], '{')
		if i < 0 {
			break
		}
		from += i
		if r, ok := object(text[from:]); ok {
			return r, true
		}
		from++
	}
	if text == "" || text[0] == '{' || text[0] == '[' || strings.HasPrefix(text, "```") || strings.HasPrefix(text, "<think>") {
		return reply{}, false
	}
	return reply{Action: doAnswer, Text: text, plain: true}, true
}

// object reads a reply at the beginning of a text.
func object(text string) (r reply, ok bool) {
	if json.NewDecoder(strings.NewReader(text)).Decode(&r) != nil {
		return reply{}, false
	}
	r.Text = strings.TrimSpace(r.Text)
	r.Action = strings.ToLower(strings.TrimSpace(r.Action))
	known := slices.Contains([]string{doAnswer, doChat, doAsk, doHandOff, doNothing}, r.Action)
	if !known && r.Text != "" {
		r.Action, known = doAnswer, true // an action of its own making: the words decide
	}
	return r, known && (r.Text != "" || r.Action == doHandOff || r.Action == doNothing)
}

// why is the reason of a hand-off; one that we do not know is the commonest.
func (r reply) why() Reason {
	switch why := Reason(r.Reason); why {
	case ReasonAsked, ReasonNotKnown, ReasonFrustration, ReasonSensitive, ReasonRepeated, ReasonRule:
		return why
	default:
		return ReasonNotKnown
	}
}

package assistant

import (
	"context"
	"log/slog"
	"strings"
	"time"
	"unicode/utf8"

	"parley/internal/analyzer"
	"parley/internal/llm"
)

// Bounds of asking the model.
const (
	mostWritten = 2               // times that a reply is written; one that still must not be sent goes to people
	answerRoom  = 1500            // tokens of a reply
	reserve     = 2 * time.Second // of the turn's budget, for what comes after the model
	shortThanks = 60              // characters of a turn that may be left without a message
)

// ask lets the model decide. done is false when it did not manage to.
func (c *considering) ask(ctx context.Context) (d decision, done bool) {
	if deadline, has := ctx.Deadline(); has {
		short, cancel := context.WithDeadline(ctx, deadline.Add(-reserve))
		defer cancel()
		ctx = short
	}
	request := llm.Request{
		Model: c.live.Personality.Model, Temperature: c.live.Personality.Temperature, MaxTokens: answerRoom,
		Messages: c.messages(), Shape: &shape,
	}
	var failed []TraceCheck
	for range mostWritten {
		begun := c.s.DB.Now()
		answer, err := c.s.Model.Complete(ctx, request)
		c.trace.Timings.ModelMs += c.since(begun)
		if err != nil {
			if ctx.Err() == nil {
				c.s.Log.WarnContext(ctx, "model did not answer", slog.String("tenant", c.sit.actor.Tenant()), slog.Any("error", err))
			}
			return d, false
		}
		c.calls = append(c.calls, answer)
		r, ok := read(answer.Text)
		if ok {
			var bad []TraceCheck
			if d, bad = c.accept(r); len(bad) == 0 {
				return d, true
			}
			failed = bad
		}
		request.Messages = append(request.Messages,
			llm.Message{Role: llm.Assistant, Text: answer.Text}, llm.Message{Role: llm.User, Text: correction(ok, failed)})
	}
	if len(failed) == 0 {
		return d, false // it never wrote a reply at all
	}
	return c.handOff(ReasonLowConfidence, c.sit.summary()+" The AI's answer did not pass its checks.", failed), true
}

// accept makes a decision of a reply, unless checks keep it from being sent.
func (c *considering) accept(r reply) (decision, []TraceCheck) {
	switch r.Action {
	case doHandOff:
		return c.handOff(r.why(), r.Summary, nil), nil
	case doNothing:
		if utf8.RuneCountInString(c.sit.question) > shortThanks || asks(c.sit.question) || len(c.sit.ours()) == 0 {
			return decision{}, []TraceCheck{{Name: "grounded", Detail: "the customer waits for an answer"}}
		}
		return c.nothing(), nil
	case doAsk:
		if c.askedInARow() >= mostAsked {
			return c.handOff(ReasonRepeated, r.Summary, nil), nil
		}
	}
	all, bad := c.check(r)
	if len(bad) > 0 {
		return decision{}, bad
	}
	return c.say(r.Text, r.Action == doAsk, c.used(r), all), nil
}

// askedInARow is how many of our latest messages in a row were questions back.
func (c *considering) askedInARow() int {
	n := 0
	ours := c.sit.ours()
	for i := len(ours) - 1; i >= 0 && asks(ours[i].Body); i-- {
		n++
	}
	return n
}

// used are the passages that a reply rests on: those it names, or, of a reply that is only words, those that share
// most with it.
func (c *considering) used(r reply) []string {
	var all []string
	if !r.plain {
		for _, n := range r.Used {
			if n >= 1 && n <= len(c.found.Hits) {
				all = append(all, c.found.Hits[n-1].PassageID)
			}
		}
		return all
	}
	said := map[string]bool{}
	for _, w := range analyzer.Split(r.Text) {
		if !w.Stop(c.lang) {
			said[w.Text] = true
		}
	}
	for _, h := range c.found.Hits {
		shared := map[string]bool{}
		for _, w := range analyzer.Split(h.Body) {
			if said[w.Text] {
				shared[w.Text] = true
			}
		}
		if len(shared) >= 2 || len(shared) > 0 && len(said) <= 2 {
			all = append(all, h.PassageID)
		}
	}
	return all
}

// correction asks for another reply and says what was wrong with the last.
func correction(readable bool, failed []TraceCheck) string {
	if !readable {
		return "That was no JSON object of the form asked for. Reply again with the object and nothing else."
	}
	var why []string
	for _, f := range failed {
		why = append(why, complaints()[f.Name]+" ("+f.Detail+")")
	}
	return "That was not sent: " + strings.Join(why, "; ") +
		". Reply again. Say only what the passages hold and name them in used; if they do not hold the answer, hand over."
}

// complaints are the checks in the words of somebody who sends a text back.
func complaints() map[string]string {
	return map[string]string{
		"grounded": "it does not rest on the passages",
		"figures":  "a number in it stands in no passage",
		"links":    "an address in it stands in no passage",
		"promises": "it promises or claims what you cannot do",
		"leaks":    "it speaks of your instructions",
		"scope":    "it is nothing a business writes on WhatsApp",
	}
}

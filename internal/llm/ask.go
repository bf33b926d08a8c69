package llm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// largestAnswer bounds what is read of an answer.
const largestAnswer = 1 << 20

// ask makes one call, in the way the model wants to be asked; a way that is refused is left at once.
func (c *Client) ask(ctx context.Context, r Request) (Response, error) {
	h := c.habits.of(r.Model)
	for learned := true; ; {
		answer, words, err := c.once(ctx, r, h)
		if err == nil {
			if !learned {
				c.habits.learn(r.Model, h)
			}
			answer.Shaped = r.Shape != nil && !h.plain
			return answer, nil
		}
		e, is := errors.AsType[*Error](err)
		if !is {
			return answer, err
		}
		next, sure, changed := h.after(r, e.Status, words)
		if !changed {
			return answer, err
		}
		h = next
		if learned = sure; sure {
			c.habits.learn(r.Model, h)
		}
	}
}

// once makes one request. words are the endpoint's own about a failure, for our eyes only.
func (c *Client) once(ctx context.Context, r Request, h habit) (answer Response, words string, err error) {
	calling, cancel := context.WithTimeout(ctx, c.o.Timeout)
	defer cancel()
	got, err := c.post(calling, c.question(r, h))
	switch {
	case err != nil:
		return answer, "", c.unreached(ctx, calling, err)
	case got.status != http.StatusOK:
		said := complaintIn(got.body)
		return answer, said.Message + " " + said.Param, c.failed(got.status, said, wish(got.header))
	case len(got.body) > largestAnswer:
		return answer, "", &Error{Class: Nonsense, Provider: c.provider, Detail: "the answer is too long"}
	}
	return c.read(got.body, wish(got.header))
}

// post sends a question. While the model thinks, nobody holds its bytes: they are given back when they are sent.
func (c *Client) post(ctx context.Context, q question) (reply, error) {
	return c.line.post(ctx, func() (*bytes.Buffer, error) { return c.encode(q) }, c.free)
}

// read takes an answer apart.
func (c *Client) read(raw []byte, wish time.Duration) (Response, string, error) {
	var said completion
	if err := json.Unmarshal(raw, &said); err != nil {
		return Response{}, "", &Error{Class: Nonsense, Provider: c.provider, Detail: "the answer is not JSON"}
	}
	if said.Error != nil {
		status, _ := strconv.Atoi(said.Error.code())
		return Response{}, said.Error.Message, c.failed(status, *said.Error, wish)
	}
	answer := Response{
		Provider: c.provider, Model: said.Model, Text: said.text(), PromptTokens: said.Usage.PromptTokens,
		CompletionTokens: said.Usage.CompletionTokens, CostMicros: said.Usage.Cost.micros(),
	}
	if answer.Text == "" {
		return answer, "", &Error{Class: Nonsense, Provider: c.provider, Detail: "the answer is empty"}
	}
	return answer, "", nil
}

// unreached is a call that got no answer; nothing of its address is told.
func (c *Client) unreached(ctx, calling context.Context, err error) error {
	if u, is := errors.AsType[*url.Error](err); is {
		err = u.Err
	}
	e := &Error{Class: Down, Provider: c.provider, Cause: err}
	switch {
	case ctx.Err() != nil:
		e.Class, e.Cause = Slow, ctx.Err()
	case calling.Err() != nil:
		e.Class, e.Cause = Slow, nil
	case errors.Is(err, errAddress):
		e.Class = Refused
	}
	return e
}

// failed is a call that was answered with an error.
func (c *Client) failed(status int, said complaint, wish time.Duration) error {
	e := &Error{Class: Refused, Provider: c.provider, Status: status, Code: c.clean(said.code()), RetryAfter: wish}
	switch {
	case status == http.StatusTooManyRequests:
		e.Class = Busy
	case status == http.StatusRequestTimeout, status >= http.StatusInternalServerError, status == 0:
		e.Class = Down
	case status == http.StatusUnauthorized, status == http.StatusPaymentRequired, status == http.StatusForbidden,
		status == http.StatusNotFound:
		// These are about the account and the model; others may quote the request.
		e.Detail = c.clean(said.Message)
	}
	return e
}

// clean makes an endpoint's words fit for a log: one short line without the key.
func (c *Client) clean(words string) string {
	if c.o.Key != "" {
		words = strings.ReplaceAll(words, c.o.Key, "(key)")
	}
	words = strings.Join(strings.Fields(strings.ToValidUTF8(words, " ")), " ")
	for len(words) > 200 {
		_, size := utf8.DecodeLastRuneInString(words)
		words = words[:len(words)-size]
	}
	return words
}

// wish reads how long an endpoint wants to be left alone: milliseconds, seconds, or a date (RFC 9110, 10.2.3), which
// is measured against the endpoint's own clock.
func wish(h http.Header) time.Duration {
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil && ms > 0 {
		return time.Duration(ms * float64(time.Millisecond))
	}
	after := h.Get("Retry-After")
	if s, err := strconv.ParseFloat(after, 64); err == nil && s > 0 {
		return time.Duration(min(s, 3600) * float64(time.Second))
	}
	at, err := http.ParseTime(after)
	now, err2 := http.ParseTime(h.Get("Date"))
	if err != nil || err2 != nil || !at.After(now) {
		return 0
	}
	return at.Sub(now)
}

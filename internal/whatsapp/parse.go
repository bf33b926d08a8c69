package whatsapp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// ErrEnvelope is returned for bytes that are no webhook at all.
var ErrEnvelope = errors.New("not a webhook envelope")

type envelope struct {
	Object looseText       `json:"object"`
	Entry  json.RawMessage `json:"entry"`
}

type entry struct {
	ID      looseText         `json:"id"`
	Time    looseTime         `json:"time"`
	Field   looseText         `json:"field"` // some of Meta's examples put it here
	Changes []json.RawMessage `json:"changes"`
}

type change struct {
	Field looseText       `json:"field"`
	Value json.RawMessage `json:"value"`
}

type value struct {
	Metadata struct {
		DisplayPhone  looseText `json:"display_phone_number"`
		PhoneNumberID looseText `json:"phone_number_id"`
	} `json:"metadata"`
	Contacts    []wireContact     `json:"contacts"`
	Messages    []json.RawMessage `json:"messages"`
	Echoes      []json.RawMessage `json:"message_echoes"`
	Statuses    []wireStatus      `json:"statuses"`
	Calls       []wireCall        `json:"calls"`
	Preferences []wirePreference  `json:"user_preferences"`
	History     []wireHistory     `json:"history"`
	Errors      []wireProblem     `json:"errors"`
}

// Parse reads a webhook body. It is pure and forgiving: unknown fields, unknown types and values of an unexpected
// shape are kept raw or left out and never an error, for an error would bring the whole batch again for days. Only
// bytes that are not JSON of the envelope's shape give one (ErrEnvelope).
func Parse(body []byte) (Delivery, error) {
	var env envelope
	if err := fill(body, &env); err != nil {
		return Delivery{}, fmt.Errorf("%w: %w", ErrEnvelope, err)
	}
	if first := bytes.TrimLeft(body, " \t\r\n"); len(first) == 0 || first[0] != '{' || env.Object == "" {
		return Delivery{}, ErrEnvelope
	}
	delivered := Delivery{Object: string(env.Object)}
	if delivered.Object != ObjectBusinessAccount || len(env.Entry) == 0 {
		return delivered, nil
	}
	var entries []entry
	if err := json.Unmarshal(env.Entry, &entries); err != nil {
		if _, mismatch := errors.AsType[*json.UnmarshalTypeError](err); !mismatch || env.Entry[0] != '[' {
			return Delivery{}, fmt.Errorf("%w: %w", ErrEnvelope, err)
		}
	}
	for _, e := range entries {
		for _, raw := range e.Changes {
			delivered.Changes = append(delivered.Changes, readChange(e, raw))
		}
	}
	return delivered, nil
}

func readChange(e entry, raw json.RawMessage) Change {
	var c change
	_ = fill(raw, &c) // raw was JSON as a part of the body
	out := Change{AccountID: string(e.ID), At: e.Time.Time, Field: string(c.Field)}
	if out.Field == "" {
		out.Field = string(e.Field)
	}
	if len(c.Value) == 0 || string(c.Value) == "null" {
		return out
	}
	out.Raw = bytes.ToValidUTF8(c.Value, []byte("\uFFFD"))
	var v value
	_ = fill(c.Value, &v)
	out.PhoneNumberID, out.DisplayPhone = string(v.Metadata.PhoneNumberID), digits(string(v.Metadata.DisplayPhone))
	if out.Field == "" && (len(v.Messages) > 0 || len(v.Statuses) > 0) {
		out.Field = "messages"
	}
	v.into(&out)
	return out
}

// into reads what the field is about. History of a number holds messages too, and they are not news: by the field,
// and not by what a value happens to contain, is decided what is taken.
func (v value) into(c *Change) {
	c.Errors = problems(v.Errors)
	switch c.Field {
	case "messages":
		c.Messages = v.messages(v.Messages, c.DisplayPhone)
		for _, s := range v.Statuses {
			if s.ID != "" {
				c.Statuses = append(c.Statuses, s.status())
			}
		}
	case "smb_message_echoes":
		c.Echoes = v.messages(v.Echoes, c.DisplayPhone)
	case "calls":
		for _, call := range v.Calls {
			c.Calls = append(c.Calls, call.call(v.Contacts))
		}
		for _, s := range v.Statuses {
			c.Calls = append(c.Calls, s.call())
		}
	case "history":
		v.readHistory(c)
	case "user_preferences":
		for _, p := range v.Preferences {
			c.Preferences = append(c.Preferences, p.preference())
		}
	}
}

// messages leaves out what has no id: without one a message could never be told from its repetition.
func (v value) messages(raws []json.RawMessage, displayPhone string) []Message {
	var all []Message
	for _, raw := range raws {
		var w wireMessage
		if fill(raw, &w) != nil || w.ID == "" {
			continue
		}
		m := w.message(raw)
		m.identify(w, v.Contacts)
		m.FromBusiness = m.From != "" && m.From == displayPhone
		all = append(all, m)
	}
	return all
}

// identify finds who wrote. Contacts stand beside the messages in any order, so they are matched by id and never by
// position; only a message that names no sender at all takes the one contact there is.
func (m *Message) identify(w wireMessage, contacts []wireContact) {
	m.From, m.FromUserID = sender(w.From, w.FromUserID)
	m.To, m.ToUserID = sender(w.To, w.ToUserID)
	m.WaID = m.From
	if s := m.Payload.System; s != nil && m.From == "" && m.FromUserID == "" {
		m.FromUserID = s.UserID // a rotation without a number names its sender only here
	}
	i := slices.IndexFunc(contacts, func(c wireContact) bool { return c.is(m.From, m.FromUserID) })
	if i < 0 && len(contacts) == 1 && m.From == "" && m.FromUserID == "" {
		i = 0
	}
	if i < 0 {
		return
	}
	c := contacts[i]
	if id := digits(string(c.WaID)); id != "" {
		m.WaID = id
	}
	if m.FromUserID == "" {
		m.FromUserID = string(c.UserID)
	}
	m.Name, m.Username = oneLine(c.Profile.Name), oneLine(c.Profile.Username)
}

// sender tells a number from a business-scoped user id ("GB.1122…"), which has been seen in the place of a number.
func sender(number, userID looseText) (waID, bsuid string) {
	if len(number) > 3 && number[2] == '.' && digits(string(number[:2])) == "" {
		if userID == "" {
			userID = number
		}
		number = ""
	}
	return digits(string(number)), string(userID)
}

package whatsapp

import "encoding/json"

// wireHistory is a chunk of what was said before a number was connected.
type wireHistory struct {
	Threads []struct {
		ID       looseText         `json:"id"`
		Messages []json.RawMessage `json:"messages"`
	} `json:"threads"`
	Errors []wireProblem `json:"errors"`
}

// placeholder is the type of a file in a history: the file itself follows in a delivery of its own, or never.
const placeholder = "media_placeholder"

// readHistory reads the chunks of a history and, beside them, the files that follow their placeholders.
func (v value) readHistory(c *Change) {
	for _, h := range v.History {
		c.Errors = append(c.Errors, problems(h.Errors)...)
		for _, t := range h.Threads {
			if all := v.past(t.Messages, c.DisplayPhone, digits(string(t.ID))); len(all) > 0 {
				c.History = append(c.History, Thread{WaID: digits(string(t.ID)), Messages: all})
			}
		}
	}
	for _, m := range v.past(v.Messages, c.DisplayPhone, "") {
		who := m.WaID
		if m.FromBusiness {
			who = m.To
		}
		if who != "" {
			c.History = append(c.History, Thread{WaID: who, Messages: []Message{m}})
		}
	}
}

// past reads messages of a history. Whose they are the number tells; the customer's id is the thread's.
func (v value) past(raws []json.RawMessage, displayPhone, customer string) []Message {
	all := v.messages(raws, displayPhone)
	i := 0
	for _, raw := range raws {
		var w wireMessage
		if fill(raw, &w) != nil || w.ID == "" {
			continue
		}
		m := &all[i]
		i++
		if w.History != nil {
			m.HistoryStatus = string(w.History.Status)
		}
		if m.Type == placeholder {
			m.Kind, m.Payload.Raw, m.Payload.Unsupported = KindUnsupported, nil, placeholder
		}
		if m.FromBusiness && m.To == "" {
			m.To = customer
		}
	}
	return all
}

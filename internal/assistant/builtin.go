package assistant

import "strings"

// builtIn answers without a model: it greets, it quotes the documents with their source, and hands over what they do
// not answer, for the reason given.
func (c *considering) builtIn(otherwise Reason) decision {
	switch c.talk {
	case greeting:
		return c.say(wordsOf(c.lang).greeting, false, nil, nil)
	case thanks, ack:
		if len(c.sit.ours()) > 0 {
			return c.nothing()
		}
		return c.say(wordsOf(c.lang).greeting, false, nil, nil)
	case matter:
	}
	quote := c.found.Extract()
	if !quote.Answered {
		return c.handOff(otherwise, "", nil)
	}
	text := quote.Text
	if quote.Source != "" {
		text += "\n\n" + wordsOf(c.lang).from(quote.Source)
	}
	return c.say(text, false, c.holding(quote.Text), []TraceCheck{{Name: "grounded", Passed: true, Detail: "quoted"}})
}

// why is the reason for which what the documents do not answer goes to people.
func (c *considering) why() Reason {
	if len(c.found.Hits) == 0 {
		return ReasonNotKnown
	}
	return ReasonLowConfidence
}

// holding is the passage that a quote was taken from.
func (c *considering) holding(quote string) []string {
	for _, h := range c.found.Hits {
		if strings.Contains(h.Body, quote) {
			return []string{h.PassageID}
		}
	}
	return nil
}

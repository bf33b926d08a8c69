package assistant

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"parley/internal/conversation"
)

// talk is what a message is when it asks for no knowledge.
type talk int

const (
	matter   talk = iota // it is about something
	greeting             // "good morning"
	thanks               // "thank you so much"
	ack                  // "ok great", an emoji, a sticker
)

// longestTalk is in bytes; nothing longer is looked at.
const longestTalk = 120

// talkOf says what a text is.
func talkOf(text string) talk {
	if len(text) > longestTalk {
		return matter
	}
	f := folded(text)
	if f == "" {
		if pictures(text) {
			return ack
		}
		return matter
	}
	words := strings.Fields(f)
	switch {
	case made(words, "smalltalk/thanks", "smalltalk/ack", "smalltalk/greeting"):
		return thanks
	case made(words, "smalltalk/ack"):
		return ack
	case made(words, "smalltalk/greeting", "smalltalk/ack"):
		return greeting
	}
	return matter
}

// made reports whether words are made of phrases of a section, with at least one, and of the others that may join.
func made(words []string, section string, others ...string) bool {
	all := lists()
	others = append(others, "smalltalk/with")
	found := false
	for len(words) > 0 {
		n := all[section].longestAt(words)
		if n > 0 {
			found = true
		}
		for _, other := range others {
			n = max(n, all[other].longestAt(words))
		}
		if n == 0 {
			return false
		}
		words = words[n:]
	}
	return found
}

// longestAt is how many words the longest phrase takes that words begin with, 0 for none.
func (l *list) longestAt(words []string) int {
	if l.starting[words[0]] == nil {
		return 0
	}
	for n := min(l.longest, len(words)); n > 0; n-- {
		if _, is := l.language[strings.Join(words[:n], " ")]; is {
			return n
		}
	}
	return 0
}

// pictures reports whether a text without letters shows something: an emoji, and not only a question mark.
func pictures(text string) bool {
	for _, r := range text {
		if r > unicode.MaxLatin1 && (unicode.IsSymbol(r) || unicode.Is(unicode.So, r)) {
			return !asks(text)
		}
	}
	return false
}

// asks reports whether there is a question mark; the Greek one is a semicolon.
func asks(text string) bool {
	return strings.ContainsAny(text, "?？؟") ||
		strings.Contains(text, ";") && strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Greek, r) })
}

// wantsPerson reports whether a customer asks for a person: by a word that is the whole message, or by a phrase in it.
func wantsPerson(text string) bool {
	if len(text) > 4*longestTalk {
		return false
	}
	f := folded(text)
	if _, is := lists()["smalltalk/person"].language[f]; is {
		return true
	}
	return lists()["smalltalk/telling"].in(f) != ""
}

// tells reports whether a phrase says the same inside a longer message.
func tells(phrase string) bool {
	switch {
	case spaced(phrase):
		return strings.Count(phrase, " ") >= 2
	case unicode.Is(unicode.Thai, first(phrase)):
		return utf8.RuneCountInString(phrase) >= 12
	}
	return utf8.RuneCountInString(phrase) >= 4
}

func first(text string) rune {
	r, _ := utf8.DecodeRuneInString(text)
	return r
}

// talkIs says what the turn's messages are together: something to answer when one of them is.
func (sit *situation) talkIs() talk {
	all := thanks
	n := 0
	for _, m := range sit.thread {
		if m.Sender != conversation.FromCustomer || m.Seq < sit.turn.FirstSeq {
			continue
		}
		n++
		t := ack
		if m.Kind != "sticker" {
			t = talkOf(m.Body)
		}
		switch {
		case t == matter:
			return matter
		case t == greeting || all == greeting:
			all = greeting
		case t == ack:
			all = ack
		}
	}
	if n == 0 {
		return matter
	}
	return all
}

// ours are our messages before the turn, the latest last.
func (sit *situation) ours() []conversation.Message {
	var all []conversation.Message
	for _, m := range sit.thread {
		if m.Seq < sit.turn.FirstSeq && (m.Sender == conversation.FromAI || m.Sender == conversation.FromAgent) {
			all = append(all, m)
		}
	}
	return all
}

// wantsNothing reports whether the turn asks for no message: "thanks", or an "ok" or an emoji after something that
// was no question. A customer's first words are always answered.
func (sit *situation) wantsNothing(t talk) bool {
	ours := sit.ours()
	if len(ours) == 0 {
		return false
	}
	return t == thanks || t == ack && !asks(ours[len(ours)-1].Body)
}

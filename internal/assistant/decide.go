package assistant

import (
	"context"
	"strings"

	"parley/internal/conversation"
)

// consider thinks about a situation and decides what to do. Its errors are the database's, or say that the caller gave
// up; whatever else goes wrong ends in a decision. The calls of the model that were made come with an error too.
func (s *Service) consider(ctx context.Context, sit situation) (decision, error) {
	c := s.look(sit)
	if sit.wantsNothing(c.talk) {
		return c.nothing(), nil
	}
	if err := c.instruct(ctx); err != nil {
		return decision{}, err
	}
	if why := sit.forPeople(); why != "" {
		return c.handOff(why, "", nil), nil
	}
	if err := c.retrieve(ctx); err != nil {
		return decision{}, err
	}
	if s.Model == nil {
		return c.builtIn(c.why()), nil
	}
	d, done := c.ask(ctx)
	switch {
	case ctx.Err() == context.Canceled:
		return decision{calls: c.calls}, ctx.Err()
	case done:
		return d, nil
	}
	return c.builtIn(ReasonFailure), nil
}

// toPeople decides to give a conversation to people without a thought: nobody managed to answer in time.
func (s *Service) toPeople(sit situation, why Reason) decision {
	return s.look(sit).handOff(why, "", nil)
}

// forPeople is why people must answer, whatever the documents say; "" when they need not.
func (sit *situation) forPeople() Reason {
	for _, m := range sit.thread {
		if m.Seq >= sit.turn.FirstSeq && m.Sender == conversation.FromCustomer && wantsPerson(m.Body) {
			return ReasonAsked
		}
	}
	if said := sit.turn.LastSeq - sit.talk.EpisodeSeq; said/turnLimit > (sit.turn.FirstSeq-1-sit.talk.EpisodeSeq)/turnLimit {
		return ReasonTurnLimit
	}
	if sit.repeats() > mostRepeats-1 {
		return ReasonRepeated
	}
	return ""
}

// repeats is how often the customer asked the very same before.
func (sit *situation) repeats() int {
	asked := folded(sit.question)
	if len(asked) < 8 || spaced(asked) && !strings.Contains(asked, " ") {
		return 0
	}
	n := 0
	for _, m := range sit.thread {
		near := len(m.Body) >= len(sit.question)-8 && len(m.Body) <= len(sit.question)+8
		if m.Sender == conversation.FromCustomer && m.Seq < sit.turn.FirstSeq && near && folded(m.Body) == asked {
			n++
		}
	}
	return n
}

// askedBefore is the customer's last words before the turn, "" when there are none.
func (sit *situation) askedBefore() string {
	words := ""
	for _, m := range sit.thread {
		if m.Sender == conversation.FromCustomer && m.Seq < sit.turn.FirstSeq && m.Body != "" && talkOf(m.Body) == matter {
			words = m.Body
		}
	}
	return words
}

func (sit *situation) suggests() bool { return sit.talk.Mode == conversation.Suggest }

package phone

import (
	"context"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/errs"
)

// Thread is the screen of the phone.
type Thread struct {
	Lines  []Line // oldest first
	Typing bool   // the business is writing
}

// Line is one bubble.
type Line struct {
	ID     string
	Mine   bool // written on the phone; else by the business
	Text   string
	At     db.Time
	Status string // of mine: delivered, or read once the business has answered; of the business's: delivered
}

// Thread is what the phone shows: what was written on it, and what has left for it.
func (s *Service) Thread(ctx context.Context, a actor.Actor) (Thread, error) {
	ch, err := channel.OfKind(ctx, s.DB.As(a), a, channel.Demo)
	if err != nil {
		return Thread{}, err
	}
	talk, me, err := s.current(ctx, a, ch)
	if err != nil || talk == nil {
		return Thread{}, err
	}
	messages, err := conversation.Messages(ctx, s.DB.As(a), a, talk.ID, 0, 0, threadLength)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return Thread{}, err
	}
	t := Thread{Typing: s.Wire.Typing(ch.ExternalID, me.WaID)}
	for _, m := range messages {
		if line, seen := lineOf(m, talk.OursSeq); seen {
			t.Lines = append(t.Lines, line)
		}
	}
	return t, nil
}

// lineOf is a message as the customer sees it; notes, system lines and what has not left are not seen.
func lineOf(m conversation.Message, oursSeq int64) (line Line, seen bool) {
	line = Line{ID: m.ID, Text: m.Body, At: m.SaidAt, Mine: m.Sender == conversation.FromCustomer}
	switch {
	case line.Mine:
		line.Status = "delivered"
		if m.Seq < oursSeq {
			line.Status = "read"
		}
		return line, m.Kind == conversation.KindText
	case m.Kind != conversation.KindText:
		return line, false
	}
	line.Status = "delivered"
	return line, !m.SentAt.IsZero()
}

package assistant

import (
	"context"
	"time"

	"parley/internal/actor"
	"parley/internal/billing"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/delivery"
	"parley/internal/lease"
	"parley/internal/llm"
)

// action is what the AI does about a turn.
type action int

// The actions.
const (
	say     action = iota // an answer, or a question back
	handOff               // to people, with a word to the customer
	silent                // nothing: "thanks" wants no answer, and each bubble costs
)

// decision is what was thought, ready to be written in one step.
type decision struct {
	action    action
	text      string // Markdown, to the customer; of a hand-off too
	discloses bool   // the text says that an AI is writing
	reason    Reason
	summary   string
	trace     Trace
	calls     []llm.Response // of the model, to be paid whatever becomes of the answer
}

// carryOut writes a decision in one step, under the guard of conversation.Say: nothing of it happens when the
// conversation has moved on. left says that an answer at the cap left newer words of the turn unanswered.
func (s *Service) carryOut(ctx context.Context, sit situation, d decision, atCap bool) (left bool, err error) {
	bubbles := delivery.Bubbles(d.text)
	if sit.suggests() && d.action == handOff {
		bubbles = nil // people speak to this customer: they are only told that this is theirs
	}
	if len(bubbles) == 0 && d.action == say {
		d.action = silent
	}
	slot := s.Delivery.Reserve(sit.actor.Tenant())
	defer slot.Release()
	// What was decided is written even when the program is stopping: thinking again costs more.
	err = s.DB.InTx(context.WithoutCancel(ctx), sit.actor, func(tx *db.Tx) (err error) {
		left = false
		switch {
		case d.action == silent:
			if err := s.Conversations.Drop(ctx, tx, sit.actor, sit.talk.ID, sit.turn.LastSeq); err != nil {
				return err
			}
			pay(tx, sit.actor, sit.talk.ID, "", d.calls)
			return nil
		case sit.suggests() && d.action == say:
			return s.suggest(ctx, tx, sit, d)
		}
		left, err = s.speak(ctx, tx, sit, d, bubbles, atCap, slot)
		return err
	}, db.InLane(sit.turn.Lane), db.Urgent())
	return left, err
}

func (s *Service) speak(
	ctx context.Context, tx *db.Tx, sit situation, d decision, bubbles []string, atCap bool, slot *lease.Slot,
) (left bool, err error) {
	messageID, covers := "", sit.turn.LastSeq
	if len(bubbles) > 0 {
		var said conversation.Said
		tx.AfterCommit(func() { s.Delivery.Time(said.Messages[0].ID, sit.timing(d)) }) // before the sending begins
		said, err = s.Delivery.Queue(ctx, tx, sit.actor, conversation.Saying{
			ConversationID: sit.talk.ID, As: conversation.FromAI, Bubbles: bubbles, Covers: covers,
			AtCap: atCap && d.action == say, Discloses: d.discloses,
		}, slot)
		if err != nil {
			return false, err
		}
		messageID, covers, left = said.Messages[0].ID, 0, said.TurnLeft
		use := billing.Usage{Kind: billing.AIAnswers, Amount: 1, ChannelID: sit.talk.ChannelID, ConversationID: sit.talk.ID}
		billing.Spend(tx, sit.actor, use)
	}
	if d.action == handOff {
		if err := s.giveToPeople(ctx, tx, sit.actor, sit.talk.ID, d, covers); err != nil {
			return false, err
		}
	}
	if messageID != "" {
		writeTrace(tx, sit.actor, messageID, d.trace)
	}
	pay(tx, sit.actor, sit.talk.ID, messageID, d.calls)
	return left, nil
}

// timing is what of the answer's time was not ours: the longer of the model's and the quiet window.
func (sit situation) timing(d decision) delivery.Timing {
	heard := sit.lastHeard()
	model := time.Duration(d.trace.Timings.ModelMs * float64(time.Millisecond))
	return delivery.Timing{Heard: heard, Spared: max(model, sit.quietUntil().Sub(heard.Time()))}
}

// giveToPeople hands a conversation off and has people called.
func (s *Service) giveToPeople(
	ctx context.Context, tx *db.Tx, a actor.Actor, conversationID string, d decision, covers int64,
) error {
	err := s.Conversations.HandOff(ctx, tx, a, conversationID, conversation.HandOff{
		Reason: string(d.reason), Summary: d.summary, Covers: covers,
	})
	if err != nil {
		return err
	}
	return s.Alerts.HandedOff(ctx, tx, a, conversationID, string(d.reason))
}

func (s *Service) suggest(ctx context.Context, tx *db.Tx, sit situation, d decision) error {
	m, err := s.Conversations.Suggest(ctx, tx, sit.actor, sit.talk.ID, d.text, sit.turn.LastSeq)
	if err != nil {
		return err
	}
	writeTrace(tx, sit.actor, m.ID, d.trace)
	pay(tx, sit.actor, sit.talk.ID, m.ID, d.calls)
	return nil
}

// pay writes what the model's calls cost, whether or not what they brought was said.
func pay(tx *db.Tx, a actor.Actor, conversationID, messageID string, calls []llm.Response) {
	for _, call := range calls {
		billing.Pay(tx, a, billing.Money{
			Purpose: "answer", ConversationID: conversationID, MessageID: messageID, Provider: call.Provider, Model: call.Model,
			PromptTokens: int64(call.PromptTokens), CompletionTokens: int64(call.CompletionTokens), CostMicros: call.CostMicros,
		})
	}
}

package assistant

import (
	"context"
	"fmt"
	"strings"
	"time"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/contact"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/tenant"
)

// situation is all that is read before thinking. It may be stale when the answer is written; the guard sees to that.
type situation struct {
	actor    actor.Actor
	turn     conversation.Turn
	talk     conversation.Conversation
	channel  channel.Channel
	contact  contact.Contact
	tenant   tenant.Tenant
	thread   []conversation.Message // up to historySize, oldest first, notes and system lines left out
	question string                 // the customer's words of the turn, joined
}

// read looks at a conversation that owes an answer. owed is false when there is nothing to answer any more.
func (s *Service) read(ctx context.Context, a actor.Actor, conversationID string) (sit situation, owed bool, err error) {
	q := s.DB.As(a)
	owing, owed, err := conversation.ReadOwing(ctx, q, a, conversationID)
	if err != nil || !owed || owing.Talk.Handler != conversation.AI || owing.Talk.Mode == conversation.Off {
		return sit, false, err
	}
	sit = situation{actor: a, turn: owing.Turn, talk: owing.Talk, contact: owing.Contact, channel: owing.Channel}
	if sit.tenant, err = s.Tenants.Get(ctx, q, a); err != nil {
		return sit, false, err
	}
	thread, err := conversation.Messages(ctx, q, a, conversationID, 0, sit.turn.LastSeq+1, 2*historySize)
	if err != nil {
		return sit, false, fmt.Errorf("read thread: %w", err)
	}
	sit.take(thread)
	// The two reads see two moments. A thread without a word was made part of another one between them, and its turn too.
	return sit, len(sit.thread) > 0, nil
}

// take keeps what counts as said, and joins the words the turn is about.
func (sit *situation) take(thread []conversation.Message) {
	var words []string
	for _, m := range thread {
		if m.Kind == conversation.KindNote || m.Kind == conversation.KindEvent || m.Kind == conversation.KindSuggestion ||
			m.Kind == "reaction" || m.Kind == "system" {
			continue
		}
		sit.thread = append(sit.thread, m)
		if m.Sender == conversation.FromCustomer && m.Seq >= sit.turn.FirstSeq && m.Body != "" {
			words = append(words, m.Body)
		}
	}
	if over := len(sit.thread) - historySize; over > 0 {
		sit.thread = sit.thread[over:]
	}
	sit.question = strings.Join(words, "\n")
}

// lastHeard is when the customer's last word was stored, or when the turn was opened by somebody who handed it back.
func (sit situation) lastHeard() db.Time {
	last := sit.turn.OpenedAt
	for _, m := range sit.thread {
		if m.Sender == conversation.FromCustomer && m.CreatedAt.After(last) {
			last = m.CreatedAt
		}
	}
	return last
}

// quietUntil is when the customer counts as having finished a burst of messages.
func (sit situation) quietUntil() time.Time {
	quiet := sit.lastHeard().Add(time.Duration(sit.tenant.Settings.QuietWindowMs) * time.Millisecond)
	if latest := sit.turn.OpenedAt.Add(quietCap); quiet.After(latest) {
		quiet = latest
	}
	return quiet.Time()
}

package conversation

import (
	"context"
	"errors"
	"fmt"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/contact"
	"parley/internal/db"
)

// Owing is a turn with whom it is owed to and where, read in one look.
type Owing struct {
	Turn    Turn
	Talk    Conversation
	Contact contact.Contact
	Channel channel.Channel
}

// ReadOwing reads what the AI owes in a conversation; found is false when it is nothing any more.
func ReadOwing(ctx context.Context, q db.Querier, a actor.Actor, conversationID string) (o Owing, found bool, err error) {
	o.Turn.ConversationID = conversationID
	into := []any{&o.Turn.Lane, &o.Turn.FirstSeq, &o.Turn.LastSeq, &o.Turn.OpenedAt, &o.Turn.DeadlineAt, &o.Turn.Attempts}
	into = append(into, fields(&o.Talk)...)
	into = append(into, contact.JoinFields(&o.Contact)...)
	into = append(into, channel.JoinFields(&o.Channel)...)
	err = q.QueryRow(ctx, `
		SELECT t.lane, t.first_seq, t.last_seq, t.opened_at, t.deadline_at, t.attempts,
			`+columns+`, `+contact.JoinColumns+`, `+channel.JoinColumns+`
		FROM turns t
		JOIN conversations c ON c.tenant_id = t.tenant_id AND c.id = t.conversation_id
		JOIN contacts k ON k.tenant_id = c.tenant_id AND k.id = c.contact_id
		JOIN channels ch ON ch.tenant_id = c.tenant_id AND ch.id = c.channel_id
		WHERE t.tenant_id = $1 AND t.conversation_id = $2`, a.Tenant(), conversationID).Scan(into...)
	if errors.Is(err, db.ErrNoRows) {
		return o, false, nil
	}
	if err != nil {
		return o, false, fmt.Errorf("read what is owed: %w", err)
	}
	return o, true, nil
}

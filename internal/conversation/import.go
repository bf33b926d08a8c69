package conversation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"parley/internal/actor"
	"parley/internal/db"
)

// Past is a message of the time before a number was connected.
type Past struct {
	ExternalID string
	ReplyTo    string
	Ours       bool // a person of the business wrote it
	Kind       string
	Body       string
	Payload    json.RawMessage
	Status     MessageStatus
	SaidAt     db.Time
}

// Imported is a message that was written down, and where.
type Imported struct {
	MessageID string
	Past
}

// Import writes down what was said with a contact before, above everything else in the thread: at places below zero. It is
// no news: it opens no turn, no episode and no window, and counts as nobody's unread; a conversation that begins with it
// is closed until somebody writes. What is here already stays as it is, but for files that follow their placeholders.
func (s *Service) Import(
	ctx context.Context, tx *db.Tx, a actor.Actor, channelID, contactID string, lane int64, all []Past,
) (fresh []Imported, err error) {
	if len(all) == 0 {
		return nil, nil
	}
	id, err := importInto(ctx, tx, a, channelID, contactID, lane, all)
	if err != nil {
		return nil, err
	}
	lowest, err := lowestPlace(ctx, tx, a, id)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		one, wrote, err := s.importOne(ctx, tx, a, Message{ConversationID: id, ChannelID: channelID, Seq: lowest - 1}, p)
		if err != nil {
			return nil, err
		}
		if wrote {
			fresh = append(fresh, one)
			lowest--
		}
	}
	if len(fresh) == 0 {
		return nil, nil
	}
	if err := orderPast(ctx, tx, a, id); err != nil {
		return nil, err
	}
	s.changed(tx, id)
	return fresh, nil
}

// importOne writes one message down, or the file that follows its placeholder.
func (s *Service) importOne(ctx context.Context, tx *db.Tx, a actor.Actor, at Message, p Past) (Imported, bool, error) {
	if len(p.Payload) == 0 {
		p.Payload = json.RawMessage("{}")
	}
	one := Imported{MessageID: tx.NewID(), Past: p}
	sender := FromCustomer
	if p.Ours {
		sender = FromAgent
	}
	n, err := tx.Exec(ctx, `
		INSERT INTO messages (tenant_id, id, conversation_id, channel_id, seq, episode, sender, author_id, kind, body, payload,
			external_id, reply_to, status, said_at, created_at)
		VALUES ($1, $2, $3, $4, $5, 0, $6, '', $7, $8, $9, $10, $11, $12, $13, $14)
		ON CONFLICT (tenant_id, channel_id, external_id) WHERE external_id IS NOT NULL DO NOTHING`,
		a.Tenant(), one.MessageID, at.ConversationID, at.ChannelID, at.Seq, sender, p.Kind, p.Body, string(p.Payload),
		p.ExternalID, p.ReplyTo, p.Status, p.SaidAt, tx.Now())
	if err != nil {
		return one, false, fmt.Errorf("import message: %w", err)
	}
	if n > 0 {
		tenantID, messageID := a.Tenant(), one.MessageID
		tx.AfterCommit(func() { s.fresh.add(tenantID, messageID) })
		return one, true, nil
	}
	err = tx.QueryRow(ctx, `
		UPDATE messages SET kind = $4, body = $5, payload = $6
		WHERE tenant_id = $1 AND channel_id = $2 AND external_id = $3 AND kind = 'unsupported' AND $4 <> 'unsupported' AND seq < 0
		RETURNING id`, a.Tenant(), at.ChannelID, p.ExternalID, p.Kind, p.Body, string(p.Payload)).Scan(&one.MessageID)
	if errors.Is(err, db.ErrNoRows) {
		return one, false, nil
	}
	if err != nil {
		return one, false, fmt.Errorf("import file: %w", err)
	}
	return one, true, nil
}

// importInto finds the conversation, or makes one that is closed: nothing has happened in it yet.
func importInto(
	ctx context.Context, tx *db.Tx, a actor.Actor, channelID, contactID string, lane int64, all []Past,
) (id string, err error) {
	newest, customerAt := all[0], db.Time(0)
	for _, p := range all {
		if p.SaidAt.After(newest.SaidAt) {
			newest = p
		}
		if !p.Ours && p.SaidAt.After(customerAt) {
			customerAt = p.SaidAt
		}
	}
	sender := FromCustomer
	if newest.Ours {
		sender = FromAgent
	}
	// Meta's chunks come in any order: the newest message of all is what the list shows until something is said.
	err = tx.QueryRow(ctx, `
		INSERT INTO conversations (tenant_id, id, channel_id, contact_id, lane, status, mode, handler, episode, episode_seq,
			last_seq, said_seq, ours_seq, last_message_id, last_sender, last_kind, last_text, last_at, last_customer_seq,
			customer_at, window_until, unread, created_at, updated_at)
		SELECT $1, $2, ch.id, $4, $5, 'closed', ch.mode, CASE WHEN ch.mode = 'off' THEN 'human' ELSE 'ai' END, 0, 0,
			0, 0, 0, '', $6, $7, $8, $9, 0, $10, 0, 0, $11, $11
		FROM channels ch WHERE ch.tenant_id = $1 AND ch.id = $3
		ON CONFLICT (tenant_id, channel_id, contact_id) DO UPDATE SET
			last_sender = CASE WHEN `+older+` THEN excluded.last_sender ELSE conversations.last_sender END,
			last_kind = CASE WHEN `+older+` THEN excluded.last_kind ELSE conversations.last_kind END,
			last_text = CASE WHEN `+older+` THEN excluded.last_text ELSE conversations.last_text END,
			last_at = CASE WHEN `+older+` THEN excluded.last_at ELSE conversations.last_at END,
			customer_at = CASE WHEN conversations.customer_at < excluded.customer_at THEN excluded.customer_at
				ELSE conversations.customer_at END
		RETURNING id`,
		a.Tenant(), tx.NewID(), channelID, contactID, lane, sender, newest.Kind, preview(newest.Body), newest.SaidAt,
		customerAt, tx.Now()).Scan(&id)
	if err != nil {
		return "", fmt.Errorf("import conversation: %w", err)
	}
	sortLabels(tx, a, id)
	return id, nil
}

// older is the condition for a conversation in which nothing but imported messages was said, all older than these.
const older = `conversations.last_seq = 0 AND conversations.last_at < excluded.last_at`

func lowestPlace(ctx context.Context, q db.Querier, a actor.Actor, conversationID string) (seq int64, err error) {
	err = q.QueryRow(ctx, `
		SELECT seq FROM messages WHERE tenant_id = $1 AND conversation_id = $2 AND seq < 0 ORDER BY seq LIMIT 1`,
		a.Tenant(), conversationID).Scan(&seq)
	if errors.Is(err, db.ErrNoRows) {
		return 0, nil
	}
	return seq, err
}

// orderPast puts everything imported into the order it was said in. It passes through places nobody has, so that the
// places of a conversation are unique at every moment; nothing but the thread refers to places below zero.
func orderPast(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID string) error {
	p := tx.Pipeline()
	p.Exec(nil, `UPDATE messages SET seq = -2000000000 - r.place FROM (
			SELECT id, row_number() OVER (ORDER BY said_at DESC, seq DESC) AS place FROM messages
			WHERE tenant_id = $1 AND conversation_id = $2 AND seq < 0) r
		WHERE messages.tenant_id = $1 AND messages.id = r.id`, a.Tenant(), conversationID)
	p.Exec(nil, `UPDATE messages SET seq = seq + 2000000000 WHERE tenant_id = $1 AND conversation_id = $2 AND seq < -2000000000`,
		a.Tenant(), conversationID)
	return p.Run(ctx)
}

package conversation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"parley/internal/actor"
	"parley/internal/contact"
	"parley/internal/db"
)

const columns = `c.id, c.channel_id, c.contact_id, c.lane, c.status, c.mode, c.handler, c.assignee_id, c.handoff_reason,
	c.handoff_summary, c.handed_off_at, c.episode, c.episode_seq, c.last_seq, c.said_seq, c.ours_seq, c.last_sender,
	c.last_kind, c.last_text, c.last_at, c.last_customer_seq, c.customer_at, c.window_until, c.unread, c.problem,
	c.disclosed_at, c.snoozed_until, c.created_at, c.updated_at`

func fields(c *Conversation) []any {
	return []any{
		&c.ID, &c.ChannelID, &c.ContactID, &c.Lane, &c.Status, &c.Mode, &c.Handler, &c.AssigneeID, &c.HandoffReason,
		&c.HandoffSummary, &c.HandedOffAt, &c.Episode, &c.EpisodeSeq, &c.LastSeq, &c.SaidSeq, &c.OursSeq, &c.LastSender,
		&c.LastKind, &c.LastText, &c.LastAt, &c.LastCustomerSeq, &c.CustomerAt, &c.WindowUntil, &c.Unread, &c.Problem,
		&c.DisclosedAt, &c.SnoozedUntil, &c.CreatedAt, &c.UpdatedAt,
	}
}

const messageColumns = `id, conversation_id, channel_id, seq, episode, sender, author_id, kind, body, payload,
	coalesce(external_id, ''), reply_to, status, error_code, error_text, said_at, created_at, sent_at, delivered_at,
	read_at, edited_at, deleted_at`

func messageFields(m *Message, payload *string) []any {
	return []any{
		&m.ID, &m.ConversationID, &m.ChannelID, &m.Seq, &m.Episode, &m.Sender, &m.AuthorID, &m.Kind, &m.Body, payload,
		&m.ExternalID, &m.ReplyTo, &m.Status, &m.ErrorCode, &m.ErrorText, &m.SaidAt, &m.CreatedAt, &m.SentAt, &m.DeliveredAt,
		&m.ReadAt, &m.EditedAt, &m.DeletedAt,
	}
}

// place is where a line goes in its conversation.
type place struct {
	conversationID string
	channelID      string
	seq            int64
	episode        int64
	episodeSeq     int64
	lane           int64
	mode           Mode
	handler        Handler
	labelled       bool
	// of what we say
	to          contact.Reached
	windowUntil db.Time
}

// Get reads one of the actor's conversations.
func Get(ctx context.Context, q db.Querier, a actor.Actor, id string) (Conversation, error) {
	var c Conversation
	err := q.QueryRow(ctx, `SELECT `+columns+` FROM conversations c WHERE c.tenant_id = $1 AND c.id = $2`, a.Tenant(), id).
		Scan(fields(&c)...)
	return c, db.Found(err, "conversation")
}

// MessageByID reads one message.
func MessageByID(ctx context.Context, q db.Querier, a actor.Actor, id string) (Message, error) {
	m, err := scanMessage(q.QueryRow(ctx,
		`SELECT `+messageColumns+` FROM messages WHERE tenant_id = $1 AND id = $2`, a.Tenant(), id))
	return m, db.Found(err, "message")
}

// Messages reads a page of a thread, oldest first: up to limit messages with after < seq < before; a before of 0 is
// the end. Without after it is the newest page below before. What was imported has places below 0. A reaction, an edit
// or a deletion that has found its message is no line of its own (About reads it).
func Messages(ctx context.Context, q db.Querier, a actor.Actor, conversationID string, after, before int64, limit int) (
	[]Message, error,
) {
	order := "DESC"
	if after != 0 {
		order = "ASC"
	}
	rows, err := q.Query(ctx, `SELECT * FROM (
			SELECT `+messageColumns+` FROM messages
			WHERE tenant_id = $1 AND conversation_id = $2 AND ($3 = 0 OR seq > $3) AND ($4 = 0 OR seq < $4)
				AND NOT (deleted_at IS NOT NULL AND kind IN ('reaction', 'edit', 'revoke'))
			ORDER BY seq `+order+` LIMIT $5) page ORDER BY seq`, a.Tenant(), conversationID, after, before, limit)
	if err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	defer rows.Close()
	var page []Message
	for rows.Next() {
		m, err := scanMessage(rows)
		if err != nil {
			return nil, fmt.Errorf("read message: %w", err)
		}
		page = append(page, m)
	}
	return page, rows.Err()
}

func scanMessage(row db.Row) (m Message, err error) {
	var payload string
	err = row.Scan(messageFields(&m, &payload)...)
	m.Payload = json.RawMessage(payload)
	return m, err
}

// takePlace takes the next place of the contact's conversation on the channel, and makes the conversation when it is
// the first. A seq of 0 says that the message is there already. The unique index on messages is the judge of that;
// the look in the WHERE only saves the work, and knows what was erased.
func takePlace(ctx context.Context, tx *db.Tx, a actor.Actor, in Inbound, messageID string) (place, error) {
	var p place
	var window db.Time
	if in.OpensWindow {
		window = in.SaidAt.Add(Window)
	}
	counts := in.Weight != Silent
	err := tx.QueryRow(ctx, `
		INSERT INTO conversations (tenant_id, id, channel_id, contact_id, lane, status, mode, handler, episode, episode_seq,
			last_seq, said_seq, ours_seq, last_message_id, last_sender, last_kind, last_text, last_at, last_customer_seq,
			customer_at, window_until, unread, created_at, updated_at)
		SELECT $1, $2, ch.id, $4, $5, 'active', ch.mode, CASE WHEN ch.mode = 'off' THEN 'human' ELSE 'ai' END, 1, 1,
			1, CASE WHEN $6 THEN 1 ELSE 0 END, 0, $7, 'customer', $8, $9, $10, 1, $11, $12, CASE WHEN $6 THEN 1 ELSE 0 END, $10, $10
		FROM channels ch WHERE ch.tenant_id = $1 AND ch.id = $3
			AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.tenant_id = $1 AND m.channel_id = $3 AND m.external_id IN ($13, $14))
		ON CONFLICT (tenant_id, channel_id, contact_id) DO UPDATE SET
			last_seq = conversations.last_seq + 1,
			said_seq = CASE WHEN $6 THEN conversations.last_seq + 1 ELSE conversations.said_seq END,
			last_customer_seq = CASE WHEN $6 THEN conversations.last_seq + 1 ELSE conversations.last_customer_seq END,
			episode = conversations.episode + CASE WHEN $6 AND conversations.status = 'closed' THEN 1 ELSE 0 END,
			episode_seq = CASE WHEN $6 AND conversations.status = 'closed' THEN conversations.last_seq + 1
				ELSE conversations.episode_seq END,
			status = CASE WHEN $6 THEN 'active' ELSE conversations.status END,
			snoozed_until = CASE WHEN $6 THEN NULL ELSE conversations.snoozed_until END,
			last_message_id = excluded.last_message_id,
			last_sender = CASE WHEN $6 THEN 'customer' ELSE conversations.last_sender END,
			last_kind = CASE WHEN $6 THEN excluded.last_kind ELSE conversations.last_kind END,
			last_text = CASE WHEN $6 THEN excluded.last_text ELSE conversations.last_text END,
			last_at = CASE WHEN $6 THEN excluded.last_at ELSE conversations.last_at END,
			customer_at = CASE WHEN conversations.customer_at < excluded.customer_at THEN excluded.customer_at
				ELSE conversations.customer_at END,
			window_until = CASE WHEN conversations.window_until < excluded.window_until THEN excluded.window_until
				ELSE conversations.window_until END,
			unread = conversations.unread + CASE WHEN $6 THEN 1 ELSE 0 END,
			updated_at = excluded.updated_at
		RETURNING id, channel_id, last_seq, episode, episode_seq, lane, mode, handler, labelled`,
		a.Tenant(), tx.NewID(), in.ChannelID, in.ContactID, in.Lane, counts, messageID, in.Kind, preview(in.Body), tx.Now(),
		in.SaidAt, window, in.ExternalID, trace(a, in.ChannelID, in.ExternalID),
	).Scan(&p.conversationID, &p.channelID, &p.seq, &p.episode, &p.episodeSeq, &p.lane, &p.mode, &p.handler, &p.labelled)
	if errors.Is(err, db.ErrNoRows) {
		return place{}, nil
	}
	if err != nil {
		return place{}, fmt.Errorf("take place: %w", err)
	}
	if p.labelled {
		sortLabels(tx, a, p.conversationID)
	}
	return p, nil
}

func insertMessage(tx *db.Tx, a actor.Actor, m Message) {
	if len(m.Payload) == 0 {
		m.Payload = json.RawMessage("{}")
	}
	tx.Later("insert message", `
		INSERT INTO messages (tenant_id, id, conversation_id, channel_id, seq, episode, sender, author_id, kind, body, payload,
			external_id, reply_to, status, said_at, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, nullif($12, ''), $13, $14, $15, $16)`,
		a.Tenant(), m.ID, m.ConversationID, m.ChannelID, m.Seq, m.Episode, m.Sender, m.AuthorID, m.Kind, m.Body, string(m.Payload),
		m.ExternalID, m.ReplyTo, m.Status, m.SaidAt, tx.Now())
}

// BeforeAll is a place before everything that was said in a conversation, what was imported included.
const BeforeAll = -1 << 40

// Everything reads a piece of a conversation as it is stored, the lines about other messages too, in the order of places.
func Everything(ctx context.Context, q db.Querier, a actor.Actor, conversationID string, after int64, limit int) ([]Message, error) {
	rows, err := q.Query(ctx, `SELECT `+messageColumns+` FROM messages
		WHERE tenant_id = $1 AND conversation_id = $2 AND seq > $3 ORDER BY seq LIMIT $4`, a.Tenant(), conversationID, after, limit)
	if err != nil {
		return nil, fmt.Errorf("read all messages: %w", err)
	}
	defer rows.Close()
	var page []Message
	for rows.Next() {
		m, err := scanMessage(rows)
		if err != nil {
			return nil, fmt.Errorf("read message: %w", err)
		}
		page = append(page, m)
	}
	return page, rows.Err()
}

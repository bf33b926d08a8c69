package conversation

import (
	"context"
	"fmt"

	"parley/internal/actor"
	"parley/internal/db"
)

// Merged says that what was in the conversation From is now in Into. From equals Into when a conversation only changed
// its contact.
type Merged struct{ From, Into string }

// MoveToContact gives the conversations of one contact to another. Where both have one on the same channel, their
// messages become one thread in the order they were said; what happens next is a person's to decide, so the AI's
// turns are void. The caller moves what other rooms hold of a conversation (delivery.Merge).
func (s *Service) MoveToContact(ctx context.Context, tx *db.Tx, a actor.Actor, from, into string) ([]Merged, error) {
	all, err := sharedChannels(ctx, tx, a, from, into)
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		if m.From == m.Into {
			_, err = tx.Exec(ctx, `UPDATE conversations SET contact_id = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2`,
				a.Tenant(), m.From, into, tx.Now())
		} else {
			err = joinThreads(ctx, tx, a, m)
		}
		if err != nil {
			return nil, fmt.Errorf("move conversation: %w", err)
		}
		s.changed(tx, m.Into)
	}
	return all, nil
}

// isWord is the condition for a message to be a word of the conversation: no note, no system line, no reaction.
const isWord = `kind NOT IN ('note', 'event', 'suggestion', 'reaction', 'system')`

// joinThreads passes through places below zero, so that the places of a conversation are unique at every moment.
func joinThreads(ctx context.Context, tx *db.Tx, a actor.Actor, m Merged) error {
	tenantID := a.Tenant()
	p := tx.Pipeline()
	p.Exec(nil, `DELETE FROM turns WHERE tenant_id = $1 AND conversation_id IN ($2, $3)`, tenantID, m.From, m.Into)
	p.Exec(nil, `UPDATE messages SET conversation_id = $3, seq = -seq WHERE tenant_id = $1 AND conversation_id = $2`,
		tenantID, m.From, m.Into)
	p.Exec(nil, `UPDATE messages SET seq = -1000000000 - r.place FROM (
			SELECT id, row_number() OVER (ORDER BY said_at, id) AS place FROM messages
			WHERE tenant_id = $1 AND conversation_id = $2) r
		WHERE messages.tenant_id = $1 AND messages.id = r.id`, tenantID, m.Into)
	p.Exec(nil, `UPDATE messages SET seq = -1000000000 - seq WHERE tenant_id = $1 AND conversation_id = $2`, tenantID, m.Into)
	p.Exec(nil, `UPDATE message_terms SET conversation_id = $3 WHERE tenant_id = $1 AND conversation_id = $2`,
		tenantID, m.From, m.Into)
	p.Exec(nil, `UPDATE conversations SET handler = 'human', status = two.status, unread = two.unread,
			customer_at = two.customer_at, window_until = two.window_until,
			last_seq = m.last_seq, said_seq = m.said_seq, ours_seq = m.ours_seq, last_customer_seq = m.last_customer_seq
		FROM (SELECT min(status) AS status, sum(unread) AS unread, max(customer_at) AS customer_at, max(window_until) AS window_until
				FROM conversations WHERE tenant_id = $1 AND id IN ($2, $3)) two,
			(SELECT max(seq) AS last_seq, coalesce(max(CASE WHEN `+isWord+` THEN seq END), 0) AS said_seq,
				coalesce(max(CASE WHEN `+isWord+` AND sender <> 'customer' THEN seq END), 0) AS ours_seq,
				coalesce(max(CASE WHEN `+isWord+` AND sender = 'customer' THEN seq END), 0) AS last_customer_seq
				FROM messages WHERE tenant_id = $1 AND conversation_id = $3) m
		WHERE conversations.tenant_id = $1 AND conversations.id = $3`, tenantID, m.From, m.Into)
	p.Exec(nil, `UPDATE conversations SET last_sender = m.sender, last_kind = m.kind, last_text = substr(m.body, 1, 200),
			last_at = m.created_at, last_message_id = m.id
		FROM messages m WHERE conversations.tenant_id = $1 AND conversations.id = $2
			AND m.tenant_id = $1 AND m.conversation_id = $2 AND m.seq = conversations.said_seq`, tenantID, m.Into)
	p.Exec(nil, `UPDATE episodes SET closed_at = NULL, outcome = '' WHERE tenant_id = $1 AND conversation_id = $2 AND EXISTS (
			SELECT 1 FROM conversations c WHERE c.tenant_id = $1 AND c.id = $2 AND c.status = 'active' AND c.episode = episodes.number)`,
		tenantID, m.Into)
	p.Exec(nil, `DELETE FROM episodes WHERE tenant_id = $1 AND conversation_id = $2`, tenantID, m.From)
	p.Exec(nil, `DELETE FROM conversations WHERE tenant_id = $1 AND id = $2`, tenantID, m.From)
	return p.Run(ctx)
}

func sharedChannels(ctx context.Context, tx *db.Tx, a actor.Actor, from, into string) ([]Merged, error) {
	rows, err := tx.Query(ctx, `
		SELECT f.id, coalesce(t.id, f.id) FROM conversations f
		LEFT JOIN conversations t ON t.tenant_id = f.tenant_id AND t.channel_id = f.channel_id AND t.contact_id = $3
		WHERE f.tenant_id = $1 AND f.contact_id = $2`, a.Tenant(), from, into)
	if err != nil {
		return nil, fmt.Errorf("read conversations to move: %w", err)
	}
	defer rows.Close()
	var all []Merged
	for rows.Next() {
		var m Merged
		if err := rows.Scan(&m.From, &m.Into); err != nil {
			return nil, fmt.Errorf("read conversations to move: %w", err)
		}
		all = append(all, m)
	}
	return all, rows.Err()
}

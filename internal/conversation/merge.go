package conversation

import (
	"context"
	"fmt"
	"slices"

	"parley/internal/actor"
	"parley/internal/db"
)

// Merged says that the conversation From is Into now. The two are equal when a conversation only changed its contact.
type Merged struct{ From, Into string }

// MoveToContact gives the conversations of one contact to another. Where both have one on the same channel, their
// messages become one thread in the order they were said. It is a person's when one of the two was; else the AI still owes
// what it owed in either. The caller has made one contact of the two before (contact.Merge), which keeps conversations
// from being opened meanwhile, and moves what other rooms hold of a conversation (delivery.Merge).
func (s *Service) MoveToContact(ctx context.Context, tx *db.Tx, a actor.Actor, from, into string) ([]Merged, error) {
	if err := holdAll(ctx, tx, a, from, into); err != nil {
		return nil, err
	}
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

// holdAll locks the conversations of both contacts, always in the order of their ids: whatever else wants one of them
// waits until the step has ended, and two merges do not wait for each other in a circle.
func holdAll(ctx context.Context, tx *db.Tx, a actor.Actor, from, into string) error {
	ids, err := readIDs(ctx, tx, `SELECT id FROM conversations WHERE tenant_id = $1 AND contact_id IN ($2, $3)`, a.Tenant(), from, into)
	if err != nil {
		return err
	}
	slices.Sort(ids)
	for _, id := range ids {
		if _, err := tx.Exec(ctx, `UPDATE conversations SET updated_at = $3 WHERE tenant_id = $1 AND id = $2`, a.Tenant(), id, tx.Now()); err != nil {
			return fmt.Errorf("hold conversation: %w", err)
		}
	}
	return nil
}

// isWord is the condition for a message to be a word of the conversation: no note, no system line, nothing that is said
// about another message, and not taken back.
const isWord = `kind NOT IN ('note', 'event', 'suggestion', 'reaction', 'system', 'edit', 'revoke', 'call') AND deleted_at IS NULL`

// joinThreads makes one conversation of two that are held.
func joinThreads(ctx context.Context, tx *db.Tx, a actor.Actor, m Merged) error {
	owed, err := firstOwed(ctx, tx, a, m)
	if err != nil {
		return err
	}
	p := tx.Pipeline()
	joinMessages(p, a, m)
	joinHeads(p, a, m, tx.Now())
	p.Exec(nil, `UPDATE episodes SET closed_at = NULL, outcome = '' WHERE tenant_id = $1 AND conversation_id = $2 AND EXISTS (
			SELECT 1 FROM conversations c WHERE c.tenant_id = $1 AND c.id = $2 AND c.status = 'active' AND c.episode = episodes.number)`,
		a.Tenant(), m.Into)
	p.Exec(nil, `DELETE FROM episodes WHERE tenant_id = $1 AND conversation_id = $2`, a.Tenant(), m.From)
	joinTurns(p, a, m, owed)
	p.Exec(nil, `INSERT INTO conversation_labels (tenant_id, label_id, conversation_id)
		SELECT tenant_id, label_id, $3 FROM conversation_labels WHERE tenant_id = $1 AND conversation_id = $2
		ON CONFLICT DO NOTHING`, a.Tenant(), m.From, m.Into)
	p.Exec(nil, sortingLabels, a.Tenant(), m.Into)
	p.Exec(nil, `DELETE FROM conversation_labels WHERE tenant_id = $1 AND conversation_id = $2`, a.Tenant(), m.From)
	p.Exec(nil, `DELETE FROM conversations WHERE tenant_id = $1 AND id = $2`, a.Tenant(), m.From)
	return p.Run(ctx)
}

// firstOwed are the first messages that the open turns of the two cover.
func firstOwed(ctx context.Context, tx *db.Tx, a actor.Actor, m Merged) ([2]string, error) {
	var first [2]string
	ids, err := readIDs(ctx, tx, `
		SELECT m.id FROM turns t
		JOIN messages m ON m.tenant_id = t.tenant_id AND m.conversation_id = t.conversation_id AND m.seq = t.first_seq
		WHERE t.tenant_id = $1 AND t.conversation_id IN ($2, $3)`, a.Tenant(), m.From, m.Into)
	copy(first[:], ids)
	return first, err
}

// joinMessages numbers the messages of both anew, by when they were said, which WhatsApp tells in seconds, and then by when
// they came. Each thread keeps its own order, whatever the speakers' clocks said. It
// passes through places below zero, so that the places of a conversation are unique at every moment. The episodes are
// those of Into.
func joinMessages(p *db.Pipeline, a actor.Actor, m Merged) {
	p.Exec(nil, `
		UPDATE messages SET conversation_id = $3, seq = -1000000000 - r.place, episode = r.episode FROM (
			SELECT id, row_number() OVER thread AS place,
				max(CASE WHEN conversation_id = $3 THEN episode ELSE 1 END) OVER thread AS episode
			FROM (SELECT id, conversation_id, seq, episode, max(said_at / 1000000) OVER own AS said, max(created_at) OVER own AS came
				FROM messages WHERE tenant_id = $1 AND conversation_id IN ($2, $3)
				WINDOW own AS (PARTITION BY conversation_id ORDER BY seq)) lines
			WINDOW thread AS (ORDER BY said, came, conversation_id, seq)) r
		WHERE messages.tenant_id = $1 AND messages.id = r.id`, a.Tenant(), m.From, m.Into)
	p.Exec(nil, `UPDATE messages SET seq = -1000000000 - seq WHERE tenant_id = $1 AND conversation_id = $2`, a.Tenant(), m.Into)
}

// joinHeads brings what Into says of itself up to what both said.
func joinHeads(p *db.Pipeline, a actor.Actor, m Merged, now db.Time) {
	p.Exec(nil, `
		UPDATE conversations SET
			handler = CASE WHEN conversations.mode = 'off' OR f.handler = 'human' THEN 'human' ELSE conversations.handler END,
			assignee_id = CASE WHEN conversations.assignee_id = '' THEN f.assignee_id ELSE conversations.assignee_id END,
			handoff_reason = CASE WHEN conversations.handed_off_at IS NULL THEN f.handoff_reason ELSE conversations.handoff_reason END,
			handoff_summary = CASE WHEN conversations.handed_off_at IS NULL THEN f.handoff_summary ELSE conversations.handoff_summary END,
			handed_off_at = coalesce(conversations.handed_off_at, f.handed_off_at),
			alerted_at = coalesce(conversations.alerted_at, f.alerted_at),
			status = CASE WHEN f.status = 'active' THEN 'active' ELSE conversations.status END,
			problem = CASE WHEN conversations.problem = '' THEN f.problem ELSE conversations.problem END,
			disclosed_at = coalesce(conversations.disclosed_at, f.disclosed_at),
			snoozed_until = CASE WHEN f.snoozed_until IS NULL THEN NULL ELSE conversations.snoozed_until END,
			labelled = conversations.labelled OR f.labelled,
			unread = conversations.unread + f.unread,
			customer_at = CASE WHEN f.customer_at > conversations.customer_at THEN f.customer_at ELSE conversations.customer_at END,
			window_until = CASE WHEN f.window_until > conversations.window_until THEN f.window_until ELSE conversations.window_until END,
			last_seq = m.last_seq, said_seq = m.said_seq, ours_seq = m.ours_seq, last_customer_seq = m.last_customer_seq,
			updated_at = $4
		FROM conversations f, (
			SELECT max(seq) AS last_seq, coalesce(max(CASE WHEN `+isWord+` THEN seq END), 0) AS said_seq,
				coalesce(max(CASE WHEN `+isWord+` AND sender <> 'customer' THEN seq END), 0) AS ours_seq,
				coalesce(max(CASE WHEN `+isWord+` AND sender = 'customer' THEN seq END), 0) AS last_customer_seq
			FROM messages WHERE tenant_id = $1 AND conversation_id = $3) m
		WHERE conversations.tenant_id = $1 AND conversations.id = $3 AND f.tenant_id = $1 AND f.id = $2`,
		a.Tenant(), m.From, m.Into, now)
	p.Exec(nil, `UPDATE conversations SET last_sender = m.sender, last_kind = m.kind, last_text = substr(m.body, 1, 200),
			last_at = m.created_at, last_message_id = m.id
		FROM messages m WHERE conversations.tenant_id = $1 AND conversations.id = $2
			AND m.tenant_id = $1 AND m.conversation_id = $2 AND m.seq = conversations.said_seq`, a.Tenant(), m.Into)
	p.Exec(nil, `UPDATE conversations SET episode_seq = coalesce((SELECT min(m.seq) FROM messages m
			WHERE m.tenant_id = $1 AND m.conversation_id = $2 AND m.episode = conversations.episode), 1)
		WHERE tenant_id = $1 AND id = $2`, a.Tenant(), m.Into)
}

// joinTurns makes one turn of those that were open, over all that they covered; none when a person has the conversation.
// Who works on Into's goes on, and finds at the guard that more was said.
func joinTurns(p *db.Pipeline, a actor.Actor, m Merged, owed [2]string) {
	p.Exec(nil, `
		INSERT INTO turns (tenant_id, conversation_id, lane, first_seq, last_seq, opened_at, due_at, deadline_at, claimed_by, attempts)
		SELECT tenant_id, $3, lane, first_seq, last_seq, opened_at, due_at, deadline_at, '', attempts FROM turns
		WHERE tenant_id = $1 AND conversation_id = $2
		ON CONFLICT DO NOTHING`, a.Tenant(), m.From, m.Into)
	p.Exec(nil, `DELETE FROM turns WHERE tenant_id = $1 AND (conversation_id = $2 OR conversation_id = $3 AND EXISTS (
			SELECT 1 FROM conversations c WHERE c.tenant_id = $1 AND c.id = $3 AND c.handler = 'human'))`, a.Tenant(), m.From, m.Into)
	p.Exec(nil, `
		UPDATE turns SET
			first_seq = (SELECT min(m.seq) FROM messages m WHERE m.tenant_id = $1 AND m.id IN ($3, $4)),
			last_seq = (SELECT c.said_seq FROM conversations c WHERE c.tenant_id = $1 AND c.id = $2)
		WHERE tenant_id = $1 AND conversation_id = $2`, a.Tenant(), m.Into, owed[0], owed[1])
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

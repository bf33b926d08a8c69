package conversation

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"parley/internal/actor"
	"parley/internal/analyzer"
	"parley/internal/db"
)

// What is left of an erased contact's conversations: lines without words, under a conversation no list shows. Reports
// count them, and Meta's ids of them, as hashes, keep what is delivered again from coming back.
const (
	erased        Status        = "erased"
	statusErasing MessageStatus = "erasing" // set aside, its words are still there: Forget takes them away
	statusErased  MessageStatus = "erased"
)

// Removal says what was set aside.
type Removal struct {
	Conversations []string // as they were called; none of them is found any more
	Messages      int64
}

// SetAside takes the conversations of a contact out of everybody's sight at once: under new names, of the nameless contact
// called shell. What anybody has in hand of them (an answer being written, a reply, a send) finds nothing to go to, as
// after a merge. Forget then takes away what was said. No index of words takes in any of it from here on.
func (s *Service) SetAside(ctx context.Context, tx *db.Tx, a actor.Actor, contactID, shell string) (out Removal, err error) {
	if err := holdAll(ctx, tx, a, contactID, contactID); err != nil {
		return out, err
	}
	out.Conversations, err = readIDs(ctx, tx, `SELECT id FROM conversations WHERE tenant_id = $1 AND contact_id = $2 ORDER BY id`,
		a.Tenant(), contactID)
	if err != nil {
		return out, err
	}
	for _, id := range out.Conversations {
		n, err := setAside(ctx, tx, a, id, shell)
		if err != nil {
			return out, fmt.Errorf("set conversation aside: %w", err)
		}
		out.Messages += n
		s.changed(tx, id)
	}
	_, err = tx.Exec(ctx, `INSERT INTO message_index_marks (tenant_id, message_id, erased) VALUES ($1, '', 1)
		ON CONFLICT (tenant_id) DO UPDATE SET erased = message_index_marks.erased + 1`, a.Tenant())
	return out, err
}

func setAside(ctx context.Context, tx *db.Tx, a actor.Actor, id, shell string) (messages int64, err error) {
	aside := tx.NewID()
	p := tx.Pipeline()
	p.Exec(nil, `
		INSERT INTO conversations (tenant_id, id, channel_id, contact_id, lane, status, mode, handler, episode, episode_seq,
			last_seq, said_seq, ours_seq, last_message_id, last_sender, last_kind, last_text, last_at, last_customer_seq,
			customer_at, window_until, unread, created_at, updated_at)
		SELECT tenant_id, $3, channel_id, $4, 0, $5, 'off', 'human', episode, episode_seq, last_seq, said_seq, ours_seq,
			'', last_sender, last_kind, '', last_at, last_customer_seq, customer_at, 0, 0, created_at, $6
		FROM conversations WHERE tenant_id = $1 AND id = $2`, a.Tenant(), id, aside, shell, erased, tx.Now())
	p.Exec(nil, `DELETE FROM turns WHERE tenant_id = $1 AND conversation_id = $2`, a.Tenant(), id)
	p.Exec(nil, `DELETE FROM conversation_labels WHERE tenant_id = $1 AND conversation_id = $2`, a.Tenant(), id)
	p.Exec(nil, `UPDATE episodes SET conversation_id = $3, closed_at = coalesce(closed_at, $4)
		WHERE tenant_id = $1 AND conversation_id = $2`, a.Tenant(), id, aside, tx.Now())
	p.Exec(&messages, `UPDATE messages SET conversation_id = $3, status = $4 WHERE tenant_id = $1 AND conversation_id = $2`,
		a.Tenant(), id, aside, statusErasing)
	p.Exec(nil, `DELETE FROM conversations WHERE tenant_id = $1 AND id = $2`, a.Tenant(), id)
	return messages, p.Run(ctx)
}

// Leftover is some of what was set aside and still has its words.
type Leftover struct {
	IDs []string

	lines []leftLine
	words map[string]map[string]bool // of each word, the messages that have or had it
}

type leftLine struct{ id, channelID, externalID string }

// Left reads some of what was set aside of a contact; none is left when IDs is empty. It reads outside of a step.
func Left(ctx context.Context, q db.Querier, a actor.Actor, shell string, limit int) (l Leftover, err error) {
	rows, err := q.Query(ctx, `
		SELECT m.id, m.channel_id, coalesce(m.external_id, ''), m.kind, m.body, m.payload FROM conversations c
		JOIN messages m ON m.tenant_id = c.tenant_id AND m.conversation_id = c.id
		WHERE c.tenant_id = $1 AND c.contact_id = $2 AND m.status = $3 LIMIT $4`, a.Tenant(), shell, statusErasing, limit)
	if err != nil {
		return l, fmt.Errorf("read what is to be erased: %w", err)
	}
	defer rows.Close()
	l.words = map[string]map[string]bool{}
	for rows.Next() {
		var line leftLine
		var kind, body, payload string
		if err := rows.Scan(&line.id, &line.channelID, &line.externalID, &kind, &body, &payload); err != nil {
			return l, fmt.Errorf("read what is to be erased: %w", err)
		}
		l.IDs, l.lines = append(l.IDs, line.id), append(l.lines, line)
		if kind != KindEvent {
			l.note(line.id, body)
		}
		if kind != KindEdit {
			continue
		}
		var was editPayload // a message keeps the words in the index that it had before it was edited
		if json.Unmarshal([]byte(payload), &was) == nil {
			l.noteFormer(was.Before)
		}
	}
	return l, rows.Err()
}

func (l *Leftover) note(id, text string) {
	for _, term := range analyzer.Words(text) {
		if l.words[term] == nil {
			l.words[term] = map[string]bool{}
		}
		l.words[term][id] = true
	}
}

// anybody stands for a message whose id is not at hand: the one that an edit was about.
const anybody = ""

func (l *Leftover) noteFormer(text string) { l.note(anybody, text) }

// Forget takes away what was said in some messages: their words, where search finds them, what they bring, and Meta's
// ids, which hold the number. What reports count stays: when, by whom, of which kind, and why the AI handed off.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, a actor.Actor, shell string, l Leftover) error {
	for _, line := range l.lines {
		tx.Later("forget message", `
			UPDATE messages SET status = $3, external_id = nullif($4, ''), reply_to = '', error_text = '', said_at = created_at,
				body = CASE WHEN kind = 'event' THEN body ELSE '' END,
				payload = CASE WHEN kind = 'event' AND body = 'handed_off' THEN payload ELSE '{}' END
			WHERE tenant_id = $1 AND id = $2`, a.Tenant(), line.id, statusErased, trace(a, line.channelID, line.externalID))
	}
	return forgetWords(ctx, tx, a, shell, l.words)
}

// trace is what is kept of Meta's id of an erased message, to know it again. Ids are long and random: nobody guesses
// from the hash what was hashed.
func trace(a actor.Actor, channelID, externalID string) string {
	if externalID == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(a.Tenant() + "\x00" + channelID + "\x00" + externalID))
	return "erased." + base64.RawURLEncoding.EncodeToString(sum[:])
}

// NotErased leaves out those of Meta's ids whose messages were erased.
func NotErased(ctx context.Context, q db.Querier, a actor.Actor, channelID string, externalIDs []string) (map[string]bool, error) {
	left := make(map[string]bool, len(externalIDs))
	if len(externalIDs) == 0 {
		return left, nil
	}
	args, of := bound{a.Tenant(), channelID}, map[string]string{}
	marks := make([]string, 0, len(externalIDs))
	for _, id := range externalIDs {
		left[id] = true
		hashed := trace(a, channelID, id)
		of[hashed] = id
		marks = append(marks, args.arg(hashed))
	}
	gone, err := readIDs(ctx, q, `SELECT external_id FROM messages WHERE tenant_id = $1 AND channel_id = $2 AND external_id IN (`+
		strings.Join(marks, ", ")+`)`, args...)
	for _, hashed := range gone {
		delete(left, of[hashed])
	}
	return left, err
}

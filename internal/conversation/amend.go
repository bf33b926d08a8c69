package conversation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/realtime"
)

// Amended is what became of something said about an earlier message.
type Amended struct {
	Received
	// Found: the message it is about is here, and shows it. Otherwise it stays a line of its own, until SettleLater finds
	// the message.
	Found bool
	// TurnMoved: the message was unanswered, and what the AI owes is now something else, or nothing.
	TurnMoved bool
}

// Amend writes down a reaction, an edit or a deletion (the kinds are KindReaction, KindEdit and KindRevoke; ReplyTo is
// Meta's id of the message it is about), and applies it to its message. It is no word of the conversation: it opens no
// turn and counts as nobody's unread. But when a message the AI has not answered yet gets another wording, the AI must
// think again, and when all of them were taken back nothing is owed.
func (s *Service) Amend(ctx context.Context, tx *db.Tx, a actor.Actor, in Inbound, by Sender) (out Amended, err error) {
	out.MessageID = tx.NewID()
	in.Weight, in.OpensWindow = Silent, false
	p, err := takePlace(ctx, tx, a, in, out.MessageID)
	if err != nil || p.seq == 0 {
		return out, err
	}
	out.ConversationID, out.Seq, out.Fresh, out.EpisodeOpened = p.conversationID, p.seq, true, p.episodeSeq == p.seq
	line := Message{
		ID: out.MessageID, ConversationID: p.conversationID, ChannelID: in.ChannelID, Seq: p.seq, Episode: p.episode, Sender: by,
		Kind: in.Kind, Body: in.Body, Payload: in.Payload, ExternalID: in.ExternalID, ReplyTo: in.ReplyTo,
		Status: StatusReceived, SaidAt: in.SaidAt,
	}
	if by != FromCustomer {
		line.Status = StatusSent
	}
	insertMessage(tx, a, line)
	if out.EpisodeOpened {
		openEpisode(tx, a, p)
	}
	s.added(tx, line.ConversationID, line.ID, line.Seq)
	out.Found, out.TurnMoved, err = s.settle(ctx, tx, a, line)
	return out, err
}

// target is the message that something is said about.
type target struct {
	id, body          string
	seq               int64
	sender            Sender
	editedAt, deleted db.Time
}

// settle applies a line to the message it is about, and takes the line itself out of the thread. Only who said something
// may change it, and only in the same conversation.
func (s *Service) settle(ctx context.Context, tx *db.Tx, a actor.Actor, line Message) (found, turnMoved bool, err error) {
	var t target
	err = tx.QueryRow(ctx, `
		SELECT id, body, seq, sender, edited_at, deleted_at FROM messages
		WHERE tenant_id = $1 AND channel_id = $2 AND external_id = $3 AND conversation_id = $4
			AND kind NOT IN ('reaction', 'edit', 'revoke')`,
		a.Tenant(), line.ChannelID, line.ReplyTo, line.ConversationID,
	).Scan(&t.id, &t.body, &t.seq, &t.sender, &t.editedAt, &t.deleted)
	if errors.Is(err, db.ErrNoRows) {
		return false, false, nil
	}
	if err != nil {
		return false, false, fmt.Errorf("find what is amended: %w", err)
	}
	own := (t.sender == FromCustomer) == (line.Sender == FromCustomer)
	switch {
	case line.Kind == KindReaction:
	case !own:
		return false, false, nil
	case line.Kind == KindEdit:
		turnMoved, err = s.reword(ctx, tx, a, t, line)
	default:
		turnMoved, err = s.takeBack(ctx, tx, a, t, line)
	}
	if err != nil {
		return true, false, err
	}
	_, err = tx.Exec(ctx, `UPDATE messages SET deleted_at = $3 WHERE tenant_id = $1 AND id = $2`, a.Tenant(), line.ID, tx.Now())
	s.live.Announce(tx, realtime.Hint{
		Kind: realtime.MessageChanged, ConversationID: line.ConversationID, MessageID: t.id, Seq: t.seq,
	})
	return true, turnMoved, err
}

// reword gives a message its new wording; the old one is kept with the edit. An edit that came before this one, late, and
// one of a message that was taken back, change nothing.
func (s *Service) reword(ctx context.Context, tx *db.Tx, a actor.Actor, t target, line Message) (turnMoved bool, err error) {
	n, err := tx.Exec(ctx, `
		UPDATE messages SET body = $3, edited_at = $4
		WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL AND (edited_at IS NULL OR edited_at < $4)`,
		a.Tenant(), t.id, line.Body, line.SaidAt)
	if err != nil || n == 0 {
		return false, err
	}
	kept, err := json.Marshal(editPayload{Before: t.body})
	if err != nil {
		return false, err
	}
	_, err = tx.Exec(ctx, `UPDATE messages SET payload = $3 WHERE tenant_id = $1 AND id = $2`, a.Tenant(), line.ID, string(kept))
	if err != nil {
		return false, fmt.Errorf("keep the wording before: %w", err)
	}
	return s.unsettle(ctx, tx, a, t, line)
}

// editPayload is what an edit that was applied keeps: the wording it replaced.
type editPayload struct {
	Before string `json:"before"`
}

// takeBack marks a message as taken back. Its words stay with us, marked.
func (s *Service) takeBack(ctx context.Context, tx *db.Tx, a actor.Actor, t target, line Message) (turnMoved bool, err error) {
	n, err := tx.Exec(ctx, `UPDATE messages SET deleted_at = $3 WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL`,
		a.Tenant(), t.id, line.SaidAt)
	if err != nil || n == 0 {
		return false, err
	}
	return s.unsettle(ctx, tx, a, t, line)
}

// unsettle follows a change of what was said: in the list, and, when nobody has answered it yet, in what is owed. The
// guard of an answer being written (said_seq) moves on, so that it is thought of again.
func (s *Service) unsettle(ctx context.Context, tx *db.Tx, a actor.Actor, t target, line Message) (turnMoved bool, err error) {
	if err := showLastWord(ctx, tx, a, line.ConversationID); err != nil {
		return false, err
	}
	s.changed(tx, line.ConversationID)
	if t.sender != FromCustomer {
		return false, nil
	}
	n, err := tx.Exec(ctx, `
		UPDATE conversations SET said_seq = $3, last_customer_seq = CASE WHEN EXISTS (
				SELECT 1 FROM messages m WHERE m.tenant_id = $1 AND m.conversation_id = $2 AND m.seq > conversations.ours_seq
					AND m.sender = 'customer' AND `+isWord+`) THEN $3 ELSE ours_seq END
		WHERE tenant_id = $1 AND id = $2 AND ours_seq < $4`, a.Tenant(), line.ConversationID, line.Seq, t.seq)
	if err != nil || n == 0 {
		return false, err // it was answered: history is history
	}
	if n, err = tx.Exec(ctx, `UPDATE turns SET last_seq = $3 WHERE tenant_id = $1 AND conversation_id = $2`,
		a.Tenant(), line.ConversationID, line.Seq); err != nil || n == 0 {
		return false, err
	}
	_, err = tx.Exec(ctx, `
		DELETE FROM turns WHERE tenant_id = $1 AND conversation_id = $2 AND NOT EXISTS (
			SELECT 1 FROM messages m WHERE m.tenant_id = $1 AND m.conversation_id = $2 AND m.seq >= turns.first_seq
				AND m.sender = 'customer' AND `+isWord+`)`, a.Tenant(), line.ConversationID)
	return true, err
}

// showLastWord puts the last word that was not taken back into the list's row.
func showLastWord(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID string) error {
	last := Message{Sender: FromSystem, Kind: KindRevoke}
	err := tx.QueryRow(ctx, `
		SELECT sender, kind, body FROM messages WHERE tenant_id = $1 AND conversation_id = $2 AND `+isWord+`
		ORDER BY seq DESC LIMIT 1`, a.Tenant(), conversationID).Scan(&last.Sender, &last.Kind, &last.Body)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return fmt.Errorf("read last word: %w", err)
	}
	_, err = tx.Exec(ctx, `
		UPDATE conversations SET last_sender = $3, last_kind = $4, last_text = $5 WHERE tenant_id = $1 AND id = $2`,
		a.Tenant(), conversationID, last.Sender, last.Kind, preview(last.Body))
	return err
}

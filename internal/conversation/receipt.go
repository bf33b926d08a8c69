package conversation

import (
	"context"
	"errors"
	"fmt"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/realtime"
)

// Receipt is a status Meta reports of a message of ours.
type Receipt struct {
	ChannelID  string
	ExternalID string // Meta's id
	MessageID  string // ours, from the callback data; "" when Meta did not echo it
	Status     MessageStatus
	At         db.Time
	ErrorCode  int64
	ErrorText  string
}

// rank orders the stations a message passes; a receipt only ever moves it up. A failure ends what was not yet
// delivered: Meta may report delivered and failed of one message (several devices), and then the success stands.
const rank = `CASE status WHEN 'queued' THEN 0 WHEN 'unknown' THEN 0 WHEN 'sent' THEN 1 WHEN 'failed' THEN 2
	WHEN 'delivered' THEN 3 WHEN 'read' THEN 4 WHEN 'played' THEN 5 ELSE 9 END`

func rankOf(s MessageStatus) int64 {
	switch s {
	case StatusSent:
		return 1
	case StatusFailed:
		return 2
	case StatusDelivered:
		return 3
	case StatusRead:
		return 4
	case StatusPlayed:
		return 5
	default: // received, queued, unknown
		return 0
	}
}

// Marked is what a receipt found.
type Marked struct {
	MessageID      string
	ConversationID string
	Seq            int64
	Lane           int64

	moved *int64
}

// Moved says that the status moved; false: it was there already, or further. It is known when the step has committed.
func (m Marked) Moved() bool { return m.moved != nil && *m.moved > 0 }

// Mark applies a receipt to the message it belongs to. A message that is not known (yet) is not an error: Marked is
// zero then, and the receipt is the caller's to keep.
func (s *Service) Mark(ctx context.Context, tx *db.Tx, a actor.Actor, r Receipt) (Marked, error) {
	m, err := findSent(ctx, tx, a, r)
	if err != nil || m.MessageID == "" {
		return m, err
	}
	return s.MarkFound(tx, a, m, r), nil
}

// MarkFound is Mark for who knows the message.
func (s *Service) MarkFound(tx *db.Tx, a actor.Actor, m Marked, r Receipt) Marked {
	m.moved = new(int64)
	tx.Later("mark "+string(r.Status), `
		UPDATE messages SET status = $3, external_id = coalesce(external_id, nullif($4, '')),
			sent_at = CASE WHEN sent_at IS NULL AND $3 <> 'failed' THEN $5 ELSE sent_at END,
			delivered_at = CASE WHEN delivered_at IS NULL AND $6 >= 3 THEN $5 ELSE delivered_at END,
			read_at = CASE WHEN read_at IS NULL AND $6 >= 4 THEN $5 ELSE read_at END,
			error_code = $7, error_text = $8
		WHERE tenant_id = $1 AND id = $2 AND `+rank+` < $6`,
		a.Tenant(), m.MessageID, r.Status, r.ExternalID, r.At, rankOf(r.Status), r.ErrorCode, r.ErrorText).Count(m.moved)
	if r.Status == StatusFailed {
		tx.Later("show failure", `
			UPDATE conversations SET problem = 'failed' WHERE tenant_id = $1 AND id = $2 AND EXISTS (
				SELECT 1 FROM messages m WHERE m.tenant_id = $1 AND m.id = $3 AND m.status = 'failed')`,
			a.Tenant(), m.ConversationID, m.MessageID)
		s.changed(tx, m.ConversationID)
	}
	s.live.Announce(tx, realtime.Hint{Kind: realtime.MessageChanged, ConversationID: m.ConversationID, MessageID: m.MessageID, Seq: m.Seq})
	return m
}

// MarkUnknown says that nobody can tell whether a message left; people decide whether to send it again.
func (s *Service) MarkUnknown(ctx context.Context, tx *db.Tx, a actor.Actor, messageID, conversationID string) error {
	n, err := tx.Exec(ctx, `UPDATE messages SET status = 'unknown' WHERE tenant_id = $1 AND id = $2 AND status = 'queued'`,
		a.Tenant(), messageID)
	if err != nil || n == 0 {
		return err
	}
	if err := s.setProblem(ctx, tx, a, conversationID, "unknown"); err != nil {
		return err
	}
	s.live.Announce(tx, realtime.Hint{Kind: realtime.MessageChanged, ConversationID: conversationID, MessageID: messageID})
	return nil
}

// Requeue makes a failed or unknown message of ours wait to be sent again. false: it is neither.
func (s *Service) Requeue(ctx context.Context, tx *db.Tx, a actor.Actor, messageID string) (m Message, ok bool, err error) {
	n, err := tx.Exec(ctx, `
		UPDATE messages SET status = 'queued', external_id = NULL, error_code = 0, error_text = ''
		WHERE tenant_id = $1 AND id = $2 AND sender IN ('agent', 'ai', 'system') AND status IN ('failed', 'unknown')`,
		a.Tenant(), messageID)
	if err != nil {
		return m, false, fmt.Errorf("requeue: %w", err)
	}
	if m, err = MessageByID(ctx, tx, a, messageID); err != nil || n == 0 {
		return m, false, err
	}
	if err := s.setProblem(ctx, tx, a, m.ConversationID, ""); err != nil {
		return m, false, err
	}
	s.live.Announce(tx, realtime.Hint{Kind: realtime.MessageChanged, ConversationID: m.ConversationID, MessageID: m.ID, Seq: m.Seq})
	return m, true, audit.Record(ctx, tx, a, audit.Entry{Action: "message.sent_again", TargetKind: "message", TargetID: m.ID})
}

func (s *Service) setProblem(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID, problem string) error {
	_, err := tx.Exec(ctx, `UPDATE conversations SET problem = $3 WHERE tenant_id = $1 AND id = $2`,
		a.Tenant(), conversationID, problem)
	s.changed(tx, conversationID)
	return err
}

// findSent looks a message of ours up by our own id, which Meta echoes, else by Meta's.
func findSent(ctx context.Context, q db.Querier, a actor.Actor, r Receipt) (m Marked, err error) {
	const what = `SELECT m.id, m.conversation_id, m.seq, c.lane FROM messages m
		JOIN conversations c ON c.tenant_id = m.tenant_id AND c.id = m.conversation_id
		WHERE m.tenant_id = $1 AND m.channel_id = $2 AND m.sender <> 'customer' AND `
	if r.MessageID != "" {
		err = q.QueryRow(ctx, what+`m.id = $3`, a.Tenant(), r.ChannelID, r.MessageID).
			Scan(&m.MessageID, &m.ConversationID, &m.Seq, &m.Lane)
		if err == nil || !errors.Is(err, db.ErrNoRows) {
			return m, err
		}
	}
	err = q.QueryRow(ctx, what+`m.external_id IN ($3, $4)`, a.Tenant(), r.ChannelID, r.ExternalID, trace(a, r.ChannelID, r.ExternalID)).
		Scan(&m.MessageID, &m.ConversationID, &m.Seq, &m.Lane)
	if errors.Is(err, db.ErrNoRows) {
		return Marked{}, nil
	}
	return m, err
}

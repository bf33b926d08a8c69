package delivery

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/contact"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/lease"
	"parley/internal/template"
	"parley/internal/whatsapp"
)

// letter is everything needed to send one outbox row.
type letter struct {
	messageID   string
	kind        string
	body        string
	payload     string
	replyTo     string
	status      conversation.MessageStatus
	dueAt       db.Time
	windowUntil db.Time
	to          contact.Reached
	channel     channel.Channel
}

// outgoing is the request for WhatsApp; our id goes with it and comes back in every status.
func (l letter) outgoing() (whatsapp.Outgoing, error) {
	out := whatsapp.Outgoing{
		To: l.to.WaID, Recipient: l.to.BSUID, Text: l.body, ReplyTo: l.replyTo, CallbackData: l.messageID,
	}
	if l.kind != conversation.KindTemplate {
		return out, nil
	}
	t, err := template.Outgoing(json.RawMessage(l.payload))
	out.Template = &t
	return out, err
}

// readLetter reads a row and what it needs in one look. An empty letter: the row is gone.
func readLetter(ctx context.Context, q db.Querier, a actor.Actor, it lease.Item) (l letter, err error) {
	into := []any{&l.messageID, &l.kind, &l.body, &l.payload, &l.replyTo, &l.status, &l.dueAt, &l.windowUntil, &l.to.ContactID, &l.to.WaID, &l.to.BSUID}
	err = q.QueryRow(ctx, `
		SELECT o.message_id, m.kind, m.body, m.payload, m.reply_to, m.status, o.due_at, c.window_until, `+
		contact.ReachedColumns("c")+`, `+channel.JoinColumns+`
		FROM outbox o
		JOIN messages m ON m.tenant_id = o.tenant_id AND m.id = o.message_id
		JOIN conversations c ON c.tenant_id = o.tenant_id AND c.id = o.conversation_id
		JOIN channels ch ON ch.tenant_id = c.tenant_id AND ch.id = c.channel_id
		WHERE o.tenant_id = $1 AND o.conversation_id = $2 AND o.seq = $3`, a.Tenant(), it.Conversation, it.Seq,
	).Scan(append(into, channel.JoinFields(&l.channel)...)...)
	if errors.Is(err, db.ErrNoRows) {
		return letter{}, nil
	}
	if err != nil {
		return l, fmt.Errorf("read outbox row: %w", err)
	}
	return l, nil
}

// remove takes a row away and lets its successor go after the commit.
func (s *Service) remove(tx *db.Tx, it lease.Item) {
	tx.Later("remove outbox row", `DELETE FROM outbox WHERE tenant_id = $1 AND conversation_id = $2 AND seq = $3`,
		it.Tenant, it.Conversation, it.Seq)
	tx.AfterCommit(func() { s.outbox.Next(it) })
}

func keepStray(ctx context.Context, tx *db.Tx, a actor.Actor, r conversation.Receipt) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO stray_receipts (tenant_id, channel_id, external_id, status, at, error_code, error_text, received_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
		a.Tenant(), r.ChannelID, r.ExternalID, r.Status, r.At, r.ErrorCode, r.ErrorText, tx.Now())
	return err
}

// OldestWaiting is when the oldest row of the outbox was written, zero when it is empty: for metrics and the alarm.
func OldestWaiting(ctx context.Context, q db.Querier) (at db.Time, err error) {
	err = q.QueryRow(ctx, `SELECT coalesce(min(created_at), 0) FROM outbox`).Scan(&at)
	return at, err
}

package conversation

import (
	"context"
	"fmt"
	"strings"

	"parley/internal/actor"
	"parley/internal/db"
)

// Seeded is a made-up conversation: databases are filled with them for measurements, as fast as they take rows.
type Seeded struct {
	ChannelID string
	ContactID string
	Lane      int64
	Status    Status
	Handler   Handler
	HandedOff bool
	Unread    int64
	Lines     []SeededLine // at least one, the oldest first
}

// SeededLine is one message of a made-up conversation.
type SeededLine struct {
	Sender Sender
	Body   string
	At     db.Time
}

// seedRows is how many messages one statement writes.
const seedRows = 20

// Seed writes made-up conversations as if they had happened: one episode each, without turns, receipts or hints. Their
// words are found once the index has come to them, at the next start at the latest.
func Seed(ctx context.Context, tx *db.Tx, a actor.Actor, all []Seeded) error {
	p := tx.Pipeline()
	for _, c := range all {
		seedOne(p, tx, a, c)
	}
	if err := p.Run(ctx); err != nil {
		return fmt.Errorf("seed conversations: %w", err)
	}
	return nil
}

func seedOne(p *db.Pipeline, tx *db.Tx, a actor.Actor, c Seeded) {
	id := tx.NewID()
	ids := make([]string, len(c.Lines))
	var lastOfCustomer, lastOfOurs int64
	var customerAt db.Time
	for i, line := range c.Lines {
		ids[i] = tx.NewID()
		if line.Sender == FromCustomer {
			lastOfCustomer, customerAt = int64(i+1), line.At
		} else {
			lastOfOurs = int64(i + 1)
		}
	}
	first, last := c.Lines[0], c.Lines[len(c.Lines)-1]
	var handedOff any
	reason := ""
	if c.HandedOff {
		handedOff, reason = last.At, "asked_for_person"
	}
	n := int64(len(c.Lines))
	p.Exec(nil, `
		INSERT INTO conversations (tenant_id, id, channel_id, contact_id, lane, status, mode, handler, episode, episode_seq,
			last_seq, said_seq, ours_seq, last_message_id, last_sender, last_kind, last_text, last_at, last_customer_seq,
			customer_at, window_until, unread, handed_off_at, handoff_reason, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, 'auto', $7, 1, 1, $8, $8, $9, $10, $11, 'text', $12, $13, $14, $15, $16, $17, $18, $19, $20, $13)`,
		a.Tenant(), id, c.ChannelID, c.ContactID, c.Lane, c.Status, c.Handler, n, lastOfOurs, ids[n-1], last.Sender,
		preview(last.Body), last.At, lastOfCustomer, customerAt, customerAt.Add(Window), c.Unread, handedOff, reason, first.At)
	var closed any
	outcome := ""
	if c.Status == Closed {
		closed, outcome = last.At, "closed_by_person"
	}
	p.Exec(nil, `INSERT INTO episodes (tenant_id, conversation_id, number, opened_at, closed_at, outcome) VALUES ($1, $2, 1, $3, $4, $5)`,
		a.Tenant(), id, first.At, closed, outcome)
	for from := 0; from < len(c.Lines); from += seedRows {
		to := min(from+seedRows, len(c.Lines))
		args := []any{a.Tenant(), id, c.ChannelID}
		for i := from; i < to; i++ {
			line := c.Lines[i]
			status := StatusReceived
			if line.Sender != FromCustomer {
				status = StatusRead
			}
			args = append(args, ids[i], i+1, line.Sender, line.Body, "seed."+ids[i], status, line.At)
		}
		p.Exec(nil, seedSQL(to-from), args...)
	}
}

// seedSQL inserts so many messages of one conversation.
func seedSQL(rows int) string {
	var b strings.Builder
	b.WriteString(`INSERT INTO messages (tenant_id, conversation_id, channel_id, id, seq, episode, sender, author_id, kind, body, payload,
		external_id, status, said_at, created_at) VALUES `)
	for i := range rows {
		if i > 0 {
			b.WriteString(", ")
		}
		n := 3 + 7*i
		fmt.Fprintf(&b, "($1, $2, $3, $%d, $%d, 1, $%d, '', 'text', $%d, '{}', $%d, $%d, $%d, $%d)", n+1, n+2, n+3, n+4, n+5, n+6, n+7, n+7)
	}
	return b.String()
}

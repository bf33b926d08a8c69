package conversation

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"parley/internal/actor"
	"parley/internal/db"
)

// Reaction is an emoji that one side has put on a message.
type Reaction struct {
	By    Sender // FromCustomer, or FromAgent for the business
	Emoji string
	At    db.Time
}

// Wording is how a message read before it was edited.
type Wording struct {
	Text string
	Till db.Time // when it was replaced
}

// About is what was said about a message after it was said.
type About struct {
	Reactions []Reaction // at most one of each side: the newest counts, and an empty one takes it away
	Wordings  []Wording  // the first wording first
}

// ReadAbout reads what was said about messages of a channel, by Meta's ids of them.
func ReadAbout(ctx context.Context, q db.Querier, a actor.Actor, channelID string, externalIDs []string) (map[string]About, error) {
	all := map[string]About{}
	if len(externalIDs) == 0 {
		return all, nil
	}
	args := bound{a.Tenant(), channelID}
	rows, err := q.Query(ctx, `
		SELECT reply_to, kind, sender, body, payload, said_at FROM messages
		WHERE tenant_id = $1 AND channel_id = $2 AND kind IN ('reaction', 'edit') AND deleted_at IS NOT NULL
			AND reply_to IN (`+args.list(externalIDs)+`) ORDER BY said_at, seq`, args...)
	if err != nil {
		return nil, fmt.Errorf("read what is about messages: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, payload string
		var m Message
		if err := rows.Scan(&id, &m.Kind, &m.Sender, &m.Body, &payload, &m.SaidAt); err != nil {
			return nil, fmt.Errorf("read what is about a message: %w", err)
		}
		m.Payload = json.RawMessage(payload)
		all[id] = all[id].with(m)
	}
	return all, rows.Err()
}

func (about About) with(line Message) About {
	if line.Kind == KindEdit {
		var kept editPayload
		if json.Unmarshal(line.Payload, &kept) == nil && kept.Before != "" {
			about.Wordings = append(about.Wordings, Wording{kept.Before, line.SaidAt})
		}
		return about
	}
	by := FromCustomer
	if line.Sender != FromCustomer {
		by = FromAgent
	}
	var others []Reaction
	for _, r := range about.Reactions {
		if r.By != by {
			others = append(others, r)
		}
	}
	if line.Body != "" {
		others = append(others, Reaction{by, line.Body, line.SaidAt})
	}
	about.Reactions = others
	return about
}

// ReadQuoted reads the messages of a channel that others quote, by Meta's ids of them. One that is missing was said
// before our time, or by another app.
func ReadQuoted(ctx context.Context, q db.Querier, a actor.Actor, channelID string, externalIDs []string) (map[string]Message, error) {
	all := map[string]Message{}
	if len(externalIDs) == 0 {
		return all, nil
	}
	args := bound{a.Tenant(), channelID}
	rows, err := q.Query(ctx, `SELECT `+messageColumns+` FROM messages
		WHERE tenant_id = $1 AND channel_id = $2 AND external_id IN (`+args.list(externalIDs)+`)`, args...)
	if err != nil {
		return nil, fmt.Errorf("read quoted messages: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		m, err := scanMessage(rows)
		if err != nil {
			return nil, fmt.Errorf("read quoted message: %w", err)
		}
		all[m.ExternalID] = m
	}
	return all, rows.Err()
}

// list binds values and returns their places in the text, for IN.
func (b *bound) list(values []string) string {
	var places strings.Builder
	for i, v := range values {
		if i > 0 {
			places.WriteString(", ")
		}
		*b = append(*b, v)
		places.WriteString("$" + strconv.Itoa(len(*b)))
	}
	return places.String()
}

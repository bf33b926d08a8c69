package conversation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"parley/internal/actor"
	"parley/internal/analyzer"
	"parley/internal/db"
)

// posting says that a message has a word.
type posting struct{ term, messageID, conversationID string }

// IndexMessages makes the words of a tenant's messages behind after findable, at most n messages, and gives the id to
// go on behind, "" at the end. What is indexed already stays as it is.
func IndexMessages(ctx context.Context, tx *db.Tx, a actor.Actor, after string, n int) (next string, err error) {
	all, last, read, err := postingsBehind(ctx, tx, a, after, n)
	if err != nil || read == 0 {
		return "", err
	}
	p := tx.Pipeline()
	insertPostings(p, a, all)
	p.Exec(nil, `INSERT INTO message_index_marks (tenant_id, message_id) VALUES ($1, $2)
		ON CONFLICT (tenant_id) DO UPDATE SET message_id = excluded.message_id
		WHERE message_index_marks.message_id < excluded.message_id`, a.Tenant(), last)
	if err := p.Run(ctx); err != nil {
		return "", fmt.Errorf("index messages: %w", err)
	}
	if read < n {
		return "", nil
	}
	return last, nil
}

func postingsBehind(ctx context.Context, tx *db.Tx, a actor.Actor, after string, n int) (
	all []posting, last string, read int, err error,
) {
	rows, err := tx.Query(ctx, `
		SELECT id, conversation_id, body FROM messages WHERE tenant_id = $1 AND id > $2 AND kind <> 'event'
		ORDER BY id LIMIT $3`, a.Tenant(), after, n)
	if err != nil {
		return nil, "", 0, fmt.Errorf("read messages to index: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var conversationID, body string
		if err := rows.Scan(&last, &conversationID, &body); err != nil {
			return nil, "", 0, fmt.Errorf("read message to index: %w", err)
		}
		read++
		terms := analyzer.Words(body)
		slices.Sort(terms)
		for _, term := range slices.Compact(terms) {
			all = append(all, posting{term, last, conversationID})
		}
	}
	// In one order, so that two processes that index the same messages do not wait for each other in a circle.
	slices.SortFunc(all, func(x, y posting) int {
		return cmp.Or(strings.Compare(x.term, y.term), strings.Compare(x.messageID, y.messageID))
	})
	return all, last, read, rows.Err()
}

// mostRows is how many rows one statement inserts; fewer come in powers of two, so that there are few texts to prepare.
const mostRows = 256

func insertPostings(p *db.Pipeline, a actor.Actor, all []posting) {
	for size := mostRows; size > 0; size /= 2 {
		for len(all) >= size {
			args := make([]any, 0, 1+3*size)
			args = append(args, a.Tenant())
			for _, x := range all[:size] {
				args = append(args, x.term, x.messageID, x.conversationID)
			}
			p.Exec(nil, insertRows(size), args...)
			all = all[size:]
		}
	}
}

func insertRows(n int) string {
	var b strings.Builder
	b.WriteString(`INSERT INTO message_terms (tenant_id, term, message_id, conversation_id) VALUES `)
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("($1")
		for k := range 3 {
			b.WriteString(", $" + strconv.Itoa(2+3*i+k))
		}
		b.WriteString(")")
	}
	b.WriteString(` ON CONFLICT DO NOTHING`)
	return b.String()
}

// indexedUpTo is the greatest id that is indexed, "" before the first.
func indexedUpTo(ctx context.Context, q db.Querier, a actor.Actor) (id string, err error) {
	err = q.QueryRow(ctx, `SELECT message_id FROM message_index_marks WHERE tenant_id = $1`, a.Tenant()).Scan(&id)
	if errors.Is(err, db.ErrNoRows) {
		return "", nil
	}
	return id, err
}

package conversation

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"parley/internal/actor"
	"parley/internal/analyzer"
	"parley/internal/db"
)

const (
	// rowsRead is how many rows of postings one look reads; few are enough for what is common.
	rowsRead = 200
	// bodiesRead is how many messages are read at once to see whether they have all the words.
	bodiesRead = 100
)

// searchMessages finds the conversations with messages that have all the words, the newest first. The postings of the
// rarest word say where to look; what stands in the messages decides.
func searchMessages(ctx context.Context, q db.Querier, a actor.Actor, others []string, last string, limit int) ([]string, error) {
	lead, err := rarest(ctx, q, a, "message_words", "hits", others, last)
	if err != nil {
		return nil, err
	}
	var ids []string
	if lead < len(others) {
		ids, err = messagesWith(ctx, q, a, others[lead])
	} else if ids, err = messagesWith(ctx, q, a, last); err == nil {
		ids, err = messagesBeginning(ctx, q, a, ids, last)
	}
	if err != nil {
		return nil, err
	}
	slices.Sort(ids)
	slices.Reverse(ids)
	ids = slices.Compact(ids)
	var found []string
	for some := range slices.Chunk(ids[:min(len(ids), postingsRead)], bodiesRead) {
		if found, err = conversationsOf(ctx, q, a, some, others, last, found); err != nil || len(found) >= limit {
			break
		}
	}
	return found[:min(len(found), limit)], err
}

// messagesWith gives the newest messages that have a word, as many as are looked at.
func messagesWith(ctx context.Context, q db.Querier, a actor.Actor, term string) (ids []string, err error) {
	for before := "z"; ; { // greater than every id
		rows := 0
		err := readPostings(ctx, q, func(id, others string) {
			ids, before = unpack(append(ids, id), others), id
			rows++
		}, `SELECT message_id, others FROM message_words WHERE tenant_id = $1 AND term = $2 AND message_id < $3
			ORDER BY message_id DESC LIMIT $4`, a.Tenant(), term, before, rowsRead)
		if err != nil || rows < rowsRead || len(ids) >= postingsRead {
			return ids, err
		}
	}
}

// messagesBeginning adds messages with longer words that begin with what was typed.
func messagesBeginning(ctx context.Context, q db.Querier, a actor.Actor, ids []string, typed string) ([]string, error) {
	err := readPostings(ctx, q, func(id, others string) { ids = unpack(append(ids, id), others) },
		`SELECT message_id, others FROM message_words WHERE tenant_id = $1 AND term > $2 AND term < $3
			ORDER BY term, message_id LIMIT $4`, a.Tenant(), typed, typed+beyond, postingsRead)
	return ids, err
}

func readPostings(ctx context.Context, q db.Querier, each func(id, others string), sql string, args ...any) error {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, others string
		if err := rows.Scan(&id, &others); err != nil {
			return fmt.Errorf("search: %w", err)
		}
		each(id, others)
	}
	return rows.Err()
}

// conversationsOf reads messages and adds the conversations of those that have all the words to found, in their order.
func conversationsOf(
	ctx context.Context, q db.Querier, a actor.Actor, ids, words []string, last string, found []string,
) ([]string, error) {
	args := bound{a.Tenant()}
	in := make([]string, bodiesRead) // always as many, so that there is one text to prepare
	for i := range in {
		in[i] = args.arg(ids[min(i, len(ids)-1)])
	}
	rows, err := q.Query(ctx, `SELECT conversation_id, body FROM messages WHERE tenant_id = $1 AND id IN (`+
		strings.Join(in, ", ")+`) AND status NOT IN ('erasing', 'erased') ORDER BY id DESC`, args...)
	if err != nil {
		return found, fmt.Errorf("search: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, body string
		if err := rows.Scan(&id, &body); err != nil {
			return found, fmt.Errorf("search: %w", err)
		}
		if hasAll(analyzer.Words(body), words, last) && !slices.Contains(found, id) {
			found = append(found, id)
		}
	}
	return found, rows.Err()
}

// hasAll reports whether a text has all the words, and one that begins with the last.
func hasAll(text, words []string, last string) bool {
	for _, word := range words {
		if !slices.Contains(text, word) {
			return false
		}
	}
	return slices.ContainsFunc(text, func(word string) bool { return strings.HasPrefix(word, last) })
}

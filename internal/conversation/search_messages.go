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
func searchMessages(ctx context.Context, q db.Querier, a actor.Actor, others []string, last string, limit int) (findings, error) {
	found := findings{hits: map[string]Hit{}}
	lead, err := rarest(ctx, q, a, "message_words", "hits", others, last)
	if err != nil {
		return found, err
	}
	var ids []string
	if lead < len(others) {
		ids, err = messagesWith(ctx, q, a, others[lead])
	} else if ids, err = messagesWith(ctx, q, a, last); err == nil {
		ids, err = messagesBeginning(ctx, q, a, ids, last)
	}
	if err != nil {
		return found, err
	}
	slices.Sort(ids)
	slices.Reverse(ids)
	ids = slices.Compact(ids)
	for some := range slices.Chunk(ids[:min(len(ids), postingsRead)], bodiesRead) {
		if err = found.addConversationsOf(ctx, q, a, some, others, last); err != nil || len(found.ids) >= limit {
			break
		}
	}
	found.ids = found.ids[:min(len(found.ids), limit)]
	return found, err
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

// addConversationsOf reads messages and adds the conversations of those that have all the words, in their order. What
// was taken back is found, but not shown.
func (f *findings) addConversationsOf(ctx context.Context, q db.Querier, a actor.Actor, ids, words []string, last string) error {
	args := bound{a.Tenant()}
	in := make([]string, bodiesRead) // always as many, so that there is one text to prepare
	for i := range in {
		in[i] = args.arg(ids[min(i, len(ids)-1)])
	}
	rows, err := q.Query(ctx, `SELECT id, conversation_id, seq, body, deleted_at IS NOT NULL FROM messages
		WHERE tenant_id = $1 AND id IN (`+strings.Join(in, ", ")+`) AND status NOT IN ('erasing', 'erased')
		ORDER BY id DESC`, args...)
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, body string
		var hit Hit
		var gone bool
		if err := rows.Scan(&hit.MessageID, &id, &hit.Seq, &body, &gone); err != nil {
			return fmt.Errorf("search: %w", err)
		}
		if !hasAll(analyzer.Words(body), words, last) {
			continue
		}
		if !slices.Contains(f.ids, id) {
			f.ids = append(f.ids, id)
		}
		if _, has := f.hits[id]; !has && !gone {
			hit.Text = around(body, words, last)
			f.hits[id] = hit
		}
	}
	return rows.Err()
}

const (
	shownBefore = 40  // characters of a hit before the first of the words
	shownOfHit  = 200 // characters in all
)

// around is what stands around the first of the words in a text.
func around(body string, words []string, last string) string {
	text := strings.Fields(body)
	first := slices.IndexFunc(text, func(part string) bool {
		return slices.ContainsFunc(analyzer.Words(part), func(word string) bool {
			return slices.Contains(words, word) || strings.HasPrefix(word, last)
		})
	})
	before := []rune(strings.Join(text[:max(first, 0)], " "))
	shown := []rune(strings.Join(text[max(first, 0):], " "))
	if len(before) > 0 {
		shown = append([]rune(" "), shown...)
	}
	if len(before) > shownBefore {
		before = append([]rune("…"), before[len(before)-shownBefore:]...)
	}
	shown = append(before, shown...)
	if len(shown) > shownOfHit {
		shown = append(shown[:shownOfHit], '…')
	}
	return string(shown)
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

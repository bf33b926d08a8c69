package conversation

import (
	"context"
	"fmt"
	"slices"

	"parley/internal/actor"
	"parley/internal/db"
)

// forgetWords takes messages out of the postings of their words. A row that named others too names only them; its key is
// its newest message, so one that loses it is written anew under the next.
func forgetWords(ctx context.Context, tx *db.Tx, a actor.Actor, shell string, words map[string]map[string]bool) error {
	terms := make([]string, 0, len(words))
	for term := range words {
		terms = append(terms, term)
	}
	slices.Sort(terms)
	for _, term := range terms {
		gone := words[term]
		if gone[anybody] {
			ids, err := readIDs(ctx, tx, `
				SELECT m.id FROM conversations c JOIN messages m ON m.tenant_id = c.tenant_id AND m.conversation_id = c.id
				WHERE c.tenant_id = $1 AND c.contact_id = $2`, a.Tenant(), shell)
			if err != nil {
				return err
			}
			for _, id := range ids {
				gone[id] = true
			}
		}
		if err := forgetWord(ctx, tx, a, term, gone); err != nil {
			return fmt.Errorf("forget words: %w", err)
		}
	}
	return nil
}

// forgetWord reads the rows of a word that may name one of the messages: a row is written after all it names.
func forgetWord(ctx context.Context, tx *db.Tx, a actor.Actor, term string, gone map[string]bool) error {
	least := ""
	for id := range gone {
		if id != anybody && (least == "" || id < least) {
			least = id
		}
	}
	after := least[:max(len(least)-1, 0)] // less than the first, and not less than any id before it
	for more := true; more; {
		var rows []posting
		err := readPostings(ctx, tx, func(id, others string) { rows = append(rows, posting{term: term, newest: id, others: others}) },
			`SELECT message_id, others FROM message_words WHERE tenant_id = $1 AND term = $2 AND message_id > $3
				ORDER BY message_id LIMIT $4`, a.Tenant(), term, after, rowsRead)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := forgetIn(tx, a, row, gone); err != nil {
				return err
			}
			after = row.newest
		}
		more = len(rows) == rowsRead
	}
	return nil
}

func forgetIn(tx *db.Tx, a actor.Actor, row posting, gone map[string]bool) error {
	all := append(unpack(nil, row.others), row.newest)
	left := slices.DeleteFunc(slices.Clone(all), func(id string) bool { return gone[id] })
	if len(left) == len(all) {
		return nil
	}
	tx.Later("forget word", `DELETE FROM message_words WHERE tenant_id = $1 AND term = $2 AND message_id = $3`,
		a.Tenant(), row.term, row.newest)
	slices.Sort(left)
	rows, err := postingsOf(map[string][]string{row.term: left})
	if err != nil || len(left) == 0 {
		return err
	}
	writePostings(tx, a, rows)
	return nil
}

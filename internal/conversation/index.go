package conversation

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"parley/internal/actor"
	"parley/internal/analyzer"
	"parley/internal/db"
)

const (
	// indexStep is how many messages are read and gathered by word at once: the more, the fewer rows.
	indexStep = 1000
	// rowsStep is how many rows one step writes; customers wait for the same writer.
	rowsStep = 128
)

// IndexMessages makes the words of a tenant's messages findable: of those behind one id, up to another, "" being no
// bound. Words are looked for outside of any step, and written in small ones.
func IndexMessages(ctx context.Context, d *db.DB, a actor.Actor, after, upTo string) error {
	for {
		erasures, err := countErasures(ctx, d.As(a), a)
		if err != nil {
			return err
		}
		byWord, last, read, err := wordsOf(ctx, d.As(a), a, after, upTo)
		if err != nil || read == 0 {
			return err
		}
		rows, err := postingsOf(byWord)
		if err != nil {
			return err
		}
		switch err := writeInSteps(ctx, d, a, rows, last, erasures); {
		case errors.Is(err, errErased):
			continue
		case err != nil:
			return err
		}
		if read < indexStep {
			return nil
		}
		after = last
	}
}

// errErased says that somebody was erased since the messages were read: they are read again.
var errErased = errors.New("messages were erased meanwhile")

// writeInSteps writes rows, and at last how far the index has come. Each step waits for an erasure that is under way, and
// an erasure for it (SetAside): what was erased after it was read is never written.
func writeInSteps(ctx context.Context, d *db.DB, a actor.Actor, rows []posting, last string, erasures int64) error {
	for some := range slices.Chunk(rows, rowsStep) {
		err := d.InTx(ctx, a, func(tx *db.Tx) error {
			n, err := tx.Exec(ctx, `INSERT INTO message_index_marks (tenant_id, message_id) VALUES ($1, '')
				ON CONFLICT (tenant_id) DO UPDATE SET erased = message_index_marks.erased WHERE message_index_marks.erased = $2`,
				a.Tenant(), erasures)
			if err == nil && n == 0 {
				err = errErased
			}
			if err != nil {
				return err
			}
			writePostings(tx, a, some)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return d.InTx(ctx, a, func(tx *db.Tx) error {
		tx.Later("mark index", `INSERT INTO message_index_marks (tenant_id, message_id) VALUES ($1, $2)
			ON CONFLICT (tenant_id) DO UPDATE SET message_id = excluded.message_id
			WHERE message_index_marks.message_id < excluded.message_id`, a.Tenant(), last)
		return nil
	})
}

// wordsOf reads messages and gives which of them have which word.
func wordsOf(ctx context.Context, q db.Querier, a actor.Actor, after, upTo string) (
	byWord map[string][]string, last string, read int, err error,
) {
	rows, err := q.Query(ctx, `
		SELECT id, body FROM messages WHERE tenant_id = $1 AND id > $2 AND ($3 = '' OR id <= $3) AND kind <> 'event'
			AND status NOT IN ('erasing', 'erased')
		ORDER BY id LIMIT $4`, a.Tenant(), after, upTo, indexStep)
	if err != nil {
		return nil, "", 0, fmt.Errorf("read messages to index: %w", err)
	}
	defer rows.Close()
	byWord = map[string][]string{}
	for rows.Next() {
		var body string
		if err := rows.Scan(&last, &body); err != nil {
			return nil, "", 0, fmt.Errorf("read message to index: %w", err)
		}
		read++
		terms := analyzer.Words(body)
		slices.Sort(terms)
		for _, term := range slices.Compact(terms) {
			byWord[term] = append(byWord[term], last)
		}
	}
	return byWord, last, read, rows.Err()
}

// indexedUpTo is the greatest id that is indexed, "" before the first.
func indexedUpTo(ctx context.Context, q db.Querier, a actor.Actor) (id string, err error) {
	err = q.QueryRow(ctx, `SELECT message_id FROM message_index_marks WHERE tenant_id = $1`, a.Tenant()).Scan(&id)
	if errors.Is(err, db.ErrNoRows) {
		return "", nil
	}
	return id, err
}

// countErasures says how often somebody was erased in a tenant.
func countErasures(ctx context.Context, q db.Querier, a actor.Actor) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT coalesce(max(erased), 0) FROM message_index_marks WHERE tenant_id = $1`, a.Tenant()).Scan(&n)
	return n, err
}

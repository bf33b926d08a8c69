package conversation

import (
	"context"
	"fmt"

	"parley/internal/db"
)

// Owed is a turn whose deadline has passed.
type Owed struct {
	TenantID string
	Turn
}

// Overdue lists turns of any tenant whose deadline passed before at, the oldest first.
func Overdue(ctx context.Context, q db.Querier, at db.Time, limit int) ([]Owed, error) {
	rows, err := q.Query(ctx, `
		SELECT tenant_id, conversation_id, lane, first_seq, last_seq, opened_at, deadline_at, attempts FROM turns
		WHERE deadline_at < $1 ORDER BY deadline_at LIMIT $2`, at, limit)
	if err != nil {
		return nil, fmt.Errorf("read overdue turns: %w", err)
	}
	defer rows.Close()
	var all []Owed
	for rows.Next() {
		var o Owed
		if err := rows.Scan(&o.TenantID, &o.ConversationID, &o.Lane, &o.FirstSeq, &o.LastSeq, &o.OpenedAt, &o.DeadlineAt,
			&o.Attempts); err != nil {
			return nil, fmt.Errorf("read overdue turn: %w", err)
		}
		all = append(all, o)
	}
	return all, rows.Err()
}

// OldestTurn is when the oldest open turn of all was opened, zero when none is owed: for the metrics.
func OldestTurn(ctx context.Context, q db.Querier) (at db.Time, err error) {
	err = q.QueryRow(ctx, `SELECT coalesce(min(opened_at), 0) FROM turns`).Scan(&at)
	return at, err
}

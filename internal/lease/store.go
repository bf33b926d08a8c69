package lease

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"parley/internal/db"
)

// statements are the SQL of one table on one database.
type statements struct {
	waiting   string         // the tenants with rows to claim now
	claim     string         // rows of one tenant
	uncertain string         // rows whose grace has ended
	head      string         // the first row of one conversation
	heads     map[int]string // which of so many conversations have a first row to claim
	putBack   string
	free      string // what a dead process holds
	orphans   string // who holds rows and is not there
	held      string // what a process holds
	hasten    string // what waits for later than it can
	oldest    string
}

// headBatches are how many conversations one look at heads asks for: a few numbers, so that the texts stay prepared.
var headBatches = []int{1, 8, 64}

func newStatements(t Table, postgres bool) statements {
	w := writer{t, postgres}
	s := statements{
		waiting:   w.waiting(),
		claim:     w.claim(`r.claimed_by = '' AND r.due_at <= $2 AND r.tenant_id = $4`),
		uncertain: w.claim(`r.claimed_by = '` + Uncertain + `' AND r.due_at <= $2`),
		head:      w.claim(`r.claimed_by = '' AND r.due_at <= $2 AND r.tenant_id = $4 AND r.conversation_id = $5`),
		heads:     map[int]string{},
		putBack:   w.putBack(),
		free:      w.free(),
		hasten:    w.hasten(),
		orphans: `SELECT DISTINCT r.claimed_by FROM ` + t.Name + ` r WHERE r.claimed_by NOT IN ('', '` + Uncertain + `')
			AND NOT EXISTS (SELECT 1 FROM processes p WHERE p.id = r.claimed_by)`,
		held:   `SELECT tenant_id, conversation_id, ` + w.seq() + ` FROM ` + t.Name + ` WHERE claimed_by = $1`,
		oldest: `SELECT coalesce(min(due_at), 0) FROM ` + t.Name + ` WHERE claimed_by = ''`,
	}
	for _, n := range headBatches {
		s.heads[n] = w.heads(n)
	}
	return s
}

// writer writes the SQL for a table.
type writer struct {
	t        Table
	postgres bool
}

func (w writer) seq() string {
	if w.t.Ordered {
		return "seq"
	}
	return "0"
}

// keys selects the keys of rows r under names of their own, so that beside the table they are not ambiguous.
func (w writer) keys() string {
	return `SELECT r.tenant_id AS t, r.conversation_id AS c, ` + w.seq() + ` AS s FROM ` + w.t.Name + ` r`
}

// same says that a row of the table is the one of the keys.
func (w writer) same() string {
	if w.t.Ordered {
		return `tenant_id = t AND conversation_id = c AND seq = s`
	}
	return `tenant_id = t AND conversation_id = c`
}

// first keeps to the first row of each conversation of an ordered table, whoever holds it.
func (w writer) first() string {
	if !w.t.Ordered {
		return ""
	}
	return ` AND NOT EXISTS (SELECT 1 FROM ` + w.t.Name + ` p
		WHERE p.tenant_id = r.tenant_id AND p.conversation_id = r.conversation_id AND p.seq < r.seq)`
}

// skip lets processes that claim at the same moment each take rows the others have not: only on PostgreSQL. SQLite
// has one process and one writer.
func (w writer) skip() string {
	if w.postgres {
		return ` FOR UPDATE OF r SKIP LOCKED`
	}
	return ""
}

// claim takes up to $3 rows for the process $1, the longest due first; $2 is now. MATERIALIZED keeps PostgreSQL from
// running the look more than once and taking more than it was asked to.
func (w writer) claim(which string) string {
	return `WITH due AS MATERIALIZED (` + w.keys() + ` WHERE ` + which + w.first() + ` ORDER BY r.due_at LIMIT $3` + w.skip() + `)
		UPDATE ` + w.t.Name + ` SET claimed_by = $1 FROM due WHERE ` + w.same() + `
		RETURNING tenant_id, conversation_id, ` + w.seq() + `, lane, attempts`
}

// free lets go of what the process $1 holds, as a death leaves it; $2 is when the grace ends, if there is one.
func (w writer) free() string {
	set := `claimed_by = '', attempts = attempts + 1`
	if w.t.OnDeath != "" {
		set = `claimed_by = '` + w.t.OnDeath + `', attempts = attempts + 1, due_at = $2`
	}
	return `WITH dead AS MATERIALIZED (` + w.keys() + ` WHERE r.claimed_by = $1` + w.skip() + `)
		UPDATE ` + w.t.Name + ` SET ` + set + ` FROM dead WHERE ` + w.same()
}

// putBack gives one row back that the process $4 still holds: to whom, due when, and how many attempts more.
func (w writer) putBack() string {
	which := `tenant_id = $5 AND conversation_id = $6`
	if w.t.Ordered {
		which += ` AND seq = $7`
	}
	return `UPDATE ` + w.t.Name + ` SET claimed_by = $1, due_at = coalesce($2, due_at), attempts = attempts + $3
		WHERE ` + which + ` AND claimed_by = $4`
}

// waiting lists the tenants that have rows to claim at $1, by stepping from tenant to tenant along the index of
// unclaimed rows: it costs as many steps as there are tenants, however many rows they have. A tenant of ” stands for
// uncertain rows, whosever they are.
func (w writer) waiting() string {
	name := w.t.Name
	sql := `WITH RECURSIVE tenants (id) AS (
			SELECT min(tenant_id) FROM ` + name + ` WHERE claimed_by = ''
			UNION ALL
			SELECT (SELECT min(n.tenant_id) FROM ` + name + ` n WHERE n.claimed_by = '' AND n.tenant_id > tenants.id)
			FROM tenants WHERE tenants.id IS NOT NULL)
		SELECT id FROM tenants WHERE id IS NOT NULL AND EXISTS (
			SELECT 1 FROM ` + name + ` r WHERE r.claimed_by = '' AND r.tenant_id = tenants.id AND r.due_at <= $1` + w.first() + `)`
	if w.t.OnDeath == Uncertain {
		sql += ` UNION ALL SELECT '' WHERE EXISTS (
			SELECT 1 FROM ` + name + ` r WHERE r.claimed_by = '` + Uncertain + `' AND r.due_at <= $1` + w.first() + `)`
	}
	return sql
}

// heads asks which of n conversations, named by $2, $3 and so on, have a first row to claim at $1.
func (w writer) heads(n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("($%d, $%d)", 2+2*i, 3+2*i)
	}
	return `SELECT r.tenant_id, r.conversation_id FROM ` + w.t.Name + ` r
		WHERE (r.tenant_id, r.conversation_id) IN (VALUES ` + strings.Join(names, ", ") + `)
			AND r.claimed_by = '' AND r.due_at <= $1` + w.first()
}

// free runs that statement.
func (e *Engine) free(ctx context.Context, tx *db.Tx, id string) (rows int64, err error) {
	args := []any{id}
	if e.t.OnDeath != "" {
		args = append(args, tx.Now().Add(e.t.Grace))
	}
	return tx.Exec(ctx, e.sql.free, args...)
}

// hasten makes rows due at $1 that wait until after $3, and those whose grace runs until after $4 at $2.
func (w writer) hasten() string {
	return `UPDATE ` + w.t.Name + ` SET due_at = CASE WHEN claimed_by = '' THEN CAST($1 AS BIGINT) ELSE CAST($2 AS BIGINT) END
		WHERE claimed_by = '' AND due_at > $3 OR claimed_by = '` + Uncertain + `' AND due_at > $4`
}

// args are arguments with those that name a row at their end.
func (e *Engine) args(it Item, before ...any) []any {
	before = append(before, it.Tenant, it.Conversation)
	if e.t.Ordered {
		before = append(before, it.Seq)
	}
	return before
}

// items reads claimed rows.
func items(ctx context.Context, tx *db.Tx, sql string, args ...any) ([]Item, error) {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Item
	for rows.Next() {
		var it Item
		if err := rows.Scan(&it.Tenant, &it.Conversation, &it.Seq, &it.Lane, &it.Attempts); err != nil {
			return nil, err
		}
		all = append(all, it)
	}
	return all, rows.Err()
}

// withHead says which of the conversations have a first row to claim.
func (e *Engine) withHead(ctx context.Context, asked []Item) ([]Item, error) {
	n := headBatches[slices.IndexFunc(headBatches, func(n int) bool { return n >= len(asked) })]
	args := []any{e.p.d.Now()}
	for i := range n {
		it := asked[min(i, len(asked)-1)] // filled up with the last one
		args = append(args, it.Tenant, it.Conversation)
	}
	rows, err := e.p.d.As(nobody).Query(ctx, e.sql.heads[n], args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []Item
	for rows.Next() {
		var it Item
		if err := rows.Scan(&it.Tenant, &it.Conversation); err != nil {
			return nil, err
		}
		found = append(found, it)
	}
	return found, rows.Err()
}

// heldBy lists the rows a process holds.
func (e *Engine) heldBy(ctx context.Context, id string) ([]Item, error) {
	rows, err := e.p.d.As(nobody).Query(ctx, e.sql.held, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Item
	for rows.Next() {
		var it Item
		if err := rows.Scan(&it.Tenant, &it.Conversation, &it.Seq); err != nil {
			return nil, err
		}
		all = append(all, it)
	}
	return all, rows.Err()
}

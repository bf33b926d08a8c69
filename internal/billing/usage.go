package billing

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/job"
)

const (
	// sumEvery is how often usage is summed. Until then it is counted from its entries when somebody asks.
	sumEvery = 10 * time.Minute
	// settled is how old entries are when they are summed: no step that took an id so long ago is still under way, so none
	// can appear behind what was summed.
	settled = 5 * time.Minute
	// sumStep is how many entries one step sums.
	sumStep = 1000
)

// Month names a month of the calendar in UTC: "2026-11".
func Month(at db.Time) string { return at.Time().Format("2006-01") }

// sum is an amount in a month.
type sum struct {
	month string
	kind  UsageKind
}

// UsageOf is what the actor's tenant has used in a month, up to now.
func UsageOf(ctx context.Context, q db.Querier, a actor.Actor, month string) (map[UsageKind]int64, error) {
	used, counted, err := totals(ctx, q, a, month)
	if err != nil {
		return nil, err
	}
	for last := counted; ; {
		fresh, next, read, err := entries(ctx, q, a, last, "", sumStep)
		if err != nil {
			return nil, err
		}
		for s, amount := range fresh {
			if s.month == month {
				used[s.kind] += amount
			}
		}
		if read < sumStep {
			return used, nil
		}
		last = next
	}
}

// totals are the sums of a month, and the last entry that is in them. Both are of one moment.
func totals(ctx context.Context, q db.Querier, a actor.Actor, month string) (
	used map[UsageKind]int64, counted string, err error,
) {
	rows, err := q.Query(ctx, `SELECT kind, amount, counted FROM usage_totals WHERE tenant_id = $1 AND month IN ('', $2)`,
		a.Tenant(), month)
	if err != nil {
		return nil, "", fmt.Errorf("read usage: %w", err)
	}
	defer rows.Close()
	used = map[UsageKind]int64{}
	for rows.Next() {
		var kind UsageKind
		var amount int64
		var upTo string
		if err := rows.Scan(&kind, &amount, &upTo); err != nil {
			return nil, "", fmt.Errorf("read usage: %w", err)
		}
		if kind == "" {
			counted = upTo
		} else {
			used[kind] = amount
		}
	}
	return used, counted, rows.Err()
}

// entries sums up to n entries behind after, and before the id before unless that is "".
func entries(ctx context.Context, q db.Querier, a actor.Actor, after, before string, n int) (
	sums map[sum]int64, last string, read int, err error,
) {
	rows, err := q.Query(ctx, `
		SELECT id, at, kind, amount FROM usage_entries WHERE tenant_id = $1 AND id > $2 AND ($3 = '' OR id < $3)
		ORDER BY id LIMIT $4`, a.Tenant(), after, before, n)
	if err != nil {
		return nil, "", 0, fmt.Errorf("read usage entries: %w", err)
	}
	defer rows.Close()
	sums = map[sum]int64{}
	for rows.Next() {
		var at db.Time
		var kind UsageKind
		var amount int64
		if err := rows.Scan(&last, &at, &kind, &amount); err != nil {
			return nil, "", 0, fmt.Errorf("read usage entry: %w", err)
		}
		sums[sum{Month(at), kind}] += amount
		read++
	}
	return sums, last, read, rows.Err()
}

// Sum adds a tenant's settled entries to its totals, at most 1,000, and says whether there are more. An entry is summed
// once, however often and by however many processes this is done: whoever comes second waits for the tenant's mark.
func Sum(ctx context.Context, tx *db.Tx, a actor.Actor) (more bool, err error) {
	var counted string
	err = tx.QueryRow(ctx, `
		INSERT INTO usage_totals (tenant_id, month, kind, amount, counted) VALUES ($1, '', '', 0, '')
		ON CONFLICT (tenant_id, month, kind) DO UPDATE SET amount = 0 RETURNING counted`, a.Tenant()).Scan(&counted)
	if err != nil {
		return false, fmt.Errorf("sum usage: %w", err)
	}
	sums, last, read, err := entries(ctx, tx, a, counted, db.IDAt(tx.Now().Add(-settled)), sumStep)
	if err != nil || read == 0 {
		return false, err
	}
	p := tx.Pipeline()
	for s, amount := range maps.All(sums) {
		p.Exec(nil, `
			INSERT INTO usage_totals (tenant_id, month, kind, amount, counted) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (tenant_id, month, kind) DO UPDATE SET
				amount = usage_totals.amount + excluded.amount, counted = excluded.counted`, a.Tenant(), s.month, s.kind, amount, last)
	}
	p.Exec(nil, `UPDATE usage_totals SET counted = $2 WHERE tenant_id = $1 AND month = '' AND kind = ''`, a.Tenant(), last)
	if err := p.Run(ctx); err != nil {
		return false, fmt.Errorf("sum usage: %w", err)
	}
	return read == sumStep, nil
}

// sumArgs are all tenants.
type sumArgs struct{}

// Kind names the job.
func (sumArgs) Kind() string { return "billing.sum" }

// Register has the usage of the tenants that a list gives summed, now and then.
func Register(d *db.DB, jobs *job.Queue, tenants func(ctx context.Context, q db.Querier) ([]string, error)) {
	job.Register(jobs, job.Kind{Timeout: 10 * time.Minute}, func(ctx context.Context, _ sumArgs) error {
		ids, err := tenants(ctx, d.As(actor.ForSystem("")))
		if err != nil {
			return err
		}
		failures := make([]error, 0, len(ids))
		for _, id := range ids {
			failures = append(failures, sumAll(ctx, d, id))
		}
		return errors.Join(failures...)
	})
	jobs.Every(sumEvery, sumArgs{})
}

func sumAll(ctx context.Context, d *db.DB, tenantID string) error {
	a := actor.ForSystem(tenantID)
	more, err := anySettled(ctx, d.As(a), a, d.Now())
	if err != nil {
		return err
	}
	for more {
		err := d.InTx(ctx, a, func(tx *db.Tx) (err error) {
			more, err = Sum(ctx, tx, a)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// anySettled saves most tenants the step.
func anySettled(ctx context.Context, q db.Querier, a actor.Actor, now db.Time) (found bool, err error) {
	err = q.QueryRow(ctx, `
		SELECT EXISTS (SELECT 1 FROM usage_entries e WHERE e.tenant_id = $1 AND e.id < $2 AND e.id > coalesce((
			SELECT t.counted FROM usage_totals t WHERE t.tenant_id = $1 AND t.month = '' AND t.kind = ''), ''))`,
		a.Tenant(), db.IDAt(now.Add(-settled))).Scan(&found)
	return found, err
}

package billing_test

import (
	"errors"
	"testing"
	"time"

	"parley/internal/billing"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/errs"
)

// A ledger that cannot be written fails the step that uses: nothing is used uncounted.
func TestABrokenLedgerFailsWhatUsesIt(t *testing.T) {
	t.Parallel()
	dbtest.Only(t, dbtest.SQLite) // where a step may take a table away, and have it back when it fails
	w := newWorld(t, dbtest.SQLite)
	ctx, a := t.Context(), w.acme
	w.spends(a, billing.Episodes, 1)
	w.ahead(10 * time.Minute)
	fine := errors.New("rolled back")
	for table, verbs := range map[string]map[string]func(tx *db.Tx) error{
		"usage_entries": {
			"spend": func(tx *db.Tx) error {
				billing.Spend(tx, a, billing.Usage{Kind: billing.Episodes, Amount: 1})
				return nil
			},
			"sum":   func(tx *db.Tx) error { _, err := billing.Sum(ctx, tx, a); return err },
			"usage": func(tx *db.Tx) error { _, err := billing.UsageOf(ctx, tx, a, "2026-11"); return err },
		},
		"usage_totals": {
			"sum":   func(tx *db.Tx) error { _, err := billing.Sum(ctx, tx, a); return err },
			"usage": func(tx *db.Tx) error { _, err := billing.UsageOf(ctx, tx, a, "2026-11"); return err },
		},
		"money_entries": {"pay": func(tx *db.Tx) error { billing.Pay(tx, a, billing.Money{Purpose: "answer"}); return nil }},
		"tenant_plans": {
			"plan":     func(tx *db.Tx) error { _, err := billing.PlanOf(ctx, tx, a); return err },
			"set plan": func(tx *db.Tx) error { return billing.SetPlan(ctx, tx, a, "starter", billing.Limits{}) },
		},
		"audit_entries": {"set plan": func(tx *db.Tx) error { return billing.SetPlan(ctx, tx, a, "starter", billing.Limits{}) }},
	} {
		for name, verb := range verbs {
			err := w.d.InTx(ctx, a, func(tx *db.Tx) error {
				if _, err := tx.Exec(ctx, `UPDATE tenants SET name = name`); err != nil { // a step that wrote is rolled back
					return err
				}
				if _, err := tx.Exec(ctx, `ALTER TABLE `+table+` RENAME TO gone`); err != nil {
					return err
				}
				if err := errors.Join(verb(tx), tx.Flush()); err != nil {
					return err
				}
				return fine
			})
			if errors.Is(err, fine) || !errs.Is(err, errs.Internal) {
				t.Errorf("%s without %s: %v", name, table, err)
			}
		}
	}
	w.sums(a)
	if n := w.summed(a); n != 1 {
		t.Errorf("summed %d", n)
	}
}

package audit_test

import (
	"errors"
	"strings"
	"testing"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/db/dbtest"
)

type entry struct {
	actorKind, actorID, address, action, targetKind, targetID, before, after string
	at                                                                       db.Time
}

func read(t *testing.T, d *db.DB, a actor.Actor) (all []entry) {
	t.Helper()
	rows, err := d.As(a).Query(t.Context(), `SELECT actor_kind, actor_id, address, action, target_kind, target_id, before, after, at
		FROM audit_entries WHERE tenant_id = $1 ORDER BY id`, a.Tenant())
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var e entry
		if err := rows.Scan(&e.actorKind, &e.actorID, &e.address, &e.action, &e.targetKind, &e.targetID, &e.before, &e.after, &e.at); err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func record(t *testing.T, d *db.DB, a actor.Actor, e audit.Entry) error {
	t.Helper()
	return d.InTx(t.Context(), a, func(tx *db.Tx) error { return audit.Record(t.Context(), tx, a, e) })
}

func TestAnEntrySaysWhoDidWhatFromWhere(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme, zeta := dbtest.Tenants(t, d)
		ada := actor.ForUser(acme, "ada", "192.0.2.7", nil)
		type view struct {
			Mode string `json:"mode"`
		}
		err := record(t, d, ada, audit.Entry{
			Action: "channel.changed", TargetKind: "channel", TargetID: "ch", Before: view{"auto"}, After: view{"off"},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := record(t, d, actor.ForAI(acme), audit.Entry{Action: "conversation.handed_off", TargetKind: "conversation", TargetID: "c"}); err != nil {
			t.Fatal(err)
		}
		all := read(t, d, ada)
		if len(all) != 2 {
			t.Fatalf("%d entries", len(all))
		}
		if all[0].at.IsZero() {
			t.Error("an entry has no time")
		}
		all[0].at, all[1].at = 0, 0
		if want := (entry{"user", "ada", "192.0.2.7", "channel.changed", "channel", "ch", `{"mode":"auto"}`, `{"mode":"off"}`, 0}); all[0] != want {
			t.Errorf("got %+v", all[0])
		}
		if want := (entry{"ai", "ai", "", "conversation.handed_off", "conversation", "c", "", "", 0}); all[1] != want {
			t.Errorf("got %+v", all[1])
		}
		if got := read(t, d, actor.ForSystem(zeta)); len(got) != 0 {
			t.Errorf("Zeta reads %+v", got)
		}
	})
}

func TestAChangeThatIsNotStoredLeavesNoEntry(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme, _ := dbtest.Tenants(t, d)
		a, no := actor.ForSystem(acme), errors.New("no")
		err := d.InTx(t.Context(), a, func(tx *db.Tx) error {
			if err := audit.Record(t.Context(), tx, a, audit.Entry{Action: "x"}); err != nil {
				return err
			}
			return no
		})
		if got := read(t, d, a); !errors.Is(err, no) || len(got) != 0 {
			t.Errorf("%v, entries %+v", err, got)
		}
	})
}

func TestWhatCannotBeWrittenDownFailsTheStep(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme, _ := dbtest.Tenants(t, d)
		a := actor.ForSystem(acme)
		for _, e := range []audit.Entry{{Action: "x", Before: func() {}}, {Action: "x", After: make(chan int)}} {
			if err := record(t, d, a, e); err == nil {
				t.Errorf("%+v was written", e)
			}
		}
		if err := record(t, d, actor.ForSystem("nobody"), audit.Entry{Action: "x"}); err == nil || !strings.Contains(err.Error(), "audit x") {
			t.Errorf("an entry of no tenant: %v", err)
		}
	})
}

// The working role adds to the ledgers and does nothing else to them, whatever a mistake in a query asks for.
func TestTheLedgersAreAppendOnly(t *testing.T) {
	t.Parallel()
	dbtest.Only(t, dbtest.Postgres)
	d := dbtest.Open(t, dbtest.Postgres)
	acme, _ := dbtest.Tenants(t, d)
	a := actor.ForSystem(acme)
	if err := record(t, d, a, audit.Entry{Action: "kept"}); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"audit_entries", "usage_entries", "money_entries", "events"} {
		for _, sql := range []string{
			`UPDATE ` + table + ` SET id = 'x' WHERE tenant_id = $1`, `DELETE FROM ` + table + ` WHERE tenant_id = $1`,
		} {
			err := d.InTx(t.Context(), a, func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), sql, acme)
				return err
			})
			if err == nil || !strings.Contains(err.Error(), "42501") {
				t.Errorf("%s: %v", sql, err)
			}
		}
		err := d.InTx(t.Context(), a, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `TRUNCATE `+table)
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "42501") {
			t.Errorf("TRUNCATE %s: %v", table, err)
		}
	}
	if got := read(t, d, a); len(got) != 1 || got[0].action != "kept" {
		t.Errorf("got %+v", got)
	}
}

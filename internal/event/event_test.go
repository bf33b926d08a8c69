package event_test

import (
	"errors"
	"testing"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/event"
)

func facts(t *testing.T, d *db.DB, a actor.Actor) (all []string) {
	t.Helper()
	rows, err := d.As(a).Query(t.Context(), `SELECT kind || ' ' || target_kind || ' ' || target_id || ' ' || data FROM events
		WHERE tenant_id = $1 ORDER BY id`, a.Tenant())
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var f string
		if err := rows.Scan(&f); err != nil {
			t.Fatal(err)
		}
		all = append(all, f)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestFactsAreKeptInTheirOrderAndByTenant(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme, zeta := dbtest.Tenants(t, d)
		a, z := actor.ForAI(acme), actor.ForAI(zeta)
		err := d.InTx(t.Context(), a, func(tx *db.Tx) error {
			err := event.Record(t.Context(), tx, a, event.Fact{
				Kind: "conversation.handed_off", TargetKind: "conversation", TargetID: "c1", Data: "asked",
			})
			if err != nil {
				return err
			}
			return event.Record(t.Context(), tx, a, event.Fact{
				Kind: "conversation.alerted", TargetKind: "conversation", TargetID: "c1", Data: struct {
					Call int `json:"call"`
				}{1},
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		got := facts(t, d, a)
		if len(got) != 2 || got[0] != `conversation.handed_off conversation c1 "asked"` || got[1] != `conversation.alerted conversation c1 {"call":1}` {
			t.Errorf("got %q", got)
		}
		if got := facts(t, d, z); len(got) != 0 {
			t.Errorf("Zeta reads %q", got)
		}
	})
}

func TestAFactOfAStepThatFailedIsNone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme, _ := dbtest.Tenants(t, d)
		a, no := actor.ForSystem(acme), errors.New("no")
		err := d.InTx(t.Context(), a, func(tx *db.Tx) error {
			if err := event.Record(t.Context(), tx, a, event.Fact{Kind: "x"}); err != nil {
				return err
			}
			return no
		})
		if got := facts(t, d, a); !errors.Is(err, no) || len(got) != 0 {
			t.Errorf("%v, facts %q", err, got)
		}
		for _, f := range []event.Fact{{Kind: "x", Data: func() {}}} {
			if err := d.InTx(t.Context(), a, func(tx *db.Tx) error { return event.Record(t.Context(), tx, a, f) }); err == nil {
				t.Error("what is no JSON was kept")
			}
		}
		if err := d.InTx(t.Context(), actor.ForSystem("nobody"), func(tx *db.Tx) error {
			return event.Record(t.Context(), tx, actor.ForSystem("nobody"), event.Fact{Kind: "x"})
		}); err == nil {
			t.Error("a fact of no tenant was kept")
		}
	})
}

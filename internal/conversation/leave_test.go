package conversation_test

import (
	"testing"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/limit"
	"parley/internal/seal"
	"parley/internal/tenant"
)

func TestWhoIsRemovedLeavesNothingWaitingForThem(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		box, err := seal.New(make([]byte, seal.KeySize))
		w.must(err)
		people := tenant.New(tenant.Parts{DB: w.db, Box: box, Limits: limit.New(nil)}, tenant.Options{JWTSecret: make([]byte, 32), HashKiB: 64})
		p, err := people.Prepare(ctx, "Ann", "ann@acme.example", "three small green boats", true)
		w.must(err)
		var ann string
		system := actor.ForSystem(w.acme.tenant)
		w.must(w.step(system, func(tx *db.Tx) error {
			if ann, err = people.AddUser(ctx, tx, system, p); err != nil {
				return err
			}
			return people.AddMember(ctx, tx, system, ann, tenant.Agent)
		}))
		id := w.hears(w.acme, "491700000001", "wamid.1", "Hello").ConversationID
		hers := actor.ForUser(w.acme.tenant, ann, "192.0.2.1", tenant.Permissions(tenant.Agent))
		w.must(w.step(hers, func(tx *db.Tx) error { return w.talks.TakeOver(ctx, tx, hers, id) }))
		remove := func(a actor.Actor) error {
			return w.step(a, func(tx *db.Tx) error { return w.talks.RemoveMember(ctx, tx, a, people, ann) })
		}
		if err := remove(actor.ForSystem(w.zeta.tenant)); !errs.Is(err, errs.NotFound) {
			t.Errorf("Zeta removing Acme's member: %v", err)
		}
		if c := w.get(w.acme, id); c.AssigneeID != ann {
			t.Fatalf("the conversation is %q's", c.AssigneeID)
		}
		w.must(remove(system))
		if c := w.get(w.acme, id); c.AssigneeID != "" || c.Handler != "human" {
			t.Errorf("the conversation is %q's and with the %s", c.AssigneeID, c.Handler)
		}
	})
}

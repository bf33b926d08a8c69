package canned_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"parley/internal/actor"
	"parley/internal/canned"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/errs"
	"parley/internal/realtime"
)

func TestCannedRepliesAreKeptByEachTenantForItself(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		live, err := realtime.New(slog.New(slog.DiscardHandler), realtime.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = live.Stop(context.Background()) })
		s := canned.New(live)
		acme, zeta := dbtest.Tenants(t, d)
		may := []actor.Permission{actor.ConversationsRead, actor.ConversationsReply}
		bo, zoe := actor.ForUser(acme, "bo", "", may), actor.ForUser(zeta, "zoe", "", may)
		add := func(a actor.Actor, text canned.Text) (r canned.Reply, err error) {
			err = d.InTx(t.Context(), a, func(tx *db.Tx) error {
				r, err = s.Add(t.Context(), tx, a, text)
				return err
			})
			return r, err
		}
		hello := canned.Text{Shortcut: "/Hello", Title: " A  greeting ", Body: "Hello {{contact.name}}, {{ agent.name }} here.\n"}
		r, err := add(bo, hello)
		if err != nil || r.Shortcut != "hello" || r.Title != "A greeting" || strings.HasSuffix(r.Body, "\n") {
			t.Fatalf("got %+v, %v", r, err)
		}
		if _, err := add(bo, hello); !errs.Is(err, errs.Conflict) {
			t.Errorf("two of one shortcut: %v", err)
		}
		if _, err := add(zoe, hello); err != nil {
			t.Errorf("Zeta may have the same: %v", err)
		}
		for what, bad := range map[string]canned.Text{
			"a shortcut of two words": {Shortcut: "two words", Title: "T", Body: "B"},
			"no title":                {Shortcut: "s", Body: "B"},
			"no text":                 {Shortcut: "s", Title: "T", Body: " \n"},
			"too long a text":         {Shortcut: "s", Title: "T", Body: strings.Repeat("ж", 4_097)},
			"an unknown variable":     {Shortcut: "s", Title: "T", Body: "{{contact.phone}}"},
		} {
			if _, err := add(bo, bad); !errs.Is(err, errs.Invalid) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, err := add(actor.ForUser(acme, "vera", "", may[:1]), hello); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a viewer adds one: %v", err)
		}
		err = d.InTx(t.Context(), zoe, func(tx *db.Tx) error { return s.Change(t.Context(), tx, zoe, r.ID, hello) })
		if !errs.Is(err, errs.NotFound) {
			t.Errorf("Zeta changes Acme's: %v", err)
		}
		err = d.InTx(t.Context(), zoe, func(tx *db.Tx) error { return s.Delete(t.Context(), tx, zoe, r.ID) })
		if !errs.Is(err, errs.NotFound) {
			t.Errorf("Zeta deletes Acme's: %v", err)
		}
		if all, err := canned.List(t.Context(), d.As(bo), bo); err != nil || len(all) != 1 || all[0].ID != r.ID {
			t.Errorf("Acme has %+v, %v", all, err)
		}
		if err := d.InTx(t.Context(), bo, func(tx *db.Tx) error { return s.Delete(t.Context(), tx, bo, r.ID) }); err != nil {
			t.Error(err)
		}
	})
}

package tenant_test

import (
	"testing"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/tenant"
)

func (w *world) makeKey(a actor.Actor, n tenant.NewKey) (k tenant.Key, secret string, err error) {
	err = w.step(a, func(tx *db.Tx) error {
		k, secret, err = w.tenants.MakeKey(w.t.Context(), tx, a, n)
		return err
	})
	return k, secret, err
}

func (w *world) key(a actor.Actor, scopes ...actor.Permission) (k tenant.Key, secret string) {
	w.t.Helper()
	k, secret, err := w.makeKey(a, tenant.NewKey{Name: "Shop", Scopes: scopes})
	w.must(err)
	return k, secret
}

func (w *world) opens(secret string) (actor.Actor, error) {
	return w.tenants.AuthenticateKey(w.t.Context(), secret, away)
}

func TestAKeyMayWhatItSaysAndNothingElse(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		k, secret := w.key(w.acme.actor, actor.ConversationsRead, actor.ConversationsReply, actor.ConversationsRead)
		a, err := w.opens(secret)
		w.must(err)
		if a.Tenant() != w.acme.id || a.Kind() != actor.Key || a.ID() != k.ID || a.UserID() != "" || a.Address() != away {
			t.Errorf("the actor is %+v", a)
		}
		if !a.Can(actor.ConversationsRead) || !a.Can(actor.ConversationsReply) || a.Can(actor.KnowledgeRead) || a.Can(actor.Self) {
			t.Error("it may something else than it says")
		}
		if len(k.Scopes) != 2 || k.Prefix != secret[:11] || !tenant.IsKey(secret) {
			t.Errorf("the key is %+v", k)
		}
		var kept int
		w.must(w.db.As(actor.ForSystem("")).QueryRow(t.Context(),
			`SELECT count(*) FROM api_key_hashes WHERE key_hash = $1`, secret).Scan(&kept))
		if kept != 0 {
			t.Error("the key itself is stored")
		}
		for _, wrong := range []string{"pk_", "pk_x", secret + "x", secret[:20]} {
			_, err := w.opens(wrong)
			w.wants(errs.Unauthenticated, err)
		}
		w.wants(errs.Unauthenticated, w.good(secret))
	})
}

func TestAKeyCannotMakeKeysOrMembers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for _, p := range []actor.Permission{actor.MembersWrite, actor.KeysWrite, actor.Self, "conversations:*", ""} {
			_, _, err := w.makeKey(w.acme.actor, tenant.NewKey{Name: "Shop", Scopes: []actor.Permission{p}})
			w.wants(errs.Invalid, err)
		}
		_, _, err := w.makeKey(w.acme.actor, tenant.NewKey{Name: "Shop"})
		w.wants(errs.Invalid, err)
		_, secret := w.key(w.acme.actor, tenant.KeyScopes(tenant.Owner)...)
		a, err := w.opens(secret)
		w.must(err)
		_, _, err = w.makeKey(a, tenant.NewKey{Name: "Another", Scopes: []actor.Permission{actor.ConversationsRead}})
		w.wants(errs.Forbidden, err)
		_, err = w.tenants.Invite(t.Context(), a, "eve@evil.example", tenant.Owner)
		w.wants(errs.Forbidden, err)
		w.wants(errs.Forbidden, w.setRole(a, w.acme.owner, tenant.Viewer))
		w.wants(errs.Forbidden, w.step(a, func(tx *db.Tx) error { return w.tenants.SignOutEverywhere(t.Context(), tx, a) }))
	})
}

// What its maker may not do any more, a key may not either.
func TestAKeyNeverMayMoreThanWhoMadeIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ann := w.user(w.acme.id, "Ann", "ann@acme.example", tenant.Admin)
		admin := actor.ForUser(w.acme.id, ann, home, tenant.Permissions(tenant.Admin))
		_, secret := w.key(admin, actor.TenantWrite, actor.TenantRead)
		other := w.process(nil)
		may := func(s *tenant.Service) bool {
			a, err := s.AuthenticateKey(t.Context(), secret, away)
			w.must(err)
			return a.Can(actor.TenantWrite)
		}
		if !may(w.tenants) || !may(other) {
			t.Fatal("the key does not work")
		}
		w.must(w.setRole(w.acme.actor, ann, tenant.Agent))
		if may(w.tenants) {
			t.Error("the key kept what its maker lost")
		}
		w.clock.Pass(tenant.StandingBound)
		if may(other) {
			t.Error("another process does not notice")
		}
		agent := actor.ForUser(w.acme.id, ann, home, tenant.Permissions(tenant.Agent))
		_, _, err := w.makeKey(agent, tenant.NewKey{Name: "Mine", Scopes: []actor.Permission{actor.TenantRead}})
		w.wants(errs.Forbidden, err)
		w.must(w.remove(w.acme.actor, ann))
		_, err = w.opens(secret)
		w.wants(errs.Unauthenticated, err)
		w.must(w.step(w.acme.actor, func(tx *db.Tx) error {
			return w.tenants.AddMember(t.Context(), tx, w.acme.actor, ann, tenant.Admin)
		}))
		_, err = w.opens(secret)
		w.wants(errs.Unauthenticated, err)
	})
}

func TestAKeyEnds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		revoke := func(a actor.Actor, id string) error {
			return w.step(a, func(tx *db.Tx) error { return w.tenants.RevokeKey(t.Context(), tx, a, id) })
		}
		k, secret := w.key(w.acme.actor, actor.TenantRead)
		_, err := w.opens(secret)
		w.must(err)
		w.wants(errs.NotFound, revoke(w.zeta.actor, k.ID))
		w.must(revoke(w.acme.actor, k.ID))
		_, err = w.opens(secret)
		w.wants(errs.Unauthenticated, err)
		w.wants(errs.NotFound, revoke(w.acme.actor, k.ID))

		_, short, err := w.makeKey(w.acme.actor, tenant.NewKey{Name: "Shop", Scopes: []actor.Permission{actor.TenantRead}, Days: 1})
		w.must(err)
		_, err = w.opens(short)
		w.must(err)
		w.clock.Pass(24 * time.Hour)
		_, err = w.opens(short)
		w.wants(errs.Unauthenticated, err)
	})
}

func TestWhenAKeyWasUsedIsWrittenDownOnceAMinute(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, secret := w.key(w.acme.actor, actor.TenantRead)
		used := func() db.Time {
			all, err := w.tenants.Keys(t.Context(), w.db.As(w.acme.actor), w.acme.actor)
			w.must(err)
			return all[0].LastUsedAt
		}
		if !used().IsZero() {
			t.Error("it was used before it was used")
		}
		_, err := w.opens(secret)
		w.must(err)
		first := used()
		for range 5 {
			w.clock.Pass(10 * time.Second)
			_, err := w.opens(secret)
			w.must(err)
		}
		if first.IsZero() || used() != first {
			t.Errorf("first %v, then %v", first, used())
		}
		w.clock.Pass(10 * time.Second)
		_, err = w.opens(secret)
		w.must(err)
		if used() == first {
			t.Error("it is not written down any more")
		}
		other, err := w.tenants.Keys(t.Context(), w.db.As(w.zeta.actor), w.zeta.actor)
		w.must(err)
		if len(other) != 0 {
			t.Error("Zeta sees Acme's key")
		}
	})
}

func TestAKeyHasANameAlsoWhenItIsRevoked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		name := func(a actor.Actor, id string) string {
			names, err := w.tenants.Names(t.Context(), w.db.As(a), a)
			w.must(err)
			return names[id]
		}
		if name(w.acme.actor, "none") != "" {
			t.Error("there is a name for nobody")
		}
		k, _ := w.key(w.acme.actor, actor.ConversationsReply) // the names were read, and kept, before
		if got := name(w.acme.actor, k.ID); got != "Shop" {
			t.Errorf("the key is called %q", got)
		}
		w.must(w.step(w.acme.actor, func(tx *db.Tx) error { return w.tenants.RevokeKey(t.Context(), tx, w.acme.actor, k.ID) }))
		if got := name(w.acme.actor, k.ID); got != "Shop" {
			t.Errorf("revoked, it is called %q", got)
		}
		if got := name(w.zeta.actor, k.ID); got != "" {
			t.Errorf("Zeta calls it %q", got)
		}
	})
}

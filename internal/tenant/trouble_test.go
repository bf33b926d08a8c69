package tenant_test

import (
	"context"
	"testing"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/tenant"
)

// What is nobody's fault must not look like a wrong password, nor like a session that has ended: the browser would
// sign the person out.
func TestADatabaseThatDoesNotAnswerSignsNobodyOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		given := w.signIn(w.acme)
		w.clock.Pass(tenant.StandingBound)
		ctx, over := context.WithCancel(t.Context())
		over() // no answer comes in time
		q := w.db.As(w.acme.actor)
		s := w.tenants
		step := func(do func(tx *db.Tx) error) error { return w.db.InTx(ctx, w.acme.actor, do) }
		for name, do := range map[string]func() error{
			"sign in":      func() error { _, err := s.SignIn(ctx, w.acme.email, password, at(home)); return err },
			"start":        func() error { _, err := s.Start(ctx, w.acme.owner, w.acme.id, at(home)); return err },
			"refresh":      func() error { _, err := s.Refresh(ctx, given.RefreshToken, at(home)); return err },
			"sign out":     func() error { return s.SignOut(ctx, given.RefreshToken, at(home)) },
			"authenticate": func() error { _, err := s.Authenticate(ctx, given.AccessToken, home); return err },
			"self":         func() error { _, err := s.AuthenticateSelf(ctx, given.AccessToken, home); return err },
			"check":        func() error { _, _, _, err := s.Check(ctx, given.AccessToken); return err },
			"switch":       func() error { _, err := s.Switch(ctx, given.AccessToken, w.acme.id, at(home)); return err },
			"password": func() error {
				return s.ChangePassword(ctx, given.AccessToken, password, "four small green boats", at(home))
			},
			"who am I": func() error { _, err := s.WhoAmI(ctx, w.acme.actor); return err },
			"get":      func() error { _, err := s.Get(ctx, q, w.acme.actor); return err },
			"names":    func() error { _, err := s.Names(ctx, q, w.acme.actor); return err },
			"members":  func() error { _, err := s.Members(ctx, q, w.acme.actor); return err },
			"host":     func() error { _, err := s.OfHost(ctx, q, "x.example"); return err },
			"token":    func() error { _, err := s.TokenGood(ctx, q, tenant.ForSetup, "x"); return err },
			"id":       func() error { _, err := s.NewID(ctx); return err },
			"change": func() error {
				return step(func(tx *db.Tx) error { return s.Change(ctx, tx, w.acme.actor, tenant.Change{}) })
			},
		} {
			switch kind := errs.KindOf(do()); kind {
			case "", errs.Unauthenticated, errs.Forbidden, errs.NotFound, errs.Invalid:
				t.Errorf("%s: %q", name, kind)
			default: // ours to mend, or to be tried again
			}
		}
	})
}

func TestAOneTimeTokenIsUsedOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, nobody := t.Context(), actor.ForSystem("")
		var token, other string
		w.must(w.step(nobody, func(tx *db.Tx) (err error) {
			if token, err = w.tenants.NewToken(ctx, tx, tenant.ForSetup, tenant.SettingsBound); err != nil {
				return err
			}
			other, err = w.tenants.NewToken(ctx, tx, tenant.ForSetup, tenant.SettingsBound)
			return err
		}))
		use := func(p tenant.Purpose, token string) (used bool) {
			w.must(w.step(nobody, func(tx *db.Tx) (err error) {
				used, err = w.tenants.UseToken(ctx, tx, p, token)
				return err
			}))
			return used
		}
		good := func(token string) bool {
			is, err := w.tenants.TokenGood(ctx, w.db.As(nobody), tenant.ForSetup, token)
			w.must(err)
			return is
		}
		if use("something else", token) || !good(token) || !use(tenant.ForSetup, token) || good(token) || use(tenant.ForSetup, token) {
			t.Error("the token does not work once, for what it is for")
		}
		w.clock.Pass(tenant.SettingsBound)
		if good(other) || use(tenant.ForSetup, other) {
			t.Error("the token works for ever")
		}
		var last string
		w.must(w.step(nobody, func(tx *db.Tx) (err error) {
			if last, err = w.tenants.NewToken(ctx, tx, tenant.ForSetup, tenant.SettingsBound); err != nil {
				return err
			}
			return w.tenants.VoidTokens(ctx, tx, tenant.ForSetup)
		}))
		if use(tenant.ForSetup, last) {
			t.Error("a token that is void works")
		}
	})
}

func TestAnAccountIsMadeOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p, err := w.tenants.Prepare(t.Context(), "Ada", "ADA@acme.example", password, true)
		w.must(err)
		w.wants(errs.Conflict, w.step(actor.ForSystem(w.zeta.id), func(tx *db.Tx) error {
			_, err := w.tenants.AddUser(t.Context(), tx, tx.Actor(), p)
			return err
		}))
	})
}

package tenant_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/realtime"
	"parley/internal/tenant"
)

func (w *world) refresh(token string) (tenant.Session, error) {
	return w.tenants.Refresh(w.t.Context(), token, at(home))
}

func TestARefreshTokenIsReplacedEachTime(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		first := w.signIn(w.acme)
		w.clock.Pass(9 * time.Minute)
		second, err := w.refresh(first.RefreshToken)
		w.must(err)
		if second.RefreshToken == first.RefreshToken || second.Tenant != first.Tenant || second.UserID != first.UserID {
			t.Errorf("after %+v came %+v", first, second)
		}
		w.clock.Pass(9 * time.Minute) // the first access token has ended, the second has not
		w.wants(errs.Unauthenticated, w.good(first.AccessToken))
		w.must(w.good(second.AccessToken))
		third, err := w.refresh(second.RefreshToken)
		w.must(err)
		if third.RefreshToken == second.RefreshToken {
			t.Error("the second token was not replaced")
		}
		w.clock.Pass(29 * 24 * time.Hour)
		fourth, err := w.refresh(third.RefreshToken)
		w.must(err)
		w.clock.Pass(31 * 24 * time.Hour)
		_, err = w.refresh(fourth.RefreshToken)
		w.wants(errs.Unauthenticated, err)
	})
}

func TestTabsThatRefreshAtOnceGetTheSameSuccessor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		given := w.signIn(w.acme)
		other := w.process(nil)
		got := make([]string, 8)
		var all sync.WaitGroup
		for i := range got {
			all.Go(func() {
				process := w.tenants
				if i%2 == 1 {
					process = other
				}
				next, err := process.Refresh(t.Context(), given.RefreshToken, at(home))
				if err != nil {
					t.Error(err)
				}
				got[i] = next.RefreshToken
			})
		}
		all.Wait()
		w.clock.Pass(29 * time.Second)
		late, err := w.refresh(given.RefreshToken)
		w.must(err)
		if all := slices.Compact(got); len(all) != 1 || all[0] != late.RefreshToken {
			t.Errorf("%d different successors", len(all))
		}
		if _, err := w.refresh(late.RefreshToken); err != nil {
			t.Errorf("the successor does not work: %v", err)
		}
	})
}

func TestAStolenRefreshTokenEndsTheWholeFamily(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		bystander := w.signIn(w.acme)
		first := w.signIn(w.acme)
		second, err := w.refresh(first.RefreshToken)
		w.must(err)
		w.must(w.good(second.AccessToken))
		w.clock.Pass(30 * time.Second)
		_, err = w.refresh(first.RefreshToken)
		w.wants(errs.Unauthenticated, err)
		_, err = w.refresh(second.RefreshToken)
		w.wants(errs.Unauthenticated, err)
		w.wants(errs.Unauthenticated, w.good(second.AccessToken))
		w.must(w.good(bystander.AccessToken))
		if !slices.Contains(w.audited(w.acme), "session.token_reused") {
			t.Error("the audit log does not tell")
		}
	})
}

func TestATokenFromTwoReplacementsAgoIsStolenAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		first := w.signIn(w.acme)
		second, err := w.refresh(first.RefreshToken)
		w.must(err)
		third, err := w.refresh(second.RefreshToken)
		w.must(err)
		_, err = w.refresh(first.RefreshToken)
		w.wants(errs.Unauthenticated, err)
		_, err = w.refresh(third.RefreshToken)
		w.wants(errs.Unauthenticated, err)
	})
}

func TestWhatIsNoRefreshTokenIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		given := w.signIn(w.acme)
		for _, bad := range []string{"", ".", "x", "x.y", given.AccessToken, given.RefreshToken[:10] + "."} {
			_, err := w.refresh(bad)
			w.wants(errs.Unauthenticated, err)
			w.must(w.tenants.SignOut(t.Context(), bad, at(home)))
		}
		w.must(w.good(given.AccessToken))
	})
}

func TestOnlyHashesOfTokensAreStored(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		given := w.signIn(w.acme)
		var hash, address string
		w.must(w.db.As(actor.ForSystem("")).QueryRow(t.Context(),
			`SELECT token_hash, address_hash FROM sessions WHERE user_id = $1`, w.acme.owner).Scan(&hash, &address))
		if hash == "" || hash == given.RefreshToken || address == "" || address == home {
			t.Error("the directory holds more than hashes")
		}
	})
}

func TestSigningOutEndsOneSession(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		here, there := w.signIn(w.acme), w.signIn(w.acme)
		w.must(w.good(here.AccessToken))
		w.must(w.tenants.SignOut(t.Context(), here.RefreshToken, at(home)))
		w.wants(errs.Unauthenticated, w.good(here.AccessToken))
		_, err := w.refresh(here.RefreshToken)
		w.wants(errs.Unauthenticated, err)
		w.must(w.good(there.AccessToken))
		_, err = w.refresh(there.RefreshToken)
		w.must(err)
		w.must(w.tenants.SignOut(t.Context(), here.RefreshToken, at(home)))
		if n := count(w.audited(w.acme), "user.signed_out"); n != 1 {
			t.Errorf("the audit log has %d sign-outs", n)
		}
	})
}

func count(all []string, word string) (n int) {
	for _, s := range all {
		if s == word {
			n++
		}
	}
	return n
}

func TestSigningOutEverywhereIsNoticedByOtherProcessesWithinTheBound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one, two, zoe := w.signIn(w.acme), w.signIn(w.acme), w.signIn(w.zeta)
		other := w.process(hub(t, w.clock, nil))
		for _, token := range []string{one.AccessToken, two.AccessToken, zoe.AccessToken} {
			_, err := other.Authenticate(t.Context(), token, home)
			w.must(err)
		}
		w.must(w.step(w.acme.actor, func(tx *db.Tx) error {
			return w.tenants.SignOutEverywhere(t.Context(), tx, tx.Actor())
		}))
		for _, token := range []string{one.AccessToken, two.AccessToken} {
			w.wants(errs.Unauthenticated, w.good(token))
		}
		w.clock.Pass(tenant.StandingBound)
		for _, token := range []string{one.AccessToken, two.AccessToken} {
			_, err := other.Authenticate(t.Context(), token, home)
			w.wants(errs.Unauthenticated, err)
			_, _, _, err = other.Check(t.Context(), token)
			w.wants(errs.Unauthenticated, err)
		}
		_, err := other.Authenticate(t.Context(), zoe.AccessToken, home)
		w.must(err)
	})
}

func TestARolledBackSignOutEndsNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		given := w.signIn(w.acme)
		w.must(w.good(given.AccessToken))
		w.wants(errs.Conflict, w.step(w.acme.actor, func(tx *db.Tx) error {
			w.must(w.tenants.SignOutEverywhere(t.Context(), tx, tx.Actor()))
			return errs.New(errs.Conflict, "")
		}))
		w.must(w.good(given.AccessToken))
		w.wants(errs.Forbidden, w.step(actor.ForAI(w.acme.id), func(tx *db.Tx) error {
			return w.tenants.SignOutEverywhere(t.Context(), tx, tx.Actor())
		}))
	})
}

func TestOneMaySwitchOnlyToAWorkspaceOfOnesOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		given := w.signIn(w.acme)
		_, err := w.tenants.Switch(ctx, given.AccessToken, w.zeta.id, at(home))
		w.wants(errs.NotFound, err)
		_, err = w.tenants.Switch(ctx, "x", w.zeta.id, at(home))
		w.wants(errs.Unauthenticated, err)

		w.must(w.step(w.zeta.actor, func(tx *db.Tx) error {
			return w.tenants.AddMember(ctx, tx, tx.Actor(), w.acme.owner, tenant.Viewer)
		}))
		switched, err := w.tenants.Switch(ctx, given.AccessToken, w.zeta.id, at(home))
		w.must(err)
		if switched.Tenant != (tenant.Workspace{ID: w.zeta.id, Name: "Zeta", Role: tenant.Viewer}) || len(switched.Tenants) != 2 ||
			switched.RefreshToken != "" {
			t.Errorf("the session is %+v", switched)
		}
		a, err := w.tenants.Authenticate(ctx, switched.AccessToken, home)
		w.must(err)
		if a.Tenant() != w.zeta.id || a.Can(actor.TenantWrite) {
			t.Error("the role of the workspace before came along")
		}
		again, err := w.refresh(given.RefreshToken)
		w.must(err)
		if again.Tenant.ID != w.zeta.id {
			t.Error("the session forgot where it was")
		}

		w.must(w.step(w.zeta.actor, func(tx *db.Tx) error {
			return w.tenants.RemoveMember(ctx, tx, tx.Actor(), w.acme.owner)
		}))
		w.wants(errs.Unauthenticated, w.good(switched.AccessToken))
		back, err := w.refresh(again.RefreshToken)
		w.must(err)
		if back.Tenant.ID != w.acme.id {
			t.Error("who was removed from one workspace does not come back to the other")
		}
		_, err = w.tenants.WhoAmI(ctx, actor.ForUser(w.zeta.id, w.acme.owner, home, nil))
		w.wants(errs.Unauthenticated, err)
		w.must(w.tenants.SignOut(ctx, back.RefreshToken, at(home)))
		_, err = w.tenants.Switch(ctx, back.AccessToken, w.acme.id, at(home))
		w.wants(errs.Unauthenticated, err)
	})
}

func TestTheHostNameSaysWhichWorkspaceIsMeant(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.must(w.step(w.zeta.actor, func(tx *db.Tx) error {
			if err := w.tenants.AddHost(ctx, tx, tx.Actor(), "Chat.Zeta.example.", tenant.CustomDomain); err != nil {
				return err
			}
			return w.tenants.AddMember(ctx, tx, tx.Actor(), w.acme.owner, tenant.Agent)
		}))
		signIn := func(email, host string) string {
			given, err := w.tenants.SignIn(ctx, email, password, tenant.Visit{Address: home, Host: host})
			w.must(err)
			return given.Tenant.ID
		}
		if got := signIn(w.acme.email, "chat.zeta.example:8443"); got != w.zeta.id {
			t.Error("the custom domain does not lead to its workspace")
		}
		w.clock.Pass(time.Second)
		if got := signIn(w.acme.email, "parley.example"); got != w.zeta.id {
			t.Error("without a host of its own it is not the workspace last worked in")
		}

		w.wants(errs.Conflict, w.step(w.acme.actor, func(tx *db.Tx) error {
			return w.tenants.AddHost(ctx, tx, tx.Actor(), "chat.zeta.example", tenant.CustomDomain)
		}))
		for _, bad := range []string{"", "localhost", "a b.example", "https://x.example", "x.example/y"} {
			w.wants(errs.Invalid, w.step(w.acme.actor, func(tx *db.Tx) error {
				return w.tenants.AddHost(ctx, tx, tx.Actor(), bad, tenant.Subdomain)
			}))
		}
		w.must(w.step(w.acme.actor, func(tx *db.Tx) error {
			return w.tenants.AddHost(ctx, tx, tx.Actor(), "acme.parley.example", tenant.Subdomain)
		}))
		if got, err := w.tenants.OfHost(ctx, w.db.As(actor.ForSystem("")), "ACME.parley.example"); got != w.acme.id || err != nil {
			t.Errorf("the subdomain belongs to %s: %v", got, err)
		}
		if got := signIn(w.zeta.email, "acme.parley.example"); got != w.zeta.id {
			t.Error("a host name let somebody into a workspace that is not theirs")
		}
		viewer := actor.ForUser(w.acme.id, "v", home, tenant.Permissions(tenant.Viewer))
		w.wants(errs.Forbidden, w.step(viewer, func(tx *db.Tx) error {
			return w.tenants.AddHost(ctx, tx, tx.Actor(), "v.parley.example", tenant.Subdomain)
		}))
	})
}

func TestChangingAPasswordEndsTheOtherSessions(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		here, there := w.signIn(w.acme), w.signIn(w.acme)
		w.must(w.good(there.AccessToken))
		const chosen = "four small green boats"
		change := func(current, chosen string) error {
			return w.tenants.ChangePassword(ctx, here.AccessToken, current, chosen, at(home))
		}
		for _, wrong := range []struct{ current, chosen, field string }{
			{"not the password", chosen, "current"},
			{password, password, "new"},
			{password, "short", "new"},
			{password, w.acme.email, "new"},
		} {
			err := change(wrong.current, wrong.chosen)
			w.wants(errs.Invalid, err)
			if errs.FieldOf(err) != wrong.field {
				t.Errorf("%v is about %q", err, errs.FieldOf(err))
			}
		}
		w.wants(errs.Unauthenticated, w.tenants.ChangePassword(ctx, "x", password, chosen, at(home)))
		w.must(change(password, chosen))
		w.must(w.good(here.AccessToken))
		_, err := w.refresh(here.RefreshToken)
		w.must(err)
		w.wants(errs.Unauthenticated, w.good(there.AccessToken))
		_, err = w.refresh(there.RefreshToken)
		w.wants(errs.Unauthenticated, err)
		_, err = w.tenants.SignIn(ctx, w.acme.email, password, at(home))
		w.wants(errs.Unauthenticated, err)
		_, err = w.tenants.SignIn(ctx, w.acme.email, chosen, at(home))
		w.must(err)
		w.signIn(w.zeta)
		if count(w.audited(w.acme), "user.password_changed") != 1 {
			t.Error("the audit log does not tell")
		}
		for range 10 {
			err = change("not the password", chosen)
		}
		w.wants(errs.TooMany, err)
	})
}

func TestOfTwoPasswordChangesAtOnceOneWins(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		given := w.signIn(w.acme)
		kinds := make([]errs.Kind, 2)
		var all sync.WaitGroup
		for i, chosen := range []string{"four small green boats", "five small green boats"} {
			all.Go(func() {
				kinds[i] = errs.KindOf(w.tenants.ChangePassword(t.Context(), given.AccessToken, password, chosen, at(home)))
			})
		}
		all.Wait()
		slices.Sort(kinds)
		if kinds[0] != "" || kinds[1] != errs.Conflict && kinds[1] != errs.Invalid {
			t.Errorf("got %q", kinds)
		}
	})
}

func TestRegisteringMakesAWorkspaceOfOnesOwn(t *testing.T) {
	t.Parallel()
	newcomer := tenant.Newcomer{Name: "Nora", Email: "Nora@New.example", Password: password, Workspace: "New shop"}
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		equipped := ""
		n := newcomer
		n.Equip = func(_ context.Context, tx *db.Tx, a actor.Actor) error { equipped = a.Tenant(); return nil }
		given, err := w.tenants.Register(ctx, n, at(away))
		w.must(err)
		if given.Tenant.Name != "New shop" || given.Tenant.Role != tenant.Owner || given.Name != "Nora" || given.Email != "nora@new.example" ||
			equipped != given.Tenant.ID {
			t.Errorf("the session is %+v", given)
		}
		w.must(w.good(given.AccessToken))
		_, err = w.tenants.SignIn(ctx, "nora@new.example", password, at(away))
		w.must(err)

		again := n
		again.Equip = nil
		_, err = w.tenants.Register(ctx, again, at(away))
		w.wants(errs.Conflict, err)
		for field, change := range map[string]func(*tenant.Newcomer){
			"name":      func(n *tenant.Newcomer) { n.Name = " " },
			"email":     func(n *tenant.Newcomer) { n.Email = "nora" },
			"password":  func(n *tenant.Newcomer) { n.Password = "1234567890" },
			"workspace": func(n *tenant.Newcomer) { n.Workspace = "" },
		} {
			bad := again
			change(&bad)
			_, err = w.tenants.Register(ctx, bad, at(away))
			w.wants(errs.Invalid, err)
			if errs.FieldOf(err) != field {
				t.Errorf("%v is about %q, not %q", err, errs.FieldOf(err), field)
			}
		}
		failing := n
		failing.Email, failing.Equip = "other@new.example", func(context.Context, *db.Tx, actor.Actor) error { return errs.New(errs.Conflict, "") }
		_, err = w.tenants.Register(ctx, failing, at(away))
		w.wants(errs.Conflict, err)
		failing.Equip = nil
		_, err = w.tenants.Register(ctx, failing, at(away))
		w.must(err)
		for range 12 {
			_, err = w.tenants.Register(ctx, again, at(away))
		}
		w.wants(errs.TooMany, err)
	}, func(o *tenant.Options) { o.Registration = tenant.Open })
}

func TestRegisteringIsClosedUnlessItIsOpen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for _, r := range []tenant.Registration{"", tenant.Closed, tenant.Invite} {
			process := w.process(nil, func(o *tenant.Options) { o.Registration = r })
			_, err := process.Register(t.Context(), tenant.Newcomer{Name: "N", Email: "n@new.example", Password: password, Workspace: "N"}, at(away))
			w.wants(errs.Forbidden, err)
			if r != "" && process.Registration() != r {
				t.Errorf("registration is %s", process.Registration())
			}
		}
		if w.tenants.Registration() != tenant.Closed {
			t.Error("registration is not closed from the start")
		}
	})
}

func TestSigningOutClosesTheSockets(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		given := w.signIn(w.acme)
		socket := dial(t, w.live, given.AccessToken)
		w.must(w.tenants.SignOut(t.Context(), given.RefreshToken, at(home)))
		socket.closes(t)
	})
}

var _ realtime.Check = (*tenant.Service)(nil).Check

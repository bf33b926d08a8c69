package tenant_test

import (
	"strings"
	"testing"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/mail"
	"parley/internal/tenant"
)

const chosen = "five large red boats"

// letter waits for the n-th letter.
func (w *world) letter(n int) mail.Letter {
	w.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		if all := w.mail.Letters(); len(all) >= n {
			return all[n-1]
		}
	}
	w.t.Fatalf("there are only %d letters", len(w.mail.Letters()))
	return mail.Letter{}
}

// tokenOf is what stands behind the # of a link.
func tokenOf(link string) string {
	_, token, _ := strings.Cut(link, "#")
	return token
}

func (w *world) resetLink(a actor.Actor, userID string) (link string, err error) {
	err = w.step(a, func(tx *db.Tx) error {
		link, err = w.tenants.MakeResetLink(w.t.Context(), tx, a, userID)
		return err
	})
	return link, err
}

func TestAForgottenPasswordIsHelpedByALetter(t *testing.T) {
	t.Parallel()
	eachMailed(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		old := w.signIn(w.acme)
		w.must(w.tenants.Forgot(ctx, "nobody@acme.example", at(away)))
		w.must(w.tenants.Forgot(ctx, " ADA@acme.example ", at(away)))
		l := w.letter(1)
		if l.To != w.acme.email || !strings.HasPrefix(l.Link, "https://parley.example/reset#") {
			t.Fatalf("the letter is %+v", l)
		}
		token := tokenOf(l.Link)
		var known bool
		w.must(w.db.As(actor.ForSystem("")).QueryRow(ctx,
			`SELECT EXISTS (SELECT 1 FROM one_time_tokens WHERE token_hash = $1)`, token).Scan(&known))
		if known {
			t.Error("the token itself is stored")
		}
		w.wants(errs.Invalid, w.tenants.Reset(ctx, token, "short", at(away)))
		w.must(w.tenants.Reset(ctx, token, chosen, at(away)))
		w.wants(errs.Forbidden, w.tenants.Reset(ctx, token, chosen, at(away)))
		w.wants(errs.Unauthenticated, w.good(old.AccessToken))
		_, err := w.refresh(old.RefreshToken)
		w.wants(errs.Unauthenticated, err)
		_, err = w.tenants.SignIn(ctx, w.acme.email, password, at(home))
		w.wants(errs.Unauthenticated, err)
		_, err = w.tenants.SignIn(ctx, w.acme.email, chosen, at(home))
		w.must(err)
		w.signIn(w.zeta)
		if count(w.audited(w.acme), "user.password_reset") != 1 {
			t.Error("the audit log does not tell")
		}
		if n := len(w.mail.Letters()); n != 1 {
			t.Errorf("%d letters were sent", n)
		}
	})
}

func TestALetterThatCannotBeSentIsSentLater(t *testing.T) {
	t.Parallel()
	eachMailed(t, func(t *testing.T, w *world) {
		w.mail.Fail(errs.New(errs.Unavailable, "away"))
		w.must(w.tenants.Forgot(t.Context(), w.acme.email, at(away)))
		time.Sleep(50 * time.Millisecond)
		w.mail.Fail(nil)
		w.letter(1)
		w.clock.Pass(time.Hour)
		w.wants(errs.Forbidden, w.tenants.Reset(t.Context(), tokenOf(w.letter(1).Link), chosen, at(away)))
	})
}

// Until it is answered the same is done for every address, so that neither words nor time tell who has an account.
func TestAskingForAPasswordTellsNobodyWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	eachMailed(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.must(w.jobs.Stop(ctx)) // what comes after the answer is not counted
		for _, email := range []string{w.acme.email, "nobody@acme.example"} {
			before := w.db.Stats().Reads
			w.must(w.tenants.Forgot(ctx, email, at(away)))
			if reads := w.db.Stats().Reads - before; reads != 0 {
				t.Errorf("%s cost %d looks before the answer", email, reads)
			}
			for range 2 {
				w.must(w.tenants.Forgot(ctx, email, at(away)))
			}
			w.wants(errs.TooMany, w.tenants.Forgot(ctx, email, at("203.0.113.9")))
		}
		w.wants(errs.Invalid, w.tenants.Forgot(ctx, "ada", at(away)))
	})
}

func TestWithoutMailAnOwnerMakesTheLink(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.must(w.tenants.Forgot(ctx, w.acme.email, at(away)))
		if w.tenants.Mails() {
			t.Error("there is mail")
		}
		ann := w.user(w.acme.id, "Ann", "ann@acme.example", tenant.Admin)
		admin := actor.ForUser(w.acme.id, ann, home, tenant.Permissions(tenant.Admin))
		_, err := w.resetLink(admin, w.acme.owner)
		w.wants(errs.Forbidden, err)
		_, err = w.resetLink(w.acme.actor, w.acme.owner)
		w.wants(errs.Conflict, err)
		_, err = w.resetLink(w.acme.actor, w.zeta.owner)
		w.wants(errs.NotFound, err)

		first, err := w.resetLink(w.acme.actor, ann)
		w.must(err)
		second, err := w.resetLink(w.acme.actor, ann)
		w.must(err)
		w.wants(errs.Forbidden, w.tenants.Reset(ctx, tokenOf(first), chosen, at(away)))
		w.must(w.tenants.Reset(ctx, tokenOf(second), chosen, at(away)))
		_, err = w.tenants.SignIn(ctx, "ann@acme.example", chosen, at(home))
		w.must(err)
	})
}

// A link opens the whole account: a workspace must not make one for somebody who also works elsewhere.
func TestAWorkspaceCannotOpenAnAccountThatWorksElsewhere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ann := w.user(w.acme.id, "Ann", "ann@acme.example", tenant.Agent)
		link, err := w.resetLink(w.acme.actor, ann)
		w.must(err)
		given, err := w.tenants.SignIn(ctx, "ann@acme.example", password, at(home))
		w.must(err)
		made, err := w.tenants.Invite(ctx, w.zeta.actor, "ann@acme.example", tenant.Owner)
		w.must(err)
		_, err = w.tenants.Join(ctx, given.AccessToken, tokenOf(made.Link), at(home))
		w.must(err)
		w.wants(errs.Forbidden, w.tenants.Reset(ctx, tokenOf(link), chosen, at(away)))
		_, err = w.resetLink(w.acme.actor, ann)
		w.wants(errs.Conflict, err)
	})
}

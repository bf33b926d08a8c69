package tenant_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/tenant"
)

func TestSigningInSaysWhoOneIs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		given, err := w.tenants.SignIn(t.Context(), "  ADA@Acme.example ", password, at(home))
		w.must(err)
		if given.UserID != w.acme.owner || given.Tenant != (tenant.Workspace{ID: w.acme.id, Name: "Acme", Role: tenant.Owner}) ||
			given.Email != w.acme.email || len(given.Tenants) != 1 || given.RefreshToken == "" || given.MustChange {
			t.Errorf("the session is %+v", given)
		}
		if want := w.clock.Now().Add(10 * time.Minute); !given.ExpiresAt.Equal(want) {
			t.Errorf("the access token ends at %v, want %v", given.ExpiresAt, want)
		}
		a, err := w.tenants.Authenticate(t.Context(), given.AccessToken, home)
		w.must(err)
		if a.Tenant() != w.acme.id || a.UserID() != w.acme.owner || a.Address() != home || !a.Can(actor.TenantWrite) {
			t.Errorf("the actor is %+v", a)
		}
		user, tenantID, expires, err := w.tenants.Check(t.Context(), given.AccessToken)
		if user != w.acme.owner || tenantID != w.acme.id || !expires.Equal(given.ExpiresAt) || err != nil {
			t.Errorf("the socket is told %s, %s, %v, %v", user, tenantID, expires, err)
		}
		me, err := w.tenants.WhoAmI(t.Context(), a)
		w.must(err)
		if me.Name != "Acme's owner" || !slices.Equal(me.Permissions, tenant.Permissions(tenant.Owner)) {
			t.Errorf("I am %+v", me)
		}
		if !slices.Contains(w.audited(w.acme), "user.signed_in") || slices.Contains(w.audited(w.zeta), "user.signed_in") {
			t.Error("the audit log does not say who signed in, and where")
		}
	})
}

func TestAnUnknownAddressGetsTheSameWordsForTheSameWork(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		tried := func(email string) (words string, hashed, reads int64) {
			hashes, before := w.tenants.Hashed(), w.db.Stats()
			_, err := w.tenants.SignIn(t.Context(), email, "not the password", at(away))
			w.wants(errs.Unauthenticated, err)
			return err.Error(), w.tenants.Hashed() - hashes, w.db.Stats().Reads - before.Reads
		}
		words, hashed, reads := tried(w.acme.email)
		for _, nobody := range []string{"nobody@acme.example", "", "no address at all"} {
			otherWords, otherHashed, otherReads := tried(nobody)
			if otherWords != words || otherHashed != hashed || hashed != 1 || otherReads != reads {
				t.Errorf("%q: %s, %d hashes, %d reads; a known one: %s, %d, %d",
					nobody, otherWords, otherHashed, otherReads, words, hashed, reads)
			}
		}
	})
}

func TestTooManyTriesAreDelayedWithTheSameWordsForAnUnknownAddress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var words []string
		for i, email := range []string{w.acme.email, "nobody@acme.example"} {
			from := "2001:db8:0:" + string(rune('1'+i)) + "::"
			tries := 0
			for {
				_, err := w.tenants.SignIn(t.Context(), email, "not the password", at(from+string(rune('a'+tries%6))))
				if errs.Is(err, errs.TooMany) {
					words = append(words, err.Error())
					if wait := errs.RetryAfterOf(err); wait <= 0 || wait > 2*time.Minute {
						t.Errorf("told to wait %v", wait)
					}
					break
				}
				w.wants(errs.Unauthenticated, err)
				if tries++; tries > 100 {
					t.Fatal("nobody is slowed down")
				}
			}
			if tries != 10 {
				t.Errorf("%d tries went through", tries)
			}
		}
		if words[0] != words[1] {
			t.Errorf("known and unknown are told apart: %q", words)
		}
		w.clock.Pass(2 * time.Minute)
		if _, err := w.tenants.SignIn(t.Context(), w.acme.email, password, at(away)); err != nil {
			t.Errorf("after the wait the owner is still kept out: %v", err)
		}
	})
}

// Whoever guesses day and night, from where the owner signed in before and from elsewhere.
func TestAnAccountStandsAHundredGuessesAnHour(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.signIn(w.acme)
		w.clock.Pass(time.Hour) // every bucket is full
		guesses := 0
		for range 60 {
			for _, from := range []string{home, away} {
				for {
					_, err := w.tenants.SignIn(t.Context(), w.acme.email, "not the password", at(from))
					if errs.Is(err, errs.TooMany) {
						break
					}
					w.wants(errs.Unauthenticated, err)
					guesses++
				}
			}
			w.clock.Pass(time.Minute)
		}
		if guesses > 100 || guesses < 60 {
			t.Errorf("%d guesses in an hour, want at most 100", guesses)
		}
	})
}

func TestStrangersCannotKeepAnOwnerOutWhereTheySignedInBefore(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.signIn(w.acme)
		stranger := func(i int) string { return "203.0.113." + string(rune('1'+i%9)) }
		for i := range 40 { // from many addresses, and from the owner's own office under other names
			_, _ = w.tenants.SignIn(t.Context(), w.acme.email, "not the password", at(stranger(i)))
			_, _ = w.tenants.SignIn(t.Context(), "somebody@else.example", "not the password", at(home))
		}
		_, err := w.tenants.SignIn(t.Context(), w.acme.email, password, at(stranger(3)))
		w.wants(errs.TooMany, err)
		_, err = w.tenants.SignIn(t.Context(), "another@else.example", "not the password", at(home))
		w.wants(errs.TooMany, err)
		w.signIn(w.acme)

		for range 60 { // but guessing from a known address ends, too
			_, err = w.tenants.SignIn(t.Context(), w.acme.email, "not the password", at(home))
		}
		w.wants(errs.TooMany, err)
		w.clock.Pass(errs.RetryAfterOf(err))
		w.signIn(w.acme)
	})
}

func TestWhoBelongsNowhereIsToldSoOnlyWithTheRightPassword(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		agent := w.user(w.acme.id, "Ann", "ann@acme.example", tenant.Agent)
		w.must(w.step(w.acme.actor, func(tx *db.Tx) error { return w.tenants.RemoveMember(t.Context(), tx, tx.Actor(), agent) }))
		_, err := w.tenants.SignIn(t.Context(), "ann@acme.example", "not the password", at(home))
		w.wants(errs.Unauthenticated, err)
		_, err = w.tenants.SignIn(t.Context(), "ann@acme.example", password, at(home))
		w.wants(errs.Forbidden, err)
	})
}

func TestManyHashesAtOnceWaitForTheirPlace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var all sync.WaitGroup
		var mu sync.Mutex
		kinds := map[errs.Kind]int{}
		for range 120 {
			all.Go(func() {
				_, err := w.tenants.Prepare(t.Context(), "Ann", "ann@acme.example", password, true)
				mu.Lock()
				defer mu.Unlock()
				kinds[errs.KindOf(err)]++
			})
		}
		all.Wait()
		if kinds[""] == 0 || kinds[""]+kinds[errs.Unavailable] != 120 {
			t.Errorf("of 120 at once: %v", kinds)
		}
	}, func(o *tenant.Options) { o.Hashes, o.HashKiB = 1, 8<<10 })
}

func TestPasswordsAreHashedSoThatGuessingIsSlow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.signIn(w.acme)
		stored := func() (hash string) {
			w.must(w.db.As(w.acme.actor).QueryRow(t.Context(), `SELECT password_hash FROM users WHERE id = $1`, w.acme.owner).Scan(&hash))
			return hash
		}
		if !strings.HasPrefix(stored(), "$argon2id$v=19$m=19456,t=2,p=1$") {
			t.Errorf("the hash is %s", stored())
		}
		cheap := w.process(nil) // whatever a process hashes with, it reads what another wrote
		_, err := cheap.SignIn(t.Context(), w.acme.email, password, at(home))
		w.must(err)
		for _, broken := range []string{"x", "$argon2id$v=19$m=0,t=2,p=1$AAAA$AAAA", "$argon2id$v=19$m=64,t=2,p=1$!$AAAA"} {
			w.must(w.step(w.acme.actor, func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), `UPDATE users SET password_hash = $2 WHERE id = $1`, w.acme.owner, broken)
				return err
			}))
			_, err := w.tenants.SignIn(t.Context(), w.acme.email, password, at(home))
			w.wants(errs.Internal, err)
		}
	}, func(o *tenant.Options) { o.HashKiB = 0 })
}

func TestAnAccessTokenIsOnlyOurs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		given := w.signIn(w.acme)
		other := w.process(nil, func(o *tenant.Options) { o.JWTSecret = []byte("another secret of 32 bytes and more") })
		_, err := other.Authenticate(t.Context(), given.AccessToken, home)
		w.wants(errs.Unauthenticated, err)
		head, rest, _ := strings.Cut(given.AccessToken, ".")
		for _, bad := range []string{
			"", "x", head + "." + rest + "x", given.RefreshToken,
			"eyJhbGciOiJub25lIn0." + strings.Split(rest, ".")[0] + ".",
		} {
			w.wants(errs.Unauthenticated, w.good(bad))
		}
		w.clock.Pass(10 * time.Minute)
		w.wants(errs.Unauthenticated, w.good(given.AccessToken))
	})
}

func TestAuthenticatingUsuallyAsksNoDatabase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		given := w.signIn(w.acme)
		w.must(w.good(given.AccessToken))
		before := w.db.Stats()
		for range 100 {
			w.must(w.good(given.AccessToken))
		}
		if after := w.db.Stats(); after.Reads != before.Reads || after.Statements != before.Statements {
			t.Errorf("100 requests cost %d reads", after.Reads-before.Reads)
		}
	})
}

func TestOneWhoMustChooseAPasswordDoesNothingElseBefore(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		p, err := w.tenants.Prepare(ctx, "New", "new@acme.example", "made-for-you", false)
		w.must(err)
		p.MustChange = true
		w.must(w.step(actor.ForSystem(w.acme.id), func(tx *db.Tx) error {
			id, err := w.tenants.AddUser(ctx, tx, tx.Actor(), p)
			return errors.Join(err, w.tenants.AddMember(ctx, tx, tx.Actor(), id, tenant.Admin))
		}))
		given, err := w.tenants.SignIn(ctx, "new@acme.example", "made-for-you", at(home))
		w.must(err)
		if !given.MustChange || len(given.Permissions) != 0 {
			t.Errorf("the session is %+v", given)
		}
		w.wants(errs.Forbidden, w.good(given.AccessToken))
		a, err := w.tenants.AuthenticateSelf(ctx, given.AccessToken, home)
		w.must(err)
		if a.Can(actor.TenantRead) || !a.Can(actor.Self) {
			t.Error("one's own account is not all that is open")
		}
		w.must(w.tenants.ChangePassword(ctx, given.AccessToken, "made-for-you", "four small green boats", at(home)))
		w.must(w.good(given.AccessToken))
		a, err = w.tenants.AuthenticateSelf(ctx, given.AccessToken, home)
		if err != nil || !a.Can(actor.TenantWrite) {
			t.Errorf("with a password of one's own, the rest stays shut: %v", err)
		}
	})
}

package tenant_test

import (
	"strings"
	"testing"

	"parley/internal/errs"
)

func TestWhichPasswordsAreTaken(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		prepare := func(password string, chosen bool) error {
			_, err := w.tenants.Prepare(t.Context(), "Ada Lovelace", "ada.lovelace@acme.example", password, chosen)
			return err
		}
		for _, easy := range []string{
			"", "short", "elevenchars", strings.Repeat("a b c d e ", 12) + "nine more", "aaaaaaaaaaaa", "abababababab", "1234567890", "9876543210",
			"abcdefghijkl", "password123", "Pass Word 123", "ada lovelace", "Ada.Lovelace@acme.example", "ada.lovelace2026", "nul\x00nul\x00nul\x00", "caf\xe9 caf\xe9 caf\xe9",
		} {
			err := prepare(easy, true)
			w.wants(errs.Invalid, err)
			if errs.FieldOf(err) != "password" || strings.TrimSpace(errs.Message(err)) == "" {
				t.Errorf("%q: %v", easy, err)
			}
		}
		for _, good := range []string{
			"three small green boats", "Tr0ub4dor&3x", "три зелёные лодки", "小さな緑の船が三つあります",
			strings.Repeat("a b c d e ", 12) + "8 more ☕", "exactly 12 c",
		} {
			w.must(prepare(good, true))
		}
		w.must(prepare("operator", false)) // an operator's word is taken
	})
}

func TestAPasswordIsTheSameHoweverItsLettersAreComposed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		given := w.signIn(w.acme)
		w.must(w.tenants.ChangePassword(t.Context(), given.AccessToken, password, "caf\u00e9 au lait noir", at(home)))
		_, err := w.tenants.SignIn(t.Context(), w.acme.email, "cafe\u0301 au lait noir", at(home))
		w.must(err)
	})
}

func TestWhatLooksLikeAnAddress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for _, bad := range []string{
			"", " ", "ada", "@acme.example", "ada@", "ada@acme@example", "a da@acme.example", "ada@.example", "ada@example.",
			"Ada <ada@acme.example>", "ada@acme.example,zoe@zeta.example", strings.Repeat("a", 250) + "@acme.example",
		} {
			_, err := w.tenants.Prepare(t.Context(), "Ada", bad, password, true)
			w.wants(errs.Invalid, err)
			if errs.FieldOf(err) != "email" {
				t.Errorf("%q: %v", bad, err)
			}
		}
		for _, good := range []string{"ada+shop@acme.example", "owner@localhost", "Ådå@acme.example", "ada@münchen.example"} {
			p, err := w.tenants.Prepare(t.Context(), "Ada", " "+good, password, true)
			w.must(err)
			if p.Email != strings.ToLower(good) {
				t.Errorf("%q became %q", good, p.Email)
			}
		}
	})
}

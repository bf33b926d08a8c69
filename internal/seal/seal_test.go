package seal_test

import (
	"bytes"
	"strings"
	"testing"

	"parley/internal/seal"
)

func box(t *testing.T, fill byte) *seal.Box {
	t.Helper()
	b, err := seal.New(bytes.Repeat([]byte{fill}, seal.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestASealedValueOpensOnlyWhereItBelongs(t *testing.T) {
	t.Parallel()
	b := box(t, 1)
	sealed, err := b.Seal([]byte("secret"), "acme", "channels.token", "7")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(sealed, "secret") {
		t.Error("it is not sealed")
	}
	if plain, err := b.Open(sealed, "acme", "channels.token", "7"); err != nil || string(plain) != "secret" {
		t.Errorf("got %q, %v", plain, err)
	}
	for name, open := range map[string]func() ([]byte, error){
		"at another tenant": func() ([]byte, error) { return b.Open(sealed, "zeta", "channels.token", "7") },
		"in another row":    func() ([]byte, error) { return b.Open(sealed, "acme", "channels.token", "8") },
		"with another key":  func() ([]byte, error) { return box(t, 2).Open(sealed, "acme", "channels.token", "7") },
		"changed":           func() ([]byte, error) { return b.Open(sealed[:len(sealed)-2]+"AA", "acme", "channels.token", "7") },
		"not sealed at all": func() ([]byte, error) { return b.Open("secret") },
		"not base64":        func() ([]byte, error) { return b.Open(sealed[:12] + "!!") },
	} {
		if plain, err := open(); err == nil {
			t.Errorf("%s it opens to %q", name, plain)
		}
	}
	again, err := b.Seal([]byte("secret"), "acme", "channels.token", "7")
	if err != nil || again == sealed {
		t.Errorf("equal values look equal when sealed: %v", err)
	}
}

func TestKeysAndHashesDependOnTheMasterKey(t *testing.T) {
	t.Parallel()
	if box(t, 1).CheckValue() == box(t, 2).CheckValue() {
		t.Error("two master keys have one check value")
	}
	a, again := box(t, 1), box(t, 1)
	if a.Hash("email", "x") == a.Hash("token", "x") || a.Hash("email", "x") != again.Hash("email", "x") ||
		a.Hash("email", "x") == box(t, 2).Hash("email", "x") {
		t.Error("a hash must depend on its purpose and the key, and on nothing that changes")
	}
	for _, wrong := range [][]byte{nil, []byte("short"), bytes.Repeat([]byte{1}, seal.KeySize+1)} {
		if _, err := seal.New(wrong); err == nil {
			t.Errorf("a key of %d bytes is taken", len(wrong))
		}
		if _, err := seal.New(bytes.Repeat([]byte{1}, seal.KeySize), wrong); err == nil {
			t.Errorf("a former key of %d bytes is taken", len(wrong))
		}
	}
	if one, other := seal.Token(), seal.Token(); one == other || len(one) < 40 {
		t.Error("tokens repeat or are short")
	}
}

// Every single bit of a sealed text counts, the version and the key's id included.
func TestNothingCanBeChanged(t *testing.T) {
	t.Parallel()
	b := box(t, 1)
	sealed, err := b.Seal([]byte("secret"), "acme")
	if err != nil {
		t.Fatal(err)
	}
	for at := range len(sealed) {
		for bit := range 8 {
			changed := []byte(sealed)
			changed[at] ^= 1 << bit
			if plain, err := b.Open(string(changed), "acme"); err == nil {
				t.Errorf("with bit %d of byte %d changed it opens to %q", bit, at, plain)
			}
		}
		if plain, err := b.Open(sealed[:at], "acme"); err == nil {
			t.Errorf("the first %d bytes open to %q", at, plain)
		}
	}
	if plain, err := b.Open(sealed+"A", "acme"); err == nil {
		t.Errorf("with more at its end it opens to %q", plain)
	}
	empty, err := b.Seal(nil, "acme")
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := b.Open(empty, "acme"); err != nil || len(plain) != 0 {
		t.Errorf("nothing opens to %q, %v", plain, err)
	}
}

// Where one part of the place ends counts: acme's row 11 is not row 1 of acme1.
func TestPlacesDoNotRunTogether(t *testing.T) {
	t.Parallel()
	b := box(t, 1)
	sealed, err := b.Seal([]byte("secret"), "acme", "11")
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := b.Open(sealed, "acme1", "1"); err == nil {
		t.Errorf("elsewhere it opens to %q", plain)
	}
}

// A new master key comes beside the old one: what is there opens, what is new is sealed under the new one alone.
func TestAMasterKeyCanBeReplaced(t *testing.T) {
	t.Parallel()
	old := box(t, 1)
	before, err := old.Seal([]byte("secret"), "acme")
	if err != nil {
		t.Fatal(err)
	}
	rotated, err := seal.New(bytes.Repeat([]byte{2}, seal.KeySize), bytes.Repeat([]byte{3}, seal.KeySize),
		bytes.Repeat([]byte{1}, seal.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := rotated.Open(before, "acme"); err != nil || string(plain) != "secret" {
		t.Errorf("what the old key sealed opens to %q, %v", plain, err)
	}
	if plain, err := rotated.Open(before, "zeta"); err == nil {
		t.Errorf("elsewhere it opens to %q", plain)
	}
	after, err := rotated.Seal([]byte("secret"), "acme")
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := old.Open(after, "acme"); err == nil {
		t.Errorf("what is new opens under the old key, to %q", plain)
	}
	if plain, err := box(t, 2).Open(after, "acme"); err != nil || string(plain) != "secret" {
		t.Errorf("what is new opens under the new key alone to %q, %v", plain, err)
	}
	if !rotated.Stale(before) || rotated.Stale(after) {
		t.Error("it does not know what to seal again")
	}
	if rotated.CheckValue() != box(t, 2).CheckValue() {
		t.Error("the check value is not the new key's")
	}
}

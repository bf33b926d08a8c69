package whatsapp_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/internal/whatsapp"
)

const fixtureSecret = "fixture-app-secret-not-real"

// signatures are bodies as they were on the wire, and what they were signed with.
func signatures(t testing.TB) map[string]string {
	t.Helper()
	table, err := os.ReadFile(filepath.Join("testdata", "wire", "SIGNATURES.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for line := range strings.Lines(string(table)) {
		if name, signature, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			all[name] = signature
		}
	}
	return all
}

func wire(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", "wire", name))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestVerifyTakesTheBytesAsTheyCame(t *testing.T) {
	t.Parallel()
	all := signatures(t)
	if len(all) != 5 {
		t.Fatalf("%d signatures", len(all))
	}
	for name, signature := range all {
		body := wire(t, name)
		if got := whatsapp.Sign([]byte(fixtureSecret), body); got != signature {
			t.Errorf("%s: signed %s", name, got)
		}
		if !whatsapp.Verify([]byte(fixtureSecret), body, signature) {
			t.Errorf("%s: refused", name)
		}
		var v any
		if err := json.Unmarshal(body, &v); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(v)
		if err != nil || whatsapp.Verify([]byte(fixtureSecret), again, signature) {
			t.Errorf("%s: decoded and encoded again it still verifies, %v", name, err)
		}
	}
}

func TestVerifyFailsClosed(t *testing.T) {
	t.Parallel()
	secret, body := []byte(fixtureSecret), wire(t, "text_basic.json")
	right := whatsapp.Sign(secret, body)
	for name, tc := range map[string]struct {
		secret, body []byte
		header       string
	}{
		"no header":            {secret, body, ""},
		"no secret":            {nil, body, whatsapp.Sign(nil, body)},
		"empty secret":         {[]byte{}, body, right},
		"another secret":       {[]byte(fixtureSecret + "\n"), body, right},
		"another body":         {secret, append(bytes.Clone(body), ' '), right},
		"no prefix":            {secret, body, right[7:]},
		"another algorithm":    {secret, body, "sha1=" + right[7:]},
		"prefix only":          {secret, body, "sha256="},
		"one digit short":      {secret, body, right[:len(right)-1]},
		"one digit long":       {secret, body, right + "0"},
		"not hex":              {secret, body, right[:len(right)-1] + "g"},
		"one bit off":          {secret, body, right[:len(right)-1] + string(right[len(right)-1]^1)},
		"spaces":               {secret, body, " " + right},
		"two, the first false": {secret, body, "sha256=" + strings.Repeat("0", 64) + "," + right},
	} {
		if whatsapp.Verify(tc.secret, tc.body, tc.header) {
			t.Errorf("%s: taken", name)
		}
	}
	if !whatsapp.Verify(secret, nil, whatsapp.Sign(secret, nil)) {
		t.Error("an empty body with its own signature is refused")
	}
}

func FuzzVerify(f *testing.F) {
	for name, signature := range signatures(f) {
		f.Add([]byte(fixtureSecret), wire(f, name), signature)
	}
	f.Add([]byte("s"), []byte(""), "sha256=")
	f.Fuzz(func(t *testing.T, secret, body []byte, header string) {
		if whatsapp.Verify(secret, body, header) {
			if len(secret) == 0 || !strings.EqualFold(header[7:], whatsapp.Sign(secret, body)[7:]) {
				t.Fatalf("%q was taken", header)
			}
		}
		if len(secret) > 0 && !whatsapp.Verify(secret, body, whatsapp.Sign(secret, body)) {
			t.Fatal("our own signature is refused")
		}
	})
}

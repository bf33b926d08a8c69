package app_test

import (
	"context"
	"flag"
	"os"
	"strings"
	"testing"

	"parley/internal/actor"
	"parley/internal/testkit"
	"parley/internal/whatsapp/metasim"
)

var update = flag.Bool("update", false, "write the golden files anew; read every line of the difference")

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// waitContext bounds a wait, long, because it only ever ends a test that has failed.
func waitContext(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), testkit.Patience)
	t.Cleanup(cancel)
	return ctx
}

// compareGolden holds what happened against what was read and found right before.
func compareGolden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		must(t, os.MkdirAll("testdata", 0o755))
		must(t, os.WriteFile(file, []byte(got), 0o600))
	}
	raw, err := os.ReadFile(file)
	must(t, err)
	want := strings.Split(string(raw), "\n")
	lines := strings.Split(got, "\n")
	if len(lines) != len(want) {
		t.Errorf("%s has %d lines, got %d", file, len(want), len(lines))
	}
	for i := range min(len(lines), len(want)) {
		if lines[i] != want[i] {
			t.Errorf("%s line %d:\n got %s\nwant %s", file, i+1, lines[i], want[i])
		}
	}
}

func faultStatus(status int) metasim.Fault { return metasim.Fault{Status: status} }
func faultCode(code int) metasim.Fault     { return metasim.Fault{Code: code} }

// signature is a line of SIGNATURES.tsv.
type signature struct{ file, secret, signature string }

// signatures reads "# app secret: …" and a line per body.
func signatures(t *testing.T, table string) (rows []signature) {
	t.Helper()
	secret := ""
	for line := range strings.Lines(table) {
		line = strings.TrimSpace(line)
		if s, is := strings.CutPrefix(line, "# app secret: "); is {
			secret = s
			continue
		}
		if file, sum, ok := strings.Cut(line, "\t"); ok {
			rows = append(rows, signature{file, secret, sum})
		}
	}
	if len(rows) == 0 || secret == "" {
		t.Fatal("no signatures")
	}
	return rows
}

// keptWebhooks is how many webhooks are stored whole, as the database has them.
func keptWebhooks(t *testing.T, w *testkit.World) (n int64) {
	t.Helper()
	q := w.DB.As(actor.ForSystem(""))
	must(t, q.QueryRow(t.Context(), `SELECT count(*) FROM webhook_envelopes`).Scan(&n))
	return n
}

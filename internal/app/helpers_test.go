package app_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"parley/internal/actor"
	"parley/internal/testkit"
	"parley/internal/whatsapp/metasim"
)

func must(t testing.TB, err error) {
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

// fileOf is the file that a sent message names.
func fileOf(t *testing.T, w *testkit.World, sent metasim.Sent) (kind string, data []byte) {
	t.Helper()
	var body map[string]json.RawMessage
	must(t, json.Unmarshal(sent.Body, &body))
	var named struct {
		ID string `json:"id"`
	}
	must(t, json.Unmarshal(body[sent.Kind], &named))
	kind, data, known := w.Meta.File(named.ID)
	if !known {
		t.Fatalf("there is no file %q", named.ID)
	}
	return kind, data
}

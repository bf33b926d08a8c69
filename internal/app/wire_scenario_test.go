package app_test

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/db"
	"parley/internal/llm/llmfake"
	"parley/internal/testkit"
	"parley/internal/whatsapp"
)

// The number and the customer of the fixtures.
const (
	fixtureNumber   = "118273645501122"
	fixtureAccount  = "203948571120394"
	fixtureCustomer = "447700900123"
)

// fixtureFor is a body whose customer nobody else of the test is.
func fixtureFor(t *testing.T, file string, n int) []byte {
	t.Helper()
	body, err := os.ReadFile(file)
	must(t, err)
	return bytes.ReplaceAll(body, []byte(fixtureCustomer), fmt.Appendf(nil, "4477009%05d", n))
}

func addFixtureNumber(t testing.TB, w *testkit.World) {
	t.Helper()
	a := actor.ForSystem(w.Acme.ID)
	must(t, w.DB.InTx(t.Context(), a, func(tx *db.Tx) error {
		for id, phone := range map[string]string{fixtureNumber: "+49 30 23125100", "118273645509988": "+49 30 23125200"} {
			_, err := w.Channels.Ensure(t.Context(), tx, a, channel.Number{
				Kind: channel.WhatsApp, Name: "Fixtures", ExternalID: id, DisplayPhone: phone, Token: "token", State: channel.Active,
				AccountID: fixtureAccount,
			})
			if err != nil {
				return err
			}
		}
		return nil
	}))
	w.AddsNumber(fixtureNumber)
	w.AddsNumber("118273645509988")
}

// The five bodies of which Meta's exact bytes and signatures are known.
func TestSignaturesOfTheWireAreAccepted(t *testing.T) {
	t.Parallel()
	folder := filepath.Join("..", "whatsapp", "testdata", "wire")
	table, err := os.ReadFile(filepath.Join(folder, "SIGNATURES.tsv"))
	must(t, err)
	rows := signatures(t, string(table))
	testkit.Each(t, testkit.Options{Secret: rows[0].secret}, func(t *testing.T, w *testkit.World) {
		addFixtureNumber(t, w)
		for _, row := range rows {
			body, err := os.ReadFile(filepath.Join(folder, row.file))
			must(t, err)
			if code := w.PostsSigned("", row.signature, body); code != http.StatusOK {
				t.Errorf("%s said %d", row.file, code)
			}
			body[len(body)/2] ^= 1
			if code := w.PostsSigned("", row.signature, body); code != http.StatusUnauthorized {
				t.Errorf("%s with one bit changed said %d", row.file, code)
			}
		}
		w.Settles()
	})
}

func TestTheHandshakeGivesTheChallengeBackToWhoKnowsTheToken(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		must(t, w.Meta.Shake(t.Context(), w.Acme.Number))
		must(t, w.Meta.Shake(t.Context(), w.Zeta.Number))
		for path, want := range map[string]int{
			"?hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1": http.StatusForbidden,
			"?hub.challenge=1": http.StatusForbidden,
			"/no-such-key?hub.mode=subscribe&hub.verify_token=x&hub.challenge=1": http.StatusUnauthorized,
		} {
			if code := w.Gets("/webhooks/whatsapp" + path); code != want {
				t.Errorf("%s said %d, want %d", path, code, want)
			}
		}
	})
}

func TestWhatIsNotSignedOrCannotBeReadIsRefusedOrKept(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		body := w.Body(w.Acme, testkit.Ada, "wamid.1", "Hello")
		good := whatsapp.Sign([]byte(testkit.PlatformSecret), body)
		large := append(bytes.Repeat([]byte(" "), 4<<20), body...)
		for name, one := range map[string]struct {
			signature string
			body      []byte
			want      int
		}{
			"no signature":          {"", body, http.StatusUnauthorized},
			"half a signature":      {good[:20], body, http.StatusUnauthorized},
			"another's secret":      {whatsapp.Sign([]byte("guessed"), body), body, http.StatusUnauthorized},
			"SHA-1":                 {"sha1=" + strings.Repeat("0", 40), body, http.StatusUnauthorized},
			"larger than 4 MiB":     {whatsapp.Sign([]byte(testkit.PlatformSecret), large), large, http.StatusRequestEntityTooLarge},
			"broken JSON":           {whatsapp.Sign([]byte(testkit.PlatformSecret), []byte(`{"object":`)), []byte(`{"object":`), http.StatusOK},
			"empty":                 {whatsapp.Sign([]byte(testkit.PlatformSecret), nil), nil, http.StatusOK},
			"not even an object":    {whatsapp.Sign([]byte(testkit.PlatformSecret), []byte(`[1,2]`)), []byte(`[1,2]`), http.StatusOK},
			"deeply nested nothing": {whatsapp.Sign([]byte(testkit.PlatformSecret), deep()), deep(), http.StatusOK},
		} {
			if code := w.PostsSigned("", one.signature, one.body); code != one.want {
				t.Errorf("%s said %d, want %d", name, code, one.want)
			}
		}
		w.Settles()
		if all := w.Inbox(w.Acme, "all"); len(all) != 0 {
			t.Fatalf("the inbox has %+v", all)
		}
		if kept := keptWebhooks(t, w); kept != 4 {
			t.Fatalf("%d bodies were kept, want 4", kept)
		}
	})
}

func deep() []byte { return []byte(strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000)) }

// A tenant signs with its own secret whatever it likes: another's number in it is as unknown as one that does not exist.
func TestAnotherTenantsSignedWebhookCannotSpeakForMyNumber(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Model.Otherwise(llmfake.Text("Hello."))
		forged := w.Body(w.Acme, testkit.Ada, "wamid.forged", "I am not Ada")
		if code := w.Posts(w.Zeta.Key, testkit.ZetaSecret, forged); code != http.StatusOK {
			t.Fatalf("the forged webhook said %d", code)
		}
		// The other way round: the platform's app does not bring messages for a number of a connection of its own.
		if code := w.Posts("", testkit.PlatformSecret, w.Body(w.Zeta, testkit.Ada, "wamid.forged2", "nor I")); code != http.StatusOK {
			t.Fatalf("the second forged webhook said %d", code)
		}
		w.Settles()
		if a, z := w.Inbox(w.Acme, "all"), w.Inbox(w.Zeta, "all"); len(a)+len(z) != 0 {
			t.Fatalf("Acme has %+v, Zeta %+v", a, z)
		}
		if w.Model.Calls() != 0 || keptWebhooks(t, w) != 2 {
			t.Fatalf("%d calls of the model, %d kept", w.Model.Calls(), keptWebhooks(t, w))
		}
		// What was forged does not stand in the way of the real thing.
		w.Hears(w.Acme, testkit.Ada, "Hello")
		w.Settles()
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 1 {
			t.Fatalf("Ada got %q", got)
		}
	})
}

// More messages than one request takes are kept whole, thanked for, and taken by a worker.
func TestAVeryLargeDeliveryIsKeptAndTakenLater(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Model.Otherwise(llmfake.Text("Hello."))
		body := w.ManyBody(w.Acme, 120)
		if code := w.Posts("", testkit.PlatformSecret, body); code != http.StatusOK {
			t.Fatalf("the webhook said %d", code)
		}
		w.Eventually("all are stored", func() bool { return w.Intake.Counted.Messages.Load() == 120 })
		w.Settles()
		if sent := w.Meta.Sent(); len(sent) != 120 {
			t.Fatalf("%d were answered", len(sent))
		}
	})
}

// What belongs to nobody is kept also when it came within a delivery too large for one request.
func TestOfAVeryLargeDeliveryNothingIsForgotten(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Model.Otherwise(llmfake.Text("Hello."))
		body := w.ManyBody(w.Acme, 60)
		last := bytes.LastIndex(body, []byte(w.Acme.Number))
		copy(body[last:], "999")
		if code := w.Posts("", testkit.PlatformSecret, body); code != http.StatusOK {
			t.Fatalf("the webhook said %d", code)
		}
		w.Eventually("the rest is stored", func() bool { return w.Intake.Counted.Messages.Load() == 59 })
		w.Settles()
		w.Eventually("the body is kept to be looked at", func() bool {
			var kept int
			must(t, w.DB.As(actor.ForSystem("")).QueryRow(t.Context(),
				`SELECT count(*) FROM webhook_envelopes WHERE reason = 'number' AND due_at IS NULL`).Scan(&kept))
			return kept == 1
		})
	})
}

// Whoever announces much and sends nothing keeps nobody else out.
func TestSlowConnectionsKeepNobodyOut(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Model.Otherwise(llmfake.Text("Hello."))
		host := strings.TrimPrefix(w.URL, "http://")
		for range 20 {
			c, err := new(net.Dialer).DialContext(t.Context(), "tcp", host)
			must(t, err)
			t.Cleanup(func() { _ = c.Close() })
			_, err = fmt.Fprintf(c, "POST /webhooks/whatsapp HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n",
				host, 4<<20)
			must(t, err)
			line, err := bufio.NewReader(c).ReadString('\n') // it reads the body from now on
			if err != nil || !strings.Contains(line, "100 Continue") {
				t.Fatalf("the webhook said %q: %v", line, err)
			}
		}
		w.Hears(w.Acme, testkit.Ada, "Hello")
		w.Settles()
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 1 {
			t.Fatalf("Ada got %q", got)
		}
	})
}

// Whoever lets large bodies drip, until no more fits into memory, keeps ordinary webhooks of nobody out.
func TestLargeBodiesThatDripKeepNobodyOut(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Model.Otherwise(llmfake.Text("Hello."))
		almost, large := make([]byte, 4<<20-1), make([]byte, 128<<10)
		drips := func() {
			c, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(w.URL, "http://"))
			must(t, err)
			t.Cleanup(func() { _ = c.Close() })
			_, err = fmt.Fprintf(c, "POST /webhooks/whatsapp HTTP/1.1\r\nHost: parley\r\nContent-Length: %d\r\n\r\n", 4<<20)
			must(t, err)
			_, _ = c.Write(almost) // what does not fit any more is refused
		}
		w.Eventually("nothing large fits any more", func() bool {
			full := w.Posts("", testkit.PlatformSecret, large) == http.StatusServiceUnavailable
			if !full {
				drips()
			}
			return full
		})
		w.Hears(w.Acme, testkit.Ada, "Hello")
		w.Settles()
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 1 || w.Meta.Counts().Failures != 0 {
			t.Fatalf("Ada got %q; %d webhooks were refused", got, w.Meta.Counts().Failures)
		}
	})
}

// Nothing a customer wrote, no number and no secret stands in the log at the default level.
func TestTheLogKeepsSecrets(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		const words = "my diagnosis is nobody's business"
		w.Model.Next(llmfake.Status(http.StatusInternalServerError), llmfake.Garbage())
		w.Model.Otherwise(llmfake.Text("Noted: " + words))
		w.Meta.FailNext(1, faultCode(131000))
		w.Meta.FailNext(1, faultCode(131026))
		w.Hears(w.Acme, testkit.Ada, words)
		w.PostsSigned("", "sha256=00", w.Body(w.Acme, testkit.Ada, "wamid.2", words))
		w.Posts("", testkit.PlatformSecret, w.Body(w.Zeta, testkit.Ada, "wamid.3", words))
		w.Settles()
		for _, line := range w.Log.Lines() {
			for _, secret := range []string{words, "diagnosis", testkit.Ada.WaID, testkit.PlatformSecret, "Ada", w.Acme.Token} {
				if strings.Contains(line, secret) {
					t.Errorf("the log says %q: %s", secret, line)
				}
			}
		}
	})
}

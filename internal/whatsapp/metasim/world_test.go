package metasim_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parley/internal/whatsapp"
	"parley/internal/whatsapp/metasim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The two businesses of every world, who must never meet.
var (
	acme = metasim.Number{
		PhoneNumberID: "100", AccountID: "900", DisplayPhone: "+49 30 23125100", VerifiedName: "Acme",
		Secret: "acme-secret", VerifyToken: "acme-verify", Token: "acme-token",
	}
	zeta = metasim.Number{
		PhoneNumberID: "200", AccountID: "901", DisplayPhone: "+49 30 23125200", VerifiedName: "Zeta",
		Secret: "zeta-secret", VerifyToken: "zeta-verify", Token: "zeta-token",
	}
	ada = metasim.Customer{WaID: "447700900123", BSUID: "GB.111", Name: "Ada"}
	bob = metasim.Customer{BSUID: "GB.222", Name: "Bob"} // hides his number
)

// noRetries and atOnce are how tests like it: nothing happens later by itself.
var atOnce = metasim.Options{Retries: []time.Duration{}, Seed: 7}

// business is a webhook of a number, which keeps what came.
type business struct {
	*httptest.Server
	secret, verify string

	mu     sync.Mutex
	status func(n int) int // of the n-th delivery
	bodies [][]byte
	forged int
	agents []string
}

func (b *business) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		if r.URL.Query().Get("hub.verify_token") == b.verify {
			_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
			return
		}
		w.WriteHeader(http.StatusForbidden)
		return
	}
	body, _ := io.ReadAll(r.Body)
	b.mu.Lock()
	defer b.mu.Unlock()
	if !whatsapp.Verify([]byte(b.secret), body, r.Header.Get(whatsapp.SignatureHeader)) {
		b.forged++
	}
	b.bodies = append(b.bodies, body)
	b.agents = append(b.agents, r.Header.Get("Content-Type"))
	status := http.StatusOK
	if b.status != nil {
		status = b.status(len(b.bodies))
	}
	w.WriteHeader(status)
}

// heard is everything that was delivered, in order.
func (b *business) heard(t testing.TB) (messages []whatsapp.Message, statuses []whatsapp.Status) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.forged > 0 {
		t.Fatalf("%d deliveries were not signed by this business's app", b.forged)
	}
	for _, body := range b.bodies {
		d, err := whatsapp.Parse(body)
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		for _, c := range d.Changes {
			messages, statuses = append(messages, c.Messages...), append(statuses, c.Statuses...)
		}
	}
	return messages, statuses
}

func (b *business) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.bodies)
}

// world is a stand-in with two businesses.
type world struct {
	*metasim.Server
	acme, zeta *business
	client     *whatsapp.Client
	asAcme     whatsapp.Credentials
	asZeta     whatsapp.Credentials
}

func newWorld(t testing.TB, o metasim.Options) *world {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	s, err := metasim.Listen(ctx, "127.0.0.1:0", o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	w := &world{
		Server: s, client: whatsapp.NewClient(whatsapp.ClientOptions{BaseURL: s.URL}),
		asAcme: whatsapp.Credentials{PhoneNumberID: acme.PhoneNumberID, Token: acme.Token},
		asZeta: whatsapp.Credentials{PhoneNumberID: zeta.PhoneNumberID, Token: zeta.Token},
	}
	t.Cleanup(w.client.Close)
	w.acme, w.zeta = w.open(t, acme), w.open(t, zeta)
	return w
}

// open starts a business's webhook and makes its number known.
func (w *world) open(t testing.TB, n metasim.Number) *business {
	t.Helper()
	b := &business{secret: n.Secret, verify: n.VerifyToken}
	b.Server = httptest.NewServer(b)
	t.Cleanup(b.Close)
	n.WebhookURL = b.URL + "/webhooks/whatsapp"
	w.AddNumber(n)
	return b
}

func (w *world) hears(t testing.TB, from metasim.Customer, text string) string {
	t.Helper()
	id, err := w.Write(t.Context(), acme.PhoneNumberID, from, text)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (w *world) says(t testing.TB, to metasim.Customer, text string) whatsapp.Sent {
	t.Helper()
	sent, err := w.client.Send(t.Context(), w.asAcme, whatsapp.Outgoing{To: to.WaID, Recipient: to.BSUID, Text: text, CallbackData: text})
	if err != nil {
		t.Fatal(err)
	}
	return sent
}

// settles waits until nothing is on its way.
func (w *world) settles(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := w.WaitIdle(ctx); err != nil {
		t.Fatal(err)
	}
}

func words(statuses []whatsapp.Status) (all []string) {
	for _, s := range statuses {
		all = append(all, s.Status)
	}
	return all
}

func texts(lines []metasim.Line) (all []string) {
	for _, l := range lines {
		all = append(all, l.From+": "+l.Text+" ("+l.Status+")")
	}
	return all
}

func same(t testing.TB, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

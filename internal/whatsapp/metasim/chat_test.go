package metasim_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/whatsapp"
	"parley/internal/whatsapp/metasim"
)

func TestACustomerWritesAndIsAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, atOnce)
	in := w.hears(t, ada, "Are you open?")
	messages, _ := w.acme.heard(t)
	if len(messages) != 1 || messages[0].ID != in || messages[0].Text != "Are you open?" || messages[0].WaID != ada.WaID ||
		messages[0].FromUserID != ada.BSUID || messages[0].Name != "Ada" || !messages[0].Answerable() {
		t.Fatalf("%+v", messages)
	}
	if err := w.client.MarkRead(t.Context(), w.asAcme, in, true); err != nil {
		t.Fatal(err)
	}
	if !w.Thread(acme.PhoneNumberID, ada.Key()).Typing {
		t.Error("nobody seems to type")
	}
	sent := w.says(t, ada, "Yes")
	if sent.WaID != ada.WaID || !strings.HasPrefix(sent.MessageID, "wamid.HBgM") {
		t.Errorf("%+v", sent)
	}
	w.settles(t)
	thread := w.Thread(acme.PhoneNumberID, ada.Key())
	same(t, "thread", texts(thread.Lines), []string{"customer: Are you open? (read)", "business: Yes (read)"})
	if thread.Typing || thread.Customer != ada {
		t.Errorf("%+v", thread)
	}
	_, statuses := w.acme.heard(t)
	same(t, "statuses", words(statuses), []string{"sent", "delivered", "read"})
	for _, s := range statuses {
		if s.ID != sent.MessageID || s.CallbackData != "Yes" || s.RecipientID != ada.WaID || s.RecipientUserID != ada.BSUID {
			t.Errorf("%+v", s)
		}
	}
	if statuses[0].Pricing == nil || statuses[1].Pricing == nil || statuses[2].Pricing != nil {
		t.Error("the price is not where Meta puts it")
	}
	if w.zeta.count() != 0 {
		t.Error("the other business heard of it")
	}
	counts := w.Counts()
	if counts.Sends != 1 || counts.Reads != 1 || counts.Typing != 1 || counts.Webhooks != 4 || counts.Failures != 0 {
		t.Errorf("%+v", counts)
	}
}

func TestSomebodyWhoHidesTheirNumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t, atOnce)
	w.hears(t, bob, "Hi")
	messages, _ := w.acme.heard(t)
	if m := messages[0]; m.WaID != "" || m.FromUserID != bob.BSUID {
		t.Errorf("%+v", m)
	}
	if sent := w.says(t, bob, "Hello"); sent.WaID != "" || sent.UserID != bob.BSUID {
		t.Errorf("%+v", sent)
	}
	w.settles(t)
	_, statuses := w.acme.heard(t)
	if len(statuses) != 3 || statuses[0].RecipientID != "" || statuses[0].RecipientUserID != bob.BSUID {
		t.Errorf("%+v", statuses)
	}
	// Once the number is known, it is the same person.
	if n := len(w.Customers(acme.PhoneNumberID)); n != 1 {
		t.Errorf("%d customers", n)
	}
}

// Brazil and Argentina spell mobiles in two ways; Meta answers with its own.
func TestASpellingMeansTheSamePerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t, atOnce)
	eva := metasim.Customer{WaID: "551187654321", Name: "Eva"}
	w.hears(t, eva, "Oi")
	sent := w.says(t, metasim.Customer{WaID: "5511987654321"}, "Olá")
	if sent.WaID != eva.WaID {
		t.Errorf("resolved to %s", sent.WaID)
	}
	if got := len(w.Thread(acme.PhoneNumberID, eva.Key()).Lines); got != 2 {
		t.Errorf("%d lines", got)
	}
}

func TestOtherKindsOfMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, atOnce)
	first := w.hears(t, ada, "Hi")
	for _, m := range []metasim.Inbound{
		{ID: "wamid.IMG", Type: "image", Text: "a part", Content: []byte(`{"id":"1","mime_type":"image/jpeg","caption":"a part"}`)},
		{Type: "reaction", Text: "👍", Content: []byte(`{"message_id":"` + first + `","emoji":"👍"}`)},
		{Type: "text", Text: "that one", ReplyTo: "wamid.IMG"},
		{Type: "request_welcome"},
	} {
		if _, err := w.Say(t.Context(), acme.PhoneNumberID, ada, m); err != nil {
			t.Fatal(err)
		}
	}
	messages, _ := w.acme.heard(t)
	if len(messages) != 5 || messages[1].ID != "wamid.IMG" || messages[1].Payload.Media.Caption != "a part" ||
		messages[2].Payload.Reaction.Emoji != "👍" || messages[3].Context.MessageID != "wamid.IMG" ||
		messages[4].Kind != whatsapp.KindRequestWelcome {
		t.Errorf("%+v", messages)
	}
}

func TestWriteSaysWhatCannotBeWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t, atOnce)
	for name, try := range map[string]func() error{
		"nothing": func() error { _, err := w.Write(t.Context(), acme.PhoneNumberID, ada, " \n"); return err },
		"nobody": func() error {
			_, err := w.Write(t.Context(), acme.PhoneNumberID, metasim.Customer{Name: "x"}, "x")
			return err
		},
		"to nobody":     func() error { _, err := w.Write(t.Context(), "300", ada, "x"); return err },
		"deliver":       func() error { _, err := w.Deliver(t.Context(), "300", nil); return err },
		"shake":         func() error { return w.Shake(t.Context(), "300") },
		"post nowhere":  func() error { _, err := w.Post(t.Context(), "http://127.0.0.1:1", "s", nil); return err },
		"post nonsense": func() error { _, err := w.Post(t.Context(), ":", "s", nil); return err },
	} {
		if try() == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if got := w.Thread("300", "x"); len(got.Lines) != 0 || w.Customers("300") == nil {
		t.Errorf("%+v", got)
	}
	w.Close()
	if _, err := w.Write(t.Context(), acme.PhoneNumberID, ada, "x"); err == nil {
		t.Error("a closed stand-in took a message")
	}
	if err := w.WaitIdle(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := w.WaitSent(t.Context(), 1); err == nil {
		t.Error("waiting for a closed stand-in does not end")
	}
}

func TestDeliveriesAreTriedAgainUntilTheyAreTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, metasim.Options{Retries: []time.Duration{time.Millisecond, time.Millisecond, time.Millisecond}})
	w.acme.status = func(n int) int { return map[int]int{1: 500, 2: 204, 3: 200}[n] }
	w.hears(t, ada, "Hi")
	w.settles(t)
	if n := w.acme.count(); n != 3 {
		t.Errorf("%d deliveries", n)
	}
	same(t, "thread", texts(w.Thread(acme.PhoneNumberID, ada.Key()).Lines), []string{"customer: Hi (delivered)"})
	w.acme.mu.Lock()
	w.acme.status = func(int) int { return 503 }
	w.acme.mu.Unlock()
	w.hears(t, ada, "Hello?")
	w.settles(t)
	if n := w.acme.count(); n != 7 {
		t.Errorf("%d deliveries", n)
	}
	if c := w.Counts(); c.GivenUp != 1 || c.Failures != 6 || c.Webhooks != 1 {
		t.Errorf("%+v", c)
	}
	if l := w.Thread(acme.PhoneNumberID, ada.Key()).Lines[1]; l.Status != "sent" {
		t.Errorf("%+v", l)
	}
}

func TestABusinessThatCannotBeReached(t *testing.T) {
	t.Parallel()
	w := newWorld(t, atOnce)
	w.acme.Close()
	w.hears(t, ada, "Hi")
	w.AddNumber(metasim.Number{PhoneNumberID: "300", DisplayPhone: "+1 555 0100"}) // without a webhook
	if _, err := w.Write(t.Context(), "300", ada, "Hi"); err != nil {
		t.Fatal(err)
	}
	w.settles(t)
	if l := w.Thread("300", ada.Key()).Lines; len(l) != 1 || l[0].Status != "sent" {
		t.Errorf("%+v", l)
	}
	w.RemoveNumber("300")
	if _, err := w.Write(t.Context(), "300", ada, "Hi"); err == nil {
		t.Error("a number that is gone took a message")
	}
}

func TestWithheldDoubledShuffledBatched(t *testing.T) {
	t.Parallel()
	w := newWorld(t, atOnce)
	w.Mischief(metasim.Mischief{Withhold: true})
	w.hears(t, ada, "one")
	w.hears(t, ada, "two")
	w.says(t, ada, "answer")
	w.settles(t)
	if w.acme.count() != 0 || w.Withheld() != 3 {
		t.Fatalf("%d deliveries, %d withheld", w.acme.count(), w.Withheld())
	}
	w.Mischief(metasim.Mischief{Batch: 10})
	w.Release()
	w.settles(t)
	messages, statuses := w.acme.heard(t)
	if len(messages) != 2 || len(statuses) != 3 || w.acme.count() >= 5 {
		t.Fatalf("%d messages, %d statuses in %d bodies", len(messages), len(statuses), w.acme.count())
	}
	w.Mischief(metasim.Mischief{Double: true, Shuffle: true})
	id := w.hears(t, ada, "twice")
	w.says(t, ada, "also twice")
	w.settles(t)
	messages, statuses = w.acme.heard(t)
	if len(messages) != 4 || messages[2].ID != id || messages[3].ID != id || len(statuses) != 9 {
		t.Errorf("%d messages, %d statuses", len(messages), len(statuses))
	}
	w.Heal()
	w.hears(t, ada, "once")
	if messages, _ = w.acme.heard(t); len(messages) != 5 {
		t.Errorf("%d messages", len(messages))
	}
}

func TestDeliverPostsAnything(t *testing.T) {
	t.Parallel()
	w := newWorld(t, atOnce)
	files, err := filepath.Glob(filepath.Join("..", "testdata", "webhooks", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		body, err := metasim.Wire(raw)
		if err != nil {
			t.Fatal(err)
		}
		if status, err := w.Deliver(t.Context(), acme.PhoneNumberID, body); status != http.StatusOK || err != nil {
			t.Errorf("%s: %d, %v", f, status, err)
		}
	}
	body := metasim.TextBody(acme, ada, "wamid.T", "Grüße", time.Unix(1795600800, 0))
	if status, err := w.Post(t.Context(), w.zeta.URL, zeta.Secret, body); status != http.StatusOK || err != nil {
		t.Error(status, err)
	}
	messages, _ := w.zeta.heard(t)
	if len(messages) != 1 || messages[0].Text != "Grüße" || messages[0].SentAt.Unix() != 1795600800 {
		t.Errorf("%+v", messages)
	}
	w.acme.heard(t) // all were signed
}

// The form on the wire is Meta's, byte for byte.
func TestWireIsWhatMetaSends(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"text_unicode_wire_escapes.json", "text_basic.json", "batch_mixed.json", "image_caption.json", "text_long_5000.json"} {
		raw, err := os.ReadFile(filepath.Join("..", "testdata", "webhooks", name))
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join("..", "testdata", "wire", name))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := metasim.Wire(raw); err != nil || string(got) != string(want) {
			t.Errorf("%s, %v:\n got %s\nwant %s", name, err, got, want)
		}
	}
	if _, err := metasim.Wire([]byte(`{"a":`)); err == nil {
		t.Error("no JSON was taken")
	}
	body := metasim.TextBody(acme, ada, "wamid.T", `50% / <b> a@b "\ü👍`, time.Unix(1795600800, 0))
	d, err := whatsapp.Parse(body)
	if err != nil || d.Changes[0].Messages[0].Text != `50% / <b> a@b "\ü👍` {
		t.Errorf("%s, %v", body, err)
	}
	if i := slices.IndexFunc(body, func(b byte) bool { return b > 0x7e || b < 0x20 }); i >= 0 {
		t.Errorf("%q is no printable ASCII", body[i])
	}
}

func TestHandshake(t *testing.T) {
	t.Parallel()
	w := newWorld(t, atOnce)
	if err := w.Shake(t.Context(), acme.PhoneNumberID); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*metasim.Number){
		"wrong token": func(n *metasim.Number) { n.VerifyToken = "other" },
		"no address":  func(n *metasim.Number) { n.WebhookURL = "" },
		"no host":     func(n *metasim.Number) { n.WebhookURL = "http://127.0.0.1:1/" },
		"no webhook":  func(n *metasim.Number) { n.WebhookURL = "http://127.0.0.1:1:1/" },
	} {
		n := acme
		n.WebhookURL = w.acme.URL
		change(&n)
		w.AddNumber(n)
		if err := w.Shake(t.Context(), acme.PhoneNumberID); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	o := atOnce
	o.KeepLines, o.KeepCustomers, o.KeepSent = 4, 3, 16
	w := newWorld(t, o)
	first := w.hears(t, ada, "first")
	for range 5 {
		w.hears(t, ada, "more")
	}
	if n := len(w.Thread(acme.PhoneNumberID, ada.Key()).Lines); n != 4 {
		t.Errorf("%d lines", n)
	}
	if err := w.client.MarkRead(t.Context(), w.asAcme, first, false); err == nil {
		t.Error("a message that is forgotten was marked as read")
	}
	for range 40 {
		w.says(t, ada, "answer")
	}
	if n := len(w.Sent()); n < 16 || n > 18 {
		t.Errorf("%d sends are kept", n)
	}
	if got := w.Arrivals()["answer"]; got != len(w.Sent()) {
		t.Errorf("%d arrivals", got)
	}
	for range 5 {
		w.hears(t, w.NewCustomer("Guest"), "Hi")
	}
	w.hears(t, ada, "back again")
	if n := len(w.Customers(acme.PhoneNumberID)); n != 3 {
		t.Errorf("%d customers", n)
	}
	w.settles(t)
	w.Reset(acme.PhoneNumberID, ada.Key())
	w.Reset("nobody", "nothing")
	if got := w.Thread(acme.PhoneNumberID, ada.Key()); len(got.Lines) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestAThreadCanBePutBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, atOnce)
	now := time.Now()
	w.Restore(acme.PhoneNumberID, ada, []metasim.Line{
		{ID: "wamid.1", From: metasim.FromCustomer, Kind: "text", Text: "Hi", Status: "read", At: now.Add(-time.Hour)},
		{ID: "wamid.2", From: metasim.FromBusiness, Kind: "text", Text: "Hello", Status: "read", At: now},
	})
	w.Restore("nobody", ada, nil)
	w.Restore(acme.PhoneNumberID, metasim.Customer{}, nil)
	w.says(t, ada, "Still there?")
	w.settles(t)
	same(t, "thread", texts(w.Thread(acme.PhoneNumberID, ada.Key()).Lines),
		[]string{"customer: Hi (read)", "business: Hello (read)", "business: Still there? (read)"})
	if messages, statuses := w.acme.heard(t); len(messages) != 0 || len(statuses) != 3 {
		t.Errorf("%d messages, %d statuses", len(messages), len(statuses))
	}
}

func TestWhoWantsToKnowIsTold(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	told := map[string]int{}
	o := atOnce
	o.Changed = func(number, customer string) {
		mu.Lock()
		defer mu.Unlock()
		told[number+" "+customer]++
	}
	w := newWorld(t, o)
	in := w.hears(t, ada, "Hi")
	if err := w.client.MarkRead(t.Context(), w.asAcme, in, true); err != nil {
		t.Fatal(err)
	}
	w.says(t, ada, "Hello")
	w.settles(t)
	mu.Lock()
	defer mu.Unlock()
	if n := told["100 447700900123"]; n < 5 || len(told) != 1 {
		t.Errorf("%v", told)
	}
}

func TestWaitingEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, atOnce)
	done := make(chan error, 1)
	go func() {
		_, err := w.WaitSent(t.Context(), 2)
		done <- err
	}()
	w.hears(t, ada, "Hi")
	w.says(t, ada, "1")
	w.says(t, ada, "2")
	if err := <-done; err != nil {
		t.Error(err)
	}
	l, err := w.WaitLine(t.Context(), acme.PhoneNumberID, ada.Key(), func(l metasim.Line) bool { return l.Text == "2" && l.Status == "read" })
	if err != nil || l.CallbackData != "2" {
		t.Errorf("%+v, %v", l, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.WaitLine(ctx, "300", "x", nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := w.Write(ctx, acme.PhoneNumberID, ada, "x"); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	w.settles(t)
}

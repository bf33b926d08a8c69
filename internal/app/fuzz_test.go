package app_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/db/dbtest"
	"parley/internal/testkit"
	"parley/internal/whatsapp"
)

// outside is the fuzz test for a world that goes on while inputs are tried: the world may not call it then.
type outside struct{ testing.TB }

func (outside) Helper()                      {}
func (outside) Context() context.Context     { return context.Background() }
func (outside) Fatal(args ...any)            { panic(fmt.Sprint(args...)) }
func (outside) Fatalf(f string, args ...any) { panic(fmt.Sprintf(f, args...)) }

// worlds is one on each database.
func worlds(f *testing.F) (all []*testkit.World) {
	f.Helper()
	for _, kind := range dbtest.Kinds() {
		all = append(all, testkit.New(outside{f}, kind, testkit.Options{NoModel: true}))
	}
	return all
}

// ask makes a request and gives the answer's status and body.
func ask(t *testing.T, w *testkit.World, r *http.Request) (status int, body string) {
	t.Helper()
	client := http.Client{Timeout: testkit.Patience}
	answer, err := client.Do(r.WithContext(t.Context()))
	must(t, err)
	defer func() { _ = answer.Body.Close() }()
	raw, err := io.ReadAll(answer.Body)
	must(t, err)
	return answer.StatusCode, string(raw)
}

// Whatever Meta, or who has its secret, may deliver: it is taken, kept or refused, and never our failure. A world fails,
// too, when anything in it is logged as an error.
func FuzzAnyWebhookIsTakenKeptOrRefused(f *testing.F) {
	for _, pattern := range []string{"webhooks/*.json", "wire/*.json", "*/*.json"} {
		files, err := filepath.Glob(filepath.Join("..", "whatsapp", "testdata", pattern))
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range files {
			body, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(body, true)
		}
	}
	f.Add([]byte(`{"object":"whatsapp_business_account","entry":[]}`), false)
	f.Add(bytes.Repeat([]byte(" "), 4<<20+1), true)
	all := worlds(f)
	for _, w := range all {
		addFixtureNumber(f, w)
	}
	f.Fuzz(func(t *testing.T, body []byte, signed bool) {
		for _, w := range all {
			r, err := http.NewRequest(http.MethodPost, w.URL+"/webhooks/whatsapp", bytes.NewReader(body))
			must(t, err)
			want := []int{http.StatusUnauthorized, http.StatusRequestEntityTooLarge}
			if signed {
				r.Header.Set("X-Hub-Signature-256", whatsapp.Sign([]byte(testkit.PlatformSecret), body))
				want = []int{http.StatusOK, http.StatusBadRequest, http.StatusRequestEntityTooLarge}
			}
			if status, answer := ask(t, w, r); !slices.Contains(want, status) {
				t.Fatalf("%q said %d %s, want one of %d", clipped(body), status, answer, want)
			}
		}
	})
}

func clipped(body []byte) []byte { return body[:min(len(body), 2000)] }

// fromBytes chooses by the bytes of an input, so that the fuzzer can vary what is made.
type fromBytes struct {
	bytes []byte
	texts []string
}

func (b *fromBytes) below(n int, _ string) int {
	if len(b.bytes) == 0 {
		return 0
	}
	first := b.bytes[0]
	b.bytes = b.bytes[1:]
	return int(first) % n
}

func (b *fromBytes) text(string) string {
	if b.below(4, "") > 0 {
		return b.texts[b.below(len(b.texts), "")]
	}
	n := b.below(64, "")
	n = min(n, len(b.bytes))
	text := string(b.bytes[:n])
	b.bytes = b.bytes[n:]
	return text
}

// broken changes a body somewhere, so that it is not what the document describes.
func broken(body, by []byte) []byte {
	body = bytes.Clone(body)
	for i := 0; i+2 < len(by) && len(body) > 0; i += 3 {
		at := (int(by[i])<<8 | int(by[i+1])) % len(body)
		switch by[i+2] % 4 {
		case 0:
			body[at] = by[i+2]
		case 1:
			body = append(body[:at], body[at+1:]...)
		case 2:
			body = slices.Insert(body, at, by[i+2])
		case 3:
			body = append(body, body[at:min(len(body), at+64)]...)
		}
	}
	return body
}

// Whatever somebody who is signed in sends to any operation, it is never our failure.
func FuzzNoCallOfTheAPIIsOurFailure(f *testing.F) {
	all := worlds(f)
	known := calls(all[0])
	for n := range known {
		f.Add(n, []byte{}, []byte{}, "")
		f.Add(n, []byte{1, 3, 2, 1, 0, 1, 1, 2, 3, 5, 8}, []byte{0, 3, 34, 0, 9, 1}, "q=open&limit=2&after=x")
		f.Add(n, []byte("\x00\xff\xfe\x00\x00\x05\xed\xa0\x80\x00\x01"), []byte{0, 12, 0}, "q=%00&view=mine&before=-1")
		f.Add(n, []byte("\x03\x07\x01\x09"), bytes.Repeat([]byte{7, 77, 3}, 40), "limit=99999999999999999999&after=%ff")
	}
	texts := map[*testkit.World][]string{}
	for _, w := range all {
		texts[w] = somethingOfEverything(w)
	}
	f.Fuzz(func(t *testing.T, n int, choices, breaks []byte, query string) {
		c := known[((n%len(known))+len(known))%len(known)]
		for _, w := range all {
			by := &fromBytes{choices, texts[w]}
			path := strings.Replace(c.path, "{id}", url.PathEscape(by.text("id")), 1)
			body := broken(c.makeBody(by), breaks)
			for patient := true; ; {
				r, err := http.NewRequest(c.method, w.URL+path+"?"+(&url.URL{RawQuery: query}).RawQuery, bytes.NewReader(body))
				if err != nil {
					return // no client could send this address
				}
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set("Authorization", "Bearer "+w.Acme.Token)
				status, answer := ask(t, w, r)
				if status >= 500 {
					t.Fatalf("%s %s?%s with %q said %d %s", c.method, path, query, body, status, answer)
				}
				if again := status == http.StatusTooManyRequests || status == http.StatusUnauthorized; !again || !patient {
					break
				}
				patient = false
				w.Later(10 * time.Minute) // which signs in anew
			}
		}
	})
}

// somethingOfEverything fills a world, and gives the ids in it and some words.
func somethingOfEverything(w *testkit.World) []string {
	w.Hears(w.Acme, testkit.Ada, "What time do you open?")
	w.Hears(w.Acme, testkit.Ben, "Hello")
	w.Knows(w.Acme, "Hours", hours)
	w.Settles()
	texts := []string{"open", "Kim", "", "auto", "kim@example.com", w.Acme.ID, w.Zeta.ID, w.Acme.Channel, w.Acme.Owner.UserID(), "\u202e", "a\x00b"}
	for _, talk := range w.Inbox(w.Acme, "all") {
		texts = append(texts, talk.ID, talk.Contact.ID)
		for _, line := range w.Thread(w.Acme, talk.ID) {
			texts = append(texts, line.ID)
		}
	}
	var documents struct{ Items []struct{ ID string } }
	w.Asks(w.Acme, http.MethodGet, "/api/documents", nil, &documents)
	for _, d := range documents.Items {
		texts = append(texts, d.ID)
	}
	return texts
}

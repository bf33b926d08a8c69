package metasim_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"parley/internal/whatsapp"
	"parley/internal/whatsapp/metasim"
)

// started is the stand-in as a program of its own.
func started(t *testing.T, o metasim.RunOptions) (base string, token string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready, done := make(chan [2]string, 1), make(chan error, 1)
	o.Address = "127.0.0.1:0"
	o.Ready = func(url, token, _ string) { ready <- [2]string{url, token} }
	go func() { done <- metasim.Run(ctx, o) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	select {
	case r := <-ready:
		return r[0], r[1]
	case err := <-done:
		done <- nil
		t.Fatal(err)
	}
	return "", ""
}

func control(t *testing.T, method, address, body string, change func(*http.Request)) (status int, said string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if change != nil {
		change(req)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var out json.RawMessage
	_ = json.NewDecoder(res.Body).Decode(&out)
	return res.StatusCode, string(out)
}

func TestTheProgramIsPlayedOverHTTP(t *testing.T) {
	t.Parallel()
	w := newWorld(t, atOnce) // for its webhook
	n := metasim.Number{
		PhoneNumberID: "100", DisplayPhone: acme.DisplayPhone, WebhookURL: w.acme.URL, Secret: acme.Secret, VerifyToken: acme.VerifyToken,
	}
	base, token := started(t, metasim.RunOptions{Options: atOnce, Numbers: []metasim.Number{n}})
	for _, tc := range []struct {
		method, path, body, want string
		status                   int
	}{
		{"POST", "/numbers", `{"phoneNumberId":"101","displayPhone":"+1 555 0100","secret":"hush"}`, `"success":true`, 200},
		{"POST", "/numbers", `{"phoneNumberId":"102"}`, `no such number`, 422},
		{"GET", "/numbers", ``, `"phoneNumberId":"101"`, 200},
		{"POST", "/write", `{"phoneNumberId":"100","customer":{"wa_id":"447700900123","name":"Ada"},"text":"Hi"}`, `"id":"wamid.`, 200},
		{"POST", "/write", `{"phoneNumberId":"100","customer":{"wa_id":"447700900123"},"text":" "}`, `nothing to say`, 422},
		{"POST", "/write", `{"phoneNumberId":"100","customer":{},"text":"x"}`, `needs a WaID`, 422},
		{"POST", "/write", `{`, `could not be read`, 400},
		{"POST", "/deliver", `{"phoneNumberId":"100","body":{"object":"page"}}`, `"status":200`, 200},
		{"POST", "/deliver", `{"phoneNumberId":"300","body":{}}`, `no such number`, 422},
		{"POST", "/deliver", `{"phoneNumberId":"100"}`, `"error"`, 422},
		{"POST", "/handshake", `{"phoneNumberId":"100"}`, `"success":true`, 200},
		{"GET", "/customers?number=100", ``, `["447700900123"]`, 200},
		{"GET", "/thread?number=100&customer=447700900123", ``, `"text":"Hi","status":"delivered"`, 200},
		{"POST", "/fault", `{"times":1,"code":131000,"retryAfter":2}`, `"success":true`, 200},
		{"POST", "/mischief", `{"withhold":true}`, `"success":true`, 200},
		{"POST", "/release", ``, `"success":true`, 200},
		{"POST", "/heal", `{}`, `"success":true`, 200},
		{"GET", "/sent", ``, `[]`, 200},
		{"GET", "/counts", ``, `"webhooks":1`, 200},
		{"POST", "/reset", `{"phoneNumberId":"100","customer":"447700900123"}`, `"success":true`, 200},
		{"GET", "/thread?number=100&customer=447700900123", ``, `"lines":[]`, 200},
	} {
		status, said := control(t, tc.method, base+"/_sim"+tc.path, tc.body, nil)
		if status != tc.status || !strings.Contains(said, tc.want) {
			t.Errorf("%s %s %s: %d %s", tc.method, tc.path, tc.body, status, said)
		}
		if strings.Contains(said, "hush") || strings.Contains(said, acme.Secret) {
			t.Errorf("%s tells a secret", tc.path)
		}
	}
	messages, _ := w.acme.heard(t)
	if len(messages) != 1 || messages[0].Text != "Hi" {
		t.Errorf("%+v", messages)
	}
	c := whatsapp.NewClient(whatsapp.ClientOptions{BaseURL: base})
	defer c.Close()
	if _, err := c.Number(t.Context(), whatsapp.Credentials{PhoneNumberID: "100", Token: token}); err != nil {
		t.Error(err)
	}
}

// No page in a browser, and no other machine, can play customers.
func TestTheControlAnswersOwnProgramsOnly(t *testing.T) {
	t.Parallel()
	base, _ := started(t, metasim.RunOptions{})
	for name, change := range map[string]func(*http.Request){
		"a page":                 func(r *http.Request) { r.Header.Set("Origin", "http://evil.example") },
		"a page, without saying": func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
		"another name":           func(r *http.Request) { r.Host = "evil.example:80" },
		"a name without a port":  func(r *http.Request) { r.Host = "evil.example" },
	} {
		if status, _ := control(t, "GET", base+"/_sim/counts", "", change); status != http.StatusForbidden {
			t.Errorf("%s: %d", name, status)
		}
	}
	form := func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }
	if status, _ := control(t, "POST", base+"/_sim/heal", "{}", form); status != http.StatusUnsupportedMediaType {
		t.Errorf("a form: %d", status)
	}
	if status, _ := control(t, "GET", base+"/_sim/counts", "", func(r *http.Request) { r.Host = "localhost:80" }); status != 200 {
		t.Errorf("localhost: %d", status)
	}
}

func TestWhereItListens(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"0.0.0.0:0", ":0", "example.com:80", "nonsense"} {
		if err := metasim.Run(t.Context(), metasim.RunOptions{Address: address}); err == nil {
			t.Errorf("%s: it listens", address)
		}
	}
	s, err := metasim.Listen(t.Context(), "127.0.0.1:0", metasim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	address := strings.TrimPrefix(s.URL, "http://")
	if _, err := metasim.Listen(t.Context(), address, metasim.Options{}); err == nil {
		t.Error("two listen at one address")
	}
	if err := metasim.Run(t.Context(), metasim.RunOptions{Address: address}); err == nil {
		t.Error("two listen at one address")
	}
	if s.Token() == "" || len(s.AppSecret()) != 32 || s.Token() == s.AppSecret() {
		t.Error("a secret is no secret")
	}
}

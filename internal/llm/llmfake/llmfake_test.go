package llmfake_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/internal/llm"
	"parley/internal/llm/llmfake"
)

func start(t *testing.T) (*llmfake.Fake, *llm.Client) {
	t.Helper()
	f, err := llmfake.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := llm.NewClient(llm.ClientOptions{BaseURL: f.URL(), Model: "m", Key: "k"})
	t.Cleanup(func() { c.Close(); _ = f.Close() })
	return f, c
}

func ask(t *testing.T, c llm.Chat, words string) string {
	t.Helper()
	got, err := c.Complete(t.Context(), llm.Request{Messages: []llm.Message{
		{Role: llm.System, Text: "Do well."}, {Role: llm.User, Text: words},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return got.Text
}

func TestTheScriptAnswers(t *testing.T) {
	t.Parallel()
	f, c := start(t)
	if got := ask(t, c, "hi"); !strings.Contains(got, "stand-in") {
		t.Errorf("without a script it says %q", got)
	}
	f.On("open", llmfake.Text("first"), llmfake.Text("then"))
	f.On("ship", llmfake.By(func(c llmfake.Call) string { return "about " + c.Asked() }))
	f.On("silent")
	f.Otherwise(llmfake.Object(map[string]int{"n": 1}))
	for _, step := range [][2]string{
		{"When do you OPEN?", "first"},
		{"open", "then"},
		{"open", "then"},
		{"When do you open, and do you ship", "about When do you open, and do you ship"},
		{"Do you ship when you open?", "then"},
		{"anything", `{"n":1}`},
		{"silent", `{"n":1}`},
	} {
		if got := ask(t, c, step[0]); got != step[1] {
			t.Errorf("%q is answered with %q, want %q", step[0], got, step[1])
		}
	}
	f.Next(llmfake.Text("now"))
	if got := ask(t, c, "open"); got != "now" {
		t.Errorf("the next answer is %q", got)
	}
	if n := len(f.Seen()); n != f.Calls() || n != 9 {
		t.Errorf("%d calls seen, %d counted", n, f.Calls())
	}
	if last := f.Last(); last.Told() != "Do well." || last.Key != "k" || last.Model != "m" || last.Shaped {
		t.Errorf("the last call was %+v", last)
	}
}

func TestCallsAreHeldUntilTheyAreReleased(t *testing.T) {
	t.Parallel()
	f, c := start(t)
	f.Hold()
	f.Hold()
	done := make(chan string, 2)
	for range 2 {
		go func() { done <- ask(t, c, "hi") }()
	}
	if err := f.WaitFor(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	if err := f.WaitHeld(t.Context(), 2); err != nil || f.Held() != 2 {
		t.Fatal(err, f.Held())
	}
	select {
	case got := <-done:
		t.Errorf("answered while held: %q", got)
	default:
	}
	f.Release()
	<-done
	<-done
	if f.Calls() != 2 {
		t.Errorf("%d calls", f.Calls())
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := f.WaitFor(over, 3); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestWhoLeavesIsLetGo(t *testing.T) {
	t.Parallel()
	f, c := start(t)
	for name, script := range map[string]func(){
		"held":    f.Hold,
		"hanging": func() { f.Release(); f.Otherwise(llmfake.Hang()) },
	} {
		script()
		before := f.Calls()
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() {
			_, err := c.Complete(ctx, llm.Request{Messages: []llm.Message{{Role: llm.User, Text: "hi"}}})
			done <- err
		}()
		if err := f.WaitFor(t.Context(), before+1); err != nil {
			t.Fatal(err)
		}
		if err := f.WaitHeld(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
		if err := f.WaitHeld(t.Context(), 0); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestItFailsLikeAModel(t *testing.T) {
	t.Parallel()
	f, c := start(t)
	f.RequireKey("another")
	_, err := c.Complete(t.Context(), llm.Request{Messages: []llm.Message{{Role: llm.User, Text: "hi"}}})
	if e, is := errors.AsType[*llm.Error](err); !is || e.Status != http.StatusUnauthorized {
		t.Errorf("a wrong key: %v", err)
	}
	f.RequireKey("k")
	f.Next(llmfake.Status(429).RetryAfter(time.Millisecond), llmfake.Text("late").After(time.Millisecond).Costs(2))
	if got := ask(t, c, "hi"); got != "late" {
		t.Errorf("got %q", got)
	}
	f.Next(llmfake.Text("drop by drop").Drip(time.Microsecond))
	if got := ask(t, c, "hi"); got != "drop by drop" {
		t.Errorf("got %q", got)
	}
	f.Next(llmfake.Text("never").After(time.Hour))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	before := f.Calls()
	go func() {
		_, err := c.Complete(ctx, llm.Request{})
		done <- err
	}()
	if err := f.WaitFor(t.Context(), before+1); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := c.Complete(t.Context(), llm.Request{Messages: []llm.Message{{}}}); err != nil {
		t.Errorf("an empty question is answered too: %v", err)
	}
}

func TestItIsNothingButAnEndpoint(t *testing.T) {
	t.Parallel()
	f, _ := start(t)
	for _, tc := range []struct {
		method, path, body string
		want               int
	}{
		{http.MethodGet, "/chat/completions", "", http.StatusNotFound},
		{http.MethodPost, "/models", "{}", http.StatusNotFound},
		{http.MethodPost, "/chat/completions", "{", http.StatusBadRequest},
		{http.MethodPost, "/chat/completions", "{}", http.StatusOK},
	} {
		req, err := http.NewRequestWithContext(t.Context(), tc.method, f.URL()+tc.path, strings.NewReader(tc.body))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != tc.want {
			t.Errorf("%s %s: %d", tc.method, tc.path, resp.StatusCode)
		}
	}
	if empty := (llmfake.Call{}); empty.Asked() != "" || f.Calls() == 0 {
		t.Error("an empty call asks nothing")
	}
}

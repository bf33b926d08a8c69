package llm_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/llm"
	"parley/internal/llm/llmfake"
)

func fake(t *testing.T) *llmfake.Fake {
	t.Helper()
	f, err := llmfake.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// client asks f without waiting long between tries; change may set more.
func client(t *testing.T, url string, change ...func(*llm.ClientOptions)) *llm.Client {
	t.Helper()
	o := llm.ClientOptions{BaseURL: url, Model: "the-model", Chance: func() float64 { return 0 }}
	for _, c := range change {
		c(&o)
	}
	c := llm.NewClient(o)
	t.Cleanup(c.Close)
	return c
}

func hello() llm.Request {
	return llm.Request{Messages: []llm.Message{{Role: llm.System, Text: "Be kind."}, {Role: llm.User, Text: "Hello <you> \"&\" ünï\n"}}}
}

func shaped() llm.Request {
	r := hello()
	r.Shape = &llm.Shape{Name: "reply", Schema: json.RawMessage(`{"type":"object"}`)}
	return r
}

func TestAnAnswerComesWithWhatItCost(t *testing.T) {
	t.Parallel()
	f := fake(t)
	f.Otherwise(llmfake.Text(" We open at nine.\n").Costs(0.001234))
	got, err := client(t, f.URL(), func(o *llm.ClientOptions) { o.Key = "sk-1" }).Complete(t.Context(), hello())
	if err != nil {
		t.Fatal(err)
	}
	if got.Text != "We open at nine." || got.Model != "the-model" || got.CostMicros != 1234 || got.Shaped {
		t.Errorf("got %+v", got)
	}
	if got.Provider == "" || !strings.Contains(f.URL(), got.Provider) || got.PromptTokens == 0 || got.CompletionTokens == 0 {
		t.Errorf("got %+v", got)
	}
	call := f.Last()
	if call.Key != "sk-1" || call.Messages[1] != hello().Messages[1] || call.Told() != "Be kind." {
		t.Errorf("the model was asked %+v", call)
	}
}

func TestEveryFormOfAnswerIsRead(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"parts":          `{"choices":[{"message":{"content":[{"type":"text","text":"Yes"},{"type":"text","text":"."}]}}]}`,
		"cost in quotes": `{"choices":[{"message":{"content":"Yes."}}],"usage":{"cost":"0.5"}}`,
		"no usage":       `{"choices":[{"message":{"content":"Yes.","refusal":null}}],"usage":null,"error":null}`,
		"odd cost":       `{"choices":[{"message":{"content":"Yes."}}],"usage":{"cost":-3}}`,
	} {
		f := fake(t)
		f.Otherwise(llmfake.Failure(http.StatusOK, body))
		got, err := client(t, f.URL()).Complete(t.Context(), hello())
		if err != nil || got.Text != "Yes." {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
		if name == "cost in quotes" && got.CostMicros != 500_000 {
			t.Errorf("%s: cost %d", name, got.CostMicros)
		}
	}
}

func TestWhatMayPassIsTriedAgain(t *testing.T) {
	t.Parallel()
	yes := llmfake.Text("Yes.")
	for name, tc := range map[string]struct {
		script []llmfake.Reply
		calls  int
		class  llm.Class // "" when it is answered in the end
	}{
		"busy":                  {[]llmfake.Reply{llmfake.Status(429), llmfake.Status(429), yes}, 3, ""},
		"busy for a moment":     {[]llmfake.Reply{llmfake.Status(429).RetryAfter(time.Millisecond), yes}, 2, ""},
		"busy for long":         {[]llmfake.Reply{llmfake.Status(429).RetryAfter(time.Minute), yes}, 1, llm.Busy},
		"broken there":          {[]llmfake.Reply{llmfake.Status(500), llmfake.Status(503), yes}, 3, ""},
		"broken for good":       {[]llmfake.Reply{llmfake.Status(500), llmfake.Status(502), llmfake.Status(500), yes}, 3, llm.Down},
		"cut off":               {[]llmfake.Reply{llmfake.Cut(), yes}, 2, ""},
		"empty once":            {[]llmfake.Reply{llmfake.Empty(), yes}, 2, ""},
		"empty twice":           {[]llmfake.Reply{llmfake.Empty(), llmfake.Empty(), yes}, 2, llm.Nonsense},
		"JSON that breaks off":  {[]llmfake.Reply{llmfake.Broken(), llmfake.Broken(), yes}, 2, llm.Nonsense},
		"no JSON at all":        {[]llmfake.Reply{llmfake.Garbage(), llmfake.Garbage(), yes}, 2, llm.Nonsense},
		"no such key":           {[]llmfake.Reply{llmfake.Status(401), yes}, 1, llm.Refused},
		"a redirect":            {[]llmfake.Reply{llmfake.Status(307), yes}, 1, llm.Refused},
		"an error with 200":     {[]llmfake.Reply{llmfake.Failure(200, `{"error":{"code":503,"message":"x"}}`), yes}, 2, ""},
		"a busy error with 200": {[]llmfake.Reply{llmfake.Failure(200, `{"error":{"code":429}}`), yes}, 2, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := fake(t)
			f.Next(tc.script...)
			got, err := client(t, f.URL()).Complete(t.Context(), hello())
			if llm.ClassOf(err) != tc.class || (err == nil) != (got.Text == "Yes.") {
				t.Errorf("got %q, %v", got.Text, err)
			}
			if f.Calls() != tc.calls {
				t.Errorf("%d calls, want %d", f.Calls(), tc.calls)
			}
		})
	}
}

func TestOneBudgetForAllTries(t *testing.T) {
	t.Parallel()
	t.Run("the caller's time is over", func(t *testing.T) {
		t.Parallel()
		f := fake(t)
		f.Otherwise(llmfake.Hang())
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() {
			_, err := client(t, f.URL()).Complete(ctx, hello())
			done <- err
		}()
		if err := f.WaitFor(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if err := f.WaitHeld(t.Context(), 0); err != nil { // the endpoint hears of it
			t.Error(err)
		}
	})
	t.Run("one request takes too long", func(t *testing.T) {
		t.Parallel()
		f := fake(t)
		f.Otherwise(llmfake.Hang())
		_, err := client(t, f.URL(), func(o *llm.ClientOptions) { o.Timeout = 20 * time.Millisecond }).Complete(t.Context(), hello())
		if llm.ClassOf(err) != llm.Slow || f.Calls() != 1 {
			t.Errorf("got %v after %d calls", err, f.Calls())
		}
	})
	t.Run("a wait that is longer than the budget is not begun", func(t *testing.T) {
		t.Parallel()
		f := fake(t)
		f.Otherwise(llmfake.Status(500))
		late := func() time.Time { return time.Now().Add(time.Hour) }
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := client(t, f.URL(), func(o *llm.ClientOptions) { o.Clock = late }).Complete(ctx, hello())
		if llm.ClassOf(err) != llm.Down || f.Calls() != 1 {
			t.Errorf("got %v after %d calls", err, f.Calls())
		}
	})
	t.Run("the caller goes while we wait between tries", func(t *testing.T) {
		t.Parallel()
		f := fake(t)
		f.Otherwise(llmfake.Status(429).RetryAfter(4 * time.Second))
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() {
			_, err := client(t, f.URL()).Complete(ctx, hello())
			done <- err
		}()
		if err := f.WaitFor(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		cancel()
		if err := <-done; err == nil || f.Calls() != 1 {
			t.Errorf("got %v after %d calls", err, f.Calls())
		}
	})
}

func TestShapes(t *testing.T) {
	t.Parallel()
	t.Run("asked for and held to", func(t *testing.T) {
		t.Parallel()
		f := fake(t)
		f.Otherwise(llmfake.Object(map[string]string{"text": "Yes."}))
		got, err := client(t, f.URL()).Complete(t.Context(), shaped())
		if err != nil || !got.Shaped || !f.Last().Shaped || got.Text != `{"text":"Yes."}` {
			t.Errorf("got %+v, %v", got, err)
		}
	})
	t.Run("refused, and remembered for the model", func(t *testing.T) {
		t.Parallel()
		f := fake(t)
		f.RefuseShapes()
		c := client(t, f.URL())
		for range 3 {
			got, err := c.Complete(t.Context(), shaped())
			if err != nil || got.Shaped {
				t.Fatalf("got %+v, %v", got, err)
			}
		}
		if f.Calls() != 4 { // one refusal, three answers
			t.Errorf("%d calls", f.Calls())
		}
		other := shaped()
		other.Model = "another"
		if _, err := c.Complete(t.Context(), other); err != nil || f.Calls() != 6 {
			t.Errorf("another model: %v after %d calls", err, f.Calls())
		}
	})
	t.Run("refused without saying why is learned when it helps", func(t *testing.T) {
		t.Parallel()
		f := fake(t)
		f.Next(llmfake.Failure(400, `{"error":"bad request"}`), llmfake.Text("Yes."))
		c := client(t, f.URL())
		if _, err := c.Complete(t.Context(), shaped()); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Complete(t.Context(), shaped()); err != nil || f.Calls() != 3 || f.Last().Shaped {
			t.Errorf("%v after %d calls", err, f.Calls())
		}
	})
	t.Run("and not when the request was at fault", func(t *testing.T) {
		t.Parallel()
		f := fake(t)
		f.Next(llmfake.Failure(400, `{"message":"no"}`), llmfake.Failure(400, `nothing`), llmfake.Text("Yes."))
		c := client(t, f.URL())
		if _, err := c.Complete(t.Context(), shaped()); llm.ClassOf(err) != llm.Refused {
			t.Fatal(err)
		}
		if _, err := c.Complete(t.Context(), shaped()); err != nil || !f.Last().Shaped {
			t.Error("a shape is asked for again:", err)
		}
	})
}

func TestOtherHabitsAreLearned(t *testing.T) {
	t.Parallel()
	var asked []map[string]json.RawMessage
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q map[string]json.RawMessage
		raw, _ := io.ReadAll(r.Body)
		_ = json.Unmarshal(raw, &q)
		asked = append(asked, q)
		for field, why := range map[string]string{"max_tokens": "Unsupported parameter: 'max_tokens'", "temperature": "temperature does not go"} {
			if _, has := q[field]; has {
				w.WriteHeader(http.StatusBadRequest)
				_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"message": why, "param": field}})
				return
			}
		}
		_, _ = io.WriteString(w, `{"choices":[{"message":{"content":"Yes."}}]}`)
	}))
	t.Cleanup(srv.Close)
	warm := 0.3
	r := hello()
	r.MaxTokens, r.Temperature = 300, &warm
	c := client(t, srv.URL)
	for range 2 {
		if _, err := c.Complete(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	last := asked[len(asked)-1]
	if len(asked) != 4 || string(last["max_completion_tokens"]) != "300" || last["temperature"] != nil || last["usage"] != nil {
		t.Errorf("%d calls, the last %s", len(asked), last)
	}
}

func TestNoErrorTellsASecret(t *testing.T) {
	t.Parallel()
	const key, words = "sk-very-secret", "my number is 447700900123"
	for name, reply := range map[string]llmfake.Reply{
		"the key is quoted":           llmfake.Failure(401, `{"error":{"message":"Incorrect key `+key+`","code":"`+key+`"}}`),
		"the conversation is quoted":  llmfake.Failure(400, `{"error":{"message":"bad content: `+words+`","code":"`+words+`"}}`),
		"in a failure of theirs":      llmfake.Failure(500, words+key),
		"in a long text of a 404":     llmfake.Failure(404, `{"error":{"message":"`+strings.Repeat("é", 5000)+key+`"}}`),
		"nothing that can be read":    llmfake.Failure(402, strings.Repeat("[", 100)+key),
		"with a code that is no code": llmfake.Failure(403, `{"error":{"message":"no","code":"`+strings.Repeat("x", 100)+`"}}`),
	} {
		f := fake(t)
		f.Otherwise(reply)
		c := client(t, strings.Replace(f.URL(), "http://", "http://user:"+key+"@", 1), func(o *llm.ClientOptions) { o.Key = key })
		_, err := c.Complete(t.Context(), llm.Request{Messages: []llm.Message{{Role: llm.User, Text: words}}})
		if err == nil || strings.Contains(err.Error(), key) || strings.Contains(err.Error(), words) || len(err.Error()) > 400 {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, address := range []string{"http://user:" + key + "@127.0.0.1:1/v1", "http://" + key + "\x7f", key} {
		_, err := client(t, address, func(o *llm.ClientOptions) { o.Key = key }).Complete(t.Context(), hello())
		if err == nil || strings.Contains(err.Error(), key) {
			t.Errorf("%v", err)
		}
	}
}

func TestAnAnswerThatIsTooLongIsNotRead(t *testing.T) {
	t.Parallel()
	f := fake(t)
	f.Otherwise(llmfake.Text(strings.Repeat("x", 2<<20)))
	if _, err := client(t, f.URL()).Complete(t.Context(), hello()); llm.ClassOf(err) != llm.Nonsense {
		t.Errorf("got %v", err)
	}
}

func TestHowLongAnEndpointWantsToBeLeftAlone(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		headers map[string]string
		want    time.Duration
	}{
		"milliseconds": {map[string]string{"Retry-After-Ms": "1500"}, 1500 * time.Millisecond},
		"seconds":      {map[string]string{"Retry-After": "90"}, 90 * time.Second},
		"a date": {map[string]string{
			"Date": "Tue, 24 Nov 2026 10:00:00 GMT", "Retry-After": "Tue, 24 Nov 2026 10:01:00 GMT",
		}, time.Minute},
		"a date gone by": {map[string]string{
			"Date": "Tue, 24 Nov 2026 10:00:00 GMT", "Retry-After": "Tue, 24 Nov 2026 09:00:00 GMT",
		}, 0},
		"nothing sensible": {map[string]string{"Retry-After": "soon"}, 0},
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			for k, v := range tc.headers {
				w.Header().Set(k, v)
			}
			w.WriteHeader(http.StatusTooManyRequests)
		}))
		ctx, cancel := context.WithCancel(t.Context())
		c := client(t, srv.URL, func(o *llm.ClientOptions) {
			o.Chance = func() float64 { cancel(); return 0 } // no second try
		})
		_, err := c.Complete(ctx, hello())
		cancel()
		srv.Close()
		e, is := errors.AsType[*llm.Error](err)
		if !is || e.RetryAfter != tc.want {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestAnEndpointThatKeepsFailingIsLeftAlone(t *testing.T) {
	t.Parallel()
	var now atomic.Int64
	now.Store(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC).UnixNano())
	f := fake(t)
	f.Otherwise(llmfake.Status(401))
	c := client(t, f.URL(), func(o *llm.ClientOptions) {
		o.Clock = func() time.Time { return time.Unix(0, now.Load()) }
		o.Rest = 10 * time.Second
	})
	ask := func() llm.Class {
		_, err := c.Complete(t.Context(), hello())
		return llm.ClassOf(err)
	}
	for range 10 {
		if got := ask(); got != llm.Refused {
			t.Fatal(got)
		}
	}
	if got := ask(); got != llm.Resting || f.Calls() != 10 {
		t.Fatalf("%s after %d calls", got, f.Calls())
	}
	now.Add(int64(11 * time.Second))
	if got := ask(); got != llm.Refused || ask() != llm.Resting || f.Calls() != 11 {
		t.Fatalf("after the rest one call tries: %s, %d calls", got, f.Calls())
	}
	now.Add(int64(11 * time.Second))
	if got := ask(); got != llm.Resting {
		t.Fatalf("the second rest is longer: %s", got)
	}
	now.Add(int64(10 * time.Second))
	f.Otherwise(llmfake.Text("Yes."))
	for range 3 {
		if got := ask(); got != "" {
			t.Fatalf("it works again: %s", got)
		}
	}
}

func TestWhatIsNotTheEndpointsFaultDoesNotRestIt(t *testing.T) {
	t.Parallel()
	for name, reply := range map[string]llmfake.Reply{
		"bad requests": llmfake.Status(400), "busy": llmfake.Status(429).RetryAfter(time.Minute), "nonsense": llmfake.Garbage(),
	} {
		f := fake(t)
		f.Otherwise(reply)
		c := client(t, f.URL())
		for range 12 {
			_, _ = c.Complete(t.Context(), hello())
		}
		f.Otherwise(llmfake.Text("Yes."))
		if _, err := c.Complete(t.Context(), hello()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFailover(t *testing.T) {
	t.Parallel()
	yes := llmfake.Text("Yes.")
	for name, tc := range map[string]struct {
		first, second llmfake.Reply
		answered      bool
		calls         int // of the second
	}{
		"the first answers":            {yes, yes, true, 0},
		"the first refuses":            {llmfake.Status(402), yes, true, 1},
		"the first hangs":              {llmfake.Hang(), yes, true, 1},
		"both refuse":                  {llmfake.Status(402), llmfake.Status(401), false, 1},
		"the first answers with words": {llmfake.Garbage(), yes, true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, b := fake(t), fake(t)
			a.Otherwise(tc.first)
			b.Otherwise(tc.second)
			both := llm.Failover(client(t, a.URL()), client(t, b.URL(), func(o *llm.ClientOptions) { o.Model = "second" }), 400*time.Millisecond)
			r := hello()
			r.Model = "chosen"
			_, err := both.Complete(t.Context(), r)
			if (err == nil) != tc.answered || b.Calls() != tc.calls {
				t.Errorf("%v after %d calls", err, b.Calls())
			}
			if b.Calls() > 0 && b.Last().Model != "second" {
				t.Errorf("the second was asked for %q", b.Last().Model)
			}
			if a.Last().Model != "chosen" {
				t.Errorf("the first was asked for %q", a.Last().Model)
			}
		})
	}
	t.Run("the caller gave up", func(t *testing.T) {
		t.Parallel()
		a, b := fake(t), fake(t)
		a.Hold()
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() {
			_, err := llm.Failover(client(t, a.URL()), client(t, b.URL()), 0).Complete(ctx, hello())
			done <- err
		}()
		if err := a.WaitFor(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) || b.Calls() != 0 {
			t.Errorf("%v, %d calls", err, b.Calls())
		}
	})
}

// viaSecureLine makes a client take the line it would take over TLS.
func viaSecureLine(url string) string { return strings.Replace(url, "http://", "http://user@", 1) }

func TestBothLinesCarryTheSame(t *testing.T) {
	t.Parallel()
	for name, way := range map[string]func(string) string{"plain": strings.Clone, "secure": viaSecureLine} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			long := strings.Repeat("ünï ", 20_000)
			f := fake(t)
			f.Otherwise(llmfake.By(func(c llmfake.Call) string { return c.Asked() }))
			c := client(t, way(f.URL()), func(o *llm.ClientOptions) { o.Key = "sk-1\r\nX-Evil: 1" })
			for _, words := range []string{"short", long} {
				got, err := c.Complete(t.Context(), llm.Request{Messages: []llm.Message{{Role: llm.User, Text: words}}})
				if err != nil || got.Text != strings.TrimSpace(words) {
					t.Fatalf("%d letters came back as %d: %v", len(words), len(got.Text), err)
				}
			}
			if key := f.Last().Key; key != "sk-1X-Evil: 1" {
				t.Errorf("the key arrived as %q", key)
			}
			f.Next(llmfake.Status(500), llmfake.Hang())
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() {
				_, err := c.Complete(ctx, hello())
				done <- err
			}()
			if err := f.WaitHeld(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
			cancel()
			if err := <-done; !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		})
	}
}

func TestAConnectionTheEndpointClosedIsNoFailure(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		_, _ = io.WriteString(w, `{"choices":[{"message":{"content":"Yes."}}]}`)
	}))
	t.Cleanup(srv.Close)
	c := client(t, srv.URL, func(o *llm.ClientOptions) {
		o.Chance = func() float64 { t.Error("it was a try of its own"); return 0 }
	})
	for range 3 {
		if _, err := c.Complete(t.Context(), hello()); err != nil {
			t.Fatal(err)
		}
		srv.CloseClientConnections()
	}
	if calls.Load() != 3 {
		t.Errorf("%d calls", calls.Load())
	}
}

func TestManyCallsAtOnceShareKeptConnections(t *testing.T) {
	t.Parallel()
	var opened atomic.Int64
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"choices":[{"message":{"content":"Yes."}}]}`)
	}))
	srv.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			opened.Add(1)
		}
	}
	srv.Start()
	t.Cleanup(srv.Close)
	c := client(t, srv.URL)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				if _, err := c.Complete(t.Context(), hello()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if n := opened.Load(); n > 8 {
		t.Errorf("%d connections for 8 calls at once", n)
	}
}

// FuzzAnswers gives a client whatever an endpoint may send.
func FuzzAnswers(f *testing.F) {
	for _, body := range []string{
		`{"choices":[{"message":{"content":"Yes."}}],"usage":{"cost":0.1}}`, `{"choices":[{"message":{"content":[{"text":"a"}]}}]}`,
		`{"error":{"message":"x","code":429}}`, `{"error":"x"}`, `[]`, `null`, ``, `{"choices":[{"message":null}]}`,
	} {
		f.Add(200, []byte(body))
		f.Add(400, []byte(body))
	}
	model, err := llmfake.Start(f.Context())
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = model.Close() })
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if status < 200 || status > 599 {
			status = 200
		}
		model.Otherwise(llmfake.Failure(status, string(body)))
		c := llm.NewClient(llm.ClientOptions{BaseURL: model.URL(), Model: "m"})
		defer c.Close()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		got, err := c.Complete(ctx, shaped())
		if err == nil && got.Text == "" {
			t.Errorf("an answer without words: %+v", got)
		}
	})
}

package whatsapp_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/whatsapp"
)

const secretToken = "EAAB-this-must-not-be-seen"

var number = whatsapp.Credentials{PhoneNumberID: "118273645501122", Token: secretToken}

// asked is what a stand-in was asked.
type asked struct{ method, path, query, auth, body string }

// graph is a Graph API that answers as told and remembers what it was asked.
func graph(t testing.TB, answer http.HandlerFunc) (*whatsapp.Client, func() []asked) {
	t.Helper()
	var mu sync.Mutex
	var all []asked
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		all = append(all, asked{r.Method, r.URL.Path, r.URL.RawQuery, r.Header.Get("Authorization"), string(body)})
		mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	c := whatsapp.NewClient(whatsapp.ClientOptions{BaseURL: server.URL + "/", Version: "v99.0"})
	t.Cleanup(c.Close)
	return c, func() []asked {
		mu.Lock()
		defer mu.Unlock()
		return append([]asked(nil), all...)
	}
}

func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

const taken = `{"messaging_product":"whatsapp","contacts":[{"input":"+447700900123","wa_id":"447700900123"}],` +
	`"messages":[{"id":"wamid.OUT"}]}`

func TestSendSaysWhatGraphWants(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		out  whatsapp.Outgoing
		want string
	}{
		{
			"to a number",
			whatsapp.Outgoing{To: "447700900123", Recipient: "GB.1", Text: "5 < 6 & \"ü\"\n", CallbackData: "m1"},
			`{"messaging_product":"whatsapp","recipient_type":"individual","to":"+447700900123","type":"text",` +
				`"text":{"body":"5 < 6 & \"ü\"\n"},"biz_opaque_callback_data":"m1"}`,
		},
		{
			"to somebody without a number, quoting",
			whatsapp.Outgoing{Recipient: "GB.1", Text: "x", ReplyTo: "wamid.IN"},
			`{"messaging_product":"whatsapp","recipient_type":"individual","recipient":"GB.1","type":"text",` +
				`"text":{"body":"x"},"context":{"message_id":"wamid.IN"}}`,
		},
	} {
		c, all := graph(t, says(200, taken))
		sent, err := c.Send(t.Context(), number, tc.out)
		if err != nil || sent.MessageID != "wamid.OUT" || sent.WaID != "447700900123" {
			t.Fatalf("%s: %+v, %v", tc.name, sent, err)
		}
		got := all()[0]
		want := asked{"POST", "/v99.0/118273645501122/messages", "", "Bearer " + secretToken, tc.want + "\n"}
		if got != want {
			t.Errorf("%s:\n got %+v\nwant %+v", tc.name, got, want)
		}
	}
}

func TestReadReceiptsAndTyping(t *testing.T) {
	t.Parallel()
	c, all := graph(t, says(200, `{"success":true}`))
	for _, typing := range []bool{false, true} {
		if err := c.MarkRead(t.Context(), number, "wamid.IN", typing); err != nil {
			t.Fatal(err)
		}
	}
	const plain = `{"messaging_product":"whatsapp","status":"read","message_id":"wamid.IN"`
	if got := all(); got[0].body != plain+"}\n" || got[1].body != plain+`,"typing_indicator":{"type":"text"}}`+"\n" {
		t.Errorf("%+v", got)
	}
}

func TestNumberProvesTheToken(t *testing.T) {
	t.Parallel()
	c, all := graph(t, says(200, `{"id":"118273645501122","display_phone_number":"+49 30 23125100","verified_name":"Oak & Co",`+
		`"quality_rating":"GREEN","status":"CONNECTED","throughput":{"level":"STANDARD"},"account_mode":"LIVE"}`))
	got, err := c.Number(t.Context(), number)
	want := whatsapp.NumberInfo{
		ID: "118273645501122", DisplayPhone: "+49 30 23125100", VerifiedName: "Oak & Co", Quality: "GREEN",
		Status: "CONNECTED", Throughput: "STANDARD", Mode: "LIVE",
	}
	if err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	if q := all()[0]; q.method != "GET" || q.path != "/v99.0/118273645501122" || !strings.HasPrefix(q.query, "fields=id%2Cdisplay") {
		t.Errorf("%+v", q)
	}
	other, _ := graph(t, says(200, `{"id":"5"}`))
	_, err = other.Number(t.Context(), number)
	if g, ok := errors.AsType[*whatsapp.GraphError](err); !ok || g.Class() != whatsapp.Stop {
		t.Errorf("another number's answer proves ours: %v", err)
	}
}

func TestSubscribe(t *testing.T) {
	t.Parallel()
	c, all := graph(t, says(200, `{"success":true}`))
	if err := c.Subscribe(t.Context(), "203948571120394", secretToken, nil); err != nil {
		t.Fatal(err)
	}
	over := &whatsapp.Override{URL: "https://bot.example/webhooks/whatsapp/k", VerifyToken: "v"}
	if err := c.Subscribe(t.Context(), "203948571120394", secretToken, over); err != nil {
		t.Fatal(err)
	}
	got := all()
	if got[0].path != "/v99.0/203948571120394/subscribed_apps" || got[0].body != "{}\n" ||
		got[1].body != `{"override_callback_uri":"https://bot.example/webhooks/whatsapp/k","verify_token":"v"}`+"\n" {
		t.Errorf("%+v", got)
	}
}

func TestGraphErrorsAreReadWhateverTheirShape(t *testing.T) {
	t.Parallel()
	full := `{"error":{"message":"(#%d) Title of Meta","type":"OAuthException","code":%d,"error_data":` +
		`{"messaging_product":"whatsapp","details":"Details."},"error_subcode":2655007,"fbtrace_id":"AbC"}}`
	for _, tc := range []struct {
		name      string
		status    int
		body      string
		code      int
		class     whatsapp.Class
		uncertain bool
	}{
		{"known code", 400, fmt.Sprintf(full, 131047, 131047), 131047, whatsapp.Fail, false},
		{"throughput as 400", 400, fmt.Sprintf(full, 130429, 130429), 130429, whatsapp.Throttle, false},
		{"pair limit as 429", 429, fmt.Sprintf(full, 131056, 131056), 131056, whatsapp.Throttle, false},
		{"token", 401, fmt.Sprintf(full, 190, 190), 190, whatsapp.Stop, false},
		{"code nought is a code", 401, fmt.Sprintf(full, 0, 0), 0, whatsapp.Stop, false},
		{"permission", 403, fmt.Sprintf(full, 275, 275), 275, whatsapp.Stop, false},
		{"500 with a code", 500, fmt.Sprintf(full, 131000, 131000), 131000, whatsapp.Retry, false},
		{"503 with a code", 503, fmt.Sprintf(full, 2, 2), 2, whatsapp.Retry, false},
		{"unknown code", 400, fmt.Sprintf(full, 999999, 999999), 999999, whatsapp.Fail, false},
		{"unknown code, 500", 500, fmt.Sprintf(full, 999999, 999999), 999999, whatsapp.Retry, false},
		{"unknown code, 429", 429, fmt.Sprintf(full, 999999, 999999), 999999, whatsapp.Throttle, false},
		{"unknown code, 401", 401, fmt.Sprintf(full, 999999, 999999), 999999, whatsapp.Stop, false},
		{"unknown code, passing", 400, `{"error":{"code":999999,"is_transient":true}}`, 999999, whatsapp.Retry, false},
		{"missing object", 400, `{"error":{"code":100,"error_subcode":33,"message":"x"}}`, 100, whatsapp.Stop, false},
		{"wrong parameter", 400, `{"error":{"code":100,"message":"x"}}`, 100, whatsapp.Fail, false},
		{"details as a string", 400, `{"error":{"code":"131009","error_data":"odd","error_subcode":null}}`, 131009, whatsapp.Fail, false},
		{"a page, 429", 429, "<html>", whatsapp.NoCode, whatsapp.Throttle, false},
		{"a page, 503", 503, "<html>", whatsapp.NoCode, whatsapp.Retry, false},
		{"a page, 404", 404, "<html>", whatsapp.NoCode, whatsapp.Stop, false},
		{"a redirect", 302, "", whatsapp.NoCode, whatsapp.Stop, false},
		{"a page, 500", 500, "<html>", 0, 0, true},
		{"a page, 502", 502, "", 0, 0, true},
		{"a page, 504", 504, `{"error":{}}`, 0, 0, true},
		{"taken without a name", 200, `{"messages":[]}`, 0, 0, true},
		{"no JSON", 200, `<html>`, 0, 0, true},
		{"another success", 202, ``, 0, 0, true},
		{"endless", 200, `{"x":"` + strings.Repeat("y", 1<<20), 0, 0, true},
	} {
		c, _ := graph(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "7")
			w.Header().Set("Location", "/elsewhere")
			says(tc.status, tc.body)(w, r)
		})
		_, err := c.Send(t.Context(), number, whatsapp.Outgoing{To: "447700900123", Text: "x"})
		if err == nil || whatsapp.IsUncertain(err) != tc.uncertain {
			t.Errorf("%s: uncertain is %t: %v", tc.name, whatsapp.IsUncertain(err), err)
			continue
		}
		g, told := errors.AsType[*whatsapp.GraphError](err)
		if told == tc.uncertain || told && (g.Code != tc.code || g.Class() != tc.class || g.RetryAfter != 7*time.Second) {
			t.Errorf("%s: %+v, %v", tc.name, g, err)
		}
		if told && g.Title == "" && tc.code != 999999 {
			t.Errorf("%s: no title", tc.name)
		}
	}
}

func TestErrorsSayNothingOfTokenOrNumbers(t *testing.T) {
	t.Parallel()
	quoting, _ := graph(t, says(400, `{"error":{"code":999,"message":"Malformed access token `+secretToken+
		`\u0000 of 447700900123","error_data":{"details":"`+secretToken+strings.Repeat("x", 9000)+`"},"fbtrace_id":"T1"}}`))
	dead := whatsapp.NewClient(whatsapp.ClientOptions{BaseURL: "http://127.0.0.1:1"})
	nowhere := whatsapp.NewClient(whatsapp.ClientOptions{BaseURL: "http://\x7f/"})
	for name, c := range map[string]*whatsapp.Client{"quoting": quoting, "dead": dead, "nowhere": nowhere} {
		_, err := c.Send(t.Context(), number, whatsapp.Outgoing{To: "447700900123", Text: "the text"})
		for _, secret := range []string{secretToken, "447700900123", "the text"} {
			if err == nil || strings.Contains(fmt.Sprintf("%v %+v", err, err), secret) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if whatsapp.IsUncertain(err) {
			t.Errorf("%s: nothing was sent, and yet %v", name, err)
		}
		if g, ok := errors.AsType[*whatsapp.GraphError](err); ok {
			if strings.Contains(g.Title+g.Detail, secretToken) || strings.ContainsAny(g.Title, "\x00\n") || len(g.Detail) > 2100 {
				t.Errorf("%s: %+v", name, g)
			}
			if !strings.Contains(err.Error(), "999") || !strings.Contains(err.Error(), "T1") {
				t.Errorf("%s: %v does not help", name, err)
			}
		}
	}
}

func TestWhatCannotBeARequestIsNotMade(t *testing.T) {
	t.Parallel()
	c, all := graph(t, says(200, taken))
	for name, tc := range map[string]struct {
		by    whatsapp.Credentials
		to    string
		class whatsapp.Class
	}{
		"no token":           {whatsapp.Credentials{PhoneNumberID: "1"}, "447700900123", whatsapp.Stop},
		"a token of two":     {whatsapp.Credentials{PhoneNumberID: "1", Token: "a\r\nX-Evil: 1"}, "447700900123", whatsapp.Stop},
		"no number":          {whatsapp.Credentials{Token: "t"}, "447700900123", whatsapp.Stop},
		"a path as a number": {whatsapp.Credentials{PhoneNumberID: "..", Token: "t"}, "447700900123", whatsapp.Stop},
		"nobody":             {number, "", whatsapp.Fail},
	} {
		_, err := c.Send(t.Context(), tc.by, whatsapp.Outgoing{To: tc.to, Text: "x"})
		g, ok := errors.AsType[*whatsapp.GraphError](err)
		if !ok || g.Class() != tc.class || g.Title == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := all(); len(got) != 0 {
		t.Errorf("asked %+v", got)
	}
	if _, err := c.Send(t.Context(), whatsapp.Credentials{PhoneNumberID: "1/../2", Token: "t"}, whatsapp.Outgoing{To: "1", Text: "x"}); err != nil {
		t.Fatal(err)
	}
}

// What was written may have arrived; what was not, has not.
func TestWhetherARequestMayHaveArrived(t *testing.T) {
	t.Parallel()
	out := whatsapp.Outgoing{To: "447700900123", Text: "x"}

	arrived := make(chan struct{}, 1)
	slow, _ := graph(t, func(_ http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-arrived
		cancel()
	}()
	_, err := slow.Send(ctx, number, out)
	if !whatsapp.IsUncertain(err) || !errors.Is(err, context.Canceled) {
		t.Errorf("a request given up while Graph thinks: %v", err)
	}

	cut, _ := graph(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	if _, err := cut.Send(t.Context(), number, out); !whatsapp.IsUncertain(err) {
		t.Errorf("a connection cut before the answer: %v", err)
	}
	half, _ := graph(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "500")
		_, _ = io.WriteString(w, `{"messages":[{"id":"wamid.O`)
	})
	if _, err := half.Send(t.Context(), number, out); !whatsapp.IsUncertain(err) {
		t.Errorf("half an answer: %v", err)
	}

	refused := whatsapp.NewClient(whatsapp.ClientOptions{BaseURL: "http://" + freePort(t)})
	if _, err := refused.Send(t.Context(), number, out); err == nil || whatsapp.IsUncertain(err) {
		t.Errorf("a refused connection: %v", err)
	}
	unknown := whatsapp.NewClient(whatsapp.ClientOptions{BaseURL: "http://graph.invalid"})
	if _, err := unknown.Send(t.Context(), number, out); err == nil || whatsapp.IsUncertain(err) {
		t.Errorf("an unknown host: %v", err)
	}
	over, stop := context.WithCancel(t.Context())
	stop()
	if _, err := slow.Send(over, number, out); err == nil || whatsapp.IsUncertain(err) {
		t.Errorf("a call that was over before it began: %v", err)
	}
	if whatsapp.IsUncertain(nil) || whatsapp.IsUncertain(errors.New("x")) {
		t.Error("everything is uncertain")
	}
}

// Whoever waits for a free connection until time is up has sent nothing.
func TestWaitingForAConnectionIsCertain(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}, 2), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		arrived <- struct{}{}
		<-release
		_, _ = io.WriteString(w, taken)
	}))
	defer server.Close()
	c := whatsapp.NewClient(whatsapp.ClientOptions{BaseURL: server.URL, Connections: 1})
	defer c.Close()
	first := make(chan error, 1)
	go func() {
		_, err := c.Send(t.Context(), number, whatsapp.Outgoing{To: "1", Text: "x"})
		first <- err
	}()
	<-arrived
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if _, err := c.Send(ctx, number, whatsapp.Outgoing{To: "1", Text: "x"}); err == nil || whatsapp.IsUncertain(err) {
		t.Errorf("waiting: %v", err)
	}
	close(release)
	if err := <-first; err != nil {
		t.Error(err)
	}
}

func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// A test number's list holds Argentine and Mexican mobiles in their short spelling.
func TestTheShortSpellingIsTriedOnce(t *testing.T) {
	t.Parallel()
	refusing := func(short string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			says(400, `{"error":{"code":131030}}`)(w, r)
		}
	}
	for _, tc := range []struct {
		to    string
		calls int
	}{{"5491122334455", 2}, {"5215512345678", 2}, {"447700900123", 1}} {
		c, all := graph(t, refusing(tc.to))
		if _, err := c.Send(t.Context(), number, whatsapp.Outgoing{To: tc.to, Text: "x"}); err == nil || len(all()) != tc.calls {
			t.Errorf("%s: %d calls, %v", tc.to, len(all()), err)
		}
	}
	n := 0
	c, all := graph(t, func(w http.ResponseWriter, r *http.Request) {
		if n++; n == 1 {
			says(400, `{"error":{"code":131030}}`)(w, r)
			return
		}
		says(200, taken)(w, r)
	})
	if _, err := c.Send(t.Context(), number, whatsapp.Outgoing{To: "5491122334455", Text: "x"}); err != nil {
		t.Error(err)
	}
	if got := all(); !strings.Contains(got[1].body, `"to":"+541122334455"`) {
		t.Errorf("%+v", got)
	}
}

func TestEveryCodeIsExplained(t *testing.T) {
	t.Parallel()
	classes := map[int]whatsapp.Class{
		0: whatsapp.Stop, 1: whatsapp.Retry, 2: whatsapp.Retry, 3: whatsapp.Stop, 4: whatsapp.Throttle, 10: whatsapp.Stop,
		17: whatsapp.Throttle, 33: whatsapp.Stop, 100: whatsapp.Fail, 104: whatsapp.Stop, 190: whatsapp.Stop,
		200: whatsapp.Stop, 299: whatsapp.Stop, 368: whatsapp.Stop, 613: whatsapp.Throttle, 80007: whatsapp.Throttle,
		130429: whatsapp.Throttle, 130472: whatsapp.Fail, 130497: whatsapp.Fail, 131000: whatsapp.Retry,
		131016: whatsapp.Retry, 131026: whatsapp.Fail, 131031: whatsapp.Stop, 131042: whatsapp.Stop, 131047: whatsapp.Fail,
		131048: whatsapp.Throttle, 131049: whatsapp.Fail, 131050: whatsapp.Fail, 131053: whatsapp.Retry,
		131056: whatsapp.Throttle, 131057: whatsapp.Retry, 132001: whatsapp.Fail, 133004: whatsapp.Retry,
		133005: whatsapp.Stop, 133010: whatsapp.Stop, 133016: whatsapp.Stop, 137000: whatsapp.Fail, 138010: whatsapp.Fail,
		147003: whatsapp.Fail, 2494100: whatsapp.Retry,
	}
	for code, want := range classes {
		title, _ := whatsapp.Explain(code)
		got := (&whatsapp.GraphError{Code: code}).Class()
		if title == "" || got != want {
			t.Errorf("%d: %q is %s, want %s", code, title, got, want)
		}
	}
	for _, code := range []int{whatsapp.NoCode, 300, 5, 999999} {
		if title, todo := whatsapp.Explain(code); title != "" || todo != "" {
			t.Errorf("%d is explained as %q", code, title)
		}
	}
	for class, name := range map[whatsapp.Class]string{
		whatsapp.Fail: "fail", whatsapp.Retry: "retry", whatsapp.Throttle: "throttle", whatsapp.Stop: "stop",
	} {
		if class.String() != name {
			t.Errorf("%d is called %s", class, class)
		}
	}
	if s := (&whatsapp.GraphError{Code: whatsapp.NoCode, Subcode: 3, HTTPStatus: 404}).Error(); s != "Graph error without a code/3, HTTP 404" {
		t.Error(s)
	}
}

func BenchmarkSend(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, taken)
	}))
	defer server.Close()
	c := whatsapp.NewClient(whatsapp.ClientOptions{BaseURL: server.URL})
	defer c.Close()
	b.ReportAllocs()
	b.SetParallelism(50)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := c.Send(b.Context(), number, whatsapp.Outgoing{To: "447700900123", Text: "We open at nine."}); err != nil {
				b.Error(err)
			}
		}
	})
}

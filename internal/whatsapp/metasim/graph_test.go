package metasim_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/whatsapp"
	"parley/internal/whatsapp/metasim"
)

// ask makes a request to Graph and reads the answer.
func (w *world) ask(t testing.TB, method, path, token, body string) (status int, said string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, w.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(raw)
}

// codeOf is the code of a Graph error, 0 when it is none.
func codeOf(t testing.TB, said string) int {
	t.Helper()
	var e struct {
		Error struct {
			Code  int    `json:"code"`
			Trace string `json:"fbtrace_id"`
		} `json:"error"`
	}
	if err := json.Unmarshal([]byte(said), &e); err != nil {
		t.Fatalf("%s: %v", said, err)
	}
	if e.Error.Code != 0 && e.Error.Trace == "" {
		t.Errorf("%s has no trace", said)
	}
	return e.Error.Code
}

func TestWhoMayAsk(t *testing.T) {
	t.Parallel()
	w := newWorld(t, atOnce)
	good := `{"messaging_product":"whatsapp","to":"+447700900123","text":{"body":"x"}}`
	for _, tc := range []struct {
		name, path, token string
		status, code      int
	}{
		{"no token", "/v24.0/100/messages", "", 401, 104},
		{"wrong token", "/v24.0/100/messages", "guess", 401, 190},
		{"the other business's token", "/v24.0/100/messages", zeta.Token, 403, 200},
		{"no such number", "/v24.0/300/messages", acme.Token, 400, 100},
		{"no version", "/latest/100/messages", acme.Token, 400, 2635},
		{"no such path", "/v24.0/100/nothing/at/all", acme.Token, 400, 2500},
		{"right", "/v24.0/100/messages", acme.Token, 200, 0},
		{"right, another version", "/v26.0/100/messages", acme.Token, 200, 0},
	} {
		status, said := w.ask(t, http.MethodPost, tc.path, tc.token, good)
		if status != tc.status || codeOf(t, said) != tc.code {
			t.Errorf("%s: %d %s", tc.name, status, said)
		}
	}
	if status, _ := w.ask(t, http.MethodGet, "/v24.0/100?access_token="+acme.Token, "", ""); status != 200 {
		t.Errorf("a token in the address: %d", status)
	}
	if n := len(w.Sent()); n != 2 {
		t.Errorf("%d sends", n)
	}
}

func TestWhatCanBeSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, atOnce)
	w.hears(t, ada, "Hi")
	text := func(s string) string { return `"to":"+44 7700 900123","type":"text","text":{"body":"` + s + `"}` }
	buttons := func(s string) string {
		return `"to":"447700900123","type":"interactive","interactive":{"type":"button","body":{"text":"?"},"action":{"buttons":[` + s + `]}}`
	}
	button := func(id, title string) string {
		return `{"type":"reply","reply":{"id":"` + id + `","title":"` + title + `"}}`
	}
	list := func(rows int, title string) string {
		all := make([]string, rows)
		for i := range all {
			all[i] = fmt.Sprintf(`{"id":"r%d","title":"%s%d"}`, i, title, i)
		}
		return `"to":"447700900123","type":"interactive","interactive":{"type":"list","body":{"text":"?"},"action":{"button":"Show",` +
			`"sections":[{"rows":[` + strings.Join(all, ",") + `]}]}}`
	}
	for _, tc := range []struct {
		name, body string
		code       int
	}{
		{"text", text("x"), 0},
		{"longest text", text(strings.Repeat("ü", 4096)), 0},
		{"too long", text(strings.Repeat("ü", 4097)), 100},
		{"too long in UTF-16", text(strings.Repeat("👍", 2049)), 100},
		{"blank", text(` \n`), 131008},
		{"no text", `"to":"447700900123","type":"text"`, 131008},
		{"nobody", `"type":"text","text":{"body":"x"}`, 100},
		{"no number", `"to":"ada","text":{"body":"x"}`, 131009},
		{"short number", `"to":"+-- 12","text":{"body":"x"}`, 131009},
		{"a hidden number", `"recipient":"GB.222","text":{"body":"x"}`, 0},
		{"no id of a person", `"recipient":"ada","text":{"body":"x"}`, 131009},
		{"a group", `"recipient_type":"group","to":"447700900123","text":{"body":"x"}`, 131041},
		{"nonsense", `"recipient_type":"all","to":"447700900123","text":{"body":"x"}`, 100},
		{"callback", text("x") + `,"biz_opaque_callback_data":"` + strings.Repeat("c", 512) + `"`, 0},
		{"long callback", text("x") + `,"biz_opaque_callback_data":"` + strings.Repeat("c", 513) + `"`, 100},
		{"to itself", `"to":"+493023125100","text":{"body":"x"}`, 131021},
		{"unknown type", `"to":"447700900123","type":"hologram"`, 131009},
		{"wrong shape", `"to":5`, 100},
		{"buttons", buttons(button("a", "A") + "," + button("b", "B") + "," + button("c", "C")), 0},
		{"four buttons", buttons(button("a", "A") + "," + button("b", "B") + "," + button("c", "C") + "," + button("d", "D")), 131009},
		{"no buttons", buttons(""), 131009},
		{"the same button", buttons(button("a", "A") + "," + button("a", "B")), 131009},
		{"a long title", buttons(button("a", strings.Repeat("x", 21))), 131009},
		{"no title", buttons(button("a", "")), 131008},
		{"list", list(10, "t"), 0},
		{"long list", list(11, "t"), 131009},
		{"empty list", list(0, "t"), 131009},
		{"long row", list(1, strings.Repeat("t", 25)), 131009},
		{"no action", `"to":"447700900123","type":"interactive","interactive":{"type":"list"}`, 131008},
		{"no body", `"to":"447700900123","type":"interactive","interactive":{"type":"list","action":{}}`, 131008},
		{"long body", `"to":"447700900123","type":"interactive","interactive":{"type":"cta_url","action":{},"body":{"text":"` + strings.Repeat("x", 1025) + `"}}`, 131009},
		{"long footer", `"to":"447700900123","type":"interactive","interactive":{"type":"cta_url","action":{},"body":{"text":"x"},"footer":{"text":"` + strings.Repeat("x", 61) + `"}}`, 131009},
		{"url button", `"to":"447700900123","type":"interactive","interactive":{"type":"cta_url","action":{},"body":{"text":"x"}}`, 0},
		{"no sections", `"to":"447700900123","type":"interactive","interactive":{"type":"list","body":{"text":"?"},"action":{"button":"Show"}}`, 131009},
		{"untitled sections", `"to":"447700900123","type":"interactive","interactive":{"type":"list","body":{"text":"?"},"action":{"button":"Show","sections":[{},{}]}}`, 131009},
		{"untitled row", `"to":"447700900123","type":"interactive","interactive":{"type":"list","body":{"text":"?"},"action":{"button":"Show","sections":[{"rows":[{"id":"x"}]}]}}`, 131008},
		{"the same row", `"to":"447700900123","type":"interactive","interactive":{"type":"list","body":{"text":"?"},"action":{"button":"Show","sections":[{"rows":[{"id":"x","title":"a"},{"id":"x","title":"b"}]}]}}`, 131009},
		{"reaction", `"to":"447700900123","type":"reaction","reaction":{"message_id":"wamid.X","emoji":""}`, 0},
		{"reaction to nothing", `"to":"447700900123","type":"reaction","reaction":{"emoji":"x"}`, 131008},
		{"location", `"to":"447700900123","type":"location","location":{"latitude":"52.5","longitude":13.3,"name":"Shop"}`, 0},
		{"half a location", `"to":"447700900123","type":"location","location":{"latitude":"52.5"}`, 131008},
		{"contacts", `"to":"447700900123","type":"contacts","contacts":[{"name":{"formatted_name":"x"}}]`, 0},
		{"no contacts", `"to":"447700900123","type":"contacts"`, 131008},
		{"a link", `"to":"447700900123","type":"image","image":{"link":"https://x.example/a.png","caption":"plan"}`, 0},
		{"no file", `"to":"447700900123","type":"video"`, 131008},
		{"both", `"to":"447700900123","type":"document","document":{"id":"1","link":"https://x"}`, 131009},
		{"caption on a voice note", `"to":"447700900123","type":"audio","audio":{"link":"https://x","caption":"c"}`, 131009},
		{"unknown file", `"to":"447700900123","type":"sticker","sticker":{"id":"1"}`, 131009},
		{"template nobody knows", `"to":"447700900123","type":"template","template":{"name":"x","language":{"code":"en"}}`, 132001},
		{"half a template", `"to":"447700900123","type":"template","template":{"name":"x"}`, 131008},
		{"another status", `"status":"delivered","message_id":"x"`, 100},
		{"a message nobody wrote", `"status":"read","message_id":"wamid.X"`, 131009},
	} {
		status, said := w.ask(t, http.MethodPost, "/v24.0/100/messages", acme.Token, `{"messaging_product":"whatsapp",`+tc.body+`}`)
		if codeOf(t, said) != tc.code || (status == 200) != (tc.code == 0) {
			t.Errorf("%s: %d %s", tc.name, status, said)
		}
	}
	for _, body := range []string{`{"to":"447700900123","text":{"body":"x"}}`, `{`, `{"x":"` + strings.Repeat("x", 2<<20) + `"}`} {
		if status, said := w.ask(t, http.MethodPost, "/v24.0/100/messages", acme.Token, body); status != 400 || codeOf(t, said) != 100 {
			t.Errorf("%.60s: %d %s", body, status, said)
		}
	}
	w.settles(t)
	in := w.hears(t, ada, "typing?")
	body := `{"messaging_product":"whatsapp","status":"read","message_id":"` + in + `","typing_indicator":{"type":"voice"}}`
	if _, said := w.ask(t, http.MethodPost, "/v24.0/100/messages", acme.Token, body); codeOf(t, said) != 100 {
		t.Error(said)
	}
}

func TestTheWindowCloses(t *testing.T) {
	t.Parallel()
	var past atomic.Int64
	o := atOnce
	start := time.Unix(1795600800, 0)
	o.Now = func() time.Time { return start.Add(time.Duration(past.Load())) }
	w := newWorld(t, o)
	in := w.hears(t, ada, "Hi")
	if err := w.client.MarkRead(t.Context(), w.asAcme, in, true); err != nil {
		t.Fatal(err)
	}
	past.Store(int64(26 * time.Second))
	if w.Thread(acme.PhoneNumberID, ada.Key()).Typing {
		t.Error("typing goes on for ever")
	}
	past.Store(int64(24*time.Hour - time.Second))
	w.says(t, ada, "in time")
	w.settles(t)
	past.Store(int64(24 * time.Hour))
	w.says(t, ada, "too late")
	w.settles(t)
	same(t, "thread", texts(w.Thread(acme.PhoneNumberID, ada.Key()).Lines),
		[]string{"customer: Hi (read)", "business: in time (read)", "business: too late (failed)"})
	_, statuses := w.acme.heard(t)
	last := statuses[len(statuses)-1]
	if last.Status != "failed" || len(last.Errors) != 1 || last.Errors[0].Code != 131047 || last.CallbackData != "too late" {
		t.Errorf("%+v", last)
	}
	w.Mischief(metasim.Mischief{WindowAtOnce: true})
	_, err := w.client.Send(t.Context(), w.asAcme, whatsapp.Outgoing{To: ada.WaID, Text: "x"})
	if g, ok := errors.AsType[*whatsapp.GraphError](err); !ok || g.Code != 131047 {
		t.Error(err)
	}
	open := acme
	open.WebhookURL, open.AlwaysOpen = w.acme.URL, true
	w.AddNumber(open)
	w.says(t, ada, "whenever")
}

func TestLimits(t *testing.T) {
	t.Parallel()
	var past atomic.Int64
	o := atOnce
	o.Now = func() time.Time { return time.Unix(1795600800, past.Load()) }
	o.Limits = metasim.Limits{PairBurst: 3, PerSecond: 5}
	w := newWorld(t, o)
	try := func(to string) int {
		_, err := w.client.Send(t.Context(), w.asAcme, whatsapp.Outgoing{To: to, Text: "x"})
		if g, ok := errors.AsType[*whatsapp.GraphError](err); ok {
			return g.Code
		}
		return 0
	}
	for i, want := range []int{0, 0, 0, 131056} {
		if got := try("447700900123"); got != want {
			t.Errorf("message %d: %d", i, got)
		}
	}
	for i, want := range []int{0, 130429} {
		if got := try("447700900456"); got != want {
			t.Errorf("another customer, message %d: %d", i, got)
		}
	}
	past.Store(int64(6 * time.Second))
	if got := try("447700900123"); got != 0 {
		t.Errorf("after 6 s: %d", got)
	}
	if l := metasim.MetaLimits(); l.PairBurst != 45 || l.PerSecond != 80 || metasim.Unhurried().Sent <= 0 {
		t.Errorf("%+v", l)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t, atOnce)
	w.hears(t, ada, "Hi")
	send := func(ctx context.Context) error {
		_, err := w.client.Send(ctx, w.asAcme, whatsapp.Outgoing{To: ada.WaID, Text: "x", CallbackData: "m1"})
		return err
	}
	for _, tc := range []struct {
		name      string
		fault     metasim.Fault
		code      int
		uncertain bool
		arrives   bool
	}{
		{"code", metasim.Fault{Code: 130429, RetryAfter: 3 * time.Second}, 130429, false, false},
		{"code with another status", metasim.Fault{Code: 131000, Status: 502}, 131000, false, false},
		{"unknown code", metasim.Fault{Code: 555}, 555, false, false},
		{"429 of a proxy", metasim.Fault{Status: 429, RetryAfter: 3 * time.Second}, whatsapp.NoCode, false, false},
		{"500 of a proxy", metasim.Fault{Status: 500}, 0, true, false},
		{"reset", metasim.Fault{Reset: true}, 0, true, false},
		{"lost answer", metasim.Fault{Lost: true}, 0, true, true},
	} {
		before := len(w.Sent())
		w.FailNext(1, tc.fault)
		err := send(t.Context())
		g, told := errors.AsType[*whatsapp.GraphError](err)
		if err == nil || whatsapp.IsUncertain(err) != tc.uncertain || told && (g.Code != tc.code) || told == tc.uncertain {
			t.Errorf("%s: %v", tc.name, err)
		}
		if told && tc.fault.RetryAfter != 0 && g.RetryAfter != tc.fault.RetryAfter {
			t.Errorf("%s: wait %v", tc.name, g.RetryAfter)
		}
		if got := len(w.Sent()) - before; (got == 1) != tc.arrives {
			t.Errorf("%s: %d arrived", tc.name, got)
		}
		if err := send(t.Context()); err != nil {
			t.Errorf("%s: still there: %v", tc.name, err)
		}
		w.settles(t)
	}
	if w.Arrivals()["m1"] != 8 || w.Counts().Doubled != 7 {
		t.Errorf("%v, %+v", w.Arrivals(), w.Counts())
	}
	answered := 0
	for _, s := range w.Sent() {
		if s.Answered {
			answered++
		}
	}
	if answered != 7 {
		t.Errorf("%d of 8 were answered", answered)
	}
	_, statuses := w.acme.heard(t)
	if len(statuses) != 3*8 {
		t.Errorf("%d statuses", len(statuses))
	}
}

func TestAnAnswerThatComesByteByByte(t *testing.T) {
	t.Parallel()
	w := newWorld(t, atOnce)
	w.hears(t, ada, "Hi")
	w.FailNext(1, metasim.Fault{Drip: time.Microsecond})
	w.says(t, ada, "slowly")
	w.FailNext(1, metasim.Fault{Drip: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() {
		_, err := w.client.Send(ctx, w.asAcme, whatsapp.Outgoing{To: ada.WaID, Text: "never"})
		done <- err
	}()
	if _, err := w.WaitSent(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; !whatsapp.IsUncertain(err) {
		t.Errorf("an answer that did not come whole: %v", err)
	}
}

func TestAHangingGraph(t *testing.T) {
	t.Parallel()
	w := newWorld(t, atOnce)
	in := w.hears(t, ada, "Hi")
	w.FailNext(-1, metasim.Fault{Hang: true})
	hanging := make(chan error, 1)
	hang := func(ctx context.Context, n int) {
		go func() {
			_, err := w.client.Send(ctx, w.asAcme, whatsapp.Outgoing{To: ada.WaID, Text: "x"})
			hanging <- err
		}()
		if err := w.WaitCounts(t.Context(), func(c metasim.Counts) bool { return c.Hung == n }); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	hang(ctx, 1)
	cancel()
	if err := <-hanging; !whatsapp.IsUncertain(err) {
		t.Error(err)
	}
	if err := w.client.MarkRead(t.Context(), w.asAcme, in, false); err != nil {
		t.Errorf("the fault is not meant for read receipts: %v", err)
	}
	w.FailNext(1, metasim.Fault{Reads: true, Code: 131000})
	if err := w.client.MarkRead(t.Context(), w.asAcme, in, false); err == nil {
		t.Error("the fault is meant for read receipts")
	}
	hang(context.WithoutCancel(t.Context()), 2)
	w.FailNext(0, metasim.Fault{})
	w.Close() // lets go of those who hang
	if err := <-hanging; err == nil {
		t.Error("no error")
	}
}

func TestFaultsHitOnlyWhomTheyAreMeantFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, atOnce)
	w.FailNext(2, metasim.Fault{Code: 131000, PhoneNumberID: zeta.PhoneNumberID})
	w.FailNext(1, metasim.Fault{Code: 131026, Customer: bob.Key()})
	w.says(t, ada, "fine")
	if _, err := w.client.Send(t.Context(), w.asZeta, whatsapp.Outgoing{To: ada.WaID, Text: "x"}); err == nil {
		t.Error("the other number has no fault")
	}
	if _, err := w.client.Send(t.Context(), w.asAcme, whatsapp.Outgoing{Recipient: bob.BSUID, Text: "x"}); err == nil {
		t.Error("Bob has no fault")
	}
	w.Heal()
	if _, err := w.client.Send(t.Context(), w.asZeta, whatsapp.Outgoing{To: ada.WaID, Text: "x"}); err != nil {
		t.Error(err)
	}
	w.hears(t, ada, "Hi")
	w.FailNext(1, metasim.Fault{Later: 131026})
	sent := w.says(t, ada, "never comes")
	w.settles(t)
	_, statuses := w.acme.heard(t)
	last := statuses[len(statuses)-1]
	if last.ID != sent.MessageID || last.Status != "failed" || last.Errors[0].Code != 131026 {
		t.Errorf("%+v", last)
	}
	if l := w.Thread(acme.PhoneNumberID, ada.Key()).Lines; l[len(l)-1].ErrorCode != 131026 {
		t.Errorf("%+v", l)
	}
}

func TestStatusesMayComeFirstOrNever(t *testing.T) {
	t.Parallel()
	w := newWorld(t, atOnce)
	w.hears(t, ada, "Hi")
	w.Mischief(metasim.Mischief{EarlyStatuses: true})
	before := w.acme.count()
	w.says(t, ada, "early")
	if w.acme.count() == before {
		t.Error("the answer came before its status")
	}
	w.settles(t)
	w.Mischief(metasim.Mischief{NoStatuses: true})
	before = w.acme.count()
	w.says(t, ada, "silence")
	w.settles(t)
	if w.acme.count() != before {
		t.Error("a status came")
	}
	o := atOnce
	o.Pace = metasim.Pace{Sent: -1, Delivered: time.Millisecond, Read: -1}
	few := newWorld(t, o)
	few.hears(t, ada, "Hi")
	few.says(t, ada, "x")
	few.settles(t)
	if _, statuses := few.acme.heard(t); len(statuses) != 1 || statuses[0].Status != "delivered" {
		t.Errorf("%+v", statuses)
	}
	o.Pace = metasim.Pace{Sent: -1, Delivered: -1, Read: -1}
	none := newWorld(t, o)
	none.hears(t, ada, "Hi")
	none.says(t, ada, "x")
	none.settles(t)
	if _, statuses := none.acme.heard(t); len(statuses) != 0 {
		t.Errorf("%+v", statuses)
	}
}

func TestMetaChargesBeyondItsAllowance(t *testing.T) {
	t.Parallel()
	o := atOnce
	o.Pace.Read = -1
	w := newWorld(t, o)
	w.hears(t, ada, "Hi")
	w.Mischief(metasim.Mischief{Batch: 100})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 126 {
				if _, err := w.client.Send(t.Context(), w.asAcme, whatsapp.Outgoing{To: ada.WaID, Text: "x"}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	w.settles(t)
	if delivered, charged := w.Billable(acme.PhoneNumberID); delivered != 1008 || charged != 8 {
		t.Errorf("%d delivered, %d charged", delivered, charged)
	}
	if delivered, _ := w.Billable("300"); delivered != 0 {
		t.Error(delivered)
	}
	_, statuses := w.acme.heard(t)
	charged := 0
	for _, s := range statuses {
		if s.Status == "delivered" && strings.Contains(string(s.Pricing), `"billable":true`) {
			charged++
		}
	}
	if charged != 8 {
		t.Errorf("%d statuses say so", charged)
	}
}

func TestSetup(t *testing.T) {
	t.Parallel()
	o := atOnce
	o.AppID, o.AppSecret = "555", "app-secret"
	w := newWorld(t, o)
	info, err := w.client.Number(t.Context(), w.asAcme)
	if err != nil || info.DisplayPhone != acme.DisplayPhone || info.VerifiedName != "Acme" || info.Quality != "GREEN" || info.Status != "CONNECTED" {
		t.Errorf("%+v, %v", info, err)
	}
	if _, err := w.client.Number(t.Context(), whatsapp.Credentials{PhoneNumberID: acme.PhoneNumberID, Token: zeta.Token}); err == nil {
		t.Error("the other business's token proves this number")
	}
	for _, tc := range []struct {
		name, method, path, token, body, want string
		status                                int
	}{
		{"default fields", "GET", "/v24.0/100", acme.Token, "", `"display_phone_number":"+49 30 23125100"`, 200},
		{"health", "GET", "/v24.0/100?fields=health_status,name_status,platform_type,code_verification_status,whatsapp_business_manager_messaging_limit", acme.Token, "", `"can_send_message":"AVAILABLE"`, 200},
		{"account", "GET", "/v24.0/900", acme.Token, "", `"currency":"EUR"`, 200},
		{"another's account", "GET", "/v24.0/900", zeta.Token, "", `"code":200`, 403},
		{"nothing", "GET", "/v24.0/12345", acme.Token, "", `"error_subcode":33`, 400},
		{"numbers", "GET", "/v24.0/900/phone_numbers?fields=verified_name", acme.Token, "", `{"data":[{"id":"100","verified_name":"Acme"}]}`, 200},
		{"numbers of another", "GET", "/v24.0/900/phone_numbers", zeta.Token, "", `"code":200`, 403},
		{"numbers of nobody", "GET", "/v24.0/905/phone_numbers", zeta.Token, "", `"error_subcode":33`, 400},
		{"apps", "GET", "/v24.0/900/subscribed_apps", acme.Token, "", `"id":"555"`, 200},
		{"apps of another", "GET", "/v24.0/900/subscribed_apps", zeta.Token, "", `"code":200`, 403},
		{"subscribe another", "POST", "/v24.0/900/subscribed_apps", zeta.Token, "", `"code":200`, 403},
		{"unsubscribe another", "DELETE", "/v24.0/900/subscribed_apps", zeta.Token, "", `"code":200`, 403},
		{"token", "GET", "/v24.0/debug_token?input_token=acme-token", "555|app-secret", "", `"is_valid":true`, 200},
		{"token's accounts", "GET", "/v24.0/debug_token?input_token=acme-token", acme.Token, "", `"target_ids":["900"]`, 200},
		{"no token", "GET", "/v24.0/debug_token?input_token=x", acme.Token, "", `"is_valid":false`, 200},
		{"token of what", "GET", "/v24.0/debug_token", acme.Token, "", `"code":100`, 400},
		{"no PIN", "POST", "/v24.0/100/register", acme.Token, `{"messaging_product":"whatsapp"}`, `"code":100`, 400},
		{"deregister another", "POST", "/v24.0/100/deregister", zeta.Token, "", `"code":200`, 403},
		{"deregister", "POST", "/v24.0/100/deregister", acme.Token, "", `"success":true`, 200},
		{"gone", "POST", "/v24.0/100/messages", acme.Token, `{"messaging_product":"whatsapp","to":"447700900123","text":{"body":"x"}}`, `"code":133010`, 400},
		{"blocked", "GET", "/v24.0/100?fields=status,health_status", acme.Token, "", `"status":"DISCONNECTED"`, 200},
		{"bad PIN", "POST", "/v24.0/100", acme.Token, `{"pin":"12"}`, `"code":133005`, 400},
		{"set PIN", "POST", "/v24.0/100", acme.Token, `{"pin":"654321"}`, `"success":true`, 200},
		{"old PIN", "POST", "/v24.0/100/register", acme.Token, `{"messaging_product":"whatsapp","pin":"123456"}`, `"code":133005`, 400},
		{"register", "POST", "/v24.0/100/register", acme.Token, `{"messaging_product":"whatsapp","pin":"654321"}`, `"success":true`, 200},
		{"register another", "POST", "/v24.0/100/register", zeta.Token, `{"messaging_product":"whatsapp","pin":"654321"}`, `"code":200`, 403},
		{"set another", "POST", "/v24.0/100", zeta.Token, `{"pin":"654321"}`, `"code":200`, 403},
		{"broken", "POST", "/v24.0/100", acme.Token, `{`, `"code":100`, 400},
		{"profile", "POST", "/v24.0/100/whatsapp_business_profile", acme.Token, `{"messaging_product":"whatsapp","about":"Desks","websites":["https://oak.example"]}`, `"success":true`, 200},
		{"read profile", "GET", "/v24.0/100/whatsapp_business_profile", acme.Token, "", `"about":"Desks"`, 200},
		{"long profile", "POST", "/v24.0/100/whatsapp_business_profile", acme.Token, `{"messaging_product":"whatsapp","about":"` + strings.Repeat("x", 140) + `"}`, `"code":100`, 400},
		{"long site", "POST", "/v24.0/100/whatsapp_business_profile", acme.Token, `{"messaging_product":"whatsapp","websites":["` + strings.Repeat("x", 257) + `"]}`, `"code":100`, 400},
		{"no product", "POST", "/v24.0/100/whatsapp_business_profile", acme.Token, `{"about":"x","messaging_product":""}`, `"code":100`, 400},
		{"another's profile", "GET", "/v24.0/100/whatsapp_business_profile", zeta.Token, "", `"code":200`, 403},
		{"write another's profile", "POST", "/v24.0/100/whatsapp_business_profile", zeta.Token, "", `"code":200`, 403},
	} {
		status, said := w.ask(t, tc.method, tc.path, tc.token, tc.body)
		if status != tc.status || !strings.Contains(said, tc.want) {
			t.Errorf("%s: %d %s", tc.name, status, said)
		}
	}
	for range 8 {
		w.ask(t, "POST", "/v24.0/100/register", acme.Token, `{"messaging_product":"whatsapp","pin":"000000"}`)
	}
	if _, said := w.ask(t, "POST", "/v24.0/100/register", acme.Token, `{"messaging_product":"whatsapp","pin":"654321"}`); codeOf(t, said) != 133016 {
		t.Error(said)
	}
}

func TestWebhooksGoWhereTheyAreSent(t *testing.T) {
	t.Parallel()
	o := atOnce
	o.AppID, o.AppSecret = "555", "app-secret"
	w := newWorld(t, o)
	elsewhere := &business{secret: acme.Secret, verify: "v"}
	other := newWorld(t, atOnce) // only for its sockets
	elsewhere.Server = other.acme.Server
	other.acme.verify, other.acme.secret = "v", acme.Secret
	to := func(token string) *whatsapp.Override {
		return &whatsapp.Override{URL: other.acme.URL + "/there", VerifyToken: token}
	}
	if err := w.client.Subscribe(t.Context(), acme.AccountID, acme.Token, to("wrong")); err == nil {
		t.Error("an address that does not shake hands was taken")
	}
	if err := w.client.Subscribe(t.Context(), acme.AccountID, acme.Token, to("v")); err != nil {
		t.Fatal(err)
	}
	w.hears(t, ada, "for the other address")
	if w.acme.count() != 0 || other.acme.count() != 1 {
		t.Errorf("%d and %d", w.acme.count(), other.acme.count())
	}
	if _, said := w.ask(t, "GET", "/v24.0/900/subscribed_apps", acme.Token, ""); !strings.Contains(said, "/there") {
		t.Error(said)
	}
	if err := w.client.Subscribe(t.Context(), acme.AccountID, acme.Token, nil); err != nil {
		t.Fatal(err)
	}
	w.hears(t, ada, "home again")
	if w.acme.count() != 1 {
		t.Errorf("%d", w.acme.count())
	}
	override := func(address string) string {
		return `{"webhook_configuration":{"override_callback_uri":"` + address + `","verify_token":"v"}}`
	}
	for _, tc := range []struct {
		body string
		code int
	}{{override(strings.Repeat("x", 201)), 100}, {override("nowhere"), 2200}, {override(other.acme.URL + "/number"), 0}} {
		if _, said := w.ask(t, "POST", "/v24.0/100", acme.Token, tc.body); codeOf(t, said) != tc.code {
			t.Errorf("%s: %s", tc.body, said)
		}
	}
	w.hears(t, ada, "for the number's own address")
	if other.acme.count() != 2 {
		t.Errorf("%d", other.acme.count())
	}
	w.ask(t, "POST", "/v24.0/100", acme.Token, override(""))
	w.ask(t, "DELETE", "/v24.0/900/subscribed_apps", acme.Token, "")
	w.hears(t, ada, "for nobody")
	if w.acme.count() != 1 || other.acme.count() != 2 {
		t.Errorf("%d and %d", w.acme.count(), other.acme.count())
	}
	// The app's own address is set by the app itself.
	form := func(token string, v url.Values) int {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.URL+"/v24.0/555/subscriptions?access_token="+url.QueryEscape(token), strings.NewReader(v.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.StatusCode
	}
	right := url.Values{"object": {"whatsapp_business_account"}, "callback_url": {w.zeta.URL}, "verify_token": {zeta.VerifyToken}}
	if form(acme.Token, right) != 400 || form("555|app-secret", url.Values{"object": {"page"}}) != 400 {
		t.Error("the app's address was set by somebody else, or to nothing")
	}
	wrong := url.Values{"object": {"whatsapp_business_account"}, "callback_url": {w.zeta.URL}, "verify_token": {"x"}}
	if form("555|app-secret", wrong) != 400 || form("555|app-secret", right) != 200 {
		t.Error("the app's address must shake hands")
	}
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	w := newWorld(t, atOnce)
	create := func(name, body string) string {
		return `{"name":"` + name + `","language":"en_US","category":"utility","components":[{"type":"BODY","text":"` + body + `"}]}`
	}
	send := func(name, values string) string {
		return `{"messaging_product":"whatsapp","to":"447700900123","type":"template","template":{"name":"` + name +
			`","language":{"code":"en_US"},"components":[{"type":"body","parameters":[` + values + `]}]}}`
	}
	const edge, messages = "/v24.0/900/message_templates", "/v24.0/100/messages"
	for _, tc := range []struct {
		name, method, path, token, body string
		code                            int
	}{
		{"create", "POST", edge, acme.Token, create("order", "Hello {{1}}, {{2}}"), 0},
		{"again", "POST", edge, acme.Token, create("order", "x"), 100},
		{"rejected", "POST", edge, acme.Token, create("reject_me", "x"), 0},
		{"another's", "POST", edge, zeta.Token, create("order", "x"), 200},
		{"bad name", "POST", edge, acme.Token, create("Order!", "x"), 100},
		{"bad category", "POST", edge, acme.Token, strings.Replace(create("x", "x"), "utility", "fun", 1), 100},
		{"bad parts", "POST", edge, acme.Token, strings.Replace(create("x", "x"), `[{`, `"[{`, 1), 100},
	} {
		if _, said := w.ask(t, tc.method, tc.path, tc.token, tc.body); codeOf(t, said) != tc.code {
			t.Errorf("%s: %s", tc.name, said)
		}
	}
	w.settles(t)
	for _, tc := range []struct {
		name, body string
		code       int
	}{
		{"right", send("order", `{"type":"text","text":"Ada"},{"type":"text","text":"8841"}`), 0},
		{"too few values", send("order", `{"type":"text","text":"Ada"}`), 132000},
		{"rejected", send("reject_me", ``), 132001},
	} {
		if _, said := w.ask(t, "POST", messages, acme.Token, tc.body); codeOf(t, said) != tc.code {
			t.Errorf("%s: %s", tc.name, said)
		}
	}
	w.settles(t)
	// Nobody has written: the window is closed, and a template goes out all the same.
	same(t, "thread", texts(w.Thread("100", "447700900123").Lines), []string{"business: Hello Ada, 8841 (read)"})
	news := 0
	w.acme.mu.Lock()
	for _, body := range w.acme.bodies {
		if bytes.Contains(body, []byte(`"field":"message_template_status_update"`)) {
			news++
		}
	}
	w.acme.mu.Unlock()
	if news != 2 {
		t.Errorf("%d decisions were reported", news)
	}
	_, said := w.ask(t, "GET", edge+"?status=APPROVED&name=order", acme.Token, "")
	var list struct {
		Data []struct{ ID, Name, Status string }
	}
	if err := json.Unmarshal([]byte(said), &list); err != nil || len(list.Data) != 1 || list.Data[0].Status != "APPROVED" {
		t.Fatalf("%s, %v", said, err)
	}
	id := list.Data[0].ID
	for _, tc := range []struct {
		name, method, path, token string
		status                    int
	}{
		{"list of another", "GET", edge, zeta.Token, 403},
		{"one", "GET", "/v24.0/" + id, acme.Token, 200},
		{"one of another", "GET", "/v24.0/" + id, zeta.Token, 403},
		{"delete another's", "DELETE", edge + "?name=order", zeta.Token, 403},
		{"delete nothing", "DELETE", edge + "?name=none", acme.Token, 400},
		{"delete", "DELETE", edge + "?name=order&hsm_id=" + id, acme.Token, 200},
		{"gone", "GET", "/v24.0/" + id, acme.Token, 400},
	} {
		if status, said := w.ask(t, tc.method, tc.path, tc.token, ""); status != tc.status {
			t.Errorf("%s: %d %s", tc.name, status, said)
		}
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	var past atomic.Int64
	o := atOnce
	o.Now = func() time.Time { return time.Unix(1795600800+past.Load(), 0) }
	w := newWorld(t, o)
	upload := func(number, token, kind, product string, size int) (status int, id string) {
		var form bytes.Buffer
		m := multipart.NewWriter(&form)
		_ = m.WriteField("messaging_product", product)
		part, err := m.CreatePart(textproto.MIMEHeader{
			"Content-Disposition": {`form-data; name="file"; filename="a.bin"`}, "Content-Type": {kind},
		})
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write(bytes.Repeat([]byte("x"), size))
		_ = m.Close()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.URL+"/v24.0/"+number+"/media", &form)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Content-Type", m.FormDataContentType())
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		var got struct{ ID string }
		_ = json.NewDecoder(res.Body).Decode(&got)
		return res.StatusCode, got.ID
	}
	for name, tc := range map[string]struct {
		number, token, kind, product string
		size                         int
	}{
		"type": {"100", acme.Token, "application/octet-stream", "whatsapp", 10}, "size": {"100", acme.Token, "image/webp", "whatsapp", 600 << 10},
		"product": {"100", acme.Token, "image/png", "", 10}, "token": {"100", zeta.Token, "image/png", "whatsapp", 10},
	} {
		if status, _ := upload(tc.number, tc.token, tc.kind, tc.product, tc.size); status == 200 {
			t.Errorf("%s: taken", name)
		}
	}
	if status, said := w.ask(t, "POST", "/v24.0/100/media", acme.Token, "x"); status != 400 {
		t.Error(said)
	}
	status, id := upload("100", acme.Token, "image/png", "whatsapp", 1000)
	if status != 200 || id == "" {
		t.Fatal(status, id)
	}
	_, said := w.ask(t, "GET", "/v24.0/"+id, acme.Token, "")
	var node struct {
		URL  string `json:"url"`
		Size int    `json:"file_size"`
	}
	if err := json.Unmarshal([]byte(said), &node); err != nil || node.Size != 1000 {
		t.Fatalf("%s, %v", said, err)
	}
	path := strings.TrimPrefix(node.URL, w.URL)
	for _, tc := range []struct {
		name, method, path, token string
		status                    int
	}{
		{"download", "GET", path, acme.Token, 200},
		{"without a token", "GET", path, "", 401},
		{"with another's", "GET", path, zeta.Token, 404},
		{"node of another", "GET", "/v24.0/" + id, zeta.Token, 403},
		{"delete another's", "DELETE", "/v24.0/" + id, zeta.Token, 403},
	} {
		if status, said := w.ask(t, tc.method, tc.path, tc.token, ""); status != tc.status {
			t.Errorf("%s: %d %.80s", tc.name, status, said)
		}
	}
	body := `{"messaging_product":"whatsapp","to":"447700900123","type":"image","image":{"id":"` + id + `","caption":"plan"}}`
	if status, said := w.ask(t, "POST", "/v24.0/100/messages", acme.Token, body); status != 200 {
		t.Error(said)
	}
	past.Store(301)
	if status, _ := w.ask(t, "GET", path, acme.Token, ""); status != 404 {
		t.Errorf("the address works after five minutes: %d", status)
	}
	for range 55 {
		past.Add(1)
		upload("100", acme.Token, "image/png", "whatsapp", 1)
	}
	if status, _ := w.ask(t, "DELETE", "/v24.0/"+id, acme.Token, ""); status == 200 {
		t.Error("files are kept without end")
	}
	_, last := upload("200", zeta.Token, "text/plain", "whatsapp", 3)
	if status, _ := w.ask(t, "DELETE", "/v24.0/"+last, zeta.Token, ""); status != 200 {
		t.Error(status)
	}
	past.Add(31 * 24 * 60 * 60)
	upload("100", acme.Token, "image/png", "whatsapp", 1)
	w.settles(t)
}

package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"parley/internal/app"
	"parley/internal/limit/redistest"
	"parley/internal/llm/llmfake"
	"parley/internal/realtime"
	"parley/internal/testkit"
	"parley/internal/whatsapp/metasim"
)

// customers are so many different ones.
func customers(n int) []metasim.Customer {
	all := make([]metasim.Customer, n)
	for i := range all {
		all[i] = metasim.Customer{WaID: "4916000" + string(rune('0'+i/100%10)) + string(rune('0'+i/10%10)) + string(rune('0'+i%10)), Name: "Customer"}
	}
	return all
}

// slots lets each program work on so many turns, and sends, at once.
func slots(n int) func(o *app.Options) { return func(o *app.Options) { o.Slots = n } }

// Two processes with few places: what one leaves the other takes, and no turn is thought about twice.
func TestTwoProcessesNeverAnswerTheSameTurn(t *testing.T) {
	t.Parallel()
	a, b := testkit.Both(t, slots(4))
	a.Knows(a.Acme, "Hours", "We open at nine.")
	a.Model.Otherwise(llmfake.Text("We open at nine."))
	crowd := customers(60)
	var all sync.WaitGroup
	for i, who := range crowd {
		all.Go(func() {
			to := []*testkit.World{a, b}[i%2]
			if code := to.Posts("", testkit.PlatformSecret, a.Body(a.Acme, who, "wamid.crowd."+who.WaID, "When do you open?")); code != http.StatusOK {
				t.Errorf("refused with %d", code)
			}
		})
	}
	all.Wait()
	for _, who := range crowd {
		a.Eventually("every customer is answered", func() bool { return len(a.Answers(a.Acme, who)) > 0 })
	}
	a.Settles()
	b.Settles()
	for id, n := range a.Meta.Arrivals() {
		if n != 1 {
			t.Errorf("message %s left %d times", id, n)
		}
	}
	if n := len(a.Meta.Arrivals()); n != len(crowd) {
		t.Errorf("%d answers to %d customers", n, len(crowd))
	}
	if calls := a.Model.Calls(); calls != len(crowd) {
		t.Errorf("the model was asked %d times about %d turns", calls, len(crowd))
	}
}

// A turn that finds no place in the process it came to is taken by the other one while the first still thinks.
func TestWhatOneProcessLeavesTheOtherTakes(t *testing.T) {
	t.Parallel()
	a, b := testkit.Both(t, slots(1))
	a.Model.Otherwise(llmfake.Text("We open at nine."))
	a.Model.Hold()
	a.Hears(a.Acme, testkit.Ada, "When do you open?")
	must(t, a.Model.WaitHeld(waitContext(t), 1))
	a.Hears(a.Acme, testkit.Ben, "When do you open?")
	must(t, a.Model.WaitHeld(waitContext(t), 2))
	if here, there := a.Assistant.Engine().InFlight(), b.Assistant.Engine().InFlight(); here != 1 || there != 1 {
		t.Errorf("%d and %d turns at work", here, there)
	}
	a.Model.Release()
	for _, who := range []metasim.Customer{testkit.Ada, testkit.Ben} {
		a.Eventually("both are answered", func() bool { return len(a.Answers(a.Acme, who)) == 1 })
	}
}

// Meta delivers the same webhook to both at the same moment, many times: it is answered once.
func TestTheSameWebhookAtTwoProcessesIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	a, b := testkit.Both(t, nil)
	a.Knows(a.Acme, "Hours", "We open at nine.")
	a.Model.Otherwise(llmfake.Text("We open at nine."))
	for round := range 8 {
		wamid := "wamid.both." + string(rune('a'+round))
		body := a.Body(a.Acme, customers(8)[round], wamid, "When do you open?")
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() {
				if code := []*testkit.World{a, b}[i%2].Posts("", testkit.PlatformSecret, body); code != http.StatusOK {
					t.Errorf("answered with %d", code)
				}
			})
		}
		all.Wait()
	}
	for _, who := range customers(8) {
		a.Eventually("each is answered", func() bool { return len(a.Answers(a.Acme, who)) > 0 })
	}
	a.Settles()
	b.Settles()
	for _, talk := range a.Inbox(a.Acme, "all") {
		if lines := a.Thread(a.Acme, talk.ID); len(lines) != 2 {
			t.Errorf("the thread has %d lines, want the question and the answer", len(lines))
		}
	}
	if calls := a.Model.Calls(); calls != 8 {
		t.Errorf("the model was asked %d times", calls)
	}
}

// A person takes over at one process while the AI thinks in the other.
func TestATakeOverAtOneProcessStopsTheAIAtTheOther(t *testing.T) {
	t.Parallel()
	a, b := testkit.Both(t, nil)
	a.Model.Otherwise(llmfake.Text("We open at nine."))
	a.Model.Hold()
	a.Hears(a.Acme, testkit.Ada, "When do you open?")
	must(t, a.Model.WaitHeld(waitContext(t), 1))
	talk := b.Only(b.Acme).ID
	if code := b.Verb(b.Acme, talk, "takeover"); code >= 300 {
		t.Fatalf("taking over said %d", code)
	}
	if code := b.Replies(b.Acme, talk, "Let me look."); code >= 300 {
		t.Fatalf("replying said %d", code)
	}
	a.Model.Release()
	a.Settles()
	b.Settles()
	if got := a.Answers(a.Acme, testkit.Ada); len(got) != 1 || got[0] != "Let me look." {
		t.Errorf("Ada got %q", got)
	}
}

// dashboard is a tenant's open page at one process.
type dashboard struct {
	t      *testing.T
	c      *websocket.Conn
	frames chan string // closed with the socket
	closed error       // why, then
}

func opens(t *testing.T, w *testkit.World, as testkit.Tenant) *dashboard {
	t.Helper()
	c, answer, err := websocket.Dial(waitContext(t), strings.Replace(w.URL, "http", "ws", 1)+"/api/live", nil)
	must(t, err)
	if answer.Body != nil {
		_ = answer.Body.Close()
	}
	raw, err := json.Marshal(map[string]any{"id": 1, "connect": map[string]any{"token": as.Token}})
	must(t, err)
	must(t, c.Write(waitContext(t), websocket.MessageText, raw))
	d := &dashboard{t: t, c: c, frames: make(chan string, 1000)}
	ctx, leave := context.WithCancel(context.Background())
	go d.listen(ctx, c)
	t.Cleanup(func() {
		leave()
		for range d.frames { // until it has ended
		}
	})
	d.hears(`"connect"`)
	return d
}

// listen reads what comes, and answers pings, as a browser does.
func (d *dashboard) listen(ctx context.Context, c *websocket.Conn) {
	defer close(d.frames)
	defer func() { _ = c.CloseNow() }()
	for {
		_, raw, err := c.Read(ctx)
		if err == nil && strings.TrimSpace(string(raw)) == "{}" {
			err = c.Write(ctx, websocket.MessageText, raw)
		}
		if err != nil {
			d.closed = err
			return
		}
		d.frames <- string(raw)
	}
}

// hears waits for something that holds words.
func (d *dashboard) hears(words string) {
	d.t.Helper()
	over := waitContext(d.t).Done()
	for {
		select {
		case frame, open := <-d.frames:
			if !open {
				d.t.Fatalf("waiting for %s: %v", words, d.closed)
			}
			if strings.Contains(frame, words) {
				return
			}
		case <-over:
			d.t.Fatalf("never heard %s", words)
		}
	}
}

// looksAt tells the colleagues that the page shows a conversation.
func (d *dashboard) looksAt(conversationID string) {
	d.t.Helper()
	raw, err := json.Marshal(map[string]any{"send": map[string]any{"data": map[string]any{"conversationId": conversationID}}})
	must(d.t, err)
	must(d.t, d.c.Write(waitContext(d.t), websocket.MessageText, raw))
}

// A page that is open at one process hears at once what happens in the other, and where its colleagues there are.
func TestHintsAndPresenceReachTheOtherProcess(t *testing.T) {
	t.Parallel()
	a, b := testkit.Both(t, testkit.Redis(redistest.URL()))
	a.Eventually("both have found Redis", func() bool { return !a.Live.Away() && !b.Live.Away() })
	near, far := opens(t, a, a.Acme), opens(t, b, b.Acme)
	a.Model.Otherwise(llmfake.Text("We open at nine."))
	a.Hears(a.Acme, testkit.Ada, "When do you open?")
	near.hears(realtime.MessageAdded)
	far.hears(realtime.MessageAdded)
	zeta := opens(t, b, b.Zeta)
	a.Hears(a.Zeta, testkit.Ben, "When do you open?")
	zeta.hears(realtime.MessageAdded)
	near.looksAt(a.Only(a.Acme).ID)
	far.hears(`"kind":"colleague.seen","userId":"` + a.Acme.Owner.UserID() + `"`)
	a.Settles()
	b.Settles()
}

// What may be tried so often may be tried so often at all processes together.
func TestLimitsAreInCommon(t *testing.T) {
	t.Parallel()
	a, b := testkit.Both(t, testkit.Redis(redistest.URL()))
	tries := func(w *testkit.World) int {
		guess := map[string]string{"email": "nobody@acme.example", "password": "a wrong guess"}
		return w.Asks(testkit.Tenant{}, http.MethodPost, "/api/auth/sign-in", guess, nil)
	}
	a.Eventually("both share their limits", func() bool { return a.Gets("/api/ready") == 200 && !a.Live.Away() && !b.Live.Away() })
	for i := range 10 {
		if code := tries([]*testkit.World{a, b}[i%2]); code != http.StatusUnauthorized {
			t.Fatalf("try %d said %d", i+1, code)
		}
	}
	if here, there := tries(a), tries(b); here != http.StatusTooManyRequests || there != http.StatusTooManyRequests {
		t.Errorf("the eleventh try said %d and %d", here, there)
	}
}

// What one recipient may be sent (45 at once, then one in 6 s) is sent by all processes together.
func TestARecipientsBucketIsInCommon(t *testing.T) {
	t.Parallel()
	a, b := testkit.Both(t, testkit.Redis(redistest.URL()))
	a.Eventually("both share their limits", func() bool { return !a.Live.Away() && !b.Live.Away() })
	begun := time.Now()
	a.Hears(a.Acme, testkit.Ada, "Hello?")
	a.Settles()
	talk := a.Only(a.Acme).ID
	if code := a.Verb(a.Acme, talk, "takeover"); code >= 300 {
		t.Fatalf("taking over said %d", code)
	}
	for i := range 60 {
		if code := []*testkit.World{a, b}[i%2].Replies(a.Acme, talk, "Line"); code >= 300 {
			t.Fatalf("reply %d said %d", i, code)
		}
	}
	still := func() bool { return a.Delivery.Engine().InFlight() == 0 && b.Delivery.Engine().InFlight() == 0 }
	a.Eventually("the bucket is empty", func() bool { return len(a.Meta.Arrivals()) >= 45 && still() })
	if sent, most := len(a.Meta.Arrivals()), 45+int(time.Since(begun)/(6*time.Second)); sent > most {
		t.Errorf("%d messages left to one recipient, at most %d may", sent, most)
	}
}

// Redis goes and comes: the program answers all the same, says so, and comes back by itself.
func TestWithoutRedisItWorksAndSaysSo(t *testing.T) {
	t.Parallel()
	line := redistest.NewLine(t)
	line.Cut() // it is not even there at the start
	a, b := testkit.Both(t, testkit.Redis(line.URL))
	a.Model.Otherwise(llmfake.Text("We open at nine."))
	says := func(w *testkit.World) string {
		var answer struct {
			Status  string
			Without []string
		}
		if code := w.Asks(testkit.Tenant{}, http.MethodGet, "/api/ready", nil, &answer); code != http.StatusOK {
			t.Fatalf("it is not ready: %d", code)
		}
		return answer.Status + " " + strings.Join(answer.Without, ",")
	}
	answers := func(who metasim.Customer) {
		t.Helper()
		page := opens(t, a, a.Acme)
		a.Hears(a.Acme, who, "When do you open?")
		page.hears(realtime.MessageAdded)
		a.Eventually("the customer is answered", func() bool { return len(a.Answers(a.Acme, who)) == 1 })
	}
	crowd := customers(3)
	answers(crowd[0])
	if got := says(a); got != "ready redis" {
		t.Errorf("it says %q", got)
	}
	line.Mend()
	a.Eventually("both have found Redis", func() bool { return says(a) == "ready " && says(b) == "ready " })
	far := opens(t, b, b.Acme)
	answers(crowd[1])
	far.hears(realtime.MessageAdded)
	line.Cut()
	a.Eventually("it notices", func() bool { return says(a) == "ready redis" })
	answers(crowd[2])
	line.Mend()
	a.Eventually("it is back", func() bool { return says(a) == "ready " && says(b) == "ready " })
	far.hears(realtime.TenantChanged) // nobody knows what it has missed
	a.Settles()
	b.Settles()
}

// A process that is killed while it thinks: another one takes its turns over, and answers each of them once.
func TestAnotherProcessTakesOverFromOneThatWasKilled(t *testing.T) {
	t.Parallel()
	h := testkit.NewHerd(t, testkit.HerdOptions{})
	first := h.Starts()
	h.Acme.Token = h.SignsIn(h.Acme.Email)
	h.Knows(h.Acme, "Hours", "We open at nine.")
	h.Model.Otherwise(llmfake.Text("We open at nine."))
	h.Model.Hold()
	crowd := customers(12)
	for _, who := range crowd {
		h.Hears(h.Acme, who, "When do you open?")
	}
	must(t, h.Model.WaitFor(waitContext(t), len(crowd)))
	h.Starts()
	first.Dies()
	h.Model.Release()
	h.Silent()
	for _, who := range crowd {
		h.Eventually("every customer is answered", func() bool { return len(h.Answers(h.Acme, who)) > 0 })
	}
	must(t, h.Meta.WaitIdle(waitContext(t)))
	for id, n := range h.Meta.Arrivals() {
		if n != 1 {
			t.Errorf("message %s left %d times", id, n)
		}
	}
	if n := len(h.Meta.Arrivals()); n != len(crowd) {
		t.Errorf("%d answers to %d customers", n, len(crowd))
	}
}

// isSentElsewhere waits until the page is told to come back, to whoever answers then.
func (d *dashboard) isSentElsewhere() {
	d.t.Helper()
	for range d.frames { // until the socket is closed
	}
	if closed, is := errors.AsType[websocket.CloseError](d.closed); !is || closed.Code != 3001 {
		d.t.Errorf("the socket ended with %v", d.closed)
	}
}

// A process that is told to stop says first that it is not ready, takes what still comes, finishes what it has, and
// sends the open pages elsewhere.
func TestAProcessThatStopsSaysSoFirstAndFinishes(t *testing.T) {
	t.Parallel()
	h := testkit.NewHerd(t, testkit.HerdOptions{Drain: 3 * time.Second})
	child := h.Starts()
	h.Acme.Token = h.SignsIn(h.Acme.Email)
	h.Knows(h.Acme, "Hours", "We open at nine.")
	at := *h.World
	at.URL = child.URL
	page := opens(t, &at, h.Acme)
	h.Model.Otherwise(llmfake.Text("We open at nine."))
	h.Model.Hold()
	h.Hears(h.Acme, testkit.Ada, "When do you open?")
	must(t, h.Model.WaitHeld(waitContext(t), 1))
	ended := make(chan struct{})
	go func() { defer close(ended); child.Ends() }()
	at.Eventually("it says that it is not ready", func() bool { return at.Gets("/api/ready") == http.StatusServiceUnavailable })
	late := h.Body(h.Acme, testkit.Ben, "wamid.late", "When do you open?")
	if code := at.Posts("", testkit.PlatformSecret, late); code != http.StatusOK {
		t.Errorf("who came at the last moment was answered with %d", code)
	}
	if code := at.Gets("/api/health"); code != http.StatusOK {
		t.Errorf("it says it is not healthy: %d", code)
	}
	h.Model.Release()
	page.isSentElsewhere()
	<-ended
	for _, who := range []metasim.Customer{testkit.Ada, testkit.Ben} {
		if got := h.Answers(h.Acme, who); len(got) != 1 {
			t.Errorf("%s was answered %d times before it ended", who.Name, len(got))
		}
	}
	h.Starts() // nothing is left to do for the next one
	must(t, h.Meta.WaitIdle(waitContext(t)))
	if n := len(h.Meta.Arrivals()); n != 2 {
		t.Errorf("%d messages left", n)
	}
}

// A rolling restart under load: every process is replaced, one after the other. Nothing is lost, nothing is answered
// twice, nobody is left in silence, and no request is refused.
func TestARollingRestartUnderLoad(t *testing.T) {
	t.Parallel()
	h := testkit.NewHerd(t, testkit.HerdOptions{Redis: redistest.URL(), Drain: 1500 * time.Millisecond})
	h.Model.Otherwise(llmfake.Text("We open at nine.").After(150 * time.Millisecond))
	first, second := h.Starts(), h.Starts()
	h.Acme.Token = h.SignsIn(h.Acme.Email)
	h.Knows(h.Acme, "Hours", "We open at nine.")
	crowd, wrote := customers(500), 0
	over, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		var all sync.WaitGroup
		defer all.Wait()
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for _, who := range crowd {
			select {
			case <-over:
				return
			case <-tick.C:
			}
			wrote++
			all.Go(func() {
				if _, err := h.Meta.Write(t.Context(), h.Acme.Number, who, "When do you open?"); err != nil {
					t.Errorf("a webhook was not taken: %v", err)
				}
			})
		}
	}()
	h.Eventually("load goes through both", func() bool { return first.Passed() > 10 && second.Passed() > 10 })
	first.Ends()
	third := h.Starts()
	h.Eventually("load goes through the new one", func() bool { return third.Passed() > 10 })
	second.Ends()
	fourth := h.Starts()
	h.Eventually("load goes through both new ones", func() bool { return fourth.Passed() > 10 })
	close(over)
	<-done
	for _, who := range crowd[:wrote] {
		h.Eventually("every customer is answered", func() bool { return len(h.Answers(h.Acme, who)) > 0 })
	}
	must(t, h.Meta.WaitIdle(waitContext(t)))
	if n := h.Refused(); n != 0 {
		t.Errorf("%d requests were refused", n)
	}
	for id, n := range h.Meta.Arrivals() {
		if n != 1 {
			t.Errorf("message %s left %d times", id, n)
		}
	}
	if n := len(h.Meta.Arrivals()); n != wrote {
		t.Errorf("%d answers to %d customers", n, wrote)
	}
	t.Logf("%d customers wrote", wrote)
}

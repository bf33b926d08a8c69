package testkit

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"

	"parley/internal/actor"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/delivery"
	"parley/internal/tenant"
	"parley/internal/whatsapp"
	"parley/internal/whatsapp/metasim"
)

// The customers of the tests.
var (
	Ada = metasim.Customer{WaID: "4915112345678", Name: "Ada"}
	Ben = metasim.Customer{WaID: "4915187654321", Name: "Ben"}
)

// Hears lets a customer write to a tenant's number, as Meta would bring it; it returns when the webhook was answered.
func (w *World) Hears(to Tenant, from metasim.Customer, text string) (wamid string) {
	w.t.Helper()
	wamid, err := w.Meta.Write(w.t.Context(), to.Number, from, text)
	w.must(err)
	return wamid
}

// Body is a webhook body in which a customer writes a text under an id of the test's choice.
func (w *World) Body(to Tenant, from metasim.Customer, wamid, text string) []byte {
	return metasim.TextBody(metasim.Number{
		PhoneNumberID: to.Number, AccountID: "account-" + to.Number, DisplayPhone: "15550100000",
	}, from, wamid, text, w.Now())
}

// Delivers posts a webhook body once, signed as the tenant's own, and gives the status of the answer.
func (w *World) Delivers(to Tenant, body []byte) (status int) {
	w.t.Helper()
	status, err := w.Meta.Deliver(w.t.Context(), to.Number, body)
	w.must(err)
	return status
}

// Posts posts a body, signed with a secret, to the webhook address of a key ("" is the platform's).
func (w *World) Posts(key, secret string, body []byte) (status int) {
	w.t.Helper()
	return w.PostsSigned(key, whatsapp.Sign([]byte(secret), body), body)
}

// PostsSigned posts a body under a signature of the test's choice.
func (w *World) PostsSigned(key, signature string, body []byte) (status int) {
	w.t.Helper()
	address := w.URL + "/webhooks/whatsapp"
	if key != "" {
		address += "/" + key
	}
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, address, bytes.NewReader(body))
	w.must(err)
	if signature != "" {
		r.Header.Set("X-Hub-Signature-256", signature)
	}
	return w.status(r)
}

// Gets reads an address as nobody in particular.
func (w *World) Gets(path string) (status int) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.URL+path, http.NoBody)
	w.must(err)
	return w.status(r)
}

func (w *World) status(r *http.Request) int {
	w.t.Helper()
	answer, err := w.http.Do(r)
	w.must(err)
	_, _ = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
	return answer.StatusCode
}

// ManyBody is one webhook in which n customers write.
func (w *World) ManyBody(to Tenant, n int) []byte {
	entries := make([]json.RawMessage, n)
	var whole struct {
		Object string            `json:"object"`
		Entry  []json.RawMessage `json:"entry"`
	}
	for i := range n {
		from := metasim.Customer{WaID: "44770" + strconv.Itoa(1_000_000+i), Name: "Customer"}
		whole.Entry = nil // or each entry would be read over the one before
		w.must(json.Unmarshal(w.Body(to, from, "wamid.many."+strconv.Itoa(i), "Hello"), &whole))
		entries[i] = whole.Entry[0]
	}
	whole.Entry = entries
	raw, err := json.Marshal(whole)
	w.must(err)
	return raw
}

// AddsNumber lets Meta know one more number of Acme's, delivered to the platform's address.
func (w *World) AddsNumber(id string) {
	w.Meta.AddNumber(metasim.Number{PhoneNumberID: id, WebhookURL: w.URL + "/webhooks/whatsapp", Secret: w.secret, VerifyToken: verifyToken})
}

// Quiet sets a tenant's quiet window.
func (w *World) Quiet(of Tenant, ms int) {
	w.t.Helper()
	if code := w.Asks(of, http.MethodPatch, "/api/tenant", map[string]int{"quietWindowMs": ms}, nil); code != http.StatusOK {
		w.t.Fatalf("setting the quiet window said %d", code)
	}
}

// Settles waits until nothing is owed, nothing waits to leave and Meta has nothing more to say.
func (w *World) Settles() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), Patience)
	defer cancel()
	w.Eventually("everything is settled", func() bool {
		if err := w.Meta.WaitIdle(ctx); err != nil {
			return false
		}
		return w.idle()
	})
}

func (w *World) idle() bool {
	q := w.DB.As(actor.ForSystem(""))
	turn, err := conversation.OldestTurn(w.t.Context(), q)
	w.must(err)
	waiting, err := delivery.OldestWaiting(w.t.Context(), q)
	w.must(err)
	return turn.IsZero() && waiting.IsZero() && w.Assistant.Engine().InFlight() == 0 && w.Delivery.Engine().InFlight() == 0
}

// Eventually waits until something is so; it looks less and less often, as looking costs, too.
func (w *World) Eventually(what string, is func() bool) {
	w.t.Helper()
	pause := 2 * time.Millisecond
	for deadline := time.Now().Add(Patience); !is(); time.Sleep(pause) {
		pause = min(pause*3/2, 200*time.Millisecond)
		if time.Now().After(deadline) {
			w.t.Fatalf("not within %s: %s", Patience, what)
		}
	}
}

// Answers are the texts of a tenant's number on a customer's phone, oldest first.
func (w *World) Answers(of Tenant, on metasim.Customer) (texts []string) {
	for _, l := range w.Meta.Thread(of.Number, on.Key()).Lines {
		if l.From == metasim.FromBusiness {
			texts = append(texts, l.Text)
		}
	}
	return texts
}

// SignsIn signs somebody in and gives the access token.
func (w *World) SignsIn(email string) string {
	w.t.Helper()
	var session struct {
		AccessToken string `json:"accessToken"`
	}
	if code := w.call("", http.MethodPost, "/api/auth/sign-in", map[string]string{"email": email, "password": password}, &session); code != http.StatusOK {
		w.t.Fatalf("signing in said %d", code)
	}
	return session.AccessToken
}

// Asks calls the API as a tenant's owner; out, when not nil, takes the answer of a success.
func (w *World) Asks(as Tenant, method, path string, body, out any) (status int) {
	w.t.Helper()
	return w.call(as.Token, method, path, body, out)
}

func (w *World) call(token, method, path string, body, out any) (status int) {
	w.t.Helper()
	var reader io.Reader = http.NoBody
	if body != nil {
		raw, err := json.Marshal(body)
		w.must(err)
		reader = bytes.NewReader(raw)
	}
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.URL+path, reader)
	w.must(err)
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := w.http.Do(r)
	w.must(err)
	defer func() { _ = answer.Body.Close() }()
	raw, err := io.ReadAll(answer.Body)
	w.must(err)
	if out != nil && answer.StatusCode < 300 && len(raw) > 0 {
		w.must(json.Unmarshal(raw, out))
	}
	return answer.StatusCode
}

// Knows tells a tenant's AI something.
func (w *World) Knows(of Tenant, title, text string) {
	w.t.Helper()
	if code := w.Asks(of, http.MethodPost, "/api/documents", map[string]string{"title": title, "text": text}, nil); code != http.StatusCreated {
		w.t.Fatalf("adding a document said %d", code)
	}
}

// Conversation is one line of a tenant's inbox, as far as tests look at it.
type Conversation struct {
	ID          string `json:"id"`
	Status      string `json:"status"`
	Mode        string `json:"mode"`
	Handler     string `json:"handler"`
	AssigneeID  string `json:"assigneeId"`
	Answering   bool   `json:"answering"`
	Problem     string `json:"problem"`
	Unread      int64  `json:"unread"`
	LastMessage struct {
		Sender, Kind, Text string
	} `json:"lastMessage"`
	Contact struct {
		ID, Name, Phone string
	} `json:"contact"`
	Handoff *struct {
		Reason, Summary string
	} `json:"handoff"`
}

// Message is one line of a thread, as far as tests look at it.
type Message struct {
	ID     string    `json:"id"`
	Seq    int64     `json:"seq"`
	Sender string    `json:"sender"`
	Kind   string    `json:"kind"`
	Text   string    `json:"text"`
	Status string    `json:"status"`
	At     time.Time `json:"at"`
	Traced bool      `json:"traced"`
	Error  *struct {
		Code       int64
		Text, Todo string
	} `json:"error"`
}

// Inbox is a tenant's list, of a view ("all", "closed", …).
func (w *World) Inbox(of Tenant, view string) []Conversation {
	w.t.Helper()
	var page struct {
		Items []Conversation `json:"items"`
	}
	if code := w.Asks(of, http.MethodGet, "/api/conversations?view="+view, nil, &page); code != http.StatusOK {
		w.t.Fatalf("the inbox said %d", code)
	}
	return page.Items
}

// Only is the one conversation a tenant has.
func (w *World) Only(of Tenant) Conversation {
	w.t.Helper()
	all := append(w.Inbox(of, "all"), w.Inbox(of, "closed")...)
	if len(all) != 1 {
		w.t.Fatalf("there are %d conversations, want 1", len(all))
	}
	return all[0]
}

// Thread is what a conversation shows, oldest first.
func (w *World) Thread(of Tenant, conversationID string) []Message {
	w.t.Helper()
	var page struct {
		Items []Message `json:"items"`
	}
	if code := w.Asks(of, http.MethodGet, "/api/conversations/"+conversationID+"/messages?limit=100", nil, &page); code != http.StatusOK {
		w.t.Fatalf("the thread said %d", code)
	}
	return page.Items
}

// Verb does something to a conversation (takeover, handback, close …) and gives the status of the answer.
func (w *World) Verb(as Tenant, conversationID, verb string) (status int) {
	w.t.Helper()
	return w.Asks(as, http.MethodPost, "/api/conversations/"+conversationID+"/"+verb, nil, nil)
}

// Replies lets a tenant's owner write to the customer, and gives the status of the answer.
func (w *World) Replies(as Tenant, conversationID, text string) (status int) {
	w.t.Helper()
	return w.Asks(as, http.MethodPost, "/api/conversations/"+conversationID+"/messages", map[string]string{"text": text}, nil)
}

// Colleague is one more agent of a tenant, signed in.
func (w *World) Colleague(of Tenant, email string) Tenant {
	w.t.Helper()
	return w.Member(of, email, tenant.Agent)
}

// Member is one more member of a tenant in a role, signed in.
func (w *World) Member(of Tenant, email string, role tenant.Role) Tenant {
	w.t.Helper()
	system := actor.ForSystem(of.ID)
	person, err := w.Tenants.Prepare(w.t.Context(), email, email, password, false)
	w.must(err)
	w.step(system, func(tx *db.Tx) error {
		_, err := w.joins(tx, system, person, role)
		return err
	})
	of.Email, of.Token = email, w.SignsIn(email)
	return of
}

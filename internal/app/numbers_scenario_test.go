package app_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/actor"
	"parley/internal/app"
	"parley/internal/db/dbtest"
	"parley/internal/testkit"
	"parley/internal/whatsapp/metasim"
)

const (
	newNumber  = "300000000000003"
	newAccount = "900000000000003"
	shopSecret = "the-secret-of-the-app"
)

// front is what Meta calls the program: an address that is known before the program listens.
type front struct {
	*httptest.Server
	to atomic.Pointer[string]
}

func newFront(t *testing.T) *front {
	t.Helper()
	f := &front{}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req, err := http.NewRequestWithContext(r.Context(), r.Method, *f.to.Load()+r.URL.RequestURI(), r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		req.Header = r.Header.Clone()
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer func() { _ = res.Body.Close() }()
		w.WriteHeader(res.StatusCode)
		_, _ = io.Copy(w, res.Body)
	}))
	t.Cleanup(func() {
		f.Close()
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	})
	return f
}

type connecting struct {
	Channel *struct{ ID, Name, State, DisplayPhone, Quality string }
	Checks  []struct{ ID, Result, Why string }
	Webhook *struct{ CallbackURL, VerifyToken string }
}

func (c connecting) check(id string) string {
	for _, one := range c.Checks {
		if one.ID == id {
			return strings.Trim(one.Result+" "+one.Why, " ")
		}
	}
	return ""
}

// numberForm is what a person types.
func numberForm(change map[string]string) map[string]string {
	form := map[string]string{
		"name": "Shop", "phoneNumberId": newNumber, "accountId": newAccount, "token": "the-token-of-the-shop",
		"appSecret": shopSecret,
	}
	for field, value := range change {
		form[field] = value
	}
	return form
}

func addShop(w *testkit.World) {
	w.Meta.AddNumber(metasim.Number{
		PhoneNumberID: newNumber, AccountID: newAccount, DisplayPhone: "+49 30 23125333", VerifiedName: "Oak & Co", Token: "the-token-of-the-shop",
	})
}

func TestANumberIsConnectedOnceMetaHasSaidThatItIsOurs(t *testing.T) {
	t.Parallel()
	for _, kind := range dbtest.Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			f := newFront(t)
			w := testkit.New(t, kind, testkit.Options{Secret: shopSecret, Change: func(o *app.Options) { o.Setup.PublicURL = f.URL }})
			f.to.Store(&w.URL)
			addShop(w)
			unsubscribe(t, w)
			for _, tc := range []struct {
				name, line, want string
				change           map[string]string
			}{
				{"a token Meta does not know", "token", "failed refused", map[string]string{"token": "stolen"}},
				{"a number that is not there", "number", "failed refused", map[string]string{"phoneNumberId": "77"}},
				{"another's number", "number", "failed refused", map[string]string{"phoneNumberId": w.Zeta.Number}},
				{"another's account", "account", "failed refused", map[string]string{"accountId": "78"}},
				{"a wrong app secret", "secret", "failed wrong", map[string]string{"appSecret": "wrong"}},
			} {
				var got connecting
				code := w.Asks(w.Acme, http.MethodPost, "/api/channels", numberForm(tc.change), &got)
				if code != http.StatusOK || got.Channel != nil || got.check(tc.line) != tc.want {
					t.Errorf("%s: %d %+v", tc.name, code, got)
				}
			}
			if n := len(channelsOf(w, w.Acme)); n != 2 { // its first number and the phone
				t.Fatalf("Acme has %d channels after numbers that are not its", n)
			}
			for field, value := range map[string]string{
				"name": " ", "phoneNumberId": "+49 30", "accountId": "", "token": "two words", "appSecret": "",
			} {
				if code := w.Asks(w.Acme, http.MethodPost, "/api/channels", numberForm(map[string]string{field: value}), nil); code != http.StatusUnprocessableEntity {
					t.Errorf("%s %q said %d", field, value, code)
				}
			}
			var got connecting
			w.Asks(w.Acme, http.MethodPost, "/api/channels", numberForm(nil), &got)
			if got.Channel == nil || got.Channel.State != "active" || got.Channel.DisplayPhone != "+49 30 23125333" || got.Channel.Quality != "GREEN" {
				t.Fatalf("not connected: %+v", got)
			}
			for line, want := range map[string]string{
				"token": "ok", "scopes": "ok", "number": "ok", "account": "ok", "secret": "ok", "registered": "ok", "quality": "ok",
				"subscribed": "ok made", "address": "warning notHttps", "handshake": "ok", "heard": "waiting",
			} {
				if got.check(line) != want {
					t.Errorf("%s is %q, want %q", line, got.check(line), want)
				}
			}
			if !strings.HasPrefix(got.Webhook.CallbackURL, f.URL+"/webhooks/whatsapp/") || len(got.Webhook.VerifyToken) < 20 {
				t.Errorf("to be typed at Meta: %+v", got.Webhook)
			}
			// A customer writes to it, and is answered from it.
			if _, err := w.Meta.Write(t.Context(), newNumber, testkit.Ada, "Are you open?"); err != nil {
				t.Fatal(err)
			}
			w.Settles()
			if talk := w.Only(w.Acme); len(w.Thread(w.Acme, talk.ID)) < 2 {
				t.Errorf("the conversation is %+v", talk)
			}
			w.Eventually("the number was heard", func() bool {
				var again connecting
				w.Asks(w.Acme, http.MethodPost, "/api/channels/"+got.Channel.ID+"/check", nil, &again)
				return again.check("heard") == "ok" && again.check("subscribed") == "ok"
			})
			if code := w.Asks(w.Zeta, http.MethodPost, "/api/channels", numberForm(nil), nil); code != http.StatusConflict {
				t.Errorf("Zeta, with Acme's token, said %d", code)
			}
			var told struct{ Items []map[string]any }
			w.Asks(w.Acme, http.MethodGet, "/api/channels", nil, &told)
			for _, c := range told.Items {
				for field, value := range c {
					if s, _ := value.(string); strings.Contains(s, "the-token") || strings.Contains(s, shopSecret) {
						t.Errorf("%s gives a secret away", field)
					}
				}
			}
		})
	}
}

func unsubscribe(t *testing.T, w *testkit.World) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, w.Meta.URL+"/v24.0/"+newAccount+"/subscribed_apps", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer the-token-of-the-shop")
	res, err := http.DefaultClient.Do(req)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatal(err, res)
	}
	_ = res.Body.Close()
}

func channelsOf(w *testkit.World, of testkit.Tenant) (names []string) {
	var list struct{ Items []struct{ Name string } }
	w.Asks(of, http.MethodGet, "/api/channels", nil, &list)
	for _, c := range list.Items {
		names = append(names, c.Name)
	}
	return names
}

func TestADisconnectedNumberKeepsWhatWasSaidAndComesBack(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{Secret: shopSecret}, func(t *testing.T, w *testkit.World) {
		addShop(w)
		var got connecting
		w.Asks(w.Acme, http.MethodPost, "/api/channels", numberForm(nil), &got)
		path := "/api/channels/" + got.Channel.ID
		key := got.Webhook.CallbackURL[strings.LastIndexByte(got.Webhook.CallbackURL, '/')+1:]
		shop := testkit.Tenant{Number: newNumber, Key: key}
		if code := w.Posts(key, shopSecret, w.Body(shop, testkit.Ada, "wamid.shop.1", "Hello")); code != http.StatusOK {
			t.Fatalf("the webhook said %d", code)
		}
		w.Settles()
		talk := w.Only(w.Acme)
		if code := w.Asks(w.Acme, http.MethodPatch, path, map[string]string{"name": "Shop in Berlin"}, nil); code != http.StatusNoContent {
			t.Errorf("renaming said %d", code)
		}
		if code := w.Asks(w.Acme, http.MethodPut, path+"/token", map[string]string{"token": "stolen"}, &got); code != http.StatusOK || got.check("token") != "failed refused" {
			t.Errorf("a token that is not ours: %d %+v", code, got)
		}
		agent := w.Member(w.Acme, "agent@acme.example", "agent")
		if code := w.Asks(agent, http.MethodPost, path+"/disconnect", map[string]string{"name": "Shop in Berlin"}, nil); code != http.StatusForbidden {
			t.Errorf("an agent disconnects: %d", code)
		}
		if code := w.Asks(agent, http.MethodGet, path+"/webhook", nil, nil); code != http.StatusForbidden {
			t.Errorf("an agent reads the verify token: %d", code)
		}
		if code := w.Asks(w.Acme, http.MethodPost, path+"/disconnect", map[string]string{"name": "Shop"}, nil); code != http.StatusUnprocessableEntity {
			t.Errorf("disconnecting under another name said %d", code)
		}
		if code := w.Asks(w.Acme, http.MethodPost, path+"/disconnect", map[string]string{"name": "shop in berlin"}, nil); code != http.StatusNoContent {
			t.Fatalf("disconnecting said %d", code)
		}
		if names := channelsOf(w, w.Acme); slices.Contains(names, "Shop in Berlin") {
			t.Errorf("still listed: %v", names)
		}
		if code := w.Posts(key, shopSecret, w.Body(shop, testkit.Ada, "wamid.shop.2", "Hello?")); code != http.StatusUnauthorized {
			t.Errorf("its address still takes webhooks: %d", code)
		}
		before := len(w.Thread(w.Acme, talk.ID))
		if before < 2 {
			t.Fatalf("%d lines are left", before)
		}
		w.Later(3 * time.Second) // a channel is remembered for a moment
		w.Replies(w.Acme, talk.ID, "Are you still there?")
		w.Eventually("what is said now fails in words", func() bool {
			thread := w.Thread(w.Acme, talk.ID)
			last := thread[len(thread)-1]
			return last.Status == "failed" && last.Error != nil && strings.Contains(last.Error.Text, "disconnected")
		})
		w.Asks(w.Acme, http.MethodPost, "/api/channels", numberForm(nil), &got)
		if got.Channel == nil || "/api/channels/"+got.Channel.ID != path {
			t.Errorf("it came back as another: %+v", got.Channel)
		}
	})
}

// ofTemplates is the list of templates, by name.
type ofTemplates struct {
	Items []struct {
		ID, Name, Status string
		Sendable         bool
		RemovedAt        *time.Time
	}
	ReadAt  *time.Time
	Reading bool
}

func templatesOf(w *testkit.World, of testkit.Tenant, channelID string) (list ofTemplates) {
	w.Asks(of, http.MethodGet, "/api/channels/"+channelID+"/templates?removed=true", nil, &list)
	return list
}

func (l ofTemplates) id(name string) string {
	for _, one := range l.Items {
		if one.Name == name {
			return one.ID
		}
	}
	return ""
}

// reads has Acme's templates read.
func reads(t *testing.T, w *testkit.World, of testkit.Tenant) (list ofTemplates) {
	t.Helper()
	if code := w.Asks(of, http.MethodPost, "/api/channels/"+of.Channel+"/templates/read", nil, nil); code != http.StatusNoContent {
		t.Fatalf("reading said %d", code)
	}
	w.Eventually("the templates were read", func() bool {
		list = templatesOf(w, of, of.Channel)
		return !list.Reading && list.ReadAt != nil
	})
	return list
}

func TestATemplateGoesOutWhenTheWindowIsClosed(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		list := reads(t, w, w.Acme)
		if len(list.Items) != 3 || list.id("order_update") == "" {
			t.Fatalf("the templates are %+v", list)
		}
		w.Hears(w.Acme, testkit.Ada, "Where is my order?")
		w.Settles()
		talk := w.Only(w.Acme)
		path := "/api/conversations/" + talk.ID + "/template"
		w.Later(30 * time.Hour)
		w.Acme.Token, w.Zeta.Token = w.SignsIn(w.Acme.Email), w.SignsIn(w.Zeta.Email)
		values := map[string]string{"first_name": "Ada", "order_no": "8841"}
		order := map[string]any{"templateId": list.id("order_update"), "variables": values}
		if code := w.Asks(w.Acme, http.MethodPost, path, order, nil); code != http.StatusUnprocessableEntity {
			t.Errorf("a value is missing: %d", code)
		}
		values["day"] = "Friday"
		if code := w.Asks(w.Acme, http.MethodPost, path, order, nil); code != http.StatusCreated {
			t.Fatalf("sending said %d", code)
		}
		w.Settles()
		thread := w.Thread(w.Acme, talk.ID)
		last := thread[len(thread)-1]
		const words = "Hello Ada, your order 8841 is on its way and should arrive on Friday. Reply here if you need us."
		if last.Kind != "template" || last.Text != words || last.Status == "failed" {
			t.Errorf("the thread ends with %+v", last)
		}
		if lines := w.Meta.Thread(w.Acme.Number, testkit.Ada.WaID).Lines; lines[len(lines)-1].Text != words {
			t.Errorf("the customer reads %q", lines[len(lines)-1].Text)
		}
		// Another tenant's template is not there, whoever's conversation it is.
		theirs := reads(t, w, w.Zeta)
		order["templateId"] = theirs.id("order_update")
		if code := w.Asks(w.Acme, http.MethodPost, path, order, nil); code != http.StatusNotFound {
			t.Errorf("Zeta's template said %d", code)
		}
		offers(t, w, path, list.id("spring_offer"))
	})
}

// offers is what becomes of marketing: only to who agreed, and never after STOP.
func offers(t *testing.T, w *testkit.World, path, id string) {
	t.Helper()
	offer := map[string]any{
		"templateId": id, "header": map[string]string{"1": "Ada"}, "variables": map[string]string{"1": "Sunday", "2": "20 %"},
		"buttons": map[string]string{"0": "spring"},
	}
	if code := w.Asks(w.Acme, http.MethodPost, path, offer, nil); code != http.StatusUnprocessableEntity {
		t.Errorf("an offer to who was never asked said %d", code)
	}
	offer["consent"] = "Ticked the box on our order form"
	if code := w.Asks(w.Acme, http.MethodPost, path, offer, nil); code != http.StatusCreated {
		t.Errorf("an offer to who agreed said %d", code)
	}
	delete(offer, "consent")
	if code := w.Asks(w.Acme, http.MethodPost, path, offer, nil); code != http.StatusCreated {
		t.Errorf("a consent that is kept is asked for again: %d", code)
	}
	w.Settles()
	w.Meta.FailNext(1, metasim.Fault{Code: 131049})
	var failed struct{ ID string }
	w.Asks(w.Acme, http.MethodPost, path, offer, &failed)
	w.Settles()
	w.Hears(w.Acme, testkit.Ada, "STOP")
	w.Settles()
	if code := w.Asks(w.Acme, http.MethodPost, "/api/messages/"+failed.ID+"/retry", nil, nil); code != http.StatusConflict {
		t.Errorf("an offer sent again after STOP said %d", code)
	}
	if code := w.Asks(w.Acme, http.MethodPost, path, offer, nil); code != http.StatusConflict {
		t.Errorf("an offer after STOP said %d", code)
	}
}

func TestTemplatesFollowMeta(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		reads(t, w, w.Acme)
		account := "account-" + w.Acme.Number
		graph := func(method, query, body string) {
			req, err := http.NewRequestWithContext(t.Context(), method, w.Meta.URL+"/v24.0/"+account+"/message_templates"+query, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer token")
			res, err := http.DefaultClient.Do(req)
			if err != nil || res.StatusCode != http.StatusOK {
				t.Fatal(err, res)
			}
			_ = res.Body.Close()
		}
		for i := range 120 { // more than a page
			name := "more_" + strings.Repeat("x", i+1)
			graph(http.MethodPost, "", `{"name":"`+name+`","language":"en","category":"UTILITY","components":[{"type":"BODY","text":"Hello"}]}`)
		}
		graph(http.MethodDelete, "?name=we_are_back", "")
		count := func(which string) (n int) {
			q := w.DB.As(actor.ForSystem(w.Acme.ID))
			err := q.QueryRow(t.Context(), `SELECT count(*) FROM templates WHERE tenant_id = $1 AND channel_id = $2 AND `+which,
				w.Acme.ID, w.Acme.Channel).Scan(&n)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		// Meta tells that they were approved, and nobody has to ask.
		w.Eventually("the new ones are here", func() bool { return count(`status = 'APPROVED' AND removed_at IS NULL`) == 122 })
		if list := reads(t, w, w.Acme); len(list.Items) != 30 {
			t.Errorf("a page holds %d", len(list.Items))
		}
		if n := count(`removed_at IS NOT NULL`); n != 1 {
			t.Errorf("%d are marked as gone", n)
		}
	})
}

package app_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/llm/llmfake"
	"parley/internal/testkit"
	"parley/internal/whatsapp/metasim"
)

// examples is how many examples a property has on each database; with more the tests would take minutes.
const examples = 12

// eachExample runs a property in one world on each database; n tells the examples apart.
func eachExample(t *testing.T, w *testkit.World, do func(rt *rapid.T, w *testkit.World, n int)) {
	t.Helper()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		if n++; n <= examples {
			do(rt, w, n)
		}
	})
}

// statusChange is what Meta says of a message of ours.
func statusChange(sent metasim.Sent, to, status string, at int64) string {
	return fmt.Sprintf(`{"id":%q,"status":%q,"timestamp":"%d","recipient_id":%q,"biz_opaque_callback_data":%q}`,
		sent.ID, status, at, to, sent.CallbackData)
}

// delivery is a webhook of Acme's number with so many statuses.
func delivery(w *testkit.World, statuses ...string) []byte {
	return fmt.Appendf(nil, `{"object":"whatsapp_business_account","entry":[{"id":"account-%[1]s","changes":[{"field":"messages","value":{
		"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550100000","phone_number_id":%[1]q},"statuses":[%[2]s]}}]}]}`,
		w.Acme.Number, strings.Join(statuses, ","))
}

// Whatever order Meta's webhooks come in, and however often each of them, the thread is the same: everything once, and
// each message as far as the furthest of its statuses.
func TestAnyOrderAndRepetitionOfWebhooksGivesTheSameThread(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		peopleOnly(t, w)
		eachExample(t, w, func(rt *rapid.T, w *testkit.World, n int) {
			from := metasim.Customer{WaID: fmt.Sprintf("4477005%05d", n), Name: "Ada"}
			begun := w.Now()
			w.Hears(w.Acme, from, "Hello")
			talk := newest(w)
			w.Meta.Mischief(metasim.Mischief{Withhold: true}) // the statuses come from here
			if code := w.Replies(w.Acme, talk, "Kim here."); code != http.StatusCreated {
				rt.Fatalf("replying said %d", code)
			}
			sent, err := w.Meta.WaitSent(waitContext(t), n)
			must(t, err)

			want := map[string]string{"Hello": "received", "Kim here.": "sent"}
			var bodies [][]byte
			for i := range rapid.IntRange(1, 5).Draw(rt, "messages") {
				text := fmt.Sprintf("text %d", i)
				want[text] = "received"
				bodies = append(bodies, metasim.TextBody(metasim.Number{PhoneNumberID: w.Acme.Number, AccountID: "account-" + w.Acme.Number},
					from, fmt.Sprintf("wamid.any.%d.%d", n, i), text, begun))
			}
			for _, status := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"sent", "delivered", "read"}), 0, 3, rapid.ID).Draw(rt, "statuses") {
				bodies = append(bodies, delivery(w, statusChange(sent[n-1], from.WaID, status, begun.Unix())))
				want["Kim here."] = further(want["Kim here."], status)
			}
			for _, at := range rapid.SliceOfN(rapid.IntRange(0, len(bodies)-1), 0, 8).Draw(rt, "again") {
				bodies = append(bodies, bodies[at])
			}
			for _, body := range rapid.Permutation(bodies).Draw(rt, "order") {
				if code := w.Delivers(w.Acme, body); code != http.StatusOK {
					rt.Fatalf("a delivery said %d", code)
				}
			}
			got := map[string]string{}
			var lines []testkit.Message
			w.Eventually("that it was sent is written down", func() bool {
				lines = w.Thread(w.Acme, talk)
				for _, line := range lines {
					got[line.Text] = line.Status
				}
				return got["Kim here."] != "queued"
			})
			if !maps.Equal(got, want) || len(lines) != len(want) {
				rt.Fatalf("the thread has %d lines: %v, want %v", len(lines), got, want)
			}
			w.Meta.Mischief(metasim.Mischief{})
		})
	})
}

// peopleOnly leaves Acme's channel to people.
func peopleOnly(t *testing.T, w *testkit.World) {
	t.Helper()
	must(t, w.DB.InTx(t.Context(), actor.ForSystem(w.Acme.ID), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE channels SET mode = 'off' WHERE tenant_id = $1`, w.Acme.ID)
		return err
	}))
}

// newest is the conversation with the newest word.
func newest(w *testkit.World) string { return w.Inbox(w.Acme, "all")[0].ID }

func further(a, b string) string {
	order := []string{"sent", "delivered", "read"}
	return order[max(slices.Index(order, a), slices.Index(order, b))]
}

// tenants is what the property knows of both: whose each id is, by who was shown it first.
type tenants struct {
	w     *testkit.World
	rt    *rapid.T
	owner map[string]string // id → tenant
	words map[string]string // tenant → what only it may read
}

func (p *tenants) below(n int, what string) int { return rapid.IntRange(0, n-1).Draw(p.rt, what) }

// text is an id, of either, where an id is meant, and else a word: what one writes oneself one may read.
func (p *tenants) text(name string) string {
	if strings.HasSuffix(strings.ToLower(name), "id") {
		return rapid.SampledFrom(slices.Sorted(maps.Keys(p.owner))).Draw(p.rt, name)
	}
	return rapid.SampledFrom([]string{"hello", "secret", "", "mine", "open"}).Draw(p.rt, name)
}

// learn notes whose the ids of an answer are, and fails for one that is the other tenant's.
func (p *tenants) learn(who string, value any, key string) {
	switch v := value.(type) {
	case map[string]any:
		for k, inner := range v {
			p.learn(who, inner, k)
		}
	case []any:
		for _, inner := range v {
			p.learn(who, inner, key)
		}
	case string:
		if owner, known := p.owner[v]; known && owner != who {
			p.rt.Fatalf("%s was shown %s's %s %s", who, owner, key, v)
		}
		if strings.EqualFold(key, "id") && len(v) > 20 {
			p.owner[v] = who
		}
	}
}

// ask gives the answer as it is: a table is no JSON.
func (p *tenants) ask(as testkit.Tenant, c call, path string, body json.RawMessage, answer *json.RawMessage) (code int) {
	if !strings.HasSuffix(c.path, ".csv") {
		return p.w.Asks(as, c.method, path, body, answer)
	}
	a, raw := p.w.Fetches(as, path)
	*answer = raw
	return a.StatusCode
}

// call calls an operation as one of the tenants, with ids of both.
func (p *tenants) call(c call, as testkit.Tenant) {
	path := c.path
	if before, after, has := strings.Cut(path, "{id}"); has {
		path = before + rapid.SampledFrom(slices.Sorted(maps.Keys(p.owner))).Draw(p.rt, "id") + after
	}
	query := url.Values{}
	for _, name := range slices.Sorted(maps.Keys(c.query)) {
		if p.below(3, "with "+name) == 0 {
			query.Set(name, fmt.Sprint(c.value(c.query[name], name, p)))
		}
	}
	var body, answer json.RawMessage
	if raw := c.makeBody(p); raw != nil {
		body = raw
	}
	if code := p.ask(as, c, path+"?"+query.Encode(), body, &answer); code >= 500 {
		p.rt.Fatalf("%s %s said %d", c.method, path, code)
	}
	for tenantID, words := range p.words {
		if tenantID != as.ID && strings.Contains(string(answer), words) {
			p.rt.Fatalf("%s showed %s what only %s may read: %s", c.id, as.ID, tenantID, answer)
		}
	}
	var value any
	if len(answer) > 0 && json.Unmarshal(answer, &value) == nil {
		p.learn(as.ID, value, "")
	}
}

// No sequence of calls, with whatever ids either of them knows, shows one tenant what is the other's, or changes it.
func TestNoSequenceOfCallsLetsATenantSeeAnother(t *testing.T) {
	t.Parallel()
	// These would end the sessions that the property goes on with, or bring what both see.
	left := []string{"sign-out-everywhere", "change-password", "end-session"}
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Model.Otherwise(llmfake.Text("Hello."))
		p := &tenants{w: w, owner: map[string]string{}, words: map[string]string{w.Acme.ID: "quicksilver", w.Zeta.ID: "gunpowder"}}
		for _, side := range []testkit.Tenant{w.Acme, w.Zeta} {
			p.owner[side.ID], p.owner[side.Channel], p.owner[side.Owner.UserID()] = side.ID, side.ID, side.ID
			w.Hears(side, testkit.Ada, "I want "+p.words[side.ID])
			w.Knows(side, "About "+p.words[side.ID], "We sell "+p.words[side.ID]+".")
		}
		w.Settles()
		ops := slices.DeleteFunc(calls(w), func(c call) bool { return slices.Contains(left, c.id) })
		one := rapid.SampledFrom(ops)
		eachExample(t, w, func(rt *rapid.T, w *testkit.World, _ int) {
			p.rt = rt
			for _, c := range rapid.SliceOfN(one, 5, 25).Draw(rt, "calls") {
				if rapid.Bool().Draw(rt, "as Zeta") {
					p.call(c, w.Zeta)
				} else {
					p.call(c, w.Acme)
				}
			}
			w.Settles()
		})
		if len(p.owner) < 10 {
			t.Fatalf("only %d ids were learned", len(p.owner))
		}
	})
}

package app_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/llm/llmfake"
	"parley/internal/testkit"
)

// operation is what the test reads of the OpenAPI document.
type operation struct {
	method, path, id string
	open             bool // needs nobody signed in
	body             bool
}

// operations reads the document the program serves, so that a new operation cannot escape the tests over it.
func operations(t *testing.T, w *testkit.World) (all []operation) {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string           `json:"operationId"`
			Security    []map[string]any `json:"security"`
			RequestBody json.RawMessage  `json:"requestBody"`
		} `json:"paths"`
	}
	if code := w.Asks(w.Acme, http.MethodGet, "/api/openapi.json", nil, &doc); code != http.StatusOK {
		t.Fatalf("the document said %d", code)
	}
	for path, methods := range doc.Paths {
		for method, o := range methods {
			all = append(all, operation{strings.ToUpper(method), path, o.OperationID, len(o.Security) == 0, o.RequestBody != nil})
		}
	}
	if len(all) < 30 {
		t.Fatalf("only %d operations", len(all))
	}
	slices.SortFunc(all, func(a, b operation) int { return strings.Compare(a.id, b.id) })
	return all
}

// Whatever has an id in its path finds nothing under another tenant's id: not found, never forbidden.
func TestEveryOperationWithAnotherTenantsIDsFindsNothing(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		ids := acmesThings(t, w)
		placeholder := regexp.MustCompile(`\{[a-zA-Z]+\}`)
		tried := 0
		pace := time.NewTicker(20 * time.Millisecond) // what one address may ask
		defer pace.Stop()
		for _, o := range operations(t, w) {
			if !placeholder.MatchString(o.path) {
				continue
			}
			for kind, id := range ids {
				<-pace.C
				if code := asZeta(t, w, o, placeholder.ReplaceAllString(o.path, id), id); code != http.StatusNotFound {
					t.Errorf("%s with the id of Acme's %s said %d, want 404", o.id, kind, code)
				}
				tried++
			}
		}
		if tried < 40 {
			t.Fatalf("only %d calls", tried)
		}
		if talk := w.Only(w.Acme); talk.Handler != "ai" || talk.Mode != "auto" || talk.Status != "active" {
			t.Fatalf("Zeta changed Acme's conversation: %+v", talk)
		}
	})
}

// asZeta calls an operation as Zeta, with a good body when it wants one.
func asZeta(t *testing.T, w *testkit.World, o operation, path, id string) (status int) {
	t.Helper()
	if o.id == "send-file" { // the one that takes a form
		status, _ = w.SendsFile(w.Zeta, id, "hours.txt", []byte(hours), "")
		return status
	}
	body, known := bodies[o.id]
	if o.body && !known {
		t.Fatalf("%s has a body this test does not know: add one to bodies", o.id)
	}
	return w.Asks(w.Zeta, o.method, path, body, nil)
}

// bodies are good bodies of the operations that want one and name something by id.
var bodies = map[string]any{
	"change-conversation": map[string]string{"mode": "off"},
	"send-message":        map[string]string{"text": "Hello"},
	"add-note":            map[string]string{"text": "Hello"},
	"change-role":         map[string]string{"role": "viewer"},
	"assign-conversation": map[string]string{"userId": ""},
	"snooze-conversation": map[string]string{"until": time.Now().Add(time.Hour).Format(time.RFC3339)},
	"set-labels":          map[string][]string{"labelIds": {}},
	"change-label":        map[string]string{"name": "Returns"},
	"change-canned-reply": map[string]string{"shortcut": "hi", "title": "Greeting", "text": "Hello"},
	"merge-contacts":      map[string]string{"contactId": "somebody"},
	"change-contact":      map[string]string{"name": "Mine"},
	"erase-contact":       map[string]string{"name": "Ada"},
	"record-consent":      map[string]any{"topic": "messages", "granted": false, "source": "by letter"},
	"rename-channel":      map[string]string{"name": "Mine"},
	"disconnect-channel":  map[string]string{"name": "Acme"},
	"renew-channel-token": map[string]string{"token": "token"},
	"send-template":       map[string]string{"templateId": "one"},
}

// acmesThings makes one of everything that has an id, and gives the ids.
func acmesThings(t *testing.T, w *testkit.World) map[string]string {
	t.Helper()
	w.Model.Otherwise(llmfake.Text("Hello."))
	var document, label, reply struct {
		ID string `json:"id"`
	}
	w.Asks(w.Acme, http.MethodPost, "/api/labels", map[string]string{"name": "Returns", "colour": "red"}, &label)
	w.Asks(w.Acme, http.MethodPost, "/api/canned-replies",
		map[string]string{"shortcut": "hi", "title": "Greeting", "text": "Hello"}, &reply)
	w.Asks(w.Acme, http.MethodPost, "/api/documents", map[string]string{"title": "Hours", "text": hours}, &document)
	w.Hears(w.Acme, testkit.Ada, "Hello")
	w.Settles()
	talk := w.Only(w.Acme)
	ids := map[string]string{
		"conversation": talk.ID, "contact": talk.Contact.ID, "message": w.Thread(w.Acme, talk.ID)[1].ID,
		"document": document.ID, "channel": w.Acme.Channel, "tenant": w.Acme.ID, "user": w.Acme.Owner.ID(),
		"label": label.ID, "canned reply": reply.ID,
	}
	var erasure struct {
		ID string `json:"id"`
	}
	w.Hears(w.Acme, erin, "Hello")
	w.Settles()
	who, _ := contactOf(t, w, w.Acme, erin.Name)
	w.Asks(w.Acme, http.MethodPost, "/api/contacts/"+who+"/erase", map[string]string{"name": erin.Name}, &erasure)
	ids["erasure"] = erasure.ID
	for kind, id := range ids {
		if id == "" {
			t.Fatalf("Acme has no %s", kind)
		}
	}
	return ids
}

// Every list shows a tenant its own things only.
func TestEveryListShowsOnesOwnThingsOnly(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		ids := acmesThings(t, w)
		placeholder := regexp.MustCompile(`\{[a-zA-Z]+\}`)
		for _, o := range operations(t, w) {
			if o.method != http.MethodGet || placeholder.MatchString(o.path) || o.open {
				continue
			}
			path := o.path
			if o.id == "search-knowledge" {
				path += "?q=open"
			}
			var answer json.RawMessage
			if strings.HasSuffix(path, ".csv") {
				_, answer = w.Fetches(w.Zeta, path)
			} else if code := w.Asks(w.Zeta, o.method, path, nil, &answer); code != http.StatusOK {
				t.Errorf("%s said %d", o.id, code)
			}
			for kind, id := range ids {
				if strings.Contains(string(answer), id) {
					t.Errorf("%s shows Zeta Acme's %s", o.id, kind)
				}
			}
		}
	})
}

// Nothing but the few public operations answers somebody who is not signed in, and a broken token is none.
func TestWithoutASessionEveryOperationIsClosed(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		public := []string{
			"accept-invitation", "auth-options", "forgot-password", "look-at-invitation", "refresh", "register", "reset-password", "set-up",
			"sign-in", "sign-out",
		}
		for _, o := range operations(t, w) {
			if o.open != slices.Contains(public, o.id) {
				t.Errorf("%s: open is %t", o.id, o.open)
			}
			if o.open {
				continue
			}
			path := regexp.MustCompile(`\{[a-zA-Z]+\}`).ReplaceAllString(o.path, "x")
			for _, token := range []string{"", "x.y.z", w.Acme.Token + "x"} {
				nobody := testkit.Tenant{Token: token}
				if code := w.Asks(nobody, o.method, path, bodies[o.id], nil); code != http.StatusUnauthorized {
					t.Errorf("%s as %q said %d, want 401", o.id, token[:min(len(token), 6)], code)
				}
			}
		}
	})
}

// Who may only look cannot change anything.
func TestAViewerChangesNothing(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		ids := acmesThings(t, w)
		viewer := w.Member(w.Acme, "viewer@acme.example", "viewer")
		own := []string{"sign-out-everywhere", "switch-tenant", "change-password", "end-session", "join", "set-language"}
		placeholder := regexp.MustCompile(`\{[a-zA-Z]+\}`)
		for _, o := range operations(t, w) {
			if o.open || o.method == http.MethodGet || slices.Contains(own, o.id) {
				continue
			}
			id := ids["conversation"]
			if strings.Contains(o.path, "/documents/") {
				id = ids["document"]
			}
			body := bodies[o.id]
			if b, known := viewerBodies[o.id]; known {
				body = b
			}
			path := placeholder.ReplaceAllString(o.path, id)
			if code := w.Asks(viewer, o.method, path, body, nil); code != http.StatusForbidden {
				t.Errorf("%s as a viewer said %d, want 403", o.id, code)
			}
		}
	})
}

var viewerBodies = map[string]any{
	"connect-channel":    map[string]string{"name": "x", "phoneNumberId": "1", "accountId": "2", "token": "t", "appSecret": "s"},
	"add-canned-reply":   map[string]string{"shortcut": "hi", "title": "Greeting", "text": "Hello"},
	"add-document":       map[string]string{"title": "x", "text": "x"},
	"add-label":          map[string]string{"name": "Returns", "colour": "red"},
	"bulk-conversations": map[string]any{"ids": []string{"some"}, "action": "read"},
	"change-tenant":      map[string]string{"name": "x"},
	"invite":             map[string]string{"email": "x@acme.example", "role": "viewer"},
	"make-key":           map[string]any{"name": "x", "scopes": []string{"tenant:read"}},
	"write-on-phone":     map[string]string{"text": "x"},
}

// Who is refused stands in the log, with where they came from, and nothing of what they typed.
func TestWhoIsRefusedStandsInTheLog(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		viewer := w.Member(w.Acme, "viewer@acme.example", "viewer")
		if code := w.Asks(viewer, http.MethodPatch, "/api/tenant", map[string]string{"name": "Mine"}, nil); code != http.StatusForbidden {
			t.Fatalf("a viewer changing the workspace: %d", code)
		}
		typed := map[string]string{"email": "owner@acme.example", "password": "quicksilver and gunpowder"}
		if code := w.Asks(testkit.Tenant{}, http.MethodPost, "/api/auth/sign-in", typed, nil); code != http.StatusUnauthorized {
			t.Fatalf("a wrong password: %d", code)
		}
		if code := w.Asks(testkit.Tenant{Token: "stolen.and.changed"}, http.MethodGet, "/api/me", nil, nil); code != http.StatusUnauthorized {
			t.Fatalf("a broken token: %d", code)
		}
		var refused []string
		for _, line := range w.Log.Lines() {
			if strings.Contains(line, "request refused") {
				refused = append(refused, line)
			}
		}
		if len(refused) != 3 || !strings.Contains(refused[0], "kind=forbidden") || !strings.Contains(refused[0], w.Acme.ID) {
			t.Errorf("refused: %q", refused)
		}
		for _, line := range refused {
			if !strings.Contains(line, "address=127.0.0.1") || strings.Contains(line, "quicksilver") || strings.Contains(line, "owner@") || strings.Contains(line, "stolen") {
				t.Errorf("the line is %q", line)
			}
		}
	})
}

package app_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/llm/llmfake"
	"parley/internal/tenant"
	"parley/internal/testkit"
	"parley/internal/whatsapp/metasim"
)

// silent are the operations after which no open page shows anything else than before, and why.
var silent = map[string]string{
	"change-password":     "closes the sockets of its user, and whoever comes back reads everything again",
	"end-session":         "closes the sockets of its user",
	"sign-out":            "ends the session of this browser, whose tabs tell each other",
	"sign-out-everywhere": "closes the sockets of its user",
	"switch-tenant":       "changes what this tab shows, not what others show",
	"sign-in":             "is the beginning of a page",
	"refresh":             "renews a token",
	"register":            "makes a workspace that no page shows yet",
	"set-up":              "happens before there is anybody with a page",
	"forgot-password":     "sends a letter",
	"reset-password":      "closes the sockets of its user",
	"look-at-invitation":  "reads",
	"set-language":        "changes the letters of one person",
	"make-reset-link":     "makes a link that is shown to whoever asked for it",
}

// change is an operation that changes something, and the hint that open pages hear of it.
type change struct {
	id   string
	hint string
	do   func() (status int)
}

// Whatever the API changes, every open page of the tenant hears of within moments, and no page of another tenant. An
// operation that is new fails here until it says what is heard of it.
func TestEveryChangeIsHintedToOpenPages(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{Secret: shopSecret}, func(t *testing.T, w *testkit.World) {
		w.Quiet(w.Acme, 0)
		changes := allChanges(t, w)
		told := map[string]bool{}
		page, other := opens(t, w, w.Acme), opens(t, w, w.Zeta)
		var slowest time.Duration
		for _, c := range changes {
			w.Settles()
			page.forgets()
			began := time.Now()
			if code := c.do(); code >= 300 {
				t.Errorf("%s said %d", c.id, code)
				continue
			}
			page.hears(c.hint)
			slowest = max(slowest, time.Since(began))
			told[c.id] = true
		}
		t.Logf("the slowest change was heard of after %s, the call included", slowest.Round(time.Millisecond))
		left := maps.Clone(silent)
		for _, o := range operations(t, w) {
			delete(left, o.id)
			if _, is := silent[o.id]; o.method != http.MethodGet && !is && !told[o.id] {
				t.Errorf("%s changes something, and this test does not know what is heard of it", o.id)
			}
		}
		if len(left) > 0 {
			t.Errorf("these operations are no more: %v", slices.Sorted(maps.Keys(left)))
		}
		w.Settles()
		for _, frame := range other.forgets() {
			if strings.Contains(frame, `"kind"`) && !strings.Contains(frame, "tenant.changed") { // somebody of Zeta joins Acme
				t.Errorf("Zeta heard %s", frame)
			}
		}
	})
}

// allChanges are all operations that change something, in an order in which each can be done.
func allChanges(t *testing.T, w *testkit.World) []change {
	t.Helper()
	w.Model.Otherwise(llmfake.Text("Hello."))
	w.Meta.FailNext(1, faultCode(131047))
	w.Hears(w.Acme, testkit.Ada, "Hello")
	w.Settles()
	failed := w.Thread(w.Acme, w.Only(w.Acme).ID)[1].ID
	w.Meta.FailNext(-1, metasim.Fault{Files: metasim.LookUp, Code: 100})
	lost := attaches(t, w, metasim.Attachment{Kind: "image", MIME: "image/jpeg", Data: picture(10)}).ID
	w.Meta.Heal()
	talk := w.Only(w.Acme)
	w.Hears(w.Acme, testkit.Ben, "Hello")
	w.Settles()
	b := &book{w: w, member: w.Member(w.Acme, "viewer@acme.example", tenant.Viewer)}
	for _, one := range w.Inbox(w.Acme, "") {
		if one.ID != talk.ID {
			b.goes = one.Contact.ID
		}
	}
	b.template = reads(t, w, w.Acme).id("we_are_back")
	return slices.Concat(b.ofConversation(talk.ID, failed, lost), b.ofContacts(talk.Contact.ID), b.ofSettings(), b.ofTeam(), b.ofPhone(),
		b.ofNumbers(), b.ofErasing(talk.Contact.ID))
}

// book writes down changes; what some of them make, others need.
type book struct {
	w      *testkit.World
	member testkit.Tenant
	goes   string // a contact that becomes a part of another
	// template is the id of one without variables
	template string
}

// asks is an operation that is called with a body; out, when not nil, takes the answer.
func (b *book) asks(id, method, path string, body any, hint string, out any) change {
	return change{id, hint, func() int { return b.w.Asks(b.w.Acme, method, path, body, out) }}
}

func (b *book) ofConversation(id, failed, lost string) []change {
	changed, added := hint("conversation.changed", "conversationId", id), hint("message.added", "conversationId", id)
	altered := hint("message.changed", "conversationId", id)
	at := func(op, verb string, body any, hint string) change {
		return b.asks(op, http.MethodPost, "/api/conversations/"+id+"/"+verb, body, hint, nil)
	}
	var label made
	return []change{
		b.asks("send-again", http.MethodPost, "/api/messages/"+failed+"/retry", nil, altered, nil),
		b.asks("fetch-file-again", http.MethodPost, "/api/messages/"+lost+"/media/fetch", nil, altered, nil),
		at("mark-read", "read", nil, changed),
		at("assign-conversation", "assign", map[string]string{"userId": b.w.Acme.Owner.UserID()}, changed),
		at("snooze-conversation", "snooze", map[string]string{"until": b.w.Now().Add(time.Hour).Format(time.RFC3339)}, changed),
		at("unsnooze-conversation", "unsnooze", nil, changed),
		at("hand-back", "handback", nil, changed),
		at("take-over", "takeover", nil, changed),
		at("send-message", "messages", map[string]string{"text": "Hello"}, added),
		at("send-template", "template", map[string]string{"templateId": b.template}, added),
		at("add-note", "notes", map[string]string{"text": "Hello"}, added),
		{"send-file", added, func() int {
			code, _ := b.w.SendsFile(b.w.Acme, id, "hours.txt", []byte(hours), "")
			return code
		}},
		at("close-conversation", "close", nil, changed),
		at("reopen-conversation", "reopen", nil, changed),
		b.asks("change-conversation", http.MethodPatch, "/api/conversations/"+id, map[string]string{"mode": "off"}, changed, nil),
		b.asks("add-label", http.MethodPost, "/api/labels", map[string]string{"name": "Returns", "colour": "red"}, hint("label.changed"), &label),
		{"set-labels", changed, func() int {
			return b.w.Asks(b.w.Acme, http.MethodPut, "/api/conversations/"+id+"/labels", map[string][]string{"labelIds": {label.ID}}, nil)
		}},
		b.asks("bulk-conversations", http.MethodPost, "/api/conversations/bulk", map[string]any{"ids": []string{id}, "action": "close"}, changed, nil),
		{"change-label", hint("label.changed"), func() int {
			return b.w.Asks(b.w.Acme, http.MethodPatch, "/api/labels/"+label.ID, map[string]string{"name": "Sent back"}, nil)
		}},
		{"delete-label", hint("label.changed"), func() int {
			return b.w.Asks(b.w.Acme, http.MethodDelete, "/api/labels/"+label.ID, nil, nil)
		}},
	}
}

func (b *book) ofContacts(id string) []change {
	changed := hint("contact.changed", "contactId", id)
	at := "/api/contacts/" + id
	return []change{
		b.asks("change-contact", http.MethodPatch, at, map[string]string{"name": "Ada L."}, changed, nil),
		b.asks("record-consent", http.MethodPost, at+"/consents", bodies["record-consent"], changed, nil),
		{"merge-contacts", hint("contact.changed"), func() int {
			return b.w.Asks(b.w.Acme, http.MethodPost, at+"/merge", map[string]string{"contactId": b.goes}, nil)
		}},
		{"import-contacts", hint("contact.changed"), func() int {
			answer, _ := b.w.SendsSheet(b.w.Acme, "/api/contacts/import", "phone,name\n+447700900199,Cem\n")
			return answer.StatusCode
		}},
	}
}

func (b *book) ofSettings() []change {
	var reply, document made
	var key struct {
		Key made `json:"key"`
	}
	text := map[string]string{"shortcut": "hi", "title": "Greeting", "text": "Hello"}
	return []change{
		b.asks("change-tenant", http.MethodPatch, "/api/tenant", map[string]string{"name": "Acme & Sons"}, hint("tenant.changed"), nil),
		b.asks("add-canned-reply", http.MethodPost, "/api/canned-replies", text, hint("canned_reply.changed"), &reply),
		{"change-canned-reply", hint("canned_reply.changed"), func() int {
			return b.w.Asks(b.w.Acme, http.MethodPut, "/api/canned-replies/"+reply.ID, text, nil)
		}},
		{"delete-canned-reply", hint("canned_reply.changed"), func() int {
			return b.w.Asks(b.w.Acme, http.MethodDelete, "/api/canned-replies/"+reply.ID, nil, nil)
		}},
		b.asks("add-document", http.MethodPost, "/api/documents", map[string]string{"title": "Hours", "text": hours}, hint("document.changed"), &document),
		{"remove-document", hint("document.changed"), func() int {
			return b.w.Asks(b.w.Acme, http.MethodDelete, "/api/documents/"+document.ID, nil, nil)
		}},
		b.asks("make-key", http.MethodPost, "/api/keys",
			map[string]any{"name": "Till", "scopes": []string{"contacts:read"}}, hint("key.changed"), &key),
		{"revoke-key", hint("key.changed"), func() int {
			return b.w.Asks(b.w.Acme, http.MethodDelete, "/api/keys/"+key.Key.ID, nil, nil)
		}},
	}
}

func (b *book) ofTeam() []change {
	var cem, zoe, dan invited
	invites := func(email string, out *invited) change {
		return b.asks("invite", http.MethodPost, "/api/invitations",
			map[string]string{"email": email, "role": "agent"}, hint("invitation.changed"), out)
	}
	who := b.w.Asks // as the owner, of a member
	var member made
	var team struct {
		Items []struct {
			made
			Email string `json:"email"`
		} `json:"items"`
	}
	who(b.w.Acme, http.MethodGet, "/api/team", nil, &team)
	for _, one := range team.Items {
		if one.Email == b.member.Email {
			member = one.made
		}
	}
	return []change{
		invites("dan@acme.example", &dan),
		{"invite-again", hint("invitation.changed"), func() int {
			return b.w.Asks(b.w.Acme, http.MethodPost, "/api/invitations/"+dan.Invitation.ID+"/resend", nil, nil)
		}},
		{"revoke-invitation", hint("invitation.changed"), func() int {
			return b.w.Asks(b.w.Acme, http.MethodDelete, "/api/invitations/"+dan.Invitation.ID, nil, nil)
		}},
		invites("cem@acme.example", &cem),
		{"accept-invitation", hint("tenant.changed"), func() int {
			return b.w.Asks(testkit.Tenant{}, http.MethodPost, "/api/auth/accept",
				map[string]string{"token": cem.token(), "name": "Cem", "password": "a long password of mine"}, nil)
		}},
		invites(b.w.Zeta.Email, &zoe),
		{"join", hint("tenant.changed"), func() int {
			return b.w.Asks(b.w.Zeta, http.MethodPost, "/api/auth/join", map[string]string{"token": zoe.token()}, nil)
		}},
		b.asks("change-role", http.MethodPatch, "/api/team/"+member.ID, map[string]string{"role": "agent"}, hint("tenant.changed"), nil),
		b.asks("remove-member", http.MethodDelete, "/api/team/"+member.ID, nil, hint("tenant.changed"), nil),
	}
}

func (b *book) ofNumbers() []change {
	addShop(b.w)
	changed := hint("channel.changed")
	var shop connecting
	of := func(op, method, verb string, body any) change {
		return change{op, changed, func() int {
			return b.w.Asks(b.w.Acme, method, "/api/channels/"+shop.Channel.ID+verb, body, nil)
		}}
	}
	return []change{
		b.asks("connect-channel", http.MethodPost, "/api/channels", numberForm(nil), changed, &shop),
		of("rename-channel", http.MethodPatch, "", map[string]string{"name": "Corner shop"}),
		of("check-channel", http.MethodPost, "/check", nil),
		of("renew-channel-token", http.MethodPut, "/token", map[string]string{"token": "the-token-of-the-shop"}),
		of("read-templates", http.MethodPost, "/templates/read", nil),
		of("disconnect-channel", http.MethodPost, "/disconnect", map[string]string{"name": "Corner shop"}),
	}
}

// ofErasing comes last: nothing can be done with the contact afterwards.
func (b *book) ofErasing(contactID string) []change {
	return []change{b.asks("erase-contact", http.MethodPost, "/api/contacts/"+contactID+"/erase",
		map[string]string{"name": "Ada L."}, hint("contact.changed", "contactId", contactID), nil)}
}

func (b *book) ofPhone() []change {
	return []change{
		b.asks("write-on-phone", http.MethodPost, "/api/demo/messages", map[string]string{"text": "Hello"}, hint("message.added"), nil),
		b.asks("reset-phone", http.MethodPost, "/api/demo/reset", nil, hint("channel.changed"), nil),
	}
}

type made struct {
	ID string `json:"id"`
}

type invited struct {
	Invitation made   `json:"invitation"`
	Link       string `json:"link"`
}

// token is what the link of an invitation ends in.
func (i invited) token() string {
	_, token, _ := strings.Cut(i.Link, "#")
	return token
}

// hint is how a hint begins on the wire.
func hint(kind string, names ...string) string {
	parts := []string{`"kind":"` + kind + `"`}
	for pair := range slices.Chunk(names, 2) {
		parts = append(parts, `"`+pair[0]+`":"`+pair[1]+`"`)
	}
	return strings.Join(parts, ",")
}

// forgets gives what was heard so far, and waits for it no more.
func (d *dashboard) forgets() (frames []string) {
	for {
		select {
		case frame := <-d.frames:
			frames = append(frames, frame)
		default:
			return frames
		}
	}
}

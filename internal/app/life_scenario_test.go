package app_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/llm/llmfake"
	"parley/internal/testkit"
	"parley/internal/whatsapp/metasim"
)

// asked is the last thing the model was asked, whole.
func asked(w *testkit.World) string {
	var all strings.Builder
	for _, m := range w.Model.Last().Messages {
		all.WriteString(m.Text + "\n")
	}
	return all.String()
}

func TestAnEditBeforeTheAnswerIsThoughtOfAgain(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Quiet(w.Acme, 0)
		w.Model.Otherwise(llmfake.Text("How can I help you?"))
		w.Model.Hold()
		id := w.Hears(w.Acme, testkit.Ada, "Are you there on Sunday?")
		must(t, w.Model.WaitFor(waitContext(t), 1))
		_, err := w.Meta.Edit(waitContext(t), w.Acme.Number, testkit.Ada, id, "Are you there on Monday?")
		must(t, err)
		must(t, w.Model.WaitFor(waitContext(t), 2))
		w.Model.Release()
		w.Settles()
		if said := asked(w); !strings.Contains(said, "Monday") || strings.Contains(said, "Sunday") {
			t.Fatalf("the model was asked %s", said)
		}
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 1 {
			t.Fatalf("Ada got %q", got)
		}
		talk := w.Only(w.Acme)
		lines := readsLines(t, w, w.Acme, talk.ID)
		if len(lines) != 2 || lines[0].Text != "Are you there on Monday?" || lines[0].EditedAt == nil ||
			len(lines[0].Wordings) != 1 || lines[0].Wordings[0].Text != "Are you there on Sunday?" {
			t.Fatalf("the thread is %+v", lines)
		}
	})
}

func TestAnEditAfterTheAnswerIsShownAndNotAnswered(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Quiet(w.Acme, 0)
		w.Model.Otherwise(llmfake.Text("How can I help you?"))
		id := w.Hears(w.Acme, testkit.Ada, "one")
		w.Settles()
		for _, words := range []string{"two", "three"} {
			_, err := w.Meta.Edit(waitContext(t), w.Acme.Number, testkit.Ada, id, words)
			must(t, err)
		}
		w.Settles()
		if n := w.Model.Calls(); n != 1 {
			t.Fatalf("the model was asked %d times", n)
		}
		line := readsLines(t, w, w.Acme, w.Only(w.Acme).ID)[0]
		if line.EditedAt == nil || line.Text == "one" {
			t.Fatalf("the line is %+v", line)
		}
	})
}

func TestADeletedMessageThatNobodyAnsweredIsOwedNothing(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Quiet(w.Acme, 0)
		w.Model.Otherwise(llmfake.Text("How can I help you?"))
		w.Model.Hold()
		id := w.Hears(w.Acme, testkit.Ada, "Wrong chat, sorry")
		must(t, w.Model.WaitFor(waitContext(t), 1))
		_, err := w.Meta.Revoke(waitContext(t), w.Acme.Number, testkit.Ada, id)
		must(t, err)
		w.Model.Release()
		w.Settles()
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 0 {
			t.Fatalf("Ada got %q", got)
		}
		talk := w.Only(w.Acme)
		lines := readsLines(t, w, w.Acme, talk.ID)
		if len(lines) != 1 || lines[0].DeletedAt == nil || talk.LastMessage.Sender == "customer" || talk.Handler != "ai" {
			t.Fatalf("the thread is %+v of %+v", lines, talk)
		}
		if w.Verb(w.Acme, talk.ID, "takeover"); w.Verb(w.Acme, talk.ID, "handback") != http.StatusOK {
			t.Fatal("it could not be handed back")
		}
		w.Settles()
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 0 {
			t.Fatalf("after handing it back Ada got %q", got)
		}
	})
}

func TestOfTwoMessagesTheDeletedOneIsNotAnswered(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Quiet(w.Acme, 0)
		w.Model.Otherwise(llmfake.Text("How can I help you?"))
		w.Model.Hold()
		w.Hears(w.Acme, testkit.Ada, "Do you sell oak?")
		id := w.Hears(w.Acme, testkit.Ada, "My secret is plum")
		_, err := w.Meta.Revoke(waitContext(t), w.Acme.Number, testkit.Ada, id)
		must(t, err)
		w.Model.Release()
		w.Settles()
		if said := asked(w); !strings.Contains(said, "oak") || strings.Contains(said, "plum") {
			t.Fatalf("the model was asked %s", said)
		}
		if got := w.Answers(w.Acme, testkit.Ada); len(got) != 1 {
			t.Fatalf("Ada got %q", got)
		}
	})
}

func TestNobodyChangesWhatTheOtherSideSaid(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Quiet(w.Acme, 0)
		w.Model.Otherwise(llmfake.Text("How can I help you?"))
		w.Hears(w.Acme, testkit.Ada, "Hello")
		w.Hears(w.Acme, testkit.Ben, "Hello")
		w.Settles()
		ours := w.Meta.Thread(w.Acme.Number, testkit.Ada.Key()).Lines[1].ID
		bens := w.Meta.Thread(w.Acme.Number, testkit.Ben.Key()).Lines[0].ID
		for _, id := range []string{ours, bens} {
			_, err := w.Meta.Revoke(waitContext(t), w.Acme.Number, testkit.Ada, id)
			must(t, err)
			_, err = w.Meta.Edit(waitContext(t), w.Acme.Number, testkit.Ada, id, "forged")
			must(t, err)
		}
		w.Settles()
		for _, talk := range w.Inbox(w.Acme, "all") {
			for _, l := range readsLines(t, w, w.Acme, talk.ID) {
				if l.Kind == "text" && (l.DeletedAt != nil || l.EditedAt != nil) {
					t.Errorf("it was changed: %+v", l)
				}
			}
		}
	})
}

func TestReactionsStandAtTheirMessage(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Quiet(w.Acme, 0)
		w.Model.Otherwise(llmfake.Text("How can I help you?"))
		w.Hears(w.Acme, testkit.Ada, "Hello")
		w.Settles()
		ours := w.Meta.Thread(w.Acme.Number, testkit.Ada.Key()).Lines[1].ID
		react := func(emoji string) []struct{ By, Emoji string } {
			_, err := w.Meta.React(waitContext(t), w.Acme.Number, testkit.Ada, ours, emoji)
			must(t, err)
			w.Settles()
			lines := readsLines(t, w, w.Acme, w.Only(w.Acme).ID)
			if len(lines) != 2 {
				t.Fatalf("the thread is %+v", lines)
			}
			return lines[1].Reactions
		}
		if got := react("👍"); len(got) != 1 || got[0].Emoji != "👍" || got[0].By != "customer" {
			t.Fatalf("after one: %+v", got)
		}
		if got := react("🎉"); len(got) != 1 || got[0].Emoji != "🎉" {
			t.Fatalf("after another: %+v", got)
		}
		if got := react(""); len(got) != 0 {
			t.Fatalf("after it was taken away: %+v", got)
		}
		talk := w.Only(w.Acme)
		if w.Model.Calls() != 1 || talk.Unread != 0 || talk.Answering || talk.LastMessage.Sender != "ai" {
			t.Fatalf("%d calls, %+v", w.Model.Calls(), talk)
		}
	})
}

// Meta delivers in parallel: what is said about a message may be here before the message.
func TestWhatIsSaidAboutAMessageWaitsForIt(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Quiet(w.Acme, 0)
		w.Model.Otherwise(llmfake.Text("How can I help you?"))
		const id = "wamid.late"
		_, err := w.Meta.React(waitContext(t), w.Acme.Number, testkit.Ada, id, "👍")
		must(t, err)
		talk := w.Only(w.Acme)
		if lines := readsLines(t, w, w.Acme, talk.ID); len(lines) != 1 || lines[0].Kind != "reaction" {
			t.Fatalf("before it is there: %+v", lines)
		}
		w.Delivers(w.Acme, w.Body(w.Acme, testkit.Ada, id, "Hello"))
		w.Eventually("the reaction has found its message", func() bool {
			lines := readsLines(t, w, w.Acme, talk.ID)
			return lines[0].Kind == "text" && len(lines[0].Reactions) == 1
		})
		w.Settles()
	})
}

func TestAQuotePointsToTheMessageItMeans(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Quiet(w.Acme, 0)
		w.Model.Otherwise(llmfake.Text("How can I help you?"))
		w.Hears(w.Acme, testkit.Ada, "Hello")
		w.Settles()
		ours := w.Meta.Thread(w.Acme.Number, testkit.Ada.Key()).Lines[1].ID
		for _, quoted := range []string{ours, "wamid.of-another-app"} {
			_, err := w.Meta.Say(waitContext(t), w.Acme.Number, testkit.Ada, metasim.Inbound{Type: "text", Text: "That one", ReplyTo: quoted})
			must(t, err)
			w.Settles()
		}
		lines := readsLines(t, w, w.Acme, w.Only(w.Acme).ID)
		known, unknown := lines[2].Quote, lines[4].Quote
		if known == nil || known.ID != lines[1].ID || !strings.Contains(known.Text, "How can I help") {
			t.Errorf("it quotes %+v", known)
		}
		if unknown == nil || unknown.ID != "" {
			t.Errorf("what is not here is quoted as %+v", unknown)
		}
	})
}

func TestAReplyFromThePhoneStopsTheAI(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Quiet(w.Acme, 0)
		w.Model.Otherwise(llmfake.Text("too late"))
		w.Model.Hold()
		w.Hears(w.Acme, testkit.Ada, "Hello?")
		must(t, w.Model.WaitFor(waitContext(t), 1))
		said, err := w.Meta.Echo(waitContext(t), w.Acme.Number, testkit.Ada, "Jo here, one moment")
		must(t, err)
		w.Model.Release()
		w.Settles()
		talk := w.Only(w.Acme)
		if got := w.Answers(w.Acme, testkit.Ada); !slices.Equal(got, []string{"Jo here, one moment"}) || talk.Handler != "human" {
			t.Fatalf("Ada got %q; %+v", got, talk)
		}
		// In the app it is edited, reacted to, and taken back.
		about := func(kind string, content any) {
			raw, err := json.Marshal(content)
			must(t, err)
			_, err = w.Meta.EchoOf(waitContext(t), w.Acme.Number, testkit.Ada, metasim.Inbound{Type: kind, Content: raw})
			must(t, err)
		}
		about("edit", map[string]any{"original_message_id": said, "message": map[string]any{"type": "text", "text": map[string]string{"body": "Jo here"}}})
		first := w.Meta.Thread(w.Acme.Number, testkit.Ada.Key()).Lines[0].ID
		about("reaction", map[string]string{"message_id": first, "emoji": "🙏"})
		lines := readsLines(t, w, w.Acme, talk.ID)
		if lines[1].Text != "Jo here" || lines[1].EditedAt == nil || len(lines[0].Reactions) != 1 || lines[0].Reactions[0].By != "business" {
			t.Fatalf("the thread is %+v", lines)
		}
		about("revoke", map[string]string{"original_message_id": said})
		if lines = readsLines(t, w, w.Acme, talk.ID); lines[1].DeletedAt == nil {
			t.Fatalf("the thread is %+v", lines)
		}
		w.Settles()
	})
}

// past is a history of a customer's, out of order.
func past(at time.Time) []metasim.PastLine {
	return []metasim.PastLine{
		{ID: "wamid.h2", From: metasim.FromBusiness, Text: "We do.", At: at.Add(time.Minute)},
		{ID: "wamid.h1", From: metasim.FromCustomer, Text: "Do you sell oak?", At: at},
		{ID: "wamid.h3", From: metasim.FromCustomer, Type: "media_placeholder", At: at.Add(2 * time.Minute)},
	}
}

func TestAnImportedHistoryIsNoNews(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Quiet(w.Acme, 0)
		w.Model.Otherwise(llmfake.Text("How can I help you?"))
		long := w.Now().Add(-30 * 24 * time.Hour)
		for range 2 { // it comes again, as everything does
			must(t, w.Meta.History(waitContext(t), w.Acme.Number, testkit.Ada, past(long)...))
		}
		w.Settles()
		if all := w.Inbox(w.Acme, "all"); len(all) != 0 {
			t.Fatalf("the inbox has %+v", all)
		}
		talk := w.Only(w.Acme)
		if w.Model.Calls() != 0 || talk.Unread != 0 || talk.Answering || talk.Status != "closed" {
			t.Fatalf("%d calls, %+v", w.Model.Calls(), talk)
		}
		w.Hears(w.Acme, testkit.Ada, "And beech?")
		w.Settles()
		// A piece that is older still comes after the customer has written.
		must(t, w.Meta.History(waitContext(t), w.Acme.Number, testkit.Ada, metasim.PastLine{
			ID: "wamid.h0", From: metasim.FromCustomer, Text: "Hello", At: long.Add(-time.Hour),
		}))
		w.Settles()
		var texts []string
		lines := readsLines(t, w, w.Acme, talk.ID)
		for _, l := range lines {
			texts = append(texts, l.Sender+" "+l.Text)
		}
		want := []string{"customer Hello", "customer Do you sell oak?", "agent We do.", "customer ", "customer And beech?"}
		if len(texts) != 6 || !slices.Equal(texts[:5], want) {
			t.Fatalf("the thread is %q", texts)
		}
		talk = w.Only(w.Acme)
		if talk.Unread != 0 || talk.Status != "active" || len(w.Answers(w.Acme, testkit.Ada)) != 1 || w.Model.Calls() != 1 {
			t.Fatalf("%+v, %d calls", talk, w.Model.Calls())
		}
		// Paging upwards reaches all of it, and nothing twice.
		seen := map[string]bool{}
		before := ""
		for range 10 {
			var page struct{ Items []shownLine }
			w.Asks(w.Acme, http.MethodGet, "/api/conversations/"+talk.ID+"/messages?limit=2"+before, nil, &page)
			if len(page.Items) == 0 {
				break
			}
			for _, l := range page.Items {
				seen[l.ID] = true
			}
			raw, err := json.Marshal(page.Items[0].Seq)
			must(t, err)
			before = "&before=" + string(raw)
		}
		if len(seen) != len(lines) {
			t.Fatalf("paging found %d lines of %d", len(seen), len(lines))
		}
	})
}

func TestACustomerWithANewNumberIsTheSameAndTheOldNumbersHolderIsNot(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Quiet(w.Acme, 0)
		w.Model.Otherwise(llmfake.Text("How can I help you?"))
		before := metasim.Customer{WaID: "447700900123", BSUID: "GB.11223344556677889900", Name: "Marta"}
		after := metasim.Customer{WaID: "447700900456", BSUID: "GB.99887766554433221100", Name: "Marta"}
		w.Hears(w.Acme, before, "Hello")
		w.Settles()
		_, err := w.Meta.ChangeNumber(waitContext(t), w.Acme.Number, before, after)
		must(t, err)
		w.Hears(w.Acme, after, "It is me")
		w.Settles()
		talk := w.Only(w.Acme)
		if talk.Contact.Phone != after.WaID || len(w.Answers(w.Acme, after)) != 1 {
			t.Fatalf("%+v; at the new number: %q", talk, w.Answers(w.Acme, after))
		}
		lines := readsLines(t, w, w.Acme, talk.ID)
		if lines[2].Kind != "system" {
			t.Fatalf("the thread is %+v", lines)
		}
		if code := w.Replies(w.Acme, talk.ID, "To the new number"); code != http.StatusCreated {
			t.Fatalf("replying said %d", code)
		}
		w.Settles()
		if got := w.Answers(w.Acme, after); len(got) != 2 {
			t.Fatalf("at the new number: %q", got)
		}
		// The old number was given to somebody else.
		w.Hears(w.Acme, metasim.Customer{WaID: before.WaID, Name: "Somebody else"}, "Hello")
		w.Settles()
		if all := w.Inbox(w.Acme, "all"); len(all) != 2 {
			t.Fatalf("the old number's new holder is in %+v", all)
		}
	})
}

// A new number without ids that tie both ends is a hint: people see it, and nobody's history goes anywhere.
func TestANewNumberAloneIsAHint(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Quiet(w.Acme, 0)
		w.Model.Otherwise(llmfake.Text("How can I help you?"))
		before, after := metasim.Customer{WaID: "447700900123", Name: "Marta"}, metasim.Customer{WaID: "447700900456", Name: "Marta"}
		w.Hears(w.Acme, before, "Hello")
		_, err := w.Meta.ChangeNumber(waitContext(t), w.Acme.Number, before, after)
		must(t, err)
		w.Hears(w.Acme, after, "It is me")
		w.Settles()
		if all := w.Inbox(w.Acme, "all"); len(all) != 2 {
			t.Fatalf("there are %+v", all)
		}
	})
}

func TestAWishAboutMarketingIsShownAndQuestionsAreStillAnswered(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Quiet(w.Acme, 0)
		w.Model.Otherwise(llmfake.Text("How can I help you?"))
		w.Hears(w.Acme, testkit.Ada, "Hello")
		w.Settles()
		begun := w.Now().Unix()
		for i, value := range []string{"stop", "stop", "resume"} {
			must(t, w.Meta.TellNumber(waitContext(t), w.Acme.Number, "user_preferences", map[string]any{
				"user_preferences": []any{map[string]any{
					"wa_id": testkit.Ada.WaID, "category": "marketing_messages", "value": value,
					"timestamp": begun - int64(60-20*(i/2)),
				}},
			}))
		}
		w.Hears(w.Acme, testkit.Ada, "Still there?")
		w.Settles()
		var events []string
		for _, l := range readsLines(t, w, w.Acme, w.Only(w.Acme).ID) {
			if l.Kind == "event" {
				events = append(events, l.Text)
			}
		}
		if !slices.Equal(events, []string{"marketing_stopped", "marketing_resumed"}) || len(w.Answers(w.Acme, testkit.Ada)) != 2 {
			t.Fatalf("%q; Ada got %q", events, w.Answers(w.Acme, testkit.Ada))
		}
	})
}

func TestWhatMetaTellsOfAnAccountIsItsTenantsToSee(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		told := json.RawMessage(`{"event":"ACCOUNT_RESTRICTION","restriction_info":[{"restriction_type":"RESTRICTED_CUSTOMER_INITIATED_MESSAGING"}]}`)
		for range 2 {
			must(t, w.Meta.Tell(waitContext(t), w.Acme.Number, "account_update", told))
		}
		must(t, w.Meta.WaitIdle(waitContext(t)))
		events := func(of testkit.Tenant) (all []struct{ Severity, Detail string }) {
			var page struct {
				Items []struct{ Severity, Detail string }
			}
			if code := w.Asks(of, http.MethodGet, "/api/channels/events", nil, &page); code != http.StatusOK {
				t.Fatalf("the events said %d", code)
			}
			return page.Items
		}
		acme := events(w.Acme)
		if len(acme) == 0 || acme[0].Severity != "critical" || !strings.Contains(acme[0].Detail, "No replies can be sent") {
			t.Fatalf("Acme sees %+v", acme)
		}
		if zeta := events(w.Zeta); len(zeta) != 0 {
			t.Fatalf("Zeta sees %+v", zeta)
		}
		// A tenant that signs for another's account is not believed.
		forged := metasim.AccountBody("account-"+w.Acme.Number, "account_update", told, w.Now())
		if code := w.Posts(w.Zeta.Key, testkit.ZetaSecret, forged); code != http.StatusOK {
			t.Fatalf("the forged webhook said %d", code)
		}
		if again := events(w.Acme); len(again) != len(acme) {
			t.Fatalf("after the forged one Acme sees %+v", again)
		}
	})
}

func TestACallOpensTheWindowAndIsNotAnsweredInWriting(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		w.Quiet(w.Acme, 0)
		w.Model.Otherwise(llmfake.Text("How can I help you?"))
		call := func(event string, more map[string]any) {
			one := map[string]any{
				"id": "wacid.1", "from": testkit.Ada.WaID, "to": "1", "event": event, "direction": "USER_INITIATED",
				"timestamp": w.Now().Unix(),
			}
			for k, v := range more {
				one[k] = v
			}
			must(t, w.Meta.TellNumber(waitContext(t), w.Acme.Number, "calls", map[string]any{"calls": []any{one}}))
		}
		call("connect", nil)
		call("connect", nil)
		call("terminate", map[string]any{"status": "COMPLETED", "duration": 125})
		w.Settles()
		var talk struct{ WindowUntil *time.Time }
		id := w.Only(w.Acme).ID
		w.Asks(w.Acme, http.MethodGet, "/api/conversations/"+id, nil, &talk)
		if talk.WindowUntil == nil || talk.WindowUntil.Before(w.Now().Add(23*time.Hour)) || w.Model.Calls() != 0 {
			t.Fatalf("the window: %v, %d calls of the model", talk.WindowUntil, w.Model.Calls())
		}
		if lines := readsLines(t, w, w.Acme, id); len(lines) != 2 || lines[0].Kind != "call" || lines[0].Payload["call"] == nil {
			t.Fatalf("the thread is %+v", lines)
		}
	})
}

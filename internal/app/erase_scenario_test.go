package app_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/actor"
	"parley/internal/app"
	"parley/internal/db/dbtest"
	"parley/internal/llm/llmfake"
	"parley/internal/seal"
	"parley/internal/tenant"
	"parley/internal/testkit"
	"parley/internal/whatsapp/metasim"
)

// erin is who asks to be erased. Every word of hers stands nowhere else in the world.
var erin = metasim.Customer{WaID: "491715550199", BSUID: "DE.77112233445566", Name: "Erinquist Vandermolen"}

// ofErin are the marks of her that must be nowhere afterwards: who she is, and words of everything that was said.
var ofErin = []string{
	erin.WaID, erin.BSUID, "erinquist", "vandermolen", "harpsichord", "marmalade", "zeppelin", "quicksilver", "basilisk", "tamarind",
	"parsnips", "obelisk", "gondola",
}

// wamidOf is an id as Meta makes them: it holds the customer's number.
func wamidOf(c metasim.Customer, n int) string {
	return "wamid." + base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "\x1d\x0c%s\x15\x02\x00\x12\x18%014d", c.WaID, n))
}

// eachErasing runs a test in a world on each database and tells it where SQLite's file is.
func eachErasing(t *testing.T, do func(t *testing.T, w *testkit.World, file string)) {
	t.Helper()
	for _, kind := range dbtest.Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			file := ""
			w := testkit.New(t, kind, testkit.Options{Change: func(o *app.Options) {
				if file = o.DB.Path; file == "" && kind == dbtest.SQLite {
					file = o.DB.URL
				}
			}})
			do(t, w, file)
		})
	}
}

func contactOf(t *testing.T, w *testkit.World, as testkit.Tenant, name string) (id, conversationID string) {
	t.Helper()
	for _, talk := range w.Inbox(as, "all") {
		if talk.Contact.Name == name {
			return talk.Contact.ID, talk.ID
		}
	}
	t.Fatalf("nobody is called %s", name)
	return "", ""
}

// erases asks for an erasure and waits until it is done.
func erases(t *testing.T, w *testkit.World, as testkit.Tenant, contactID, name string) {
	t.Helper()
	var e struct {
		ID       string
		DoneAt   *time.Time
		Messages int
		Left     int
	}
	if code := w.Asks(as, http.MethodPost, "/api/contacts/"+contactID+"/erase", map[string]string{"name": name}, &e); code != http.StatusOK {
		t.Fatalf("erasing said %d", code)
	}
	w.Eventually("it is erased", func() bool {
		code := w.Asks(as, http.MethodGet, "/api/erasures/"+e.ID, nil, &e)
		return code == http.StatusOK && e.DoneAt != nil && e.Left == 0
	})
}

// talksAtLength lets Erin say and send something of every sort, and people keep things about her.
func talksAtLength(t *testing.T, w *testkit.World) (contactID, conversationID string) {
	t.Helper()
	w.Quiet(w.Acme, 0)
	w.Model.Otherwise(llmfake.Text("How can I help you with the parsnips?"))
	w.Delivers(w.Acme, w.Body(w.Acme, erin, wamidOf(erin, 1), "Do you restore a harpsichord?"))
	w.Settles()
	w.Model.Otherwise(llmfake.Text("How can I help you?"))
	w.Delivers(w.Acme, w.Body(w.Acme, erin, wamidOf(erin, 2), "I also like marmalade and a common word"))
	w.Delivers(w.Acme, w.Body(w.Acme, testkit.Ben, wamidOf(testkit.Ben, 3), "Ben says a common word"))
	w.Delivers(w.Zeta, w.Body(w.Zeta, erin, wamidOf(erin, 4), "To Zeta about zeppelins"))
	w.Settles()
	_, err := w.Meta.Attach(waitContext(t), w.Acme.Number, erin, metasim.Attachment{
		Kind: "image", MIME: "image/jpeg", Caption: "My zeppelin", Data: picture(5000),
	})
	must(t, err)
	w.Settles()
	contactID, conversationID = contactOf(t, w, w.Acme, erin.Name)
	w.Eventually("the picture is here", func() bool {
		return slices.ContainsFunc(readsLines(t, w, w.Acme, conversationID), func(l shownLine) bool {
			return l.File != nil && l.File.State == "here"
		})
	})
	for path, in := range map[string]any{
		"/api/conversations/" + conversationID + "/notes": map[string]string{"text": "She keeps quicksilver"},
		"/api/contacts/" + contactID + "/consents":        map[string]any{"topic": "messages", "granted": true, "source": "the basilisk told"},
	} {
		if code := w.Asks(w.Acme, http.MethodPost, path, in, nil); code >= 300 {
			t.Fatalf("%s said %d", path, code)
		}
	}
	if code := w.Asks(w.Acme, http.MethodPatch, "/api/contacts/"+contactID, map[string]any{"attributes": map[string]string{"likes": "tamarind"}}, nil); code != http.StatusOK {
		t.Fatalf("an attribute: %d", code)
	}
	if code := w.Replies(w.Acme, conversationID, "We do, says the obelisk"); code >= 300 {
		t.Fatalf("a reply: %d", code)
	}
	w.Settles()
	if code := w.Posts("", testkit.PlatformSecret, strange(w.Acme.Number)); code != http.StatusOK {
		t.Fatalf("a field nobody knows: %d", code)
	}
	stray := fmt.Sprintf(`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"messaging_product":"whatsapp",
		"metadata":{"phone_number_id":%q},"statuses":[{"id":%q,"status":"sent","timestamp":"1764000000","recipient_id":%q}]}}]}]}`,
		w.Acme.Number, wamidOf(erin, 99), erin.WaID)
	if code := w.Posts("", testkit.PlatformSecret, []byte(stray)); code != http.StatusOK {
		t.Fatalf("a stray status: %d", code)
	}
	w.Settles()
	return contactID, conversationID
}

// strange is a webhook of a field that is only kept; it is of Erin and of Ben.
func strange(number string) []byte {
	return fmt.Appendf(nil, `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"sorcery","value":{
		"metadata":{"phone_number_id":%q},"contacts":[{"wa_id":%q,"profile":{"name":%q}},{"wa_id":%q,"profile":{"name":"Ben"}}],
		"spells":[{"from":%q,"text":{"body":"a gondola"}},{"from":%q,"text":{"body":"Ben's spell"}}]}}]}]}`,
		number, erin.WaID, erin.Name, testkit.Ben.WaID, erin.WaID, testkit.Ben.WaID)
}

// Who asks to be erased is nowhere, in no table and no file, and does not come back.
func TestAnErasedPersonIsNowhere(t *testing.T) {
	t.Parallel()
	eachErasing(t, func(t *testing.T, w *testkit.World, file string) {
		contactID, conversationID := talksAtLength(t, w)
		w.Eventually("her words are found", func() bool { return len(finds(t, w, "marmalade")) == 1 })
		before, kept := counted(t, w), filesOf(t, w, w.Acme)
		if missing := slices.DeleteFunc(slices.Clone(ofErin), func(mark string) bool { return len(standsIn(t, w, mark)) > 0 }); len(missing) > 0 {
			t.Fatalf("the test looks for what never was: %q", missing)
		}

		erases(t, w, w.Acme, contactID, erin.Name)

		for _, mark := range ofErin {
			if tables := standsIn(t, w, mark); len(tables) > 0 {
				t.Errorf("%q stands in %v", mark, tables)
			}
		}
		onDisk(t, w, file)
		if left := filesOf(t, w, w.Acme); kept != 1 || left != 0 {
			t.Errorf("of %d files %d are left", kept, left)
		}
		for _, path := range []string{"/api/contacts/" + contactID, "/api/conversations/" + conversationID, "/api/conversations/" + conversationID + "/messages"} {
			if code := w.Asks(w.Acme, http.MethodGet, path, nil, nil); code != http.StatusNotFound {
				t.Errorf("%s says %d", path, code)
			}
		}
		if after := counted(t, w); after != before {
			t.Errorf("reports counted %s and now %s", before, after)
		}
		if all := w.Inbox(w.Acme, "all"); len(all) != 1 || len(w.Inbox(w.Acme, "closed")) != 0 || len(w.Thread(w.Acme, all[0].ID)) < 2 {
			t.Errorf("of the others there is %+v", all)
		}
		if found := finds(t, w, "common"); len(found) != 1 {
			t.Errorf("Ben's words are found %d times", len(found))
		}
		if id, _ := contactOf(t, w, w.Zeta, erin.Name); id == "" {
			t.Error("Zeta lost its contact")
		}
		staysAway(t, w)
	})
}

// staysAway delivers everything again, and then lets Erin write anew.
func staysAway(t *testing.T, w *testkit.World) {
	t.Helper()
	again := func() {
		for n, text := range map[int]string{1: "Do you restore a harpsichord?", 2: "I also like marmalade and a common word"} {
			if code := w.Delivers(w.Acme, w.Body(w.Acme, erin, wamidOf(erin, n), text)); code != http.StatusOK {
				t.Errorf("delivered again: %d", code)
			}
		}
		w.Settles()
	}
	again()
	if tables := standsIn(t, w, erin.WaID); len(tables) > 0 {
		t.Errorf("delivered again, she is back in %v", tables)
	}
	w.Delivers(w.Acme, w.Body(w.Acme, erin, wamidOf(erin, 5), "Here I am again"))
	w.Settles()
	again()
	_, talk := contactOf(t, w, w.Acme, erin.Name)
	said := 0
	for _, l := range w.Thread(w.Acme, talk) {
		if l.Sender == "customer" {
			said++
		}
	}
	if said != 1 {
		t.Errorf("of her there are %d messages, want the new one alone", said)
	}
}

func TestNoAnswerLeavesAfterAnErasure(t *testing.T) {
	t.Parallel()
	eachErasing(t, func(t *testing.T, w *testkit.World, _ string) {
		w.Quiet(w.Acme, 0)
		w.Model.Otherwise(llmfake.Text("This came too late."))
		w.Model.Hold()
		w.Hears(w.Acme, erin, "Are you there?")
		must(t, w.Model.WaitFor(waitContext(t), 1))
		contactID, _ := contactOf(t, w, w.Acme, erin.Name)
		erases(t, w, w.Acme, contactID, erin.Name)
		w.Model.Release()
		w.Settles()
		if said := w.Answers(w.Acme, erin); len(said) > 0 {
			t.Errorf("after she was erased she was told %q", said)
		}
	})
}

func TestWhoMayEraseAndWhatIsAskedFirst(t *testing.T) {
	t.Parallel()
	eachErasing(t, func(t *testing.T, w *testkit.World, _ string) {
		w.Hears(w.Acme, erin, "Hello")
		w.Settles()
		id, _ := contactOf(t, w, w.Acme, erin.Name)
		viewer := w.Member(w.Acme, "viewer@acme.example", tenant.Viewer)
		for _, c := range []struct {
			as   testkit.Tenant
			name string
			want int
		}{
			{w.Colleague(w.Acme, "agent@acme.example"), erin.Name, http.StatusForbidden},
			{viewer, erin.Name, http.StatusForbidden},
			{w.Zeta, erin.Name, http.StatusNotFound},
			{w.Acme, "Somebody else", http.StatusUnprocessableEntity},
		} {
			if code := w.Asks(c.as, http.MethodPost, "/api/contacts/"+id+"/erase", map[string]string{"name": c.name}, nil); code != c.want {
				t.Errorf("%s asked for %q: %d, want %d", c.as.Email, c.name, code, c.want)
			}
		}
		if answer, _ := w.Fetches(w.Zeta, "/api/contacts/"+id+"/export"); answer.StatusCode != http.StatusNotFound {
			t.Errorf("Zeta exported: %d", answer.StatusCode)
		}
		if got, _ := contactOf(t, w, w.Acme, erin.Name); got != id {
			t.Error("she is not there any more")
		}
	})
}

func TestAnExportHoldsAllOfAPersonAndNothingOfAnother(t *testing.T) {
	t.Parallel()
	eachErasing(t, func(t *testing.T, w *testkit.World, _ string) {
		id, _ := talksAtLength(t, w)
		answer, body := w.Fetches(w.Acme, "/api/contacts/"+id+"/export")
		if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "application/zip" {
			t.Fatalf("%d, %v", answer.StatusCode, answer.Header)
		}
		z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
		must(t, err)
		var text strings.Builder
		pictures := 0
		for _, f := range z.File {
			r, err := f.Open()
			must(t, err)
			raw, err := io.ReadAll(r)
			must(t, err)
			if bytes.Equal(raw, picture(5000)) {
				pictures++
			}
			text.WriteString(strings.ToLower(string(raw)))
		}
		all := text.String()
		for _, mark := range ofErin {
			if mark != "gondola" && !strings.Contains(all, strings.ToLower(mark)) {
				t.Errorf("%q is not in it", mark)
			}
		}
		if pictures != 1 || strings.Contains(all, testkit.Ben.WaID) || strings.Contains(all, "zeppelins") {
			t.Errorf("it holds %d pictures, or something of others", pictures)
		}
		var n int
		must(t, w.DB.As(w.Acme.Owner).QueryRow(t.Context(), `SELECT count(*) FROM audit_entries WHERE tenant_id = $1
			AND action = 'contact.exported' AND target_id = $2`, w.Acme.ID, id).Scan(&n))
		if n != 1 {
			t.Errorf("the audit log knows of %d exports", n)
		}
	})
}

func finds(t *testing.T, w *testkit.World, word string) []testkit.Conversation {
	t.Helper()
	var page struct{ Items []testkit.Conversation }
	if code := w.Asks(w.Acme, http.MethodGet, "/api/conversations?q="+word, nil, &page); code != http.StatusOK {
		t.Fatalf("searching said %d", code)
	}
	return page.Items
}

// counted is what the report says of these days.
func counted(t *testing.T, w *testkit.World) string {
	t.Helper()
	day := w.DB.Now().Time()
	path := "/api/reports?from=" + day.AddDate(0, 0, -1).Format(time.DateOnly) + "&to=" + day.AddDate(0, 0, 1).Format(time.DateOnly)
	var r struct{ Customer, AI, People, Opened, HandedOff int }
	if code := w.Asks(w.Acme, http.MethodGet, path, nil, &r); code != http.StatusOK {
		t.Fatalf("the report said %d", code)
	}
	return fmt.Sprintf("%+v", r)
}

func filesOf(t *testing.T, w *testkit.World, of testkit.Tenant) int {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(w.Files(), of.ID, "*", "*"))
	must(t, err)
	return len(all)
}

// onDisk looks for the words in SQLite's file and what lies beside it. Words of hers that Zeta holds are not looked for.
func onDisk(t *testing.T, w *testkit.World, file string) {
	t.Helper()
	if w.DB.Postgres() {
		return
	}
	all, err := filepath.Glob(file + "*")
	must(t, err)
	if len(all) == 0 {
		t.Fatal("there is no database file")
	}
	for _, path := range all {
		raw, err := os.ReadFile(path)
		must(t, err)
		raw = bytes.ToLower(raw)
		for _, mark := range []string{"harpsichord", "marmalade", "quicksilver", "basilisk", "tamarind", "obelisk"} {
			if n := bytes.Count(raw, []byte(mark)); n > 0 {
				t.Errorf("%q stands %d times in %s", mark, n, filepath.Base(path))
			}
		}
	}
}

// standsIn lists the tables that hold a mark in a row which is not Zeta's, whatever the table and the column: a table that
// is made tomorrow is looked into as well.
func standsIn(t *testing.T, w *testkit.World, mark string) (tables []string) {
	t.Helper()
	for _, table := range tablesOf(t, w) {
		for _, row := range rowsOf(t, w, table) {
			if strings.Contains(row, w.Zeta.ID) || !holds(row, mark) {
				continue
			}
			tables = append(tables, table)
			break
		}
	}
	if table := "webhook_envelopes, opened"; slices.ContainsFunc(envelopes(t, w), func(body string) bool { return holds(body, mark) }) {
		tables = append(tables, table)
	}
	return tables
}

// holds looks for a mark in the clear and inside of what is base64, as Meta's ids are.
func holds(text, mark string) bool {
	text = strings.ToLower(text)
	if strings.Contains(text, strings.ToLower(mark)) {
		return true
	}
	for i := range 3 {
		coded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", i) + mark))
		middle := coded[(i*8+5)/6 : len(coded)-4]
		if len(middle) > 8 && strings.Contains(text, strings.ToLower(middle)) {
			return true
		}
	}
	return false
}

func tablesOf(t *testing.T, w *testkit.World) []string {
	t.Helper()
	if w.DB.Postgres() {
		return column(t, w, `SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables
			WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`)
	}
	return column(t, w, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'`)
}

func rowsOf(t *testing.T, w *testkit.World, table string) []string {
	t.Helper()
	if w.DB.Postgres() {
		return column(t, w, `SELECT k::text FROM `+table+` k`)
	}
	columns := column(t, w, `SELECT 'coalesce(CAST("' || name || '" AS TEXT), '''')' FROM pragma_table_info('`+table+`')`)
	return column(t, w, `SELECT `+strings.Join(columns, ` || '|' || `)+` FROM "`+table+`"`)
}

func column(t *testing.T, w *testkit.World, sql string) (all []string) {
	t.Helper()
	rows, err := w.DB.As(w.Acme.Owner).Query(t.Context(), sql)
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		var v string
		must(t, rows.Scan(&v))
		all = append(all, v)
	}
	must(t, rows.Err())
	return all
}

// envelopes are the bodies that were kept, opened.
func envelopes(t *testing.T, w *testkit.World) (bodies []string) {
	t.Helper()
	box, err := seal.New([]byte("0123456789abcdef0123456789abcdef"))
	must(t, err)
	rows, err := w.DB.As(actor.ForSystem("")).Query(t.Context(), `SELECT id, body_sealed FROM webhook_envelopes`)
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		var id, sealed string
		must(t, rows.Scan(&id, &sealed))
		body, err := box.Open(sealed, "webhook_envelopes.body", id)
		must(t, err)
		bodies = append(bodies, string(body))
	}
	return bodies
}

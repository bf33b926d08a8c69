package whatsapp_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"parley/internal/whatsapp"
)

func webhook(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", "webhooks", name))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func parse(t testing.TB, name string) whatsapp.Delivery {
	t.Helper()
	d, err := whatsapp.Parse(webhook(t, name))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return d
}

func message(t testing.TB, name string) whatsapp.Message {
	t.Helper()
	for _, c := range parse(t, name).Changes {
		if len(c.Messages) > 0 {
			return c.Messages[0]
		}
	}
	t.Fatalf("%s holds no message", name)
	return whatsapp.Message{}
}

func TestParseRefusesOnlyWhatIsNoEnvelope(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		"", " ", "null", "true", "5", `"x"`, "[]", "{}", `{"entry":[]}`, `{"object":""}`,
		`{"object":"whatsapp_business_account"`, `{"object":"whatsapp_business_account"} x`,
		`{"object":"whatsapp_business_account","entry":5}`,
		`{"object":"whatsapp_business_account","entry":{"id":"1"}}`, "\x00", strings.Repeat("[", 20000),
	} {
		if d, err := whatsapp.Parse([]byte(body)); !errors.Is(err, whatsapp.ErrEnvelope) {
			t.Errorf("%.60q: %v, %v", body, d, err)
		}
	}
	for _, body := range []string{
		`{"object":"whatsapp_business_account"}`, `{"object":"whatsapp_business_account","entry":null}`,
		`{"object":"whatsapp_business_account","entry":[null,5,{"changes":[null,7,"x",{}]}]}`,
		`{"object":7}`, "\n{\"object\":\"page\"}",
	} {
		if _, err := whatsapp.Parse([]byte(body)); err != nil {
			t.Errorf("%q: %v", body, err)
		}
	}
}

// value wraps one value of the field messages.
func value(t testing.TB, inner string) whatsapp.Change {
	t.Helper()
	body := `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":` +
		inner + `}]}]}`
	d, err := whatsapp.Parse([]byte(body))
	if err != nil || len(d.Changes) != 1 {
		t.Fatalf("%s: %v, %v", inner, d, err)
	}
	return d.Changes[0]
}

// One field of an unexpected shape costs neither the message nor its neighbours.
func TestParseSurvivesOddShapes(t *testing.T) {
	t.Parallel()
	good := `{"from":"447700900123","id":"wamid.GOOD","timestamp":"1795600800","type":"text","text":{"body":"still here"}}`
	for _, odd := range []string{
		`{"id":"wamid.O","type":"text","text":5}`, `{"id":"wamid.O","type":"text","text":null}`,
		`{"id":"wamid.O","type":["text"]}`,
		`{"id":7,"from":447700900123,"timestamp":{},"type":"text","text":{"body":12.5}}`, `null`, `5`, `[]`, `{}`,
		`{"id":"wamid.O","type":"image","image":"x"}`, `{"id":"wamid.O","type":"contacts","contacts":{"name":1}}`,
		`{"id":"wamid.O","type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"response_json":"not json"}}}`,
		`{"id":"wamid.O","type":"edit","edit":{"message":{"type":"edit","edit":{"message":{"type":"edit"}}}}}`,
		`{"id":"wamid.O","type":"location","location":{"latitude":"52.5","longitude":"x"}}`,
		`{"id":"wamid.O","type":"order","order":{"product_items":[{"quantity":"2","item_price":"1e400"}]}}`,
		`{"id":"wamid.O","type":"system","system":[]}`,
		`{"id":"wamid.O","errors":"none","type":"unsupported","unsupported":1}`,
		`{"id":"wamid.O","type":"audio"}`, `{"id":"wamid.O","type":"button","button":null}`,
		`{"id":"wamid.O","context":"x","type":"x"}`,
	} {
		c := value(t, `{"metadata":7,"contacts":{"a":1},"messages":[`+odd+`,`+good+`],"statuses":"x"}`)
		if n := len(c.Messages); n == 0 || c.Messages[n-1].Text != "still here" {
			t.Errorf("%s: the message after it is lost: %+v", odd, c.Messages)
		}
		for _, m := range c.Messages {
			if _, err := json.Marshal(m.Payload); err != nil {
				t.Errorf("%s: %v", odd, err)
			}
		}
	}
}

func TestTimestampsComeInThreeForms(t *testing.T) {
	t.Parallel()
	want := time.Unix(1795600800, 0).UTC()
	for _, name := range []string{"text_basic.json", "numeric_timestamp.json", "millisecond_timestamp.json"} {
		if got := message(t, name).SentAt; !got.Equal(want) {
			t.Errorf("%s: %v", name, got)
		}
	}
	for _, odd := range []string{`""`, `"soon"`, `-5`, `0`, `null`, `true`, `"1e30"`, `99999999999999999`} {
		c := value(t, `{"messages":[{"id":"wamid.O","type":"text","timestamp":`+odd+`}]}`)
		if got := c.Messages[0].SentAt; !got.IsZero() {
			t.Errorf("%s: %v", odd, got)
		}
	}
}

func TestSendersAreMatchedAndNeverByPosition(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, contacts, message, waID, userID, called string }{
		{
			"by number", `{"wa_id":"1","profile":{"name":"B"}},{"wa_id":"2","profile":{"name":"A"}}`, `"from":"2"`,
			"2", "", "A",
		},
		{
			"by user id", `{"user_id":"GB.1","profile":{"name":"A"}},{"user_id":"GB.2"}`, `"from_user_id":"GB.1"`,
			"", "GB.1", "A",
		},
		{"links both", `{"wa_id":"2","user_id":"GB.2"}`, `"from":"2"`, "2", "GB.2", ""},
		{"the spelling one replies to", `{"wa_id":"5511987654321"}`, `"from":"551187654321"`, "5511987654321", "", ""},
		{"a user id in the place of the number", ``, `"from":"GB.7"`, "", "GB.7", ""},
		{"both", ``, `"from":"GB.7","from_user_id":"GB.8"`, "", "GB.8", ""},
		{"nobody named, one contact", `{"wa_id":"2","user_id":"GB.2"}`, `"type":"text"`, "2", "GB.2", ""},
		{"nobody named, two contacts", `{"wa_id":"2"},{"wa_id":"3"}`, `"type":"text"`, "", "", ""},
		{"somebody else's contact", `{"wa_id":"3","profile":{"name":"Other"}}`, `"from":"2"`, "2", "", ""},
		{"a plus and spaces", ``, `"from":"+44 7700 900123"`, "447700900123", "", ""},
	} {
		c := value(t, `{"contacts":[`+tc.contacts+`],"messages":[{"id":"wamid.X",`+tc.message+`}]}`)
		m := c.Messages[0]
		if m.WaID != tc.waID || m.FromUserID != tc.userID || m.Name != tc.called {
			t.Errorf("%s: %q %q %q", tc.name, m.WaID, m.FromUserID, m.Name)
		}
	}
}

func TestNamesOfStrangersFitOnOneLine(t *testing.T) {
	t.Parallel()
	c := value(t, `{"contacts":[{"wa_id":"2","profile":{"name":" Eve\nAdmin\u0000\u202e gnp.exe\u2066\u0007 ",`+
		`"username":"`+strings.Repeat("ü", 300)+`"}}],"messages":[{"id":"wamid.X","from":"2","type":"text",`+
		`"text":{"body":"a\u0000b"}}]}`)
	m := c.Messages[0]
	if m.Name != "Eve Admin gnp.exe " && m.Name != "Eve Admin gnp.exe" {
		t.Errorf("name %q", m.Name)
	}
	if m.Username != strings.Repeat("ü", 200) {
		t.Errorf("username of %d bytes", len(m.Username))
	}
	if m.Text != "ab" {
		t.Errorf("NUL stayed in %q", m.Text)
	}
}

func TestWhatIsAnswered(t *testing.T) {
	t.Parallel()
	const from = `"id":"wamid.X","from":"447700900123"`
	for _, tc := range []struct {
		message           string
		answerable, opens bool
	}{
		{`"type":"text","text":{"body":"hi"}`, true, true},
		{`"type":"text","text":{"body":" \n\u00a0"}`, false, true},
		{`"text":{"body":"a text without a type"}`, true, true},
		{`"type":"image","image":{"id":"1"}`, true, true},
		{`"type":"voice","voice":{"id":"1"}`, true, true},
		{`"type":"hologram"`, true, true},
		{`"type":"unsupported","unsupported":{"type":"poll_creation"}`, true, true},
		{`"type":"unsupported","unsupported":{"type":"pin"}`, false, true},
		{`"type":"reaction","reaction":{"emoji":"x"}`, false, false},
		{`"type":"system"`, false, false},
		{`"type":"edit"`, false, false},
		{`"type":"revoke"`, false, false},
		{`"type":"request_welcome"`, false, false},
		{`"type":"interactive","interactive":{"call_permission_reply":{"response":"reject"}}`, false, true},
		{`"type":"interactive","interactive":{"type":"product_inquiry"}`, true, true},
		{`"type":"text","text":{"body":"hi"},"group_id":"g"`, false, false},
	} {
		m := value(t, `{"messages":[{`+from+`,`+tc.message+`}]}`).Messages[0]
		if m.Answerable() != tc.answerable || m.OpensWindow() != tc.opens {
			t.Errorf("%s: answerable %t, opens %t", tc.message, m.Answerable(), m.OpensWindow())
		}
	}
	own := value(t, `{"metadata":{"display_phone_number":"+44 7700 900123"},"messages":[{`+from+
		`,"type":"text","text":{"body":"hi"}}]}`)
	if m := own.Messages[0]; !m.FromBusiness || m.Answerable() || m.OpensWindow() {
		t.Errorf("a message from the number itself: %+v", m)
	}
}

func TestFilesKeepWhatIsNeededToFetchThem(t *testing.T) {
	t.Parallel()
	m := message(t, "document_pdf.json").Payload.Media
	if m.Filename != "Rechnung März 2026.pdf" || m.ID != "904411223344561" || m.MIME != "application/pdf" {
		t.Errorf("%+v", m)
	}
	if len(m.SHA256) != 64 || strings.Trim(m.SHA256, "0123456789abcdef") != "" {
		t.Errorf("base64 was not turned into hex: %s", m.SHA256)
	}
	if !strings.HasPrefix(m.URL, "https://lookaside.fbsbx.com/") {
		t.Errorf("url %q", m.URL)
	}
	if stored, _ := json.Marshal(m); strings.Contains(string(stored), "lookaside") {
		t.Errorf("an address that lasts five minutes is stored: %s", stored)
	}
	if !message(t, "audio_voice_note.json").Payload.Media.Voice || message(t, "audio_file.json").Payload.Media.Voice {
		t.Error("a voice note is not told from a file")
	}
}

func TestFieldsOutsideOfMessagesNeverBecomeMessages(t *testing.T) {
	t.Parallel()
	for _, field := range []string{"standby", "smb_app_state_sync", "brand_new_field"} {
		body := strings.Replace(string(webhook(t, "text_basic.json")), `"field": "messages"`, `"field": "`+field+`"`, 1)
		d, err := whatsapp.Parse([]byte(body))
		if err != nil || len(d.Changes) != 1 || d.Changes[0].Field != field {
			t.Fatalf("%s: %+v, %v", field, d, err)
		}
		if d.Len() != 0 || d.Changes[0].Empty() {
			t.Errorf("%s: %d things to take", field, d.Len())
		}
	}
	body := strings.Replace(string(webhook(t, "text_basic.json")), `"field": "messages"`, `"x": 1`, 1)
	if d, err := whatsapp.Parse([]byte(body)); err != nil || d.Len() != 1 {
		t.Errorf("a missing field name: %+v, %v", d, err)
	}
	body = strings.Replace(string(webhook(t, "text_basic.json")), `"field": "messages"`, `"field": "history"`, 1)
	d, err := whatsapp.Parse([]byte(body))
	if err != nil || d.Len() != 1 || len(d.Changes[0].Messages) != 0 || len(d.Changes[0].History) != 1 {
		t.Errorf("what was said before is news: %+v, %v", d, err)
	}
	if got := parse(t, "batch_mixed.json").Len(); got != 4 {
		t.Errorf("batch holds %d", got)
	}
}

func TestRawIsAlwaysStorable(t *testing.T) {
	t.Parallel()
	c := value(t, `{"messages":[{"id":"wamid.X","type":"hologram","hologram":"`+"\xff\xfe"+`"}]}`)
	stored, err := json.Marshal(c.Messages[0].Payload)
	if err != nil || !json.Valid(c.Raw) || !json.Valid(stored) || !utf8.Valid(stored) || !utf8.Valid(c.Raw) {
		t.Errorf("%q, %v", stored, err)
	}
}

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "w*", "*.json"))
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		body, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		d, err := whatsapp.Parse(body)
		if err != nil {
			if json.Valid(body) && strings.Contains(string(body), `"object":"whatsapp_business_account","entry":[`) {
				t.Fatalf("an envelope was refused: %v", err)
			}
			return
		}
		for _, c := range d.Changes {
			_ = c.Empty()
			for _, m := range append(c.Messages, c.Echoes...) {
				stored, err := json.Marshal(m.Payload)
				if err != nil || strings.Contains(m.Text+m.Name+m.ID+string(stored), "\x00") {
					t.Fatalf("%+v cannot be stored: %v", m, err)
				}
				if m.ID == "" || strings.Trim(m.WaID, "0123456789") != "" {
					t.Fatalf("%+v", m)
				}
				_, _ = m.Answerable(), m.OpensWindow()
			}
		}
	})
}

package whatsapp_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/internal/whatsapp"
)

// core is the base set of webhooks: what each must be read as. The counts are messages that ask for an answer, other
// messages, echoes, statuses, and whether the rest is only kept.
var core = map[string]struct {
	asks, other, echoes, statuses int
	kept                          bool
}{
	"account_update_restriction": {kept: true}, "audio_voice_note": {asks: 1},
	"batch_mixed": {asks: 3, statuses: 1, kept: true}, "bsuid_username_no_phone": {asks: 1},
	"button_template_quick_reply": {asks: 1}, "contacts_full": {asks: 1}, "document_pdf": {asks: 1},
	"duplicate_in_one_payload": {asks: 2}, "empty_messages_array": {}, "group_text": {other: 1},
	"history_chunk": {kept: true}, "image_caption": {asks: 1}, "interactive_button_reply": {asks: 1},
	"interactive_list_reply": {asks: 1}, "interactive_nfm_reply": {asks: 1}, "location_named": {asks: 1},
	"missing_contacts": {asks: 1}, "order": {asks: 1}, "reaction_add": {other: 1},
	"reaction_removed_no_emoji": {other: 1}, "smb_message_echo": {echoes: 1}, "status_batch_reverse_order": {statuses: 3},
	"status_delivered_bsuid": {statuses: 1}, "status_failed_131047": {statuses: 1}, "status_failed_131049": {statuses: 1},
	"status_read": {statuses: 1}, "status_sent_pmp": {statuses: 1}, "sticker_animated": {asks: 1},
	"system_user_changed_number": {other: 1}, "system_user_changed_user_id": {other: 1},
	"template_status_rejected": {kept: true}, "text_basic": {asks: 1}, "text_ctwa_referral": {asks: 1},
	"text_forwarded": {asks: 1}, "text_long_5000": {asks: 1}, "text_reply_context": {asks: 1},
	"text_stop_keyword":         {asks: 1}, // what it asks for is no model's business: intake sees to that
	"text_unicode_wire_escapes": {asks: 1}, "unknown_field": {kept: true}, "unknown_future_type": {asks: 1},
	"unsupported_poll": {asks: 1}, "user_preferences_stop": {kept: true}, "value_level_error": {kept: true}, "video": {asks: 1},
}

func TestTheCoreSetAsksForNoMoreAnswersThanItShould(t *testing.T) {
	t.Parallel()
	if len(core) != 44 {
		t.Fatalf("%d webhooks", len(core))
	}
	for name, want := range core {
		got := want
		got.asks, got.other, got.echoes, got.statuses, got.kept = 0, 0, 0, 0, false
		for _, c := range parse(t, name+".json").Changes {
			for _, m := range c.Messages {
				if m.Answerable() {
					got.asks++
				} else {
					got.other++
				}
			}
			got.echoes += len(c.Echoes)
			got.statuses += len(c.Statuses)
			got.kept = got.kept || !c.Empty() && len(c.Messages)+len(c.Echoes)+len(c.Statuses) == 0
		}
		if got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}

// What stands on the wire says the same as the readable copy beside it.
func TestTheWireSaysTheSame(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "wire", "*.json"))
	if err != nil || len(files) != 5 {
		t.Fatalf("%d bodies, %v", len(files), err)
	}
	for _, f := range files {
		name := filepath.Base(f)
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		got, err := whatsapp.Parse(body)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := summary(got), summary(parse(t, name)); a != b || strings.TrimSpace(a) == "" {
			t.Errorf("%s:\n%s\n%s", name, a, b)
		}
	}
}

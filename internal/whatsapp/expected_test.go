package whatsapp_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/internal/whatsapp"
)

var update = flag.Bool("update", false, "write testdata/expected.txt anew; read every line of the difference")

// Every body in testdata/webhooks is read as testdata/expected.txt says, line by line.
func TestParseReadsEveryKindOfWebhook(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "webhooks", "*.json"))
	if err != nil || len(files) != 101 {
		t.Fatalf("%d bodies, %v", len(files), err)
	}
	var got strings.Builder
	for _, f := range files {
		name := filepath.Base(f)
		fmt.Fprintf(&got, "== %s\n%s", name, summary(parse(t, name)))
	}
	golden := filepath.Join("testdata", "expected.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	gotLines, wantLines := strings.Split(got.String(), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(gotLines), len(wantLines)) {
		if gotLines[i] != wantLines[i] {
			t.Fatalf("expected.txt line %d:\n got %s\nwant %s", i+1, gotLines[i], wantLines[i])
		}
	}
	if len(gotLines) != len(wantLines) {
		t.Fatalf("%d lines, expected.txt has %d", len(gotLines), len(wantLines))
	}
}

func summary(d whatsapp.Delivery) string {
	var out strings.Builder
	if d.Object != whatsapp.ObjectBusinessAccount {
		fmt.Fprintf(&out, "object %s\n", d.Object)
	}
	for _, c := range d.Changes {
		fmt.Fprintf(&out, "%s account=%s number=%s display=%s empty=%t\n",
			c.Field, c.AccountID, c.PhoneNumberID, c.DisplayPhone, c.Empty())
		for _, m := range c.Messages {
			out.WriteString("  " + line(m) + "\n")
		}
		for _, m := range c.Echoes {
			fmt.Fprintf(&out, "  echo to=%s %s\n", m.To, line(m))
		}
		for _, s := range c.Statuses {
			out.WriteString("  " + statusLine(s) + "\n")
		}
		for _, x := range c.Calls {
			fmt.Fprintf(&out, "  call %s %s %s from=%s/%s %s at=%d opens=%t\n",
				x.ID, x.Event, x.Status, x.WaID, x.FromUserID, x.Direction, x.At.Unix(), x.OpensWindow())
		}
		for _, p := range c.Preferences {
			fmt.Fprintf(&out, "  preference %s %s of %s at=%d\n", p.Category, p.Value, p.WaID, p.At.Unix())
		}
		for _, h := range c.History {
			for _, m := range h.Messages {
				fmt.Fprintf(&out, "  history with=%s ours=%t %s %s\n", h.WaID, m.FromBusiness, m.HistoryStatus, line(m))
			}
		}
		if n, is := c.Notice(); is {
			fmt.Fprintf(&out, "  notice %s %s %q number=%q: %s\n", n.Severity, n.Kind, n.Subject, n.DisplayPhone, n.Words)
		}
		for _, p := range c.Errors {
			fmt.Fprintf(&out, "  error %d %s\n", p.Code, p.Text())
		}
	}
	return out.String()
}

func line(m whatsapp.Message) string {
	payload, err := json.Marshal(m.Payload)
	if err != nil {
		return err.Error()
	}
	text := m.Text
	if len(text) > 200 {
		text = fmt.Sprintf("%s… of %d bytes", text[:20], len(text))
	}
	quoted := ""
	if m.Context.MessageID != "" {
		quoted = " quotes=.." + tail(m.Context.MessageID)
	}
	if m.GroupID != "" {
		quoted += " group"
	}
	return fmt.Sprintf("%s(%s) ..%s at=%d from=%s/%s name=%q user=%q%s answerable=%t opens=%t %q %s",
		m.Kind, m.Type, tail(m.ID), m.SentAt.Unix(), m.WaID, m.FromUserID, m.Name, m.Username, quoted,
		m.Answerable(), m.OpensWindow(), text, payload)
}

func statusLine(s whatsapp.Status) string {
	pricing := ""
	if s.Pricing != nil {
		pricing = " priced"
	}
	return fmt.Sprintf("status %s ..%s at=%d to=%s/%s callback=%q group=%t participant=%s%s %v",
		s.Status, tail(s.ID), s.At.Unix(), s.RecipientID, s.RecipientUserID, s.CallbackData, s.Group, s.ParticipantID,
		pricing, s.Errors)
}

// tail is what tells two ids apart: they begin alike.
func tail(id string) string {
	id = strings.TrimRight(id, "=")
	return id[max(0, len(id)-6):]
}

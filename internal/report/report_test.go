package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/internal/actor"
	"parley/internal/contact"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/errs"
	"parley/internal/report"
)

// world is two tenants with one conversation each.
type world struct {
	t          *testing.T
	d          *db.DB
	acme, zeta side
	n          int
}

type side struct {
	a                     actor.Actor
	channel, conversation string
}

func each(t *testing.T, do func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &world{t: t, d: d}
		acme, zeta := dbtest.Tenants(t, d)
		w.acme, w.zeta = w.side(acme), w.side(zeta)
		do(t, w)
	})
}

func (w *world) side(tenantID string) side {
	s := side{a: actor.ForUser(tenantID, "vera", "192.0.2.1", []actor.Permission{actor.ReportsRead}), channel: dbtest.Channel(w.t, w.d, tenantID)}
	w.step(s, func(tx *db.Tx) error {
		c, _, err := contact.See(w.t.Context(), tx, s.a, contact.Sighting{WaID: "447700900123", Name: "Ada"})
		s.conversation = tx.NewID()
		tx.Later("converse", `INSERT INTO conversations (tenant_id, id, channel_id, contact_id, lane, status, mode, handler, episode, episode_seq,
			last_seq, said_seq, ours_seq, last_message_id, last_sender, last_kind, last_text, last_at, last_customer_seq, customer_at, window_until,
			created_at, updated_at) VALUES ($1, $2, $3, $4, 1, 'active', 'auto', 'ai', 1, 1, 1, 1, 1, '', '', '', '', 1, 1, 1, 1, 1, 1)`,
			s.a.Tenant(), s.conversation, s.channel, c.ID)
		return err
	})
	return s
}

func (w *world) step(s side, do func(tx *db.Tx) error) {
	w.t.Helper()
	if err := w.d.InTx(w.t.Context(), s.a, do); err != nil {
		w.t.Fatal(err)
	}
}

// at reads a time with its offset.
func (w *world) at(text string) db.Time {
	w.t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		w.t.Fatal(err)
	}
	return db.FromTime(at)
}

// episode opens one; closed may be "".
func (w *world) episode(s side, opened, closed string) (number int) {
	w.t.Helper()
	w.n++
	var end any
	if closed != "" {
		end = int64(w.at(closed))
	}
	w.step(s, func(tx *db.Tx) error {
		tx.Later("open", `INSERT INTO episodes (tenant_id, conversation_id, number, opened_at, closed_at, outcome) VALUES ($1, $2, $3, $4, $5, '')`,
			s.a.Tenant(), s.conversation, int64(w.n), w.at(opened), end)
		return nil
	})
	return w.n
}

func (w *world) says(s side, episode int, sender, kind, body, payload, at string) {
	w.t.Helper()
	w.n++
	w.step(s, func(tx *db.Tx) error {
		tx.Later("say", `INSERT INTO messages (tenant_id, id, conversation_id, channel_id, seq, episode, sender, author_id, kind, body, payload, status, said_at, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, '', $8, $9, $10, 'sent', $11, $11)`, s.a.Tenant(), tx.NewID(), s.conversation, s.channel,
			int64(w.n), int64(episode), sender, kind, body, payload, w.at(at))
		return nil
	})
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func (w *world) reads(s side, from, to, in string) *report.Report {
	w.t.Helper()
	out, err := report.Read(w.t.Context(), w.d.As(s.a), s.a, w.days(from, to, in))
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (w *world) days(from, to, in string) report.Range {
	w.t.Helper()
	r, err := report.NewRange(from, to, zone(w.t, in), w.d.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// On the days when the clocks change a day has 23 or 25 hours, an hour is skipped or comes twice, and zones stand off
// UTC by quarters of an hour: every message is counted on the day and in the hour that people there would say.
func TestDaysAndHoursAreThoseOfTheTimeZone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for _, c := range []struct {
			zone, at, day string
			weekday, hour int
		}{
			{"Europe/Berlin", "2026-03-28T23:30:00Z", "2026-03-29", 6, 0},  // the day the clocks go forward
			{"Europe/Berlin", "2026-03-29T00:59:00Z", "2026-03-29", 6, 1},  // the last minute before
			{"Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-29", 6, 3},  // two o'clock is skipped
			{"Europe/Berlin", "2026-03-29T21:59:00Z", "2026-03-29", 6, 23}, // an hour earlier than the day before
			{"Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25", 6, 2},  // half past two for the first time
			{"Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-25", 6, 2},  // and for the second
			{"Europe/Berlin", "2026-10-25T22:59:00Z", "2026-10-25", 6, 23},
			{"Europe/Berlin", "2026-10-25T23:00:00Z", "2026-10-26", 0, 0},
			{"Asia/Kathmandu", "2026-05-03T18:14:00Z", "2026-05-03", 6, 23}, // 5:45 ahead
			{"Asia/Kathmandu", "2026-05-03T18:15:00Z", "2026-05-04", 0, 0},
			{"Australia/Lord_Howe", "2026-04-04T14:45:00Z", "2026-04-05", 6, 1}, // half an hour back
			{"Australia/Lord_Howe", "2026-04-04T15:15:00Z", "2026-04-05", 6, 1},
			{"Africa/Cairo", "2026-04-23T22:00:00Z", "2026-04-24", 4, 1}, // midnight is skipped
		} {
			tenantID, _ := dbtest.Tenants(t, w.d)
			s := w.side(tenantID)
			w.says(s, 1, "customer", "text", "Hello", "{}", c.at)
			w.says(s, 1, "agent", "note", "A note is no word", "{}", c.at)
			out := w.reads(s, addDays(t, c.day, -1), addDays(t, c.day, 1), c.zone)
			if d := out.Days[1]; d.Date != c.day || d.Customer != 1 || d.People != 0 || out.Customer != 1 {
				t.Errorf("%s in %s: %+v", c.at, c.zone, out.Days)
			}
			if out.Hours[c.weekday][c.hour] != 1 {
				t.Errorf("%s in %s: %v", c.at, c.zone, out.Hours)
			}
		}
	})
}

func addDays(t *testing.T, day string, n int) string {
	t.Helper()
	d, err := time.Parse("2006-01-02", day)
	if err != nil {
		t.Fatal(err)
	}
	return d.AddDate(0, 0, n).Format("2006-01-02")
}

// story is a day with an episode of each sort.
func story(w *world, s side) {
	alone := w.episode(s, "2026-05-04T10:00:00Z", "2026-05-04T11:00:00Z")
	w.says(s, alone, "customer", "text", "Hello", "{}", "2026-05-04T10:00:00Z")
	w.says(s, alone, "ai", "text", "Hello", "{}", "2026-05-04T10:00:02Z")
	w.says(s, alone, "agent", "note", "Nice", "{}", "2026-05-04T10:00:01Z")
	handed := w.episode(s, "2026-05-04T12:00:00Z", "")
	w.says(s, handed, "ai", "text", "One moment", "{}", "2026-05-04T12:00:04Z")
	w.says(s, handed, "system", "event", "handed_off", `{"detail":"not_known"}`, "2026-05-04T12:00:05Z")
	person := w.episode(s, "2026-05-04T13:00:00Z", "")
	w.says(s, person, "agent", "text", "Hello", "{}", "2026-05-04T13:10:00Z")
	w.episode(s, "2026-05-04T14:00:00Z", "2026-05-05T00:30:00Z")
}

func TestEpisodesCountByWhoAnsweredThem(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		story(w, w.acme)
		w.episode(w.zeta, "2026-05-04T14:00:00Z", "")
		out := w.reads(w.acme, "2026-05-04", "2026-05-04", "UTC")
		want := report.Totals{
			Customer: 1, AI: 2, People: 1, Opened: 4, Closed: 1, AIAlone: 1, WithPerson: 2, Unanswered: 1, HandedOff: 1,
			FirstByAI: report.Answers{Count: 2, Median: 2 * time.Second, P90: 4 * time.Second}, FirstByPeople: report.Answers{Count: 1, Median: 10 * time.Minute, P90: 10 * time.Minute},
		}
		if out.Totals != want {
			t.Errorf("got %+v", out.Totals)
		}
		if len(out.HandOffs) != 1 || out.HandOffs[0] != (report.Reason{Name: "not_known", Count: 1}) {
			t.Errorf("handed off: %+v", out.HandOffs)
		}
		if after := w.days("2026-05-05", "2026-05-05", "UTC").Before(); after.From() != "2026-05-04" || after.To() != "2026-05-04" {
			t.Errorf("before the fifth is %s to %s", after.From(), after.To())
		}
		var csv bytes.Buffer
		if err := out.Write(&csv); err != nil || !strings.HasSuffix(csv.String(), "2026-05-04,1,2,1,4,1\n") {
			t.Errorf("%s, %v", csv.String(), err)
		}
	})
}

func TestBehindEveryNumberStandAsManyConversations(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		story(w, w.acme)
		for metric, want := range map[report.Metric]int{
			report.Opened: 4, report.Closed: 1, report.AIAlone: 1, report.WithPerson: 2, report.Unanswered: 1, report.HandedOff: 1,
		} {
			for _, s := range []side{w.acme, w.zeta} {
				ask := report.Question{Range: w.days("2026-05-04", "2026-05-04", "UTC"), Metric: metric, Limit: 1}
				seen := map[string]bool{}
				for {
					page, err := report.Look(t.Context(), w.d.As(s.a), s.a, ask)
					if err != nil {
						t.Fatal(err)
					}
					if len(page) == 0 {
						break
					}
					seen[fmt.Sprint(page[0].Episode, page[0].At)] = true
					ask.After = page[0].Cursor()
				}
				if ours := s.conversation == w.acme.conversation; ours && len(seen) != want || !ours && len(seen) != 0 {
					t.Errorf("%s: %v, want %d", metric, seen, want)
				}
			}
		}
		ask := report.Question{Range: w.days("2026-05-04", "2026-05-04", "UTC"), Metric: report.HandedOff, Reason: "frustration", Limit: 1}
		if page, err := report.Look(t.Context(), w.d.As(w.acme.a), w.acme.a, ask); err != nil || len(page) != 0 {
			t.Errorf("of another reason: %+v, %v", page, err)
		}
	})
}

func TestAReportHasBounds(t *testing.T) {
	t.Parallel()
	now := db.FromTime(time.Date(2026, 3, 29, 22, 30, 0, 0, time.UTC))
	berlin := zone(t, "Europe/Berlin")
	r, err := report.NewRange("", "", berlin, now)
	if err != nil || r.From() != "2026-03-03" || r.To() != "2026-03-30" {
		t.Errorf("without days it is %s to %s: %v", r.From(), r.To(), err)
	}
	for _, bad := range [][2]string{{"2026-01-02", "2026-01-01"}, {"2025-01-01", "2026-02-05"}, {"tomorrow", ""}, {"", "2026-02-30"}} {
		if _, err := report.NewRange(bad[0], bad[1], berlin, now); !errs.Is(err, errs.Invalid) {
			t.Errorf("%v: %v", bad, err)
		}
	}
	nobody := actor.ForUser("acme", "x", "", nil)
	if _, err := report.Read(t.Context(), nil, nobody, r); !errs.Is(err, errs.Forbidden) {
		t.Errorf("somebody who may not: %v", err)
	}
}

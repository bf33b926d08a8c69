package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/internal/actor"
	"parley/internal/app"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/mail"
	"parley/internal/mail/mailtest"
	"parley/internal/tenant"
	"parley/internal/testkit"
)

// eachMailing runs a test in a world on each database whose letters come to a box.
func eachMailing(t *testing.T, do func(t *testing.T, w *testkit.World, box *mailtest.Box)) {
	t.Helper()
	for _, kind := range dbtest.Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			box := &mailtest.Box{}
			do(t, testkit.New(t, kind, testkit.Options{NoModel: true, Change: func(o *app.Options) {
				o.Mail, o.Setup.PublicURL = box, "https://parley.example/"
			}}), box)
		})
	}
}

// handsOffNow lets a customer ask for what nobody knows.
func handsOffNow(t *testing.T, w *testkit.World, of testkit.Tenant) testkit.Conversation {
	t.Helper()
	w.Hears(of, testkit.Ada, "Do you restore harpsichords?")
	w.Settles()
	talk := w.Only(of)
	if talk.Handoff == nil {
		t.Fatalf("it is not handed off: %+v", talk)
	}
	return talk
}

// reminded has the job of a hand-off done that is to write to people, as if its time had come; it must be there.
func reminded(t *testing.T, w *testkit.World, of testkit.Tenant, talk testkit.Conversation) {
	t.Helper()
	w.Eventually("a letter is put off", func() bool { return putOff(t, w, talk) > 0 })
	var since db.Time
	must(t, w.DB.As(actor.ForSystem(of.ID)).QueryRow(t.Context(), `SELECT handed_off_at FROM conversations
		WHERE tenant_id = $1 AND id = $2`, of.ID, talk.ID).Scan(&since))
	must(t, w.Alerts.Remind(t.Context(), of.ID, talk.ID, since))
}

// putOff counts the letters about a conversation that wait for their time.
func putOff(t *testing.T, w *testkit.World, talk testkit.Conversation) int {
	t.Helper()
	table := "river_job"
	if w.DB.Postgres() {
		table = "jobs.river_job"
	}
	return len(column(t, w, `SELECT kind FROM `+table+` WHERE kind = 'alert.mail' AND CAST(args AS TEXT) LIKE '%`+talk.ID+`%'`))
}

// chooses sets a tenant's settings about letters.
func chooses(t *testing.T, w *testkit.World, of testkit.Tenant, what map[string]any) {
	t.Helper()
	if code := w.Asks(of, http.MethodPatch, "/api/tenant", what, nil); code != http.StatusOK {
		t.Fatalf("choosing %v said %d", what, code)
	}
}

func letterTo(all []mail.Letter, to string) (found []mail.Letter) {
	for _, l := range all {
		if l.To == to {
			found = append(found, l)
		}
	}
	return found
}

func TestAHandOffThatNobodyTouchesIsMailedOnceInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	eachMailing(t, func(t *testing.T, w *testkit.World, box *mailtest.Box) {
		agent := w.Colleague(w.Acme, "agent@acme.example")
		w.Member(w.Acme, "viewer@acme.example", tenant.Viewer)
		if code := w.Asks(agent, http.MethodPut, "/api/me/language", map[string]string{"language": "es-MX"}, nil); code != http.StatusNoContent {
			t.Fatalf("telling a language said %d", code)
		}
		chooses(t, w, w.Acme, map[string]any{"handoffMailMinutes": 10})
		chooses(t, w, w.Zeta, map[string]any{"handoffMailMinutes": 0})
		talk := handsOffNow(t, w, w.Acme)
		quiet := handsOffNow(t, w, w.Zeta)
		w.Later(11 * time.Minute)
		reminded(t, w, w.Acme, talk)
		w.Eventually("both are written to", func() bool { return len(box.Letters()) >= 2 })
		reminded(t, w, w.Acme, talk)
		w.Settles()
		all := box.Letters()
		if putOff(t, w, quiet) > 0 {
			t.Error("Zeta wants no letters, and one is put off")
		}
		owner, theirs := letterTo(all, w.Acme.Email), letterTo(all, agent.Email)
		if len(all) != 2 || len(owner) != 1 || len(theirs) != 1 {
			t.Fatalf("there are %d letters: %+v", len(all), all)
		}
		if !strings.Contains(owner[0].Subject, "waiting for a person") || !strings.Contains(theirs[0].Subject, "espera a una persona") {
			t.Errorf("they read %q and %q", owner[0].Subject, theirs[0].Subject)
		}
		for _, l := range all {
			if l.Link != "https://parley.example/inbox/"+talk.ID {
				t.Errorf("it leads to %q", l.Link)
			}
			if said := l.Subject + l.Text; strings.Contains(said, "harpsichord") || strings.Contains(said, testkit.Ada.Name) || strings.Contains(said, testkit.Ada.WaID) {
				t.Errorf("it tells of the customer: %q", said)
			}
		}
	})
}

func TestAHandOffThatWasTakenIsNotMailed(t *testing.T) {
	t.Parallel()
	eachMailing(t, func(t *testing.T, w *testkit.World, box *mailtest.Box) {
		chooses(t, w, w.Acme, map[string]any{"handoffMailMinutes": 10})
		chooses(t, w, w.Zeta, map[string]any{"handoffMailMinutes": 10})
		taken, waits := handsOffNow(t, w, w.Acme), handsOffNow(t, w, w.Zeta)
		if code := w.Verb(w.Acme, taken.ID, "takeover"); code >= 300 {
			t.Fatalf("taking it said %d", code)
		}
		reminded(t, w, w.Acme, taken)
		reminded(t, w, w.Zeta, waits)
		w.Eventually("Zeta is written to", func() bool { return len(letterTo(box.Letters(), w.Zeta.Email)) == 1 })
		if all := letterTo(box.Letters(), w.Acme.Email); len(all) > 0 {
			t.Errorf("Acme had it and is written to: %+v", all)
		}
	})
}

func TestLettersWaitForTheOpeningHours(t *testing.T) {
	t.Parallel()
	eachMailing(t, func(t *testing.T, w *testkit.World, box *mailtest.Box) {
		tomorrow := w.Now().UTC().AddDate(0, 0, 1)
		open := []map[string]any{{"day": int(tomorrow.Weekday()), "open": "12:00", "close": "13:00"}}
		chooses(t, w, w.Acme, map[string]any{"handoffMailMinutes": 10, "timeZone": "UTC", "hours": open})
		chooses(t, w, w.Zeta, map[string]any{"handoffMailMinutes": 10, "timeZone": "UTC", "hours": open, "handoffMailClosed": true})
		talk, other := handsOffNow(t, w, w.Acme), handsOffNow(t, w, w.Zeta)
		reminded(t, w, w.Acme, talk)
		reminded(t, w, w.Zeta, other)
		w.Eventually("Zeta wants it at any time", func() bool { return len(letterTo(box.Letters(), w.Zeta.Email)) == 1 })
		w.Eventually("Acme's waits for the opening", func() bool { return putOff(t, w, talk) == 2 })
		if early := letterTo(box.Letters(), w.Acme.Email); len(early) > 0 {
			t.Fatalf("it is closed, and there is %+v", early)
		}
		noon := time.Date(tomorrow.Year(), tomorrow.Month(), tomorrow.Day(), 12, 1, 0, 0, time.UTC)
		w.Later(noon.Sub(w.Now()))
		reminded(t, w, w.Acme, talk)
		w.Eventually("Acme is written to when it opens", func() bool { return len(letterTo(box.Letters(), w.Acme.Email)) == 1 })
	})
}

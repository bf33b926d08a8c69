package contact_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"parley/internal/actor"
	"parley/internal/contact"
	"parley/internal/db"
	"parley/internal/errs"
)

// person is an agent of the tenant of another actor.
func person(a actor.Actor) actor.Actor {
	return actor.ForUser(a.Tenant(), "agent-1", "192.0.2.1", []actor.Permission{actor.ContactsRead, actor.ContactsWrite})
}

func (w *world) profile(a actor.Actor, id string) contact.Profile {
	w.t.Helper()
	p, err := contact.ReadProfile(w.t.Context(), w.d.As(a), a, id)
	w.must(err)
	return p
}

func (w *world) corrects(a actor.Actor, id string, ch contact.Correction) error {
	return w.step(a, func(tx *db.Tx) error { return contact.Correct(w.t.Context(), tx, a, id, ch) })
}

func TestANameThatAPersonGaveStays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		agent, seen := person(w.acme), contact.Sighting{WaID: "447700900123", Name: "Ada"}
		c, _ := w.sees(w.acme, seen)
		name, language := "  Ada Lovelace ", "en-GB"
		w.must(w.corrects(agent, c.ID, contact.Correction{
			Name: &name, Language: &language, Attributes: contact.Attributes{"size": "M"},
		}))
		w.sees(w.acme, seen)
		p := w.profile(agent, c.ID)
		if p.Name != "Ada Lovelace" || p.Language != "en-GB" || p.Attributes["size"] != "M" || len(p.Identities) != 1 {
			t.Errorf("got %+v", p)
		}
		if terms := strings.Join(w.terms(c.ID), " "); !strings.Contains(terms, "lovelace") || !strings.Contains(terms, "447700900123") {
			t.Errorf("found by %s", terms)
		}
		empty := ""
		w.must(w.corrects(agent, c.ID, contact.Correction{Name: &empty}))
		w.sees(w.acme, seen)
		if got := w.get(w.acme, c.ID).Name; got != "Ada" {
			t.Errorf("given back to WhatsApp, the name is %q", got)
		}
		zeta := person(w.zeta)
		if err := w.corrects(zeta, c.ID, contact.Correction{Name: &name}); !errs.Is(err, errs.NotFound) {
			t.Errorf("Zeta corrects Acme's contact: %v", err)
		}
		if _, err := contact.ReadProfile(t.Context(), w.d.As(zeta), zeta, c.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("Zeta reads Acme's contact: %v", err)
		}
		if err := w.corrects(actor.ForUser(w.acme.Tenant(), "vera", "", nil), c.ID, contact.Correction{}); !errs.Is(err, errs.Forbidden) {
			t.Errorf("somebody who may not: %v", err)
		}
	})
}

func TestWhatIsKeptOfAContactHasBounds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c, _ := w.sees(w.acme, contact.Sighting{WaID: "447700900123"})
		many := contact.Attributes{}
		for i := range 51 {
			many[fmt.Sprint(i)] = "x"
		}
		long, tongue := strings.Repeat("ä", 201), "english please"
		for name, ch := range map[string]contact.Correction{
			"many": {Attributes: many}, "a long key": {Attributes: contact.Attributes{strings.Repeat("ä", 65): "x"}}, "no key": {Attributes: contact.Attributes{"": "x"}},
			"a long value": {Attributes: contact.Attributes{"x": strings.Repeat("ä", 501)}}, "a long name": {Name: &long}, "a language": {Language: &tongue},
		} {
			if err := w.corrects(person(w.acme), c.ID, ch); !errs.Is(err, errs.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		w.must(w.corrects(person(w.acme), c.ID, contact.Correction{Attributes: contact.Attributes{strings.Repeat("ä", 64): strings.Repeat("ä", 500)}}))
	})
}

func TestAConsentByHandIsKeptWithItsSource(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		agent := person(w.acme)
		c, _ := w.sees(w.acme, contact.Sighting{WaID: "447700900123"})
		record := func(a actor.Actor, told contact.Consent) error {
			return w.step(a, func(tx *db.Tx) error { return contact.RecordConsent(t.Context(), tx, a, c.ID, told) })
		}
		w.must(record(agent, contact.Consent{Topic: "marketing", Granted: false, Source: "on the telephone"}))
		if !w.get(w.acme, c.ID).OptedOutAt.IsZero() {
			t.Error("no marketing is taken for no messages")
		}
		w.must(record(agent, contact.Consent{Topic: "messages", Granted: false, Source: "by letter"}))
		if w.get(w.acme, c.ID).OptedOutAt.IsZero() {
			t.Error("the wish not to be written to is not kept")
		}
		w.must(record(agent, contact.Consent{Topic: "messages", Granted: true, Source: "in the shop"}))
		p := w.profile(agent, c.ID)
		if !p.OptedOutAt.IsZero() || len(p.Consents) != 3 || p.Consents[0].Source != "in the shop" || !p.Consents[0].Granted {
			t.Errorf("got %+v", p)
		}
		for _, bad := range []contact.Consent{{Topic: "cookies", Source: "x"}, {Topic: "messages", Source: "  "}, {Topic: "messages", Source: strings.Repeat("x", 201)}} {
			if err := record(agent, bad); !errs.Is(err, errs.Invalid) {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		if err := record(person(w.zeta), contact.Consent{Topic: "messages", Source: "x"}); !errs.Is(err, errs.NotFound) {
			t.Errorf("Zeta: %v", err)
		}
	})
}

func TestMergedContactsKeepTheAttributesOfBoth(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		agent := person(w.acme)
		from, _ := w.sees(w.acme, contact.Sighting{WaID: "447700900123", Name: "Ada"})
		into, _ := w.sees(w.acme, contact.Sighting{BSUID: "US.1"})
		w.must(w.corrects(agent, from.ID, contact.Correction{Attributes: contact.Attributes{"size": "M", "city": "London"}}))
		w.must(w.corrects(agent, into.ID, contact.Correction{Attributes: contact.Attributes{"size": "S"}}))
		w.must(w.step(w.acme, func(tx *db.Tx) error { return contact.Merge(t.Context(), tx, w.acme, from.ID, into.ID) }))
		p := w.profile(agent, from.ID)
		if p.ID != into.ID || p.Name != "Ada" || p.Attributes["size"] != "S" || p.Attributes["city"] != "London" {
			t.Errorf("got %+v", p)
		}
	})
}

// sheet reads a table.
func sheet(t *testing.T, text string) *contact.Sheet {
	t.Helper()
	s, err := contact.ReadSheet(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestATableIsCheckedRowByRow(t *testing.T) {
	t.Parallel()
	s := sheet(t, "\uFEFFPhone,name,Language,size\r\n"+
		"+44 7700 900-123,Ada,en,M\n"+ // 2
		",Nobody,,\n"+
		"07700 900124,Ben,,\n"+
		"12,Ben,,\n"+
		"call me,Ben,,\n"+
		"5511987654321,Bia,,\n"+
		"551187654321,Bia again,,\n"+ // 8
		"447700900125,"+strings.Repeat("x", 201)+",,\n"+
		"447700900126,Cy,the queen's,\n"+
		"447700900127,Di,,"+strings.Repeat("x", 501)+"\n"+
		"447700900128,Di,,M,L\n")
	want := map[int]string{
		3: "phone_missing", 4: "phone_without_country", 5: "phone_length", 6: "phone_not_a_number", 8: "repeated", 9: "name_too_long",
		10: "language_unknown", 11: "attribute_too_long", 12: "too_many_cells",
	}
	for _, p := range s.Problems {
		if want[p.Row] != p.Code {
			t.Errorf("row %d: %s, want %q", p.Row, p.Code, want[p.Row])
		}
		delete(want, p.Row)
	}
	if len(want) != 0 || s.Rows != 11 || s.Wrong != 9 {
		t.Errorf("%d rows, %d wrong, not noticed: %v", s.Rows, s.Wrong, want)
	}
	for name, text := range map[string]string{"nothing": "", "no phone": "name\nAda\n", "twice": "phone,phone\n1,2\n", "a quote": "phone\n\"44\n"} {
		if _, err := contact.ReadSheet(strings.NewReader(text)); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnImportAddsAndNeverOverwritesAnIdentity(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		agent := person(w.acme)
		bia, _ := w.sees(w.acme, contact.Sighting{WaID: "5511987654321", Name: "bia"})
		w.must(w.corrects(agent, bia.ID, contact.Correction{Attributes: contact.Attributes{"city": "Rio"}}))
		table := sheet(t, "phone,name,size\n+55 11 8765-4321,Bia,M\n447700900123,Ada,\n")
		would, err := table.Weigh(t.Context(), w.d.As(agent), agent)
		w.must(err)
		told := 0
		did, err := table.Import(t.Context(), w.d, agent, func(*db.Tx) { told++ })
		w.must(err)
		if told == 0 {
			t.Error("nobody is told that contacts changed")
		}
		if want := (contact.Taken{New: 1, Changed: 1}); would != want || did != want {
			t.Errorf("would %+v, did %+v", would, did)
		}
		p := w.profile(agent, bia.ID)
		if p.Name != "Bia" || p.Attributes["size"] != "M" || p.Attributes["city"] != "Rio" || len(p.Identities) != 1 || p.Phone != "5511987654321" {
			t.Errorf("got %+v", p)
		}
		if wa, _ := w.address(w.acme, bia.ID); wa != "5511987654321" {
			t.Errorf("written to %s, which is only how the file spells it", wa)
		}
		ada, _ := w.sees(w.acme, contact.Sighting{WaID: "447700900123", Name: "A."})
		if ada.Name != "Ada" {
			t.Errorf("the customer of the file is %+v", ada)
		}
		again, err := table.Import(t.Context(), w.d, agent, func(*db.Tx) {})
		w.must(err)
		if again != (contact.Taken{Unchanged: 2}) {
			t.Errorf("the second time: %+v", again)
		}
		if z, _ := w.sees(w.zeta, contact.Sighting{WaID: "447700900123"}); z.ID == ada.ID || z.Name != "" {
			t.Errorf("Zeta has %+v", z)
		}
		viewer := actor.ForUser(w.acme.Tenant(), "vera", "", []actor.Permission{actor.ContactsRead})
		if _, err := table.Import(t.Context(), w.d, viewer, func(*db.Tx) {}); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a viewer imports: %v", err)
		}
	})
}

func TestAnExportHoldsNoFormulaAndComesBackAsItWas(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		agent := person(w.acme)
		c, _ := w.sees(w.acme, contact.Sighting{WaID: "447700900123", Name: `=HYPERLINK("https://evil.example";"Ada")`})
		w.sees(w.zeta, contact.Sighting{WaID: "447700900999", Name: "Zoe"})
		w.must(w.corrects(agent, c.ID, contact.Correction{Attributes: contact.Attributes{"note": "@home", "-size": "+1"}}))
		var out bytes.Buffer
		w.must(contact.Export(t.Context(), w.d.As(agent), agent, &out))
		text := out.String()
		if !strings.HasPrefix(text, "\uFEFFphone,name,language,username,opted_out,first_seen,'-size,note\n") {
			t.Errorf("the heading: %q", strings.SplitN(text, "\n", 2)[0])
		}
		if !strings.Contains(text, `"'=HYPERLINK(`) || !strings.Contains(text, "'+1,'@home") || strings.Contains(text, "Zoe") {
			t.Errorf("got %s", text)
		}
		would, err := sheet(t, text).Weigh(t.Context(), w.d.As(agent), agent)
		w.must(err)
		if would != (contact.Taken{Unchanged: 1}) {
			t.Errorf("coming back it is %+v", would)
		}
	})
}

package conversation_test

import (
	"slices"
	"testing"

	"parley/internal/actor"
	"parley/internal/contact"
	"parley/internal/conversation"
	"parley/internal/db"
)

// people lists all contacts of a side, a page of two after the other.
func (w *world) people(s side, f conversation.PeopleFilter) (names []string) {
	w.t.Helper()
	a := actor.ForUser(s.tenant, "agent-1", "192.0.2.1", []actor.Permission{actor.ContactsRead})
	for f.Limit = 2; ; {
		page, err := conversation.People(w.t.Context(), w.db.As(a), a, f)
		w.must(err)
		for _, p := range page {
			names = append(names, p.Name)
		}
		if len(page) < f.Limit {
			return names
		}
		f.After = page[len(page)-1].Cursor()
	}
}

func TestContactsAreListedByActivityAndByNameAndFoundByWords(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		s := w.acme
		named := func(number, name string, talks bool) {
			if talks { // as somebody else: the name follows below
				w.hears(s, number, "wamid."+number, "Hello")
			}
			w.must(w.step(s.wire, func(tx *db.Tx) error {
				_, _, err := contact.See(t.Context(), tx, s.wire, contact.Sighting{WaID: number, Name: name})
				return err
			}))
		}
		named("447700900101", "élodie", true)
		named("447700900102", "Zoë Adams", true)
		named("447700900103", "田中", false)
		named("447700900104", "Adam", false)
		named("447700900105", "Edgar", true)
		w.hears(s, "447700900101", "wamid.again", "Hello again")
		named("447700900101", "élodie", false)
		if got, want := w.people(s, conversation.PeopleFilter{}), []string{"élodie", "Edgar", "Zoë Adams", "Adam", "田中"}; !slices.Equal(got, want) {
			t.Errorf("by activity: %v", got)
		}
		if got, want := w.people(s, conversation.PeopleFilter{Order: conversation.ByName}), []string{"Adam", "Edgar", "élodie", "Zoë Adams", "田中"}; !slices.Equal(got, want) {
			t.Errorf("by name: %v", got)
		}
		for query, want := range map[string][]string{"adam": {"Adam", "Zoë Adams"}, "ELODIE": {"élodie"}, "田中": {"田中"}, "447700900105": {"Edgar"}, "nobody": nil} {
			if got := w.people(s, conversation.PeopleFilter{Order: conversation.ByName, Query: query}); !slices.Equal(got, want) {
				t.Errorf("%s finds %v", query, got)
			}
		}
		if got := w.people(w.zeta, conversation.PeopleFilter{}); len(got) != 0 {
			t.Errorf("Zeta sees %v", got)
		}
	})
}

package contact_test

import (
	"errors"
	"slices"
	"testing"

	"parley/internal/actor"
	"parley/internal/contact"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/errs"
)

// world is two tenants whose customers may be the same people.
type world struct {
	t          *testing.T
	d          *db.DB
	acme, zeta actor.Actor
}

func each(t *testing.T, do func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { do(t, newWorld(t, d)) })
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	acme, zeta := dbtest.Tenants(t, d)
	return &world{t: t, d: d, acme: actor.ForChannel(acme, "ch"), zeta: actor.ForChannel(zeta, "ch")}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) step(a actor.Actor, do func(tx *db.Tx) error) error {
	return w.d.InTx(w.t.Context(), a, do)
}

func (w *world) sees(a actor.Actor, s contact.Sighting) (c contact.Contact, other string) {
	w.t.Helper()
	w.must(w.step(a, func(tx *db.Tx) (err error) {
		c, other, err = contact.See(w.t.Context(), tx, a, s)
		return err
	}))
	return c, other
}

func (w *world) get(a actor.Actor, id string) contact.Contact {
	w.t.Helper()
	c, err := contact.Get(w.t.Context(), w.d.As(a), a, id)
	w.must(err)
	return c
}

func (w *world) address(a actor.Actor, id string) (waID, bsuid string) {
	w.t.Helper()
	waID, bsuid, err := contact.Address(w.t.Context(), w.d.As(a), a, id)
	w.must(err)
	return waID, bsuid
}

func TestACustomerIsMadeOnceAndKnownAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c, _ := w.sees(w.acme, contact.Sighting{WaID: "447700900123", Name: "Ada"})
		again, other := w.sees(w.acme, contact.Sighting{WaID: "447700900123", Name: "Ada"})
		if again.ID != c.ID || other != "" || again.Phone != "447700900123" {
			t.Errorf("got %+v, other %q", again, other)
		}
		z, _ := w.sees(w.zeta, contact.Sighting{WaID: "447700900123", Name: "Ada"})
		if z.ID == c.ID {
			t.Error("two tenants share a contact")
		}
		if _, err := contact.Get(t.Context(), w.d.As(w.zeta), w.zeta, c.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("Zeta reads Acme's contact: %v", err)
		}
		err := w.step(w.acme, func(tx *db.Tx) error {
			_, _, err := contact.See(t.Context(), tx, w.acme, contact.Sighting{Name: "Nobody"})
			return err
		})
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("a sender without an identity: %v", err)
		}
	})
}

func TestNamesFollowAndAreNotForgotten(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c, _ := w.sees(w.acme, contact.Sighting{BSUID: "US.1", Username: "ada_l"})
		if c.Phone != "" {
			t.Errorf("a hidden number is %q", c.Phone)
		}
		w.sees(w.acme, contact.Sighting{BSUID: "US.1", Name: "Ada"})
		w.sees(w.acme, contact.Sighting{BSUID: "US.1", WaID: "447700900123"})
		w.sees(w.acme, contact.Sighting{BSUID: "US.1", Name: "Ada Lovelace"})
		got := w.get(w.acme, c.ID)
		if got.Name != "Ada Lovelace" || got.Username != "ada_l" || got.Phone != "447700900123" {
			t.Errorf("got %+v", got)
		}
		if terms := w.terms(c.ID); !slices.Equal(terms, []string{"447700900123", "ada", "ada_l", "lovelace"}) && !slices.Contains(terms, "lovelace") {
			t.Errorf("found by %v", terms)
		}
		if wa, bsuid := w.address(w.acme, c.ID); wa != "447700900123" || bsuid != "US.1" {
			t.Errorf("written to %q, %q", wa, bsuid)
		}
	})
}

// terms are the words a contact is found by.
func (w *world) terms(id string) (all []string) {
	w.t.Helper()
	rows, err := w.d.As(w.acme).Query(w.t.Context(), `SELECT term FROM contact_terms WHERE tenant_id = $1 AND contact_id = $2 ORDER BY term`,
		w.acme.Tenant(), id)
	w.must(err)
	defer rows.Close()
	for rows.Next() {
		var term string
		w.must(rows.Scan(&term))
		all = append(all, term)
	}
	w.must(rows.Err())
	return all
}

func TestTheSpellingsOfANumberAreOnePerson(t *testing.T) {
	t.Parallel()
	for name, spellings := range map[string][2]string{
		"Brazil": {"5511987654321", "551187654321"}, "Mexico": {"5215512345678", "525512345678"}, "Argentina": {"5491123456789", "541123456789"},
	} {
		for _, turned := range []bool{false, true} {
			first, second := spellings[0], spellings[1]
			if turned {
				first, second = second, first
			}
			t.Run(name+" "+first, func(t *testing.T) {
				t.Parallel()
				each(t, func(t *testing.T, w *world) {
					c, _ := w.sees(w.acme, contact.Sighting{WaID: first})
					same, other := w.sees(w.acme, contact.Sighting{WaID: second})
					if same.ID != c.ID || other != "" {
						t.Errorf("%s and %s are two people", first, second)
					}
					if wa, _ := w.address(w.acme, c.ID); wa != second {
						t.Errorf("written to %s, though last seen as %s", wa, second)
					}
					if a, b := (contact.Sighting{WaID: first}).Lane("ch"), (contact.Sighting{WaID: second}).Lane("ch"); a != b {
						t.Error("the spellings are in two lanes")
					}
					if z, _ := w.sees(w.zeta, contact.Sighting{WaID: second}); z.ID == c.ID {
						t.Error("two tenants share a contact")
					}
				})
			})
		}
	}
}

func TestALandlineIsNobodysMobile(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		mobile, _ := w.sees(w.acme, contact.Sighting{WaID: "5511932654321"})
		landline, _ := w.sees(w.acme, contact.Sighting{WaID: "551132654321"})
		if mobile.ID == landline.ID {
			t.Error("a Brazilian landline is taken for a mobile")
		}
	})
}

func TestTheSurestIdentityDecides(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		byID, _ := w.sees(w.acme, contact.Sighting{BSUID: "US.1"})
		byPhone, _ := w.sees(w.acme, contact.Sighting{WaID: "447700900123"})
		got, other := w.sees(w.acme, contact.Sighting{BSUID: "US.1", WaID: "447700900123"})
		if got.ID != byID.ID || other != byPhone.ID {
			t.Errorf("got %s, other %s", got.ID, other)
		}
		// A number that goes to somebody else stays with whom it was learned from until a merge.
		if again, _ := w.sees(w.acme, contact.Sighting{WaID: "447700900123"}); again.ID != byPhone.ID {
			t.Error("the number changed hands by itself")
		}
	})
}

// A number that somebody with another id of Meta's writes from has changed hands: the two stay two.
func TestANumberThatChangedHandsBringsNobodysHistory(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		before, _ := w.sees(w.acme, contact.Sighting{BSUID: "US.1", WaID: "447700900123", Name: "Ada"})
		after, _ := w.sees(w.acme, contact.Sighting{BSUID: "US.2", Name: "Ben"})
		got, other := w.sees(w.acme, contact.Sighting{BSUID: "US.2", WaID: "447700900123"})
		if got.ID != after.ID || other != "" {
			t.Errorf("got %s, to be merged with %q; Ada is %s", got.ID, other, before.ID)
		}
	})
}

// The two spellings of a Brazilian mobile number are one person also when they came by different ways.
func TestSpellingsOfANumberThatCameByDifferentWaysAreOnePerson(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		byNumber, _ := w.sees(w.acme, contact.Sighting{WaID: "5511987654321"})
		byID, _ := w.sees(w.acme, contact.Sighting{BSUID: "BR.1"})
		got, other := w.sees(w.acme, contact.Sighting{BSUID: "BR.1", WaID: "551187654321"})
		if got.ID != byID.ID || other != byNumber.ID {
			t.Errorf("got %s, to be merged with %q", got.ID, other)
		}
	})
}

func TestACustomerWhoseIDRotatesStaysTheSame(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c, _ := w.sees(w.acme, contact.Sighting{BSUID: "US.old", Name: "Ada"})
		taken, _ := w.sees(w.acme, contact.Sighting{BSUID: "US.taken"})
		rotate := func(a actor.Actor, from, to string) {
			t.Helper()
			w.must(w.step(a, func(tx *db.Tx) error { return contact.Rotate(t.Context(), tx, a, from, to) }))
		}
		rotate(w.acme, "US.old", "US.new")
		rotate(w.acme, "US.old", "US.new") // delivered twice
		rotate(w.acme, "US.old", "US.taken")
		rotate(w.acme, "US.unknown", "US.nobody")
		rotate(w.acme, "", "US.nobody")
		rotate(w.zeta, "US.old", "US.zeta")
		for _, id := range []string{"US.old", "US.new"} {
			if got, _ := w.sees(w.acme, contact.Sighting{BSUID: id}); got.ID != c.ID {
				t.Errorf("%s is somebody else", id)
			}
		}
		if got, _ := w.sees(w.acme, contact.Sighting{BSUID: "US.taken"}); got.ID != taken.ID {
			t.Error("an id was taken from its owner")
		}
		for _, id := range []string{"US.nobody", "US.zeta"} {
			if got, _ := w.sees(w.acme, contact.Sighting{BSUID: id}); got.ID == c.ID {
				t.Errorf("%s was learned from nowhere", id)
			}
		}
		if _, bsuid := w.address(w.acme, c.ID); bsuid != "US.new" {
			t.Errorf("written to %s", bsuid)
		}
	})
}

func TestAMergedContactIsASignpost(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		from, _ := w.sees(w.acme, contact.Sighting{WaID: "447700900123", Name: "Ada"})
		into, _ := w.sees(w.acme, contact.Sighting{BSUID: "US.1", Name: "Ada L"})
		w.must(w.optOut(w.acme, from.ID, true))
		merge := func(a actor.Actor, from, into string) error {
			return w.step(a, func(tx *db.Tx) error { return contact.Merge(t.Context(), tx, a, from, into) })
		}
		if err := merge(w.zeta, from.ID, into.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("Zeta merges Acme's contacts: %v", err)
		}
		if err := merge(w.acme, from.ID, from.ID); !errs.Is(err, errs.Invalid) {
			t.Errorf("with itself: %v", err)
		}
		w.must(merge(w.acme, from.ID, into.ID))
		if err := merge(w.acme, from.ID, into.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("twice: %v", err)
		}
		if err := merge(w.acme, into.ID, from.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("back into what is gone: %v", err)
		}
		got, other := w.sees(w.acme, contact.Sighting{BSUID: "US.1", WaID: "447700900123"})
		if got.ID != into.ID || other != "" {
			t.Errorf("seen again as %s, other %q", got.ID, other)
		}
		if wa, _ := w.address(w.acme, into.ID); wa != "447700900123" {
			t.Errorf("written to %q", wa)
		}
		if len(w.terms(from.ID)) != 0 {
			t.Error("the signpost is found by its name")
		}
		if n := w.consents(into.ID); n != 1 {
			t.Errorf("%d consents came along", n)
		}
	})
}

func (w *world) optOut(a actor.Actor, id string, out bool) error {
	return w.step(a, func(tx *db.Tx) error { return contact.SetOptOut(w.t.Context(), tx, a, id, out, "keyword") })
}

func (w *world) consents(id string) (n int) {
	w.t.Helper()
	w.must(w.d.As(w.acme).QueryRow(w.t.Context(), `SELECT count(*) FROM consents WHERE tenant_id = $1 AND contact_id = $2`,
		w.acme.Tenant(), id).Scan(&n))
	return n
}

func TestAWishNotToBeWrittenToIsKeptWithItsHistory(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c, _ := w.sees(w.acme, contact.Sighting{WaID: "447700900123"})
		w.must(w.optOut(w.acme, c.ID, true))
		if w.get(w.acme, c.ID).OptedOutAt.IsZero() {
			t.Error("not written down")
		}
		w.must(w.optOut(w.acme, c.ID, false))
		if !w.get(w.acme, c.ID).OptedOutAt.IsZero() {
			t.Error("it does not end")
		}
		if n := w.consents(c.ID); n != 2 {
			t.Errorf("%d records of it", n)
		}
		var entries int
		w.must(w.d.As(w.acme).QueryRow(t.Context(), `SELECT count(*) FROM audit_entries WHERE tenant_id = $1 AND target_id = $2
			AND action IN ('contact.opted_out', 'contact.opted_in')`, w.acme.Tenant(), c.ID).Scan(&entries))
		if entries != 2 {
			t.Errorf("%d entries in the audit log", entries)
		}
		if err := w.optOut(w.zeta, c.ID, true); !errs.Is(err, errs.NotFound) {
			t.Errorf("Zeta opts Acme's customer out: %v", err)
		}
	})
}

// A customer's first two messages may reach two processes at the same moment. One of them makes the contact; the other
// fails on the identity, is told so by kind, and finds the contact when it is done again.
func TestTheFirstMessageMayReachTwoProcessesAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Only(t, dbtest.Postgres)
	o := dbtest.Options(t, dbtest.Postgres)
	w := newWorld(t, dbtest.Start(t, o))
	other := dbtest.Start(t, o)
	seen := contact.Sighting{WaID: "447700900123", Name: "Ada"}
	inside, goOn, first, second := make(chan struct{}), make(chan struct{}), make(chan error, 1), make(chan error, 1)
	hold := true
	go func() {
		first <- w.d.InTx(t.Context(), w.acme, func(tx *db.Tx) error {
			_, _, err := contact.See(t.Context(), tx, w.acme, seen)
			if hold {
				err = errors.Join(err, tx.Flush())
				hold = false
				close(inside)
				<-goOn
			}
			return err
		})
	}()
	<-inside
	go func() {
		second <- other.InTx(t.Context(), w.acme, func(tx *db.Tx) error {
			_, _, err := contact.See(t.Context(), tx, w.acme, seen)
			return err
		})
	}()
	dbtest.AwaitBlocked(t, w.d)
	close(goOn)
	w.must(<-first)
	err := <-second
	if table, is := db.UniqueViolation(err); !is || table != "contact_identities" {
		t.Errorf("the second: %v", err)
	}
	a, _ := w.sees(w.acme, seen)
	var n int
	w.must(w.d.As(w.acme).QueryRow(t.Context(), `SELECT count(*) FROM contacts WHERE tenant_id = $1`, w.acme.Tenant()).Scan(&n))
	if n != 1 || a.ID == "" {
		t.Errorf("%d contacts", n)
	}
}

func TestASightingOfAStepThatFailedIsForgotten(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		no := errors.New("no")
		err := w.step(w.acme, func(tx *db.Tx) error {
			if _, _, err := contact.See(t.Context(), tx, w.acme, contact.Sighting{WaID: "447700900123"}); err != nil {
				return err
			}
			return errors.Join(tx.Flush(), no)
		})
		var n int
		w.must(w.d.As(w.acme).QueryRow(t.Context(), `SELECT count(*) FROM contact_identities WHERE tenant_id = $1`, w.acme.Tenant()).Scan(&n))
		if !errors.Is(err, no) || n != 0 {
			t.Errorf("%v, %d identities", err, n)
		}
	})
}

func TestACustomerWithoutANumberHasALaneToo(t *testing.T) {
	t.Parallel()
	a, b := contact.Sighting{BSUID: "US.1"}, contact.Sighting{BSUID: "US.1", Name: "Ada"}
	if a.Lane("ch") != b.Lane("ch") || a.Lane("ch") == a.Lane("another") && a.Lane("ch") == a.Lane("a third") {
		t.Error("the lane does not follow from who it is and where")
	}
}

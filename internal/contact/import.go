package contact

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
)

// chunk is how many rows one step takes: it holds others up for some milliseconds.
const chunk = 200

// Taken counts what became of the rows of a table.
type Taken struct {
	New       int
	Changed   int
	Unchanged int
}

func (t *Taken) add(o Taken) {
	t.New, t.Changed, t.Unchanged = t.New+o.New, t.Changed+o.Changed, t.Unchanged+o.Unchanged
}

// known is a contact a row is about, as it is now.
type known struct {
	Contact
	attributes Attributes
}

// Weigh says what Import would do, and does nothing.
func (s *Sheet) Weigh(ctx context.Context, q db.Querier, a actor.Actor) (all Taken, err error) {
	if err := a.Require(actor.ContactsWrite); err != nil {
		return all, err
	}
	for lines := range slices.Chunk(s.lines, chunk) {
		there, err := findAll(ctx, q, a, lines)
		if err != nil {
			return all, err
		}
		for _, l := range lines {
			k, is := there[l.key]
			all.count(l, k, is)
		}
	}
	return all, nil
}

func (t *Taken) count(l line, k known, is bool) {
	switch {
	case !is:
		t.New++
	case l.changes(k).parts() == nil:
		t.Unchanged++
	default:
		t.Changed++
	}
}

// Import takes the rows, in steps of bounded size: a step that fails leaves those before it, and taking the same table
// again changes nothing twice. A row finds its contact by the number and adds to what is known: name, language and
// attributes that it says are right, what it does not say stays, and how a contact is known is never touched.
func (s *Sheet) Import(ctx context.Context, d *db.DB, a actor.Actor, changed func(tx *db.Tx)) (all Taken, err error) {
	if err := a.Require(actor.ContactsWrite); err != nil {
		return all, err
	}
	for lines := range slices.Chunk(s.lines, chunk) {
		var taken Taken
		step := func(tx *db.Tx) (err error) {
			changed(tx)
			taken, err = importLines(ctx, tx, a, lines)
			return err
		}
		err := d.InTx(ctx, a, step)
		if where, is := db.UniqueViolation(err); is && where == "contact_identities" { // a customer wrote meanwhile
			err = d.InTx(ctx, a, step)
		}
		if err != nil {
			return all, err
		}
		all.add(taken)
	}
	return all, nil
}

func importLines(ctx context.Context, tx *db.Tx, a actor.Actor, lines []line) (taken Taken, err error) {
	there, err := findAll(ctx, tx, a, lines)
	if err != nil {
		return taken, err
	}
	for _, l := range lines {
		k, is := there[l.key]
		if !is {
			seen := Sighting{WaID: l.phone}
			k.Contact = create(tx, a, seen)
			learn(tx, a, k.ID, "import", seen.identities()...)
		}
		if err := correct(tx, a, k.Contact, *l.changes(k)); err != nil {
			return taken, err
		}
		taken.count(l, k, is)
	}
	return taken, audit.Record(ctx, tx, a, audit.Entry{Action: "contacts.imported", TargetKind: "tenant", TargetID: a.Tenant(), After: taken})
}

// changes are what a row says that is not known yet.
func (l line) changes(k known) *Correction {
	ch := &Correction{}
	if l.name != "" && l.name != k.Name {
		ch.Name = &l.name
	}
	if l.language != "" && l.language != k.Language {
		ch.Language = &l.language
	}
	joined := maps.Clone(k.attributes)
	if joined == nil {
		joined = Attributes{}
	}
	maps.Copy(joined, l.attributes)
	if len(joined) <= mostAttributes && !maps.Equal(joined, k.attributes) {
		ch.Attributes = joined
	}
	return ch
}

// findAll finds the contacts of some rows by their numbers, in any spelling.
func findAll(ctx context.Context, q db.Querier, a actor.Actor, lines []line) (map[string]known, error) {
	args := []any{a.Tenant()}
	for _, l := range lines {
		args = append(args, l.key)
	}
	for _, l := range lines {
		args = append(args, l.phone)
	}
	keys, phones := placesAfter(2, len(lines)), placesAfter(2+len(lines), len(lines))
	rows, err := q.Query(ctx, `SELECT i.kind, i.value, c.attributes, `+columns+`
		FROM (SELECT kind, value, contact_id FROM contact_identities WHERE tenant_id = $1 AND kind = 'match' AND value IN (`+keys+`)
			UNION ALL SELECT kind, value, contact_id FROM contact_identities WHERE tenant_id = $1 AND kind = 'wa_id' AND value IN (`+phones+`)) i
		JOIN contacts c ON c.tenant_id = $1 AND c.id = i.contact_id`, args...)
	if err != nil {
		return nil, fmt.Errorf("find contacts: %w", err)
	}
	defer rows.Close()
	byKey, byPhone := map[string]known{}, map[string]known{}
	for rows.Next() {
		var kind IdentityKind
		var value, text string
		var k known
		if err := rows.Scan(append([]any{&kind, &value, &text}, fields(&k.Contact)...)...); err != nil {
			return nil, fmt.Errorf("find contacts: %w", err)
		}
		if k.attributes, err = attributesOf(text); err != nil {
			return nil, err
		}
		if kind == WaID {
			byPhone[value] = k
		} else {
			byKey[value] = k
		}
	}
	for _, l := range lines { // the number itself is surer than its comparing form
		if k, is := byPhone[l.phone]; is {
			byKey[l.key] = k
		}
	}
	return byKey, rows.Err()
}

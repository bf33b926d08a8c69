package db_test

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/errs"
)

type (
	word  string
	small uint8
	flag  bool
	share float32
	blob  []byte
)

// Whatever is bound comes back the same from both databases, read in a step and outside.
func TestValuesComeBackTheSame(t *testing.T) {
	t.Parallel()
	hello, seven := "hello", int64(7)
	when := db.FromTime(time.Date(2026, 1, 2, 3, 4, 5, 678000, time.UTC))
	cases := map[string]struct {
		as    string // the type it is bound as
		bound any
		read  func() any // a place to read it into
		want  string
	}{
		"a text":                 {"TEXT", "hello", fresh[string], `"hello"`},
		"a text of a kind":       {"TEXT", word("hello"), fresh[word], `"hello"`},
		"a pointer to a text":    {"TEXT", &hello, fresh[string], `"hello"`},
		"a text that is not":     {"TEXT", (*string)(nil), fresh[*string], `null`},
		"a text that may not be": {"TEXT", "hello", fresh[*string], `"hello"`},
		"a small number":         {"BIGINT", small(200), fresh[int64], `200`},
		"an int":                 {"BIGINT", -5, fresh[int], `-5`},
		"an int32":               {"BIGINT", int32(-5), fresh[int32], `-5`},
		"a pointer to a number":  {"BIGINT", &seven, fresh[*int64], `7`},
		"the largest":            {"BIGINT", int64(math.MaxInt64), fresh[int64], `9223372036854775807`},
		"nothing":                {"BIGINT", nil, fresh[*int64], `null`},
		"a bool":                 {"BOOLEAN", true, fresh[bool], `true`},
		"a bool of a kind":       {"BOOLEAN", flag(false), fresh[bool], `false`},
		"a fraction":             {"DOUBLE PRECISION", 0.25, fresh[float64], `0.25`},
		"a fraction of a kind":   {"DOUBLE PRECISION", share(0.5), fresh[float32], `0.5`},
		"a whole fraction":       {"DOUBLE PRECISION", 3.0, fresh[float64], `3`},
		"a time":                 {"BIGINT", when, fresh[db.Time], `"2026-01-02T03:04:05.000678Z"`},
		"never":                  {"BIGINT", db.Time(0).OrNull(), fresh[db.Time], `null`},
		"a time that has been":   {"BIGINT", when.OrNull(), fresh[db.Time], `"2026-01-02T03:04:05.000678Z"`},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for name, c := range cases {
			sql := `SELECT CAST($1 AS ` + c.as + `)`
			check := func(where string, read any, err error) {
				got, _ := json.Marshal(read)
				if err != nil || string(got) != c.want {
					t.Errorf("%s %s: got %s, %v", name, where, got, err)
				}
			}
			read := c.read()
			check("outside", read, d.As(actor.ForSystem("")).QueryRow(t.Context(), sql, c.bound).Scan(read))
			read = c.read()
			check("in a step", read, d.InTx(t.Context(), actor.ForSystem(""), func(tx *db.Tx) error {
				return tx.QueryRow(t.Context(), sql, c.bound).Scan(read)
			}))
		}
	})
}

// fresh makes a place for a value.
func fresh[T any]() any { return new(T) }

func TestBytesComeBackTheSame(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		sql := `SELECT $1, $2`
		if d.Postgres() {
			sql = `SELECT $1::bytea, $2::bytea`
		}
		var some []byte
		var kind blob
		err := d.As(actor.ForSystem("")).QueryRow(t.Context(), sql, []byte{0, 1, 255}, blob("x")).Scan(&some, &kind)
		if err != nil || !slices.Equal(some, []byte{0, 1, 255}) || string(kind) != "x" {
			t.Errorf("got %v, %s, %v", some, kind, err)
		}
		none := []byte("before")
		nothing := `SELECT CAST(NULL AS TEXT)`
		if d.Postgres() {
			nothing = `SELECT CAST(NULL AS BYTEA)`
		}
		if err := d.As(actor.ForSystem("")).QueryRow(t.Context(), nothing).Scan(&none); err != nil || none != nil {
			t.Errorf("got %v, %v", none, err)
		}
	})
}

func TestWhatDoesNotFitIsRefused(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		sql   string
		bound []any
		read  []any
	}{
		"a struct cannot be bound": {`SELECT CAST($1 AS TEXT)`, []any{struct{}{}}, []any{new(string)}},
		"a text is no number":      {`SELECT 'x'`, nil, []any{new(int64)}},
		"nothing is no number":     {`SELECT CAST(NULL AS BIGINT)`, nil, []any{new(int64)}},
		"nothing is no text":       {`SELECT CAST(NULL AS TEXT)`, nil, []any{new(string)}},
		"too large a number":       {`SELECT CAST(300 AS BIGINT)`, nil, []any{new(int8)}},
		"a fraction is no number":  {`SELECT CAST(0.5 AS DOUBLE PRECISION)`, nil, []any{new(int64)}},
		"too few places":           {`SELECT 1, 2`, nil, []any{new(int64)}},
		"no place at all":          {`SELECT 1`, nil, []any{7}},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for name, c := range cases {
			if err := d.As(actor.ForSystem("")).QueryRow(t.Context(), c.sql, c.bound...).Scan(c.read...); err == nil {
				t.Errorf("%s: outside a step it is taken", name)
			}
			err := d.InTx(t.Context(), actor.ForSystem(""), func(tx *db.Tx) error {
				return tx.QueryRow(t.Context(), c.sql, c.bound...).Scan(c.read...)
			})
			if err == nil {
				t.Errorf("%s: in a step it is taken", name)
			}
		}
		err := d.InTx(t.Context(), actor.ForSystem(""), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `DELETE FROM processes WHERE id = $1`, make(chan int))
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "$1") {
			t.Errorf("a channel was bound: %v", err)
		}
	})
}

func TestTimes(t *testing.T) {
	t.Parallel()
	at := db.FromTime(time.Date(2026, 3, 4, 5, 6, 7, 8900, time.FixedZone("", 3600)))
	if got := at.Time().Format(time.RFC3339Nano); got != "2026-03-04T04:06:07.000008Z" {
		t.Errorf("got %s", got)
	}
	later := at.Add(time.Second)
	if !at.Before(later) || !later.After(at) || later.Sub(at) != time.Second || at.IsZero() {
		t.Error("a second later is not later by a second")
	}
	if !db.FromTime(time.Time{}).IsZero() || !db.Time(0).Time().IsZero() {
		t.Error("never is not never")
	}
	for text, want := range map[string]db.Time{`null`: 0, `"2026-03-04T05:06:07.000008+01:00"`: at} {
		got := db.Time(1)
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != want {
			t.Errorf("%s is %v, %v", text, got, err)
		}
	}
	if err := json.Unmarshal([]byte(`"yesterday"`), &at); err == nil {
		t.Error("yesterday is a time")
	}
	if err := at.Scan("yesterday"); err == nil {
		t.Error("a text is a time")
	}
}

func TestWhatIsMissingIsNotFound(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme, zeta := dbtest.Tenants(t, d)
		if err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error { return put(tx, "c") }); err != nil {
			t.Fatal(err)
		}
		rename := func(tenantID string) error {
			return d.InTx(t.Context(), actor.ForSystem(tenantID), func(tx *db.Tx) error {
				n, err := tx.Exec(t.Context(), `UPDATE contacts SET name = 'x' WHERE tenant_id = $1 AND id = 'c'`, tenantID)
				return db.One(n, err, "contact")
			})
		}
		if err := rename(acme); err != nil {
			t.Error(err)
		}
		if err := rename(zeta); !errs.Is(err, errs.NotFound) {
			t.Errorf("another tenant's row: %v", err)
		}
		if err := db.One(0, errMine, "contact"); !errors.Is(err, errMine) {
			t.Errorf("got %v", err)
		}
		if err := db.Found(errMine, "contact"); !errors.Is(err, errMine) {
			t.Errorf("got %v", err)
		}
		if _, is := db.UniqueViolation(errMine); is {
			t.Error("any error is a unique violation")
		}
	})
}

// One round trip for statements that need nothing of each other; what they gave is told apart.
func TestAPipelineGivesEachItsAnswer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		acme, zeta := dbtest.Tenants(t, d)
		insert := `INSERT INTO contacts (tenant_id, id, created_at, updated_at) VALUES ($1, $2, $3, $3)`
		before := d.Stats().Statements
		err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error {
			p := tx.Pipeline()
			if err := p.Run(t.Context()); err != nil {
				return err
			}
			var inserted, renamed int64
			var name, missing string
			missing = "as it was"
			p.Exec(&inserted, insert, acme, "a", tx.Now())
			p.QueryRow(`INSERT INTO contacts (tenant_id, id, name, created_at, updated_at) VALUES ($1, 'b', 'Bea', $2, $2)
				RETURNING name`, acme, tx.Now()).Into(&name)
			p.QueryRow(`SELECT name FROM contacts WHERE tenant_id = $1 AND id = 'nobody'`, acme).Into(&missing)
			p.Exec(&renamed, `UPDATE contacts SET username = 'u' WHERE tenant_id = $1`, acme)
			p.Exec(nil, insert, acme, "c", tx.Now())
			if err := p.Run(t.Context()); !errors.Is(err, db.ErrNoRows) {
				t.Errorf("a missing row: %v", err)
			}
			if inserted != 1 || renamed != 2 || name != "Bea" || missing != "as it was" {
				t.Errorf("got %d, %d, %q, %q", inserted, renamed, name, missing)
			}
			return nil
		})
		if n := count(t, d, acme); err != nil || n != 3 {
			t.Errorf("%d rows, %v", n, err)
		}
		if n := d.Stats().Statements - before; n != 5 {
			t.Errorf("%d statements were counted", n)
		}
		for name, odd := range map[string]func(p *db.Pipeline){
			"that breaks a rule":  func(p *db.Pipeline) { p.Exec(nil, insert, zeta, "x", db.Time(1)) },
			"that is no SQL":      func(p *db.Pipeline) { p.Exec(nil, `INSERT`) },
			"whose answer breaks": func(p *db.Pipeline) { p.QueryRow(insert+` RETURNING id`, zeta, "x", db.Time(1)).Into(new(string)) },
			"that binds anything": func(p *db.Pipeline) { p.Exec(nil, insert, zeta, struct{}{}, db.Time(1)) },
			"that reads nonsense": func(p *db.Pipeline) { p.QueryRow(`SELECT nonsense`).Into(new(string)) },
			"that does not fit":   func(p *db.Pipeline) { p.QueryRow(`SELECT 'x'`).Into(new(int64)) },
		} {
			err := d.InTx(t.Context(), actor.ForSystem(zeta), func(tx *db.Tx) error {
				p := tx.Pipeline()
				p.Exec(nil, insert, zeta, "x", tx.Now())
				odd(p)
				p.Exec(nil, insert, zeta, "y", tx.Now())
				if err := p.Run(t.Context()); err == nil {
					t.Errorf("a statement %s did not fail", name)
				}
				return nil // the step can only fail, whatever it says
			})
			if n := count(t, d, zeta); err == nil || n != 0 {
				t.Errorf("a statement %s: %d rows, %v", name, n, err)
			}
		}
	})
}

func TestAStepHasOneTimeAndMakesIDsInOrder(t *testing.T) {
	t.Parallel()
	for _, kind := range dbtest.Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			at := time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)
			d := dbtest.Open(t, kind, func(o *db.Options) {
				o.Clock = func() time.Time { at = at.Add(time.Second); return at }
			})
			err := d.InTx(t.Context(), actor.ForSystem("acme"), func(tx *db.Tx) error {
				if tx.Now() != tx.Now() { //nolint:staticcheck // that is the question
					t.Error("the time of a step moves")
				}
				ids := []string{tx.NewID(), tx.NewID(), tx.NewID()}
				if !slices.IsSorted(ids) || ids[0] == ids[1] {
					t.Errorf("ids %v", ids)
				}
				if tx.Actor().Tenant() != "acme" {
					t.Error("the step forgot whose it is")
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			fixed := dbtest.Open(t, kind, func(o *db.Options) { o.NewID = func() string { return "mine" } })
			err = fixed.InTx(t.Context(), actor.ForSystem(""), func(tx *db.Tx) error {
				if tx.NewID() != "mine" {
					t.Error("an id that was not asked for")
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

// The database's own clock is what leases are measured with.
func TestTheDatabasesClockIsTheMachines(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var now db.Time
		if err := d.As(actor.ForSystem("")).QueryRow(t.Context(), `SELECT `+d.NowExpr()).Scan(&now); err != nil {
			t.Fatal(err)
		}
		if off := time.Since(now.Time()).Abs(); off > time.Minute {
			t.Errorf("it is off by %v", off)
		}
	})
}

// The lane of a customer is stored, so its hash never changes.
func TestLanesNeverChange(t *testing.T) {
	t.Parallel()
	if a, b := db.Lane("acme", "4917012345"), db.Lane("zeta", "4917012345"); a != 43014 || a == b {
		t.Errorf("got %d and %d", a, b)
	}
	if db.Lane("a", "b") == db.Lane("ab") {
		t.Error("where one part ends makes no difference")
	}
}

package db_test

import (
	"testing"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/db/dbtest"
)

// Arguments may come in any order and more than once; what looks like one inside quotes or a comment is none.
func TestArgumentsAreBoundByTheirNumbers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		nobody := actor.ForSystem("")
		var a, b, c, quoted string
		err := d.As(nobody).QueryRow(t.Context(), `SELECT CAST($2 AS TEXT), CAST($1 AS TEXT) /* $9 */, -- $8
			CAST($2 AS TEXT), 'it costs $1, it''s $2'`, "one", "two").Scan(&a, &b, &c, &quoted)
		if err != nil || a != "two" || b != "one" || c != "two" || quoted != "it costs $1, it's $2" {
			t.Errorf("got %q %q %q %q, %v", a, b, c, quoted, err)
		}
		if err := d.As(nobody).QueryRow(t.Context(), `SELECT CAST($1 AS TEXT), CAST($2 AS TEXT)`, "one").Scan(&a, &b); err == nil {
			t.Error("a missing argument was not missed")
		}
	})
}

package channel_test

import (
	"errors"
	"strings"
	"testing"

	"parley/internal/channel"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/errs"
)

// A database that does not work is never taken for "no such number": what Meta delivers would be kept as nobody's.
func TestABrokenDatabaseIsNeverTakenForAnUnknownNumber(t *testing.T) {
	t.Parallel()
	dbtest.Only(t, dbtest.SQLite) // where a step may take a table away, and have it back when it fails
	w := newWorld(t, dbtest.Open(t, dbtest.SQLite))
	ctx, a := t.Context(), w.acme
	c, err := w.ensure(a, number("1"))
	w.must(err)
	fine := errors.New("rolled back")
	ensure := func(id string) func(tx *db.Tx) error {
		return func(tx *db.Tx) error { _, err := w.channels.Ensure(ctx, tx, a, number(id)); return err }
	}
	for table, verbs := range map[string]map[string]func(tx *db.Tx) error{
		"channels": {
			"add": ensure("2"), "refresh": ensure("1"),
			"get":     func(tx *db.Tx) error { _, err := channel.Get(ctx, tx, a, c.ID); return err },
			"list":    func(tx *db.Tx) error { _, err := channel.List(ctx, tx, a); return err },
			"of kind": func(tx *db.Tx) error { _, err := channel.OfKind(ctx, tx, a, channel.WhatsApp); return err },
			"prove":   func(tx *db.Tx) error { return w.channels.Prove(ctx, tx, a, c.ID, "", "") },
			"break":   func(tx *db.Tx) error { return w.channels.Break(ctx, tx, a, c.ID, "") },
		},
		"channel_numbers": {
			"add":     ensure("2"),
			"look up": func(tx *db.Tx) error { _, err := channel.Lookup(ctx, tx, channel.WhatsApp, "1"); return err },
			"all":     func(tx *db.Tx) error { _, err := channel.AllOfKind(ctx, tx, channel.WhatsApp); return err },
			"tenants": func(tx *db.Tx) error { _, err := channel.Tenants(ctx, tx); return err },
		},
		"channels_heard": {
			"heard":      func(tx *db.Tx) error { return channel.Heard(ctx, tx, heard(a, c, 1)) },
			"last heard": func(tx *db.Tx) error { _, err := channel.LastHeard(ctx, tx, a, c.ID); return err },
		},
		"app_connections": {"connect": func(tx *db.Tx) error {
			_, err := w.channels.AddConnection(ctx, tx, a, channel.NewConnection{Secret: "s", Key: strings.Repeat("k", 32)})
			return err
		}},
	} {
		for name, verb := range verbs {
			err := w.step(a, func(tx *db.Tx) error {
				if _, err := tx.Exec(ctx, `UPDATE tenants SET name = name`); err != nil { // a step that wrote is rolled back
					return err
				}
				if _, err := tx.Exec(ctx, `ALTER TABLE `+table+` RENAME TO gone`); err != nil {
					return err
				}
				if err := errors.Join(verb(tx), tx.Flush()); err != nil {
					return err
				}
				return fine
			})
			if errors.Is(err, fine) || !errs.Is(err, errs.Internal) {
				t.Errorf("%s without %s: %v", name, table, err)
			}
		}
	}
	if all, err := channel.List(ctx, w.d.As(a), a); err != nil || len(all) != 1 {
		t.Errorf("%d channels are left over, %v", len(all), err)
	}
}

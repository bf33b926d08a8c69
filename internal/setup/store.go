package setup

import (
	"context"
	"errors"

	"parley/internal/actor"
	"parley/internal/db"
)

// claim writes a fact about the installation down, unless it stands there already. Of two at once one wins.
func claim(ctx context.Context, tx *db.Tx, name, value string) (won bool, err error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO installation (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, name, value)
	return n == 1, err
}

// fact is what stands about the installation, "" for nothing.
func fact(ctx context.Context, q db.Querier, name string) (value string, err error) {
	err = q.QueryRow(ctx, `SELECT value FROM installation WHERE name = $1`, name).Scan(&value)
	if errors.Is(err, db.ErrNoRows) {
		return "", nil
	}
	return value, err
}

// noteDown writes a fact down when there is none, and gives the one that stands.
func noteDown(ctx context.Context, d *db.DB, name, value string) (kept string, err error) {
	nobody := actor.ForSystem("")
	if kept, err = fact(ctx, d.As(nobody), name); err != nil || kept != "" {
		return kept, err
	}
	err = d.InTx(ctx, nobody, func(tx *db.Tx) error {
		if _, err := claim(ctx, tx, name, value); err != nil {
			return err
		}
		kept, err = fact(ctx, tx, name)
		return err
	})
	return kept, err
}

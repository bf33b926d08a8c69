package tenant

import (
	"context"
	"errors"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
)

// Speak remembers the language the acting user reads, for the letters they get.
func (s *Service) Speak(ctx context.Context, tx *db.Tx, a actor.Actor, locale string) error {
	if len(locale) > 35 || !locales.MatchString(locale) {
		return errs.InvalidField("language", "A language is written like en, de or pt-BR.")
	}
	n, err := tx.Exec(ctx, `UPDATE users SET locale = $2, updated_at = $3 WHERE id = $1`, a.UserID(), locale, tx.Now())
	return db.One(n, err, "user")
}

// readLocale is the language a user reads, "" when they have not told, or there is no such user.
func readLocale(ctx context.Context, q db.Querier, userID string) (locale string, err error) {
	err = q.QueryRow(ctx, `SELECT locale FROM users WHERE id = $1`, userID).Scan(&locale)
	if errors.Is(err, db.ErrNoRows) {
		return "", nil
	}
	return locale, err
}

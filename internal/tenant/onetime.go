package tenant

import (
	"context"
	"time"

	"parley/internal/db"
	"parley/internal/seal"
)

// Purpose is what a one-time token is for.
type Purpose string

// ForSetup makes the first owner.
const ForSetup Purpose = "setup"

// NewToken makes a one-time token; only its hash is stored.
func (s *Service) NewToken(ctx context.Context, tx *db.Tx, p Purpose, life time.Duration) (string, error) {
	token := seal.Token()
	return token, insertToken(ctx, tx, s.oneTimeHash(p, token), p, tx.Now().Add(life))
}

// newLink makes a one-time link about somebody or something.
func (s *Service) newLink(ctx context.Context, tx *db.Tx, p Purpose, about oneTime, life time.Duration) (token string, err error) {
	token = seal.Token()
	return token, insertLink(ctx, tx, s.oneTimeHash(p, token), p, about, tx.Now().Add(life))
}

// TokenGood reports whether a one-time token could be used now.
func (s *Service) TokenGood(ctx context.Context, q db.Querier, p Purpose, token string) (bool, error) {
	return readTokenGood(ctx, q, s.oneTimeHash(p, token), s.DB.Now())
}

// UseToken uses a one-time token up, and reports whether it was still good.
func (s *Service) UseToken(ctx context.Context, tx *db.Tx, p Purpose, token string) (bool, error) {
	n, err := useToken(ctx, tx, s.oneTimeHash(p, token))
	return n == 1, err
}

// VoidTokens makes all unused tokens of a purpose useless.
func (s *Service) VoidTokens(ctx context.Context, tx *db.Tx, p Purpose) error {
	return voidTokens(ctx, tx, p)
}

func (s *Service) oneTimeHash(p Purpose, token string) string {
	return s.Box.Hash("one_time_tokens."+string(p), token)
}

package tenant

import (
	"context"

	"parley/internal/actor"
	"parley/internal/errs"
)

// SignIn checks an address and a password and opens a session. It does the same work and says the same words for an
// address nobody has. Who tries too often is told how long to wait; from where a user has signed in before, nobody
// else's tries count.
func (s *Service) SignIn(ctx context.Context, email, password string, v Visit) (Session, error) {
	hash := s.emailHash(foldEmail(email))
	nobody := s.DB.As(actor.ForSystem(""))
	userID, err := readUserByEmail(ctx, nobody, hash)
	if err != nil {
		return Session{}, err
	}
	known, err := readKnownAddress(ctx, nobody, userID, s.addressHash(v.Address))
	if err != nil {
		return Session{}, err
	}
	if err := s.allow(hash, v.Address, known); err != nil {
		return Session{}, err
	}
	u, err := readUser(ctx, s.DB.As(actor.ForUser("", userID, "", nil)), userID)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return Session{}, err
	}
	right, err := s.hasher.matches(ctx, password, u.passwordHash)
	if err != nil {
		return Session{}, err
	}
	if !right {
		return Session{}, errs.New(errs.Unauthenticated, "This e-mail address and password do not belong together.")
	}
	tenantID, err := s.first(ctx, userID, v.Host)
	if err != nil {
		return Session{}, err
	}
	return s.Start(ctx, userID, tenantID, v)
}

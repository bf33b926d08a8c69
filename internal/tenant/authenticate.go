package tenant

import (
	"context"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
)

// standing is what counts of a session besides its token: whether it goes on, and what its user may do.
type standing struct {
	user string
	role Role // "" when the session has ended, or its user is no member there
	must bool // choose a password before anything else
}

// Authenticate makes the actor of an access token. It usually asks no database: what was read within StandingBound
// counts. Whoever must first choose a password of their own is Forbidden everything else.
func (s *Service) Authenticate(ctx context.Context, token, address string) (actor.Actor, error) {
	c, st, err := s.identify(ctx, token)
	if err != nil {
		return actor.Actor{}, err
	}
	if st.must {
		return actor.Actor{}, errs.New(errs.Forbidden, "Choose a password of your own first.")
	}
	return actor.ForUser(c.Tenant, st.user, address, Permissions(st.role)), nil
}

// AuthenticateSelf is Authenticate for what concerns only one's own account; also who must choose a password may.
func (s *Service) AuthenticateSelf(ctx context.Context, token, address string) (actor.Actor, error) {
	c, st, err := s.identify(ctx, token)
	if err != nil {
		return actor.Actor{}, err
	}
	if st.must {
		return actor.ForUser(c.Tenant, st.user, address, nil), nil
	}
	return actor.ForUser(c.Tenant, st.user, address, Permissions(st.role)), nil
}

// Check says whose a token is and when it expires, for the socket (realtime.Check).
func (s *Service) Check(ctx context.Context, token string) (userID, tenantID string, expires time.Time, err error) {
	c, st, err := s.identify(ctx, token)
	if err != nil {
		return "", "", expires, err
	}
	return st.user, c.Tenant, c.ExpiresAt.Time, nil
}

func (s *Service) identify(ctx context.Context, token string) (claims, standing, error) {
	c, err := s.tokens.read(token)
	if err != nil {
		return c, standing{}, err
	}
	st, err := s.standing.Get(ctx, c.pass(), func() (standing, error) {
		a := actor.ForUser(c.Tenant, c.Subject, "", nil)
		return readStanding(ctx, s.DB.As(a), c.pass(), s.DB.Now())
	})
	if err != nil {
		return c, st, err
	}
	if st.role == "" || st.user != c.Subject {
		return c, st, expired()
	}
	return c, st, nil
}

// forgetUser makes everybody in this process look again at what a user may do, once the step is committed.
func (s *Service) forgetUser(tx *db.Tx, userID string) {
	tx.AfterCommit(func() {
		s.standing.Forget(func(_ pass, st standing) bool { return st.user == userID })
		s.keys.Forget(func(_ string, st keyStanding) bool { return st.maker == userID })
	})
}

// hangUp closes a user's sockets once the step is committed; whoever is still signed in comes back.
func (s *Service) hangUp(tx *db.Tx, userID string) {
	tx.AfterCommit(func() {
		if s.Live != nil {
			_ = s.Live.Disconnect(userID) // fails only when no other process can be told, and those notice by themselves
		}
	})
}

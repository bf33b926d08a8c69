package tenant

import (
	"context"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/errs"
)

// Switch goes on in another of the user's tenants, in the same session. The refresh token stays; the access token of
// the tenant before works there until it expires.
func (s *Service) Switch(ctx context.Context, token, tenantID string, v Visit) (Session, error) {
	c, st, err := s.identify(ctx, token)
	if err != nil {
		return Session{}, err
	}
	me, err := s.me(ctx, st.user, tenantID)
	if err != nil {
		return Session{}, err
	}
	if me.Tenant.ID != tenantID {
		return Session{}, errs.New(errs.NotFound, "No such workspace.")
	}
	a := actor.ForUser(tenantID, st.user, v.Address, nil)
	err = s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		n, err := switchSession(ctx, tx, c.Session, tenantID)
		if err == nil && n == 0 {
			err = expired()
		}
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, a, audit.Entry{Action: "user.switched", TargetKind: "user", TargetID: st.user})
	})
	if err != nil {
		return Session{}, err
	}
	return s.session(me, c.Session, "")
}

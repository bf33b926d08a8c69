package tenant

import (
	"context"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/errs"
)

// ChangePassword changes the password of the token's user, and ends every other session they have.
func (s *Service) ChangePassword(ctx context.Context, token, current, chosen string, v Visit) error {
	c, st, err := s.identify(ctx, token)
	if err != nil {
		return err
	}
	if err := s.take("change:"+st.user, perChange); err != nil {
		return err
	}
	u, err := readUser(ctx, s.DB.As(actor.ForUser("", st.user, "", nil)), st.user)
	if err != nil {
		return err
	}
	right, err := s.hasher.matches(ctx, current, u.passwordHash)
	if err != nil {
		return err
	}
	if !right {
		return errs.InvalidField("current", "This is not your current password.")
	}
	if plain(current) == plain(chosen) {
		return errs.InvalidField("new", "This is the password you have already. Choose another one.")
	}
	if err := checkPassword("new", chosen, u.name, u.email); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, chosen)
	if err != nil {
		return err
	}
	a := actor.ForUser(c.Tenant, st.user, v.Address, nil)
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		n, err := updatePassword(ctx, tx, st.user, u.passwordHash, hash)
		if err == nil && n == 0 {
			err = errs.New(errs.Conflict, "Your password was changed at the same moment from somewhere else. Please sign in again.")
		}
		if err != nil {
			return err
		}
		if err := revokeSessions(ctx, tx, st.user, c.Session); err != nil {
			return err
		}
		s.forgetUser(tx, st.user)
		s.hangUp(tx, st.user)
		return audit.Record(ctx, tx, a, audit.Entry{Action: "user.password_changed", TargetKind: "user", TargetID: st.user})
	})
}

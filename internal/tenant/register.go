package tenant

import (
	"context"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
)

// Newcomer is who registers.
type Newcomer struct {
	Name      string
	Email     string
	Password  string
	Workspace string
	// Equip adds, in the same step, what a new workspace should have; it may be nil.
	Equip func(ctx context.Context, tx *db.Tx, a actor.Actor) error
}

// Register makes an account and a workspace it owns, where that is open to everybody, and signs in.
func (s *Service) Register(ctx context.Context, n Newcomer, v Visit) (Session, error) {
	switch s.o.Registration {
	case Open:
	case Invite:
		return Session{}, errs.New(errs.Forbidden, "Accounts are made by invitation here. Ask the owner of a workspace to invite you.")
	default:
		return Session{}, errs.New(errs.Forbidden, "No accounts can be made here. Ask who runs this installation.")
	}
	if err := s.AllowNewcomer(v.Address); err != nil {
		return Session{}, err
	}
	name, err := checkName("workspace", n.Workspace)
	if err != nil {
		return Session{}, err
	}
	p, err := s.Prepare(ctx, n.Name, n.Email, n.Password, true)
	if err != nil {
		return Session{}, err
	}
	tenantID, err := s.NewID(ctx)
	if err != nil {
		return Session{}, err
	}
	var userID string
	a := actor.ForSystem(tenantID)
	err = s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		if _, err := s.Create(ctx, tx, a, NewTenant{Name: name}); err != nil {
			return err
		}
		if userID, err = s.AddUser(ctx, tx, a, p); err != nil {
			return err
		}
		if err := s.AddMember(ctx, tx, a, userID, Owner); err != nil {
			return err
		}
		if n.Equip == nil {
			return nil
		}
		return n.Equip(ctx, tx, a)
	})
	if err != nil {
		return Session{}, err
	}
	return s.Start(ctx, userID, tenantID, v)
}

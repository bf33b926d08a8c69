package setup

import (
	"context"
	"log/slog"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/tenant"
)

// Owner is who holds the one-time link, and what they typed.
type Owner struct {
	Token     string
	Name      string
	Email     string
	Password  string
	Workspace string
}

// Finish makes the first owner with the one-time link, names the workspace, and signs in. The link works once.
func (s *Service) Finish(ctx context.Context, o Owner, v tenant.Visit) (tenant.Session, error) {
	if err := s.Tenants.AllowNewcomer(v.Address); err != nil {
		return tenant.Session{}, err
	}
	q := s.DB.As(actor.ForSystem(""))
	// Before anything is hashed; what decides is using the token, below.
	good, err := s.Tenants.TokenGood(ctx, q, tenant.ForSetup, o.Token)
	if err != nil {
		return tenant.Session{}, err
	}
	if !good {
		return tenant.Session{}, badLink()
	}
	p, err := s.Tenants.Prepare(ctx, o.Name, o.Email, o.Password, true)
	if err != nil {
		return tenant.Session{}, err
	}
	tenantID, err := fact(ctx, q, defaultTenant)
	if err != nil {
		return tenant.Session{}, err
	}
	userID, err := s.finish(ctx, tenantID, o, p)
	if err != nil {
		return tenant.Session{}, err
	}
	if err := s.dropLink(); err != nil { // the link in it is void all the same
		s.Log.WarnContext(ctx, "used link not removed", slog.Any("error", err))
	}
	return s.Tenants.Start(ctx, userID, tenantID, v)
}

func (s *Service) finish(ctx context.Context, tenantID string, o Owner, p tenant.Person) (userID string, err error) {
	a := actor.ForSystem(tenantID)
	err = s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		good, err := s.Tenants.UseToken(ctx, tx, tenant.ForSetup, o.Token)
		if err != nil {
			return err
		}
		if !good {
			return badLink()
		}
		if err := s.Tenants.Change(ctx, tx, a, tenant.Change{Name: &o.Workspace}); err != nil {
			if errs.FieldOf(err) == "name" {
				return errs.InvalidField("workspace", "%s", errs.Message(err))
			}
			return err
		}
		id, made, err := s.firstOwner(ctx, tx, a, p)
		if err == nil && !made {
			return badLink()
		}
		userID = id
		return err
	})
	return userID, err
}

func badLink() error {
	return errs.New(errs.Forbidden, "This link does not work: it was used, or it is older than 24 hours, or there is an owner "+
		"already. `parley setup`, on the machine where Parley runs, prints the one that works.")
}

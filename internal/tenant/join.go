package tenant

import (
	"context"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/errs"
)

// Offer is an invitation as who holds its link sees it.
type Offer struct {
	Workspace string
	InvitedBy string
	Email     string
	Role      Role
	Known     bool // the address has an account: sign in, then Join
}

// Look shows an invitation to who holds its link.
func (s *Service) Look(ctx context.Context, token string, v Visit) (Offer, error) {
	if err := s.AllowNewcomer(v.Address); err != nil {
		return Offer{}, err
	}
	i, tenantID, err := s.invitationOf(ctx, token)
	if err != nil {
		return Offer{}, err
	}
	q := s.DB.As(actor.ForSystem(tenantID))
	t, err := readTenant(ctx, q, tenantID)
	if err != nil {
		return Offer{}, err
	}
	names, err := readNames(ctx, q, tenantID)
	if err != nil {
		return Offer{}, err
	}
	userID, err := readUserByEmail(ctx, q, s.emailHash(i.Email))
	return Offer{Workspace: t.Name, InvitedBy: names[i.InvitedBy], Email: i.Email, Role: i.Role, Known: userID != ""}, err
}

// Accept makes an account for who was invited and has none, and signs in. The address is the invitation's.
func (s *Service) Accept(ctx context.Context, token, name, password string, v Visit) (Session, error) {
	if err := s.AllowNewcomer(v.Address); err != nil {
		return Session{}, err
	}
	i, tenantID, err := s.invitationOf(ctx, token)
	if err != nil {
		return Session{}, err
	}
	p, err := s.Prepare(ctx, name, i.Email, password, true)
	if err != nil {
		return Session{}, err
	}
	var userID string
	a := actor.ForSystem(tenantID)
	err = s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		if userID, err = s.AddUser(ctx, tx, a, p); err != nil {
			return err
		}
		return s.accept(ctx, tx, a, i, token, userID)
	})
	if err != nil {
		return Session{}, err
	}
	return s.Start(ctx, userID, tenantID, v)
}

// Join makes the signed-in user a member of the tenant they were invited to, and goes on there. Only the address that
// was invited may: a link that was passed on makes nobody else a member.
func (s *Service) Join(ctx context.Context, access, token string, v Visit) (Session, error) {
	c, st, err := s.identify(ctx, access)
	if err != nil {
		return Session{}, err
	}
	if err := s.AllowNewcomer(v.Address); err != nil {
		return Session{}, err
	}
	i, tenantID, err := s.invitationOf(ctx, token)
	if err != nil {
		return Session{}, err
	}
	u, err := readUser(ctx, s.DB.As(actor.ForUser("", st.user, "", nil)), st.user)
	if err != nil {
		return Session{}, err
	}
	if u.email != i.Email {
		return Session{}, errs.New(errs.Forbidden, "This invitation is for %s. Sign in with that address.", i.Email)
	}
	a := actor.ForSystem(tenantID) // a stranger may not read the tenant they join
	err = s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		if err := s.accept(ctx, tx, a, i, token, st.user); err != nil {
			return err
		}
		n, err := switchSession(ctx, tx, c.Session, tenantID)
		if err == nil && n == 0 {
			err = expired()
		}
		return err
	})
	if err != nil {
		return Session{}, err
	}
	me, err := s.me(ctx, st.user, tenantID)
	if err != nil {
		return Session{}, err
	}
	return s.session(me, c.Session, "")
}

// accept uses an invitation up. Links that others made for the user's account work no more: they were made by people who
// had the whole of it in their workspace.
func (s *Service) accept(ctx context.Context, tx *db.Tx, a actor.Actor, i Invitation, token, userID string) error {
	n, err := useToken(ctx, tx, s.oneTimeHash(forInvitation, token))
	if err == nil && n == 1 {
		n, err = acceptInvitation(ctx, tx, a.Tenant(), i.ID)
	}
	if err != nil {
		return err
	}
	if n == 0 {
		return badInvitation()
	}
	if err := voidResetLinks(ctx, tx, userID); err != nil {
		return err
	}
	if err := s.AddMember(ctx, tx, a, userID, i.Role); err != nil {
		return err
	}
	return audit.Record(ctx, tx, a, audit.Entry{
		Action: "invitation.accepted", TargetKind: "invitation", TargetID: i.ID, After: userID,
	})
}

// invitationOf is the open invitation of a link.
func (s *Service) invitationOf(ctx context.Context, token string) (i Invitation, tenantID string, err error) {
	t, err := readToken(ctx, s.DB.As(actor.ForSystem("")), s.oneTimeHash(forInvitation, token), s.DB.Now())
	if err != nil {
		return i, "", err
	}
	if t.targetID == "" {
		return i, "", badInvitation()
	}
	i, err = readInvitation(ctx, s.DB.As(actor.ForSystem(t.tenantID)), t.tenantID, t.targetID)
	if errs.Is(err, errs.NotFound) {
		err = badInvitation()
	}
	return i, t.tenantID, err
}

func badInvitation() error {
	return errs.New(errs.Forbidden,
		"This invitation does not work: it was used already, taken back, or it is older than seven days. Ask for a new one.")
}

package tenant

import (
	"context"
	"time"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/limit"
	"parley/internal/realtime"
)

// forInvitation lets somebody join a tenant.
const forInvitation Purpose = "invitation"

const (
	invitationLife = 7 * 24 * time.Hour
	mostInvited    = 200 // at once, of one tenant
)

// perInviter bounds the letters a tenant has sent to people it names.
var perInviter = limit.Rate{Burst: 50, Every: 10 * time.Minute}

// Invitation is somebody asked to join, who has not yet.
type Invitation struct {
	ID        string
	Email     string
	Role      Role
	InvitedBy string // a user's id
	CreatedAt db.Time
	ExpiresAt db.Time
}

// Invited is an invitation and its link, which is given once.
type Invited struct {
	Invitation
	Link string
}

// Invitations lists who is asked to join and has not yet, the newest first.
func (s *Service) Invitations(ctx context.Context, q db.Querier, a actor.Actor) ([]Invitation, error) {
	if err := a.Require(actor.MembersWrite); err != nil {
		return nil, err
	}
	return readInvitations(ctx, q, a.Tenant())
}

// Invite asks somebody to join as r, by mail where there is mail, and by a link in any case. Whoever was asked before
// is asked anew: the link from before works no more.
func (s *Service) Invite(ctx context.Context, a actor.Actor, email string, r Role) (made Invited, err error) {
	if err := a.Require(actor.MembersWrite); err != nil {
		return made, err
	}
	if email, err = checkEmail(email); err != nil {
		return made, err
	}
	if err := s.allowInviting(a); err != nil {
		return made, err
	}
	err = s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		if err := lockTenant(ctx, tx, a.Tenant()); err != nil {
			return err
		}
		if err := s.mayGive(ctx, tx, a, r, ""); err != nil {
			return err
		}
		if err := s.notYetIn(ctx, tx, a, email); err != nil {
			return err
		}
		if err := s.revokeInvitations(ctx, tx, a, "email", email); err != nil {
			return err
		}
		made.Invitation = Invitation{
			ID: tx.NewID(), Email: email, Role: r, InvitedBy: a.UserID(), CreatedAt: tx.Now(), ExpiresAt: tx.Now().Add(invitationLife),
		}
		if err := insertInvitation(ctx, tx, a.Tenant(), made.Invitation); err != nil {
			return err
		}
		made.Link, err = s.invite(ctx, tx, a, made.Invitation)
		if err != nil {
			return err
		}
		s.hint(tx, realtime.InvitationChanged)
		return audit.Record(ctx, tx, a, audit.Entry{
			Action: "invitation.made", TargetKind: "invitation", TargetID: made.ID, After: r,
		})
	})
	return made, err
}

// InviteAgain makes a new link for an invitation, and mails it; the one before works no more.
func (s *Service) InviteAgain(ctx context.Context, a actor.Actor, id string) (made Invited, err error) {
	if err := a.Require(actor.MembersWrite); err != nil {
		return made, err
	}
	if err := s.allowInviting(a); err != nil {
		return made, err
	}
	err = s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		if made.Invitation, err = s.ownInvitation(ctx, tx, a, id); err != nil {
			return err
		}
		made.ExpiresAt = tx.Now().Add(invitationLife)
		n, err := extendInvitation(ctx, tx, a.Tenant(), id, made.ExpiresAt)
		if err := db.One(n, err, "invitation"); err != nil {
			return err
		}
		if err := voidInvitationLinks(ctx, tx, id); err != nil {
			return err
		}
		if made.Link, err = s.invite(ctx, tx, a, made.Invitation); err != nil {
			return err
		}
		s.hint(tx, realtime.InvitationChanged)
		return audit.Record(ctx, tx, a, audit.Entry{Action: "invitation.sent_again", TargetKind: "invitation", TargetID: id})
	})
	return made, err
}

// RevokeInvitation takes an invitation back.
func (s *Service) RevokeInvitation(ctx context.Context, tx *db.Tx, a actor.Actor, id string) error {
	if _, err := s.ownInvitation(ctx, tx, a, id); err != nil {
		return err
	}
	if err := s.revokeInvitations(ctx, tx, a, "id", id); err != nil {
		return err
	}
	s.hint(tx, realtime.InvitationChanged)
	return audit.Record(ctx, tx, a, audit.Entry{Action: "invitation.revoked", TargetKind: "invitation", TargetID: id})
}

// ownInvitation reads an invitation the actor could have made.
func (s *Service) ownInvitation(ctx context.Context, tx *db.Tx, a actor.Actor, id string) (Invitation, error) {
	i, err := readInvitation(ctx, tx, a.Tenant(), id)
	if err != nil {
		return i, err
	}
	return i, s.mayGive(ctx, tx, a, i.Role, "")
}

// invite makes the link of an invitation, and mails it where there is mail.
func (s *Service) invite(ctx context.Context, tx *db.Tx, a actor.Actor, i Invitation) (link string, err error) {
	token, err := s.newLink(ctx, tx, forInvitation, oneTime{tenantID: a.Tenant(), targetID: i.ID}, invitationLife)
	if err != nil {
		return "", err
	}
	link = invitationPath + "#" + token
	if !s.Mails() {
		return link, nil
	}
	t, err := readTenant(ctx, tx, a.Tenant())
	if err != nil {
		return "", err
	}
	names, err := readNames(ctx, tx, a.Tenant())
	if err != nil {
		return "", err
	}
	l := wordsFor(t.Locale).invitation.with("{workspace}", t.Name, "{name}", names[a.UserID()])
	return link, s.post(ctx, tx, l.letter(i.Email, s.link(invitationPath, token)), i.ExpiresAt)
}

// notYetIn refuses to ask who is a member already, and to ask too many.
func (s *Service) notYetIn(ctx context.Context, tx *db.Tx, a actor.Actor, email string) error {
	userID, err := readUserByEmail(ctx, tx, s.emailHash(email))
	if err != nil {
		return err
	}
	member, err := isMember(ctx, tx, a.Tenant(), userID)
	if err != nil {
		return err
	}
	if member {
		return errs.New(errs.Conflict, "This person is a member of the workspace already.")
	}
	all, err := readInvitations(ctx, tx, a.Tenant())
	if err == nil && len(all) >= mostInvited {
		err = errs.New(errs.Conflict, "At most %d invitations can be open. Take back some that nobody answers.", mostInvited)
	}
	return err
}

// revokeInvitations takes back the open invitations of which a column has a value, with their links.
func (s *Service) revokeInvitations(ctx context.Context, tx *db.Tx, a actor.Actor, column, value string) error {
	ids, err := revokeInvitations(ctx, tx, a.Tenant(), column, value)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := voidInvitationLinks(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) allowInviting(a actor.Actor) error {
	if ok, wait := s.Limits.Take(limit.OfTenant(a.Tenant(), "invitations"), perInviter, 1); !ok {
		return errs.Wait(wait, "Many invitations were sent from this workspace. Wait a few minutes and go on.")
	}
	return nil
}

package tenant

import (
	"context"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/errs"
)

// Member is a user in a tenant.
type Member struct {
	UserID string
	Name   string
	Email  string
	Role   Role
	Since  db.Time
}

// Members lists the actor's colleagues, the longest there first.
func (s *Service) Members(ctx context.Context, q db.Querier, a actor.Actor) ([]Member, error) {
	if err := a.Require(actor.MembersRead); err != nil {
		return nil, err
	}
	return readMembers(ctx, q, a.Tenant())
}

// AddMember makes a user a member of the actor's tenant.
func (s *Service) AddMember(ctx context.Context, tx *db.Tx, a actor.Actor, userID string, r Role) error {
	if err := s.mayGive(ctx, tx, a, r, ""); err != nil {
		return err
	}
	added, err := insertMember(ctx, tx, a.Tenant(), userID, r)
	if err != nil {
		return err
	}
	if !added {
		return errs.New(errs.Conflict, "This person is a member of the workspace already.")
	}
	s.forgetUser(tx, userID)
	s.changed(tx, a.Tenant())
	return audit.Record(ctx, tx, a, audit.Entry{Action: "member.added", TargetKind: "user", TargetID: userID, After: r})
}

// SetRole gives a member another role. A tenant always keeps an owner.
func (s *Service) SetRole(ctx context.Context, tx *db.Tx, a actor.Actor, userID string, r Role) error {
	before, err := s.touchMember(ctx, tx, a, userID, r)
	if err != nil || before == r {
		return err
	}
	if userID == a.UserID() {
		return errs.New(errs.Forbidden, "Nobody changes their own role. Ask another owner or admin.")
	}
	if err := voidResetLinks(ctx, tx, userID); err != nil { // made by who might not have been allowed to now
		return err
	}
	n, err := updateRole(ctx, tx, a.Tenant(), userID, r)
	if err := keepsOwner(n, err); err != nil {
		return err
	}
	s.forgetUser(tx, userID)
	s.changed(tx, a.Tenant())
	return audit.Record(ctx, tx, a, audit.Entry{
		Action: "member.role_changed", TargetKind: "user", TargetID: userID, Before: before, After: r,
	})
}

// RemoveMember ends a membership; the user's account stays. A tenant always keeps an owner.
func (s *Service) RemoveMember(ctx context.Context, tx *db.Tx, a actor.Actor, userID string) error {
	before, err := s.touchMember(ctx, tx, a, userID, Viewer)
	if err != nil {
		return err
	}
	n, err := deleteMember(ctx, tx, a.Tenant(), userID)
	if err := keepsOwner(n, err); err != nil {
		return err
	}
	if err := s.endPowers(ctx, tx, a, userID); err != nil {
		return err
	}
	s.forgetUser(tx, userID)
	s.hangUp(tx, userID)
	s.changed(tx, a.Tenant())
	return audit.Record(ctx, tx, a, audit.Entry{Action: "member.removed", TargetKind: "user", TargetID: userID, Before: before})
}

// endPowers ends what a member leaves behind that would still act for them: keys, invitations, and links to their account
// that were made here.
func (s *Service) endPowers(ctx context.Context, tx *db.Tx, a actor.Actor, userID string) error {
	if err := revokeKeysOf(ctx, tx, a.Tenant(), userID); err != nil {
		return err
	}
	if err := s.revokeInvitations(ctx, tx, a, "invited_by", userID); err != nil {
		return err
	}
	return voidResetLinks(ctx, tx, userID)
}

// touchMember reads a member who is about to change, with the tenant's members held still: of two owners who remove
// each other at once, the second is told no.
func (s *Service) touchMember(ctx context.Context, tx *db.Tx, a actor.Actor, userID string, r Role) (Role, error) {
	if err := lockTenant(ctx, tx, a.Tenant()); err != nil {
		return "", err
	}
	before, err := readRole(ctx, tx, a.Tenant(), userID)
	if err != nil {
		return "", err
	}
	return before, s.mayGive(ctx, tx, a, r, before)
}

// mayGive checks that the actor may make somebody r who was before.
func (s *Service) mayGive(ctx context.Context, tx *db.Tx, a actor.Actor, r, before Role) error {
	if err := a.Require(actor.MembersWrite); err != nil {
		return err
	}
	if Permissions(r) == nil {
		return errs.InvalidField("role", "A role is one of owner, admin, agent and viewer.")
	}
	if a.Kind() == actor.System || r != Owner && before != Owner {
		return nil
	}
	own, err := readRole(ctx, tx, a.Tenant(), a.UserID())
	if err == nil && own != Owner {
		err = errs.New(errs.Forbidden, "Only an owner of the workspace can make or unmake owners.")
	}
	return err
}

func keepsOwner(rows int64, err error) error {
	if err == nil && rows == 0 {
		return errs.New(errs.Conflict, "A workspace needs an owner, and this is the last one. Make somebody else an owner first.")
	}
	return err
}

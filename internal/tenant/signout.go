package tenant

import (
	"context"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
)

// SignOut ends the session of a refresh token and closes its sockets. A token that is no good any more is signed out
// already.
func (s *Service) SignOut(ctx context.Context, token string, v Visit) error {
	id, _, ok := cutToken(token)
	if !ok {
		return nil
	}
	had, err := readSession(ctx, s.DB.As(actor.ForSystem("")), id)
	if err != nil || had.userID == "" {
		return err
	}
	a := actor.ForUser(had.tenantID, had.userID, v.Address, nil)
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		n, err := endSession(ctx, tx, id, s.tokenHash(token))
		if err != nil || n == 0 {
			return err
		}
		s.forgetUser(tx, had.userID)
		s.hangUp(tx, had.userID)
		return audit.Record(ctx, tx, a, audit.Entry{Action: "user.signed_out", TargetKind: "user", TargetID: had.userID})
	})
}

// SignOutEverywhere ends all of the actor's sessions and closes all their sockets.
func (s *Service) SignOutEverywhere(ctx context.Context, tx *db.Tx, a actor.Actor) error {
	if err := a.Require(actor.Self); err != nil {
		return err
	}
	if err := revokeSessions(ctx, tx, a.UserID(), ""); err != nil {
		return err
	}
	s.forgetUser(tx, a.UserID())
	s.hangUp(tx, a.UserID())
	return audit.Record(ctx, tx, a, audit.Entry{
		Action: "user.signed_out_everywhere", TargetKind: "user", TargetID: a.UserID(),
	})
}

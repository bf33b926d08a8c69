package tenant

import (
	"context"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
)

// Refresh replaces a refresh token and gives a new access token. The token before gets the same successor for 30 s, for
// tabs that ask at the same moment and answers that got lost; whoever brings it later, or an older one, has stolen it
// or was stolen from, and the session ends.
func (s *Service) Refresh(ctx context.Context, token string, v Visit) (Session, error) {
	id, _, ok := cutToken(token)
	if !ok {
		return Session{}, expired()
	}
	had, err := readSession(ctx, s.DB.As(actor.ForSystem("")), id)
	if err != nil {
		return Session{}, err
	}
	if had.userID == "" {
		return Session{}, expired()
	}
	me, err := s.me(ctx, had.userID, had.tenantID)
	if err != nil {
		return Session{}, err
	}
	next := s.successor(token)
	var stolen bool
	a := actor.ForUser(me.Tenant.ID, had.userID, v.Address, nil)
	err = s.DB.InTx(ctx, a, func(tx *db.Tx) (err error) {
		stolen, err = s.rotate(ctx, tx, a, id, s.tokenHash(token), s.tokenHash(next))
		return err
	})
	if err != nil {
		return Session{}, err
	}
	if stolen {
		return Session{}, expired()
	}
	return s.session(me, id, next)
}

// rotate puts the hash of the next token into the session, if the hash of the one that was brought is there.
func (s *Service) rotate(ctx context.Context, tx *db.Tx, a actor.Actor, id, brought, next string) (stolen bool, err error) {
	n, err := rotateSession(ctx, tx, id, brought, next, tx.Now().Add(idleLife))
	if err != nil || n == 1 {
		return false, err
	}
	now, err := readSession(ctx, tx, id)
	switch {
	case err != nil:
		return false, err
	case now.ended(tx.Now()):
		return false, expired()
	case now.previousHash == brought && now.tokenHash == next && tx.Now().Before(now.rotatedAt.Add(grace)):
		return false, nil
	}
	if err := revokeSession(ctx, tx, id); err != nil {
		return false, err
	}
	s.forgetUser(tx, now.userID)
	s.hangUp(tx, now.userID)
	return true, audit.Record(ctx, tx, a, audit.Entry{
		Action: "session.token_reused", TargetKind: "user", TargetID: now.userID,
	})
}

package prompt

import (
	"context"
	"errors"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/errs"
)

// Publish lets a version answer from now on, whether it is a draft or answered before.
func (s *Service) Publish(ctx context.Context, tx *db.Tx, a actor.Actor, promptID, versionID string) error {
	if err := a.Require(actor.PromptsWrite); err != nil {
		return err
	}
	before, err := point(ctx, tx, a, promptID, versionID)
	if err != nil {
		return err
	}
	if err := setStates(ctx, tx, a, promptID, versionID, Retired); err != nil {
		return err
	}
	if err := stampPublished(ctx, tx, a, versionID); err != nil {
		return err
	}
	return s.pointed(ctx, tx, a, "prompt.published", promptID, before, versionID)
}

// RollBack lets the version answer that did so before the one that does now.
func (s *Service) RollBack(ctx context.Context, tx *db.Tx, a actor.Actor, promptID string) (Version, error) {
	if err := a.Require(actor.PromptsWrite); err != nil {
		return Version{}, err
	}
	// The prompt's row is locked first, so that two who roll back at once go back twice, and nothing is skipped.
	if err := lock(ctx, tx, a, promptID); err != nil {
		return Version{}, err
	}
	v, err := readVersion(tx.QueryRow(ctx, `SELECT `+versionColumns+` FROM prompt_versions
		WHERE tenant_id = $1 AND prompt_id = $2 AND state = 'retired'
		ORDER BY published_at DESC, number DESC LIMIT 1`, a.Tenant(), promptID))
	if errors.Is(err, db.ErrNoRows) {
		return v, errs.New(errs.Conflict, "There is no earlier version to go back to.")
	}
	if err != nil {
		return v, err
	}
	before, err := point(ctx, tx, a, promptID, v.ID)
	if err != nil {
		return v, err
	}
	if err := setStates(ctx, tx, a, promptID, v.ID, Withdrawn); err != nil {
		return v, err
	}
	v.State = Published
	return v, s.pointed(ctx, tx, a, "prompt.rolled_back", promptID, before, v.ID)
}

func (s *Service) pointed(ctx context.Context, tx *db.Tx, a actor.Actor, action, promptID, before, after string) error {
	tx.AfterCommit(func() { s.live.Forget(func(of place, _ Live) bool { return of.tenant == a.Tenant() }) })
	return audit.Record(ctx, tx, a, audit.Entry{
		Action: action, TargetKind: "prompt", TargetID: promptID, Before: before, After: after,
	})
}

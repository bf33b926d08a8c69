package prompt

import (
	"context"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/errs"
)

// Create adds a prompt with a first draft.
func (s *Service) Create(ctx context.Context, tx *db.Tx, a actor.Actor, name string, text Text) (Prompt, Version, error) {
	if err := a.Require(actor.PromptsWrite); err != nil {
		return Prompt{}, Version{}, err
	}
	name, err := validName(name)
	if err == nil {
		err = text.valid()
	}
	if err != nil {
		return Prompt{}, Version{}, err
	}
	p := Prompt{ID: tx.NewID(), Name: name, CreatedAt: tx.Now()}
	v := Version{
		ID: tx.NewID(), PromptID: p.ID, Number: 1, State: Draft, CreatedBy: a.ID(), CreatedAt: tx.Now(), Text: text,
	}
	if err := insert(ctx, tx, a, p); err != nil {
		return p, v, err
	}
	if err := insertVersion(ctx, tx, a, v); err != nil {
		return p, v, err
	}
	return p, v, audit.Record(ctx, tx, a, audit.Entry{Action: "prompt.created", TargetKind: "prompt", TargetID: p.ID, After: p.Name})
}

// Write saves a prompt's draft: the one that is there, or a new version. What was published stays as it is.
func (s *Service) Write(ctx context.Context, tx *db.Tx, a actor.Actor, promptID string, text Text) (Version, error) {
	if err := a.Require(actor.PromptsWrite); err != nil {
		return Version{}, err
	}
	if err := text.valid(); err != nil {
		return Version{}, err
	}
	v, found, err := rewriteDraft(ctx, tx, a, promptID, text)
	if err == nil && !found {
		v, err = appendDraft(ctx, tx, a, promptID, text)
	}
	if table, taken := db.UniqueViolation(err); taken && table == "prompt_versions" {
		err = errs.Wrap(err, errs.Conflict, "Somebody else has just written a draft. Load it and try again.")
	}
	if err != nil {
		return v, err
	}
	return v, audit.Record(ctx, tx, a, audit.Entry{
		Action: "prompt.drafted", TargetKind: "prompt", TargetID: promptID, After: v.Number,
	})
}

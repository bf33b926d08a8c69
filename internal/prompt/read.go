package prompt

import (
	"context"
	"fmt"

	"parley/internal/actor"
	"parley/internal/db"
)

// List reads the tenant's prompts, the default first, then the oldest.
func (s *Service) List(ctx context.Context, q db.Querier, a actor.Actor) ([]Prompt, error) {
	if err := a.Require(actor.PromptsRead); err != nil {
		return nil, err
	}
	rows, err := q.Query(ctx, `SELECT `+columns+` FROM prompts WHERE tenant_id = $1
		ORDER BY is_default DESC, created_at, id`, a.Tenant())
	if err != nil {
		return nil, fmt.Errorf("read prompts: %w", err)
	}
	defer rows.Close()
	var all []Prompt
	for rows.Next() {
		p, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("read prompt: %w", err)
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

// Get reads one prompt.
func (s *Service) Get(ctx context.Context, q db.Querier, a actor.Actor, id string) (Prompt, error) {
	if err := a.Require(actor.PromptsRead); err != nil {
		return Prompt{}, err
	}
	p, err := scan(q.QueryRow(ctx, `SELECT `+columns+` FROM prompts WHERE tenant_id = $1 AND id = $2`, a.Tenant(), id))
	return p, db.Found(err, "prompt")
}

// Versions reads a prompt's versions, the newest first.
func (s *Service) Versions(ctx context.Context, q db.Querier, a actor.Actor, promptID string) ([]Version, error) {
	if _, err := s.Get(ctx, q, a, promptID); err != nil {
		return nil, err
	}
	rows, err := q.Query(ctx, `SELECT `+versionColumns+` FROM prompt_versions WHERE tenant_id = $1 AND prompt_id = $2
		ORDER BY number DESC`, a.Tenant(), promptID)
	if err != nil {
		return nil, fmt.Errorf("read versions: %w", err)
	}
	defer rows.Close()
	var all []Version
	for rows.Next() {
		v, err := readVersion(rows)
		if err != nil {
			return nil, fmt.Errorf("read version: %w", err)
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

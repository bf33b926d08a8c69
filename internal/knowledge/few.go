package knowledge

import (
	"context"

	"parley/internal/actor"
	"parley/internal/db"
)

// Few gives all passages of a base that has at most k, and none of a larger one: what a reader may look through
// without a search. Their Score is 0.
func (s *Service) Few(ctx context.Context, q db.Querier, a actor.Actor, baseID string, k int) ([]Hit, error) {
	id, revision, err := revisionOf(ctx, q, a, baseID)
	if err != nil || id == "" {
		return nil, err
	}
	ix, err := s.indexes.get(ctx, q, a, id, revision)
	if err != nil || len(ix.passages) > k {
		return nil, err
	}
	hits := make([]Hit, len(ix.passages))
	for i := range ix.passages {
		hits[i] = ix.passages[i].Hit
	}
	return hits, nil
}

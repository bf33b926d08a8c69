package knowledge

import (
	"context"

	"parley/internal/actor"
	"parley/internal/db"
)

// mostHits is how many passages one search gives at most.
const mostHits = 50

// Search finds the k passages of a base ("" is the tenant's default) that answer a question best, and says how sure
// it is that the best one does. The revision of the base is read each time; the index is in memory while it is good
// for that. A long message is searched question by question, and the one best answered counts.
func (s *Service) Search(ctx context.Context, q db.Querier, a actor.Actor, baseID, query string, k int) (Found, error) {
	id, revision, err := revisionOf(ctx, q, a, baseID)
	if err != nil || id == "" {
		return Found{}, err
	}
	ix, err := s.indexes.get(ctx, q, a, id, revision)
	if err != nil {
		return Found{}, err
	}
	return ix.search(query, min(max(k, 1), mostHits)), nil
}

func (ix *index) search(text string, k int) Found {
	best := finding{}
	for i, ask := range questionsIn(text) {
		if f := ix.find(ask, k); i == 0 || f.sure > best.sure {
			best = f
		}
	}
	return ix.show(best, k)
}

// finding is what one question found.
type finding struct {
	top  []ranked
	best evidence // of the first
	sure float64
}

// find ranks the passages for a question and looks for the answer in the best.
func (ix *index) find(parts []part, k int) finding {
	q := ix.ask(parts)
	f := finding{top: ix.rank(q, max(k, ix.looksAt()))}
	if len(f.top) == 0 {
		return f
	}
	at := 0
	for i, r := range f.top[:min(len(f.top), ix.looksAt())] {
		if e := ix.weigh(q, &ix.passages[r.n]); i == 0 || e.value > f.best.value {
			f.best, at = e, i
		}
	}
	first := f.top[at]
	copy(f.top[1:], f.top[:at])
	f.top[0] = first
	f.sure = ix.sure(f.best)
	return f
}

// looksAt is how many of the best passages are read sentence by sentence to find the best. Among many the ranking is
// the better judge; among few, that each speak of many things, the sentences are.
func (ix *index) looksAt() int {
	if len(ix.passages) < nullFrom {
		return 5
	}
	return 1
}

// show makes what a question found ready for others.
func (ix *index) show(f finding, k int) Found {
	found := Found{Confidence: ix.confidence(f.sure)}
	for _, r := range f.top[:min(len(f.top), k)] {
		hit := ix.passages[r.n].Hit
		hit.Score = r.score
		found.Hits = append(found.Hits, hit)
	}
	if len(f.top) > 0 {
		p := &ix.passages[f.top[0].n]
		found.words = Extract{
			Answered: found.Confidence >= Sure && !ix.ambiguous(f.top), Text: p.quote(f.best.sentence), Source: join(p.Title, p.Heading),
		}
	}
	return found
}

// alike is how near the second best passage comes to the best when either may be meant.
const alike = 0.9

// ambiguous reports whether a passage of another document answers as well: then it takes somebody who reads to choose.
func (ix *index) ambiguous(top []ranked) bool {
	return len(top) > 1 && top[1].score > alike*top[0].score &&
		ix.passages[top[0].n].DocumentID != ix.passages[top[1].n].DocumentID
}

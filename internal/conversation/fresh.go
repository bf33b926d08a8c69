package conversation

import "sync"

// fresh is what was said here and is not yet handed over to be indexed: of each tenant the least and the greatest
// message id. Ids are taken in a step and seen after its commit, so one may come after greater ones were indexed.
type fresh struct {
	mu   sync.Mutex
	ids  map[string]idRange
	wake chan struct{}
}

type idRange struct{ least, greatest string }

func newFresh() *fresh { return &fresh{ids: map[string]idRange{}, wake: make(chan struct{}, 1)} }

func (f *fresh) add(tenantID, messageID string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	r, has := f.ids[tenantID]
	if !has {
		r = idRange{messageID, messageID}
	}
	f.ids[tenantID] = idRange{min(r.least, messageID), max(r.greatest, messageID)}
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

func (f *fresh) take() map[string]idRange {
	f.mu.Lock()
	defer f.mu.Unlock()
	taken := f.ids
	f.ids = map[string]idRange{}
	return taken
}

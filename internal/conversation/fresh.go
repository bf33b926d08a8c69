package conversation

import "sync"

// fresh is what was said here and is not yet handed over to be indexed: of each tenant the least message id. Ids are
// taken in a step and seen after its commit, so one may come after greater ones were indexed; the least says from
// where to look again.
type fresh struct {
	mu    sync.Mutex
	least map[string]string
	wake  chan struct{}
}

func newFresh() *fresh { return &fresh{least: map[string]string{}, wake: make(chan struct{}, 1)} }

func (f *fresh) add(tenantID, messageID string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if old, has := f.least[tenantID]; !has || messageID < old {
		f.least[tenantID] = messageID
	}
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

func (f *fresh) take() map[string]string {
	f.mu.Lock()
	defer f.mu.Unlock()
	taken := f.least
	f.least = map[string]string{}
	return taken
}

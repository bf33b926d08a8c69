package lease

import "sync"

// Slot is a place for a row that is about to be written. It lets the row be born claimed, so that its work starts right
// after the commit, without a claim.
type Slot struct {
	e      *Engine
	tenant string
	claim  string // "" when there was no place

	mu   sync.Mutex
	over bool // started or released
}

// Reserve holds a place for a row of the tenant when one is free and the tenant has not half of all places already. It
// never returns nil: without a place the row is born unclaimed, and is claimed as soon as there is one. Release it, or
// start it.
func (e *Engine) Reserve(tenant string) *Slot {
	s := &Slot{e: e, tenant: tenant}
	id := e.p.claims()
	if id == "" {
		return s
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.state != working:
	case e.used >= e.o.Slots:
		e.hungry = true
	case e.shares[tenant] < max(e.o.Slots/2, 1):
		e.hold(tenant)
		s.claim = id
	}
	return s
}

// Claim is what to write into claimed_by: this process's id, or "" when there is no place.
func (s *Slot) Claim() string { return s.claim }

// Start begins the work on the row once its step is committed: call it from tx.AfterCommit. A row that was born
// unclaimed has the engines look for it instead.
func (s *Slot) Start(it Item) {
	if s.claim == "" {
		s.e.Wake()
		return
	}
	s.mu.Lock()
	first := !s.over
	s.over = true
	s.mu.Unlock()
	s.e.mu.Lock()
	if !first { // a second row was born with the same claim: it is ours, so it is worked on
		s.e.hold(s.tenant)
	}
	s.e.counted.born.Add(1)
	s.e.begin(it, s.tenant, s.claim)
	s.e.mu.Unlock()
}

// Release gives the place back when nothing was started in it; more than once does no harm.
func (s *Slot) Release() {
	s.mu.Lock()
	held := s.claim != "" && !s.over
	s.over = true
	s.mu.Unlock()
	if !held {
		return
	}
	s.e.mu.Lock()
	s.e.letGo(s.tenant)
	s.e.mu.Unlock()
}

// hold takes a place for a tenant; under the lock.
func (e *Engine) hold(tenant string) {
	e.used++
	e.shares[tenant]++
}

// letGo gives a place back, and has whoever found none look again; under the lock.
func (e *Engine) letGo(tenant string) {
	e.used--
	if e.shares[tenant]--; e.shares[tenant] == 0 {
		delete(e.shares, tenant)
	}
	if e.hungry || e.capped {
		e.hungry, e.capped = false, false
		e.look()
	}
	e.noteQuiet()
}

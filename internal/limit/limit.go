// Package limit bounds how often something may happen: sign-ins of an address, messages to a number, requests of a
// user. It knows names of buckets and rates, not what they are for. A Memory keeps the buckets of this process; a
// Shared keeps them in Redis, for all processes of an installation together.
package limit

import (
	"sync"
	"time"
)

// Rate is a bucket of Burst pieces into which one piece drips every Every, so that Burst may be taken at once and
// one every Every in the long run. A Burst below 1 counts as 1; an Every of 0 or less bounds nothing.
type Rate struct {
	Burst int
	Every time.Duration
}

// Limiter takes from named buckets. It is safe for concurrent use, and answers within Patience.
type Limiter interface {
	// Take takes n pieces from the bucket named key, all or none. When it says no, retryAfter is how long it takes
	// until n pieces are there if nobody else takes any; more than Burst are never there, and retryAfter is then
	// when the bucket will be full. Taking nothing (n of 0 or less) is always allowed.
	Take(key string, rate Rate, n int) (ok bool, retryAfter time.Duration)
}

// OfTenant names a bucket that belongs to a tenant. Names that belong to nobody (an address, somebody who signs in)
// are their caller's to choose, and begin otherwise.
func OfTenant(tenantID, name string) string { return ofTenants + tenantID + ":limit:" + name }

const ofTenants = "tenant:"

// maxBuckets bounds the memory of a Memory to about 20 MB with keys of ordinary length.
const maxBuckets = 100_000

// Memory is a Limiter of this process alone. It remembers a bucket only while something is missing from it, and at
// most 100,000 of them; past that it forgets the one that is nearest to being full, so that a flood of new names
// cannot wash out a name that has used up its share.
type Memory struct {
	clock func() time.Time
	start time.Time
	max   int

	mu      sync.Mutex
	latest  time.Duration // since the start, by the clock
	buckets map[string]*bucket
	fullest drained
}

// New makes a Memory that reads the time from clock; nil is time.Now.
func New(clock func() time.Time) *Memory { return NewSized(clock, maxBuckets) }

// NewSized is New with another bound on the number of buckets remembered; below 1 it counts as 1.
func NewSized(clock func() time.Time, buckets int) *Memory {
	if clock == nil {
		clock = time.Now
	}
	return &Memory{clock: clock, start: clock(), max: max(buckets, 1), buckets: map[string]*bucket{}}
}

// Buckets is how many buckets are remembered now.
func (m *Memory) Buckets() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.buckets)
}

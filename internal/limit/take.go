package limit

import (
	"container/heap"
	"math"
	"time"
)

// Take implements Limiter by the generic cell rate algorithm: per bucket it keeps only the instant at which it will
// be full again (ITU-T I.371, "theoretical arrival time").
func (m *Memory) Take(key string, rate Rate, n int) (ok bool, retryAfter time.Duration) {
	if n <= 0 || rate.Every <= 0 {
		return true, 0
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	m.forget(now)
	full := now
	b := m.buckets[key]
	if b != nil {
		full = max(full, b.full)
	}
	depth := times(max(rate.Burst, 1), rate.Every)
	if n > max(rate.Burst, 1) {
		return false, full - now
	}
	then := full + times(n, rate.Every)
	if wait := then - depth - now; wait > 0 {
		return false, wait
	}
	m.remember(b, key, then)
	return true, 0
}

// now is the time since the start. When the clock was set back it goes on from where it was: buckets would be empty for
// as long as that. The lock is held.
func (m *Memory) now() time.Duration {
	now := m.clock().Sub(m.start)
	if back := m.latest - now; back > 0 {
		m.start = m.start.Add(-back)
		now = m.latest
	}
	m.latest = now
	return now
}

// moment is now for who does not hold the lock.
func (m *Memory) moment() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now()
}

// left is how long it takes from now until nothing is missing from a bucket any more.
func (m *Memory) left(key string, now time.Duration) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	if b := m.buckets[key]; b != nil {
		return max(b.full-now, 0)
	}
	return 0
}

// note takes pieces that were given at an earlier moment, as far as they are there.
func (m *Memory) note(key string, rate Rate, n int, then time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget(m.now())
	full, b := then, m.buckets[key]
	if b != nil {
		full = max(full, b.full)
	}
	depth := times(max(rate.Burst, 1), rate.Every)
	if full = min(full+times(n, rate.Every), then+depth); full > m.now() {
		m.remember(b, key, full)
	}
}

// remember notes when the bucket will be full, and forgets another one when there are too many.
func (m *Memory) remember(b *bucket, key string, full time.Duration) {
	if b != nil {
		b.full = full
		heap.Fix(&m.fullest, b.place)
		return
	}
	if len(m.buckets) >= m.max {
		m.drop()
	}
	b = &bucket{key: key, full: full}
	m.buckets[key] = b
	heap.Push(&m.fullest, b)
}

// forget drops the buckets that are full: a bucket nobody knows is full, too, so nothing is lost.
func (m *Memory) forget(now time.Duration) {
	for len(m.fullest) > 0 && m.fullest[0].full <= now {
		m.drop()
	}
}

func (m *Memory) drop() {
	if b, is := heap.Pop(&m.fullest).(*bucket); is {
		delete(m.buckets, b.key)
	}
}

// times multiplies without running over: a rate of a billion a century is no bound, not a negative one. A quarter of
// the range leaves room to add such products.
func times(n int, d time.Duration) time.Duration {
	const most = time.Duration(math.MaxInt64 / 4)
	if d > most/time.Duration(n) {
		return most
	}
	return time.Duration(n) * d
}

// bucket is a name and the instant, counted from the start, at which nothing will be missing any more.
type bucket struct {
	key   string
	full  time.Duration
	place int
}

// drained are the buckets that are not full, as a heap: the one that is full first lies on top.
type drained []*bucket

func (h drained) Len() int           { return len(h) }
func (h drained) Less(i, j int) bool { return h[i].full < h[j].full }

func (h drained) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}

// Push is called by container/heap.
func (h *drained) Push(x any) {
	if b, is := x.(*bucket); is {
		b.place = len(*h)
		*h = append(*h, b)
	}
}

// Pop is called by container/heap.
func (h *drained) Pop() any {
	last := len(*h) - 1
	b := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return b
}

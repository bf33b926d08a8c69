// Package recent remembers what was read a short while ago and hardly ever changes: settings, numbers, sessions. What it
// gives may be as old as it was told to keep it; other processes' changes are seen then, this one's when it forgets.
package recent

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"
)

// mostRecent bounds what one Memory keeps.
const mostRecent = 50_000

// Memory keeps what was read a short while ago. Of several who miss the same thing at once one reads, and the others
// wait for it. What was being read when something was forgotten is not kept.
type Memory[K comparable, V any] struct {
	now  func() time.Time
	keep time.Duration

	mu      sync.Mutex
	has     map[K]kept[V]
	reading map[K]*look[V]
}

type kept[V any] struct {
	value V
	until time.Time
}

// look is a reading under way.
type look[V any] struct {
	done  chan struct{}
	value V
	err   error
}

// New makes a Memory that keeps each thing for a while, by a clock.
func New[K comparable, V any](now func() time.Time, keep time.Duration) *Memory[K, V] {
	return &Memory[K, V]{now: now, keep: keep, has: map[K]kept[V]{}, reading: map[K]*look[V]{}}
}

// Get gives what is kept, or reads it.
func (r *Memory[K, V]) Get(ctx context.Context, key K, read func() (V, error)) (V, error) {
	for {
		r.mu.Lock()
		if k, is := r.has[key]; is && r.now().Before(k.until) {
			r.mu.Unlock()
			return k.value, nil
		}
		l := r.reading[key]
		if l == nil {
			l = &look[V]{done: make(chan struct{})}
			r.reading[key] = l
			r.mu.Unlock()
			return r.look(key, l, read)
		}
		r.mu.Unlock()
		select {
		case <-l.done:
		case <-ctx.Done():
			return l.zero(), ctx.Err()
		}
		if !errors.Is(l.err, errGivenUp) {
			return l.value, l.err
		}
	}
}

// errGivenUp tells who waited that the reader went away, and nothing else.
var errGivenUp = errors.New("the reader gave up")

func (r *Memory[K, V]) look(key K, l *look[V], read func() (V, error)) (V, error) {
	l.err = errGivenUp // stays when read panics
	defer func() {
		r.mu.Lock()
		if r.reading[key] == l {
			delete(r.reading, key)
			if l.err == nil {
				r.store(key, l.value)
			}
		}
		r.mu.Unlock()
		close(l.done)
	}()
	value, err := read()
	l.value, l.err = value, err
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		l.err = errGivenUp // it was this reader who had no time
	}
	return value, err
}

func (l *look[V]) zero() (none V) { return none }

func (r *Memory[K, V]) store(key K, value V) {
	now := r.now()
	if len(r.has) >= mostRecent {
		maps.DeleteFunc(r.has, func(_ K, k kept[V]) bool { return !now.Before(k.until) })
	}
	if len(r.has) >= mostRecent {
		clear(r.has)
	}
	r.has[key] = kept[V]{value: value, until: now.Add(r.keep)}
}

// Forget drops what which names, and all that is being read: it may have been read before what made us forget.
func (r *Memory[K, V]) Forget(which func(key K, value V) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.reading)
	maps.DeleteFunc(r.has, func(key K, k kept[V]) bool { return which(key, k.value) })
}

package db

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/actor"
)

// waiting is one step in a writer's queue, or a loan of the writer's connection.
type waiting struct {
	ctx    context.Context
	actor  actor.Actor
	do     Step
	lane   int64
	urgent bool
	since  time.Time // when it began to wait
	lend   func()    // set instead of do: the connection is lent out while this runs

	state atomic.Int32
	after []func() // to run when the step is stored
	err   error    // valid once done is closed
	done  chan struct{}
}

// What a waiting step can be.
const (
	queued int32 = iota
	begun
	abandoned
)

// begin marks the step as begun; false says that its caller has gone, or has no time left.
func (s *waiting) begin() bool {
	if s.state.Load() == begun { // run again
		return true
	}
	if err := s.ctx.Err(); err != nil {
		s.err = tooLate(err)
		return false
	}
	return s.state.CompareAndSwap(queued, begun)
}

// abandon takes the step back; false says that it has begun and must be waited for.
func (s *waiting) abandon() bool { return s.state.CompareAndSwap(queued, abandoned) }

// queue holds what waits for a writer: urgent steps, the others, and among these the loans.
type queue struct {
	mu     sync.Mutex
	urgent []*waiting
	normal []*waiting
	closed bool
	wake   chan struct{}
}

func newQueue() *queue { return &queue{wake: make(chan struct{}, 1)} }

// put queues a step; false says that the writer is closed.
func (q *queue) put(s *waiting) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false
	}
	if s.urgent {
		q.urgent = append(q.urgent, s)
	} else {
		q.normal = append(q.normal, s)
	}
	q.ring()
	return true
}

func (q *queue) ring() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// close lets the queue run dry.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.ring()
}

// take waits for something to do and takes at most n steps, or one loan. Nothing says that the queue is closed and dry.
func (q *queue) take(n int) []*waiting {
	for {
		if taken, closed := q.takeNow(n); len(taken) > 0 || closed {
			return taken
		}
		<-q.wake
	}
}

func (q *queue) takeNow(n int) (taken []*waiting, closed bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.normal) > 0 && q.normal[0].lend != nil {
		return cut(&q.normal, 1), false // before the urgent, or a stream of these would starve it
	}
	return q.steps(n), q.closed
}

// more takes in at most n steps that came meanwhile; a loan that waits shall not wait longer for them.
func (q *queue) more(n int) []*waiting {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.normal) > 0 && q.normal[0].lend != nil {
		return nil
	}
	return q.steps(n)
}

// steps cuts off at most n steps, the urgent first, and none that came after a loan.
func (q *queue) steps(n int) []*waiting {
	taken := cut(&q.urgent, n)
	upTo := 0
	for upTo < len(q.normal) && upTo < n-len(taken) && q.normal[upTo].lend == nil {
		upTo++
	}
	return append(taken, cut(&q.normal, upTo)...)
}

func cut(from *[]*waiting, n int) []*waiting {
	n = min(n, len(*from))
	if n == 0 {
		return nil
	}
	taken := append(make([]*waiting, 0, n), (*from)[:n]...)
	clear((*from)[:n])
	if *from = (*from)[n:]; len(*from) == 0 {
		*from = nil
	}
	return taken
}

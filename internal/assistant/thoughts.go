package assistant

import (
	"context"
	"sync"

	"parley/internal/llm"
)

// thoughts are the answers being written in this process, by conversation, so that a newer message can stop one.
type thoughts struct {
	mu      sync.Mutex
	running map[string]*thought
}

// thought is one answer being written.
type thought struct {
	unpaid []llm.Response // calls whose cost no step has written yet; of the turn's worker alone

	mu     sync.Mutex
	cancel context.CancelFunc
	newer  bool
}

func newThoughts() *thoughts { return &thoughts{running: map[string]*thought{}} }

func (t *thoughts) begin(conversationID string) *thought {
	one := &thought{}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.running[conversationID] = one
	return one
}

func (t *thoughts) end(conversationID string, one *thought) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.running[conversationID] == one {
		delete(t.running, conversationID)
	}
}

func (t *thoughts) interrupt(conversationID string) {
	t.mu.Lock()
	one := t.running[conversationID]
	t.mu.Unlock()
	if one != nil {
		one.interrupt()
	}
}

func (o *thought) interrupt() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.newer = true
	if o.cancel != nil {
		o.cancel()
	}
}

// attempt begins a try: its context ends when something newer is said, unless deaf.
func (o *thought) attempt(ctx context.Context, deaf bool) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.newer, o.cancel = false, cancel
	if deaf {
		o.cancel = nil
	}
	return ctx, cancel
}

// interrupted reports whether something newer was said since the attempt began.
func (o *thought) interrupted() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.newer
}

//go:build unix

package proof

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"parley/internal/bench"
	"parley/internal/whatsapp/metasim"
)

// crowd are the customers. Each writes again only when all have written.
type crowd struct {
	meta   *metasim.Server
	acks   *acks
	proof  string
	people int64
	sent   atomic.Int64
	all    sync.WaitGroup
}

func newCrowd(t *trial) *crowd {
	return &crowd{meta: t.meta, acks: t.acks, proof: t.Name, people: 2000}
}

// begins lets the customers write, so many messages a second, until stop is called, which waits for the last.
func (c *crowd) begins(ctx context.Context, rate float64) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	writing := make(chan struct{})
	go func() {
		defer close(writing)
		bench.Pace(ctx, rate, func() bool {
			if ctx.Err() == nil {
				c.writes(ctx)
			}
			return ctx.Err() == nil
		})
	}()
	return func() {
		cancel()
		<-writing
		c.all.Wait()
	}
}

// writes is one message. That its first delivery has an answer is not waited for by anybody.
func (c *crowd) writes(ctx context.Context) { c.all.Go(func() { c.write(ctx) }) }

// write is one message, until its webhook has an answer for the first time or ctx ends; Meta goes on delivering it by
// itself. It reports whether that answer was a 200.
func (c *crowd) write(ctx context.Context) (taken bool) {
	n := c.sent.Add(1) - 1
	who := metasim.Customer{WaID: fmt.Sprintf("44770%07d", n%c.people), Name: fmt.Sprintf("Customer %d", n%c.people)}
	id := fmt.Sprintf("wamid.%s.%d", c.proof, n)
	text := fmt.Sprintf("When do you open on Monday? tag-%s-%d", c.proof, n)
	if _, err := c.meta.Say(ctx, bench.NumberID, who, metasim.Inbound{ID: id, Type: "text", Text: text}); err != nil {
		return false
	}
	return !c.acks.of(id).IsZero()
}

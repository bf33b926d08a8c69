package dbtest

import (
	"sync"
	"time"
)

// Clock stands still until a test lets time pass.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// NewClock is a clock that stands at this moment, in whole seconds.
func NewClock() *Clock { return &Clock{at: time.Now().UTC().Truncate(time.Second)} }

// Now is the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Pass lets time pass.
func (c *Clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

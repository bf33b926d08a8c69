package testkit

import (
	"sync/atomic"
	"time"
)

// clock is the real one, set forward by a test: what is due later is due at once.
type clock struct{ ahead atomic.Int64 }

// Now is the time of the world.
func (c *clock) Now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// tokenLife is when an access token has surely ended.
const tokenLife = 5 * time.Minute

// Later sets the world's clock forward, and signs the owners in again when their tokens have ended by that. Time already
// passed inside a wait (a context, a timer) does not change.
func (w *World) Later(d time.Duration) {
	w.clock.ahead.Add(int64(d))
	if d > tokenLife {
		w.Acme.Token, w.Zeta.Token = w.SignsIn(w.Acme.Email), w.SignsIn(w.Zeta.Email)
	}
}

// Now is the time of the world.
func (w *World) Now() time.Time { return w.clock.Now() }

package delivery

import (
	"sync"
	"time"

	"parley/internal/db"
	"parley/internal/whatsapp"
)

// pauses remembers which numbers and recipients must wait. One outage is one pause of its number, however many
// messages meet it; the wait does not grow per message.
type pauses struct {
	mu   *sync.Mutex
	wait map[string]db.Time
}

// stopPause is how long a number rests after an error that makes Meta's enforcement worse when one goes on.
const stopPause = time.Minute

// longestPause is more than any pause: one that ends later was set by a clock that was set back since.
const longestPause = 10 * time.Minute

func newPauses() pauses { return pauses{mu: &sync.Mutex{}, wait: map[string]db.Time{}} }

// until is when both the number and the recipient may be sent to, zero for at once.
func (p pauses) until(channelID, contactID string, now db.Time) db.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	var latest db.Time
	for _, key := range []string{channelID, channelID + " " + contactID} {
		at, ok := p.wait[key]
		switch {
		case ok && (!at.After(now) || at.Sub(now) > longestPause):
			delete(p.wait, key)
		case at.After(latest):
			latest = at
		}
	}
	return latest
}

func (p pauses) set(key string, at db.Time) db.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at.After(p.wait[key]) {
		p.wait[key] = at
	}
	return p.wait[key]
}

// outage pauses a number whose Graph API cannot be reached: 0.4 s, doubling to 5 s.
func (p pauses) outage(channelID string, now db.Time, attempts int) db.Time {
	return p.set(channelID, now.Add(doubled(400*time.Millisecond, 5*time.Second, attempts)))
}

// throttled is when a message that Meta refused for now may be tried again. The pair limit (131056) pauses the
// recipient for 4^n seconds, the throughput limit (130429) and its kin the whole number.
func (p pauses) throttled(channelID, contactID string, e *whatsapp.GraphError, now db.Time, attempts int) db.Time {
	switch {
	case e.Code == 131056:
		wait := time.Second << (2 * min(attempts, 4))
		return p.set(channelID+" "+contactID, now.Add(wait))
	case e.Class() == whatsapp.Throttle:
		return p.set(channelID, now.Add(doubled(time.Second, 30*time.Second, attempts)))
	}
	return now.Add(doubled(time.Second, 5*time.Minute, attempts))
}

func (p pauses) stopped(channelID string, now db.Time) { p.set(channelID, now.Add(stopPause)) }

func doubled(base, most time.Duration, n int) time.Duration {
	for range n {
		if base *= 2; base >= most {
			return most
		}
	}
	return base
}

package llm

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"
)

// When an endpoint is left alone.
const (
	mostFailures = 10               // in a row
	longestRest  = 60 * time.Second // the first is ClientOptions.Rest; it doubles while the endpoint stays broken
	fairTime     = 5 * time.Second  // what an endpoint may be expected to answer in
)

// breaker leaves an endpoint alone that fails again and again, so that turns go on at once without it. After the rest
// one call may try; the others wait for what it says.
type breaker struct {
	clock func() time.Time
	first time.Duration

	mu       sync.Mutex
	failures int
	rest     time.Duration // the running or last one, 0 while all is well
	until    time.Time
	trying   bool
}

// verdict is what a call says about its endpoint.
type verdict int

const (
	works verdict = iota
	fails
	unsaid // nothing: the caller gave up, or the request was at fault
)

// verdictOn judges a call that took so long. A busy endpoint works, and one that answers nonsense is up. A caller whose
// time ran out says something only when it had waited for a while.
func verdictOn(err error, took time.Duration) verdict {
	if err == nil {
		return works
	}
	e, is := errors.AsType[*Error](err)
	switch {
	case !is, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded) && took < fairTime:
		return unsaid
	case e.Class == Down, e.Class == Slow, e.Class == Refused && ofAccount(e.Status):
		return fails
	case e.Class == Refused:
		return unsaid
	}
	return works
}

// ofAccount reports whether a refusal is about the key or its credit: it will meet every call.
func ofAccount(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusPaymentRequired || status == http.StatusForbidden
}

// begin reports whether a call may be made; end follows if so.
func (b *breaker) begin() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.rest == 0 {
		return true
	}
	if b.trying || b.clock().Before(b.until) {
		return false
	}
	b.trying = true
	return true
}

func (b *breaker) end(v verdict) {
	b.mu.Lock()
	defer b.mu.Unlock()
	tried := b.trying
	b.trying = false
	switch v {
	case works:
		b.failures, b.rest = 0, 0
	case fails:
		b.failures++
		if b.failures < mostFailures || b.rest > 0 && !tried {
			return // calls that had begun before the rest do not make it longer
		}
		b.rest = min(max(b.first, 2*b.rest), longestRest)
		b.until = b.clock().Add(b.rest)
	case unsaid:
	}
}

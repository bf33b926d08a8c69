package llm

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Class says what may help against a failed call.
type Class string

// The classes.
const (
	Busy     Class = "busy"     // too many calls: later
	Down     Class = "down"     // not reached, or broken there: again
	Slow     Class = "slow"     // nothing came in time: somebody else
	Nonsense Class = "nonsense" // an answer that is none: once again
	Refused  Class = "refused"  // key, credit, model or request: somebody else
	Resting  Class = "resting"  // failed too often of late and is left alone: somebody else
)

// Error is a call that failed.
type Error struct {
	Class      Class
	Provider   string
	Status     int           // of HTTP, 0 when there was none
	Code       string        // the endpoint's own, "" when it gave none
	Detail     string        // in words, only where no text of a conversation can be in it
	RetryAfter time.Duration // the endpoint's wish, 0 for none
	Cause      error
}

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "model at %s: %s", e.Provider, e.Class)
	if e.Status != 0 {
		fmt.Fprintf(&b, " (status %d)", e.Status)
	}
	for _, more := range []string{e.Code, e.Detail} {
		if more != "" {
			b.WriteString(": " + more)
		}
	}
	if e.Cause != nil {
		b.WriteString(": " + e.Cause.Error())
	}
	return b.String()
}

// Unwrap returns the cause; the context's error is found through it.
func (e *Error) Unwrap() error { return e.Cause }

// ClassOf is the class of a failed call, "" of any other error.
func ClassOf(err error) Class {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Class
	}
	return ""
}

// givenUp reports whether it was the caller who ended the call.
func givenUp(ctx context.Context, err error) bool {
	return ctx.Err() != nil && errors.Is(err, ctx.Err())
}

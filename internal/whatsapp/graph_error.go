package whatsapp

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// NoCode stands for Meta's code in an error that did not come from Graph itself: from something before it.
const NoCode = -1

// GraphError is a request that Graph refused: it did nothing. Decide by Class.
type GraphError struct {
	Code       int // Meta's; NoCode when the answer named none
	Subcode    int
	Title      string // in plain words where the code is known, else Meta's own; may be shown
	Detail     string // Meta's own, which may quote what was sent; may be shown to the tenant, never logged
	HTTPStatus int    // 0 when the request was never made
	RetryAfter time.Duration
	TraceID    string // for Meta's support
	Transient  bool   // Meta says that it will pass
}

// Error is for the log and says nothing of what was sent.
func (e *GraphError) Error() string {
	s := "Graph error " + strconv.Itoa(e.Code)
	if e.Code == NoCode {
		s = "Graph error without a code"
	}
	if e.Subcode != 0 {
		s += "/" + strconv.Itoa(e.Subcode)
	}
	if e.HTTPStatus != 0 {
		s += ", HTTP " + strconv.Itoa(e.HTTPStatus)
	}
	if e.TraceID != "" {
		s += ", trace " + e.TraceID
	}
	return s
}

// Class says what to do about it. Where the code is unknown the HTTP status decides.
func (e *GraphError) Class() Class {
	if e.Code == 100 && e.Subcode == 33 {
		return Stop // no such object: the number's id is wrong, or the token may not see it
	}
	if a := lookUp(e.Code); a.title != "" {
		return a.class
	}
	switch {
	case e.HTTPStatus == http.StatusTooManyRequests:
		return Throttle
	case e.Transient, e.HTTPStatus >= 500, e.HTTPStatus == http.StatusRequestTimeout:
		return Retry
	case e.HTTPStatus == http.StatusUnauthorized, e.HTTPStatus == http.StatusForbidden, e.Code == NoCode:
		return Stop // also when what answers is no Graph API: no message would do better
	}
	return Fail
}

// callError is a request that got no answer one could read.
type callError struct {
	uncertain bool
	cause     error
}

func (e *callError) Error() string {
	if e.uncertain {
		return "Graph call cut off: " + e.cause.Error()
	}
	return "Graph not reached: " + e.cause.Error()
}

// Unwrap returns the cause.
func (e *callError) Unwrap() error { return e.cause }

// IsUncertain reports whether the request may have done its work although no answer came: it was written, or was being
// written. A refused connection, an unknown host and a wait for a free connection are certain: nothing was sent.
func IsUncertain(err error) bool {
	e, ok := errors.AsType[*callError](err)
	return ok && e.uncertain
}

// maxSaid bounds what is kept of Meta's own words, in runes.
const maxSaid = 500

// clean makes Meta's words fit to be kept: Graph quotes a malformed token in its answer.
func clean(said, token string) string {
	if len(token) >= 4 {
		said = strings.ReplaceAll(said, token, "…")
	}
	said = strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(said, ""))
	if r := []rune(said); len(r) > maxSaid {
		said = string(r[:maxSaid]) + "…"
	}
	return said
}

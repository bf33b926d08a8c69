// Package errs gives every failure one of a few kinds, so that each edge can say what to do about it without
// knowing where it came from. Compare by kind, never by text.
package errs

import (
	"errors"
	"fmt"
	"time"
)

// Kind says what a caller can do about a failure.
type Kind string

// The kinds there are; httpapi gives each a status (RFC 9110).
const (
	Invalid         Kind = "invalid"         // 422: mend the input
	Unauthenticated Kind = "unauthenticated" // 401: sign in
	Forbidden       Kind = "forbidden"       // 403: your role may not do this
	NotFound        Kind = "not_found"       // 404: not there, or another tenant's
	Conflict        Kind = "conflict"        // 409: the world moved on; look again
	TooLarge        Kind = "too_large"       // 413
	TooMany         Kind = "too_many"        // 429: wait, as long as RetryAfter says
	Unavailable     Kind = "unavailable"     // 503: try again later
	Internal        Kind = "internal"        // 500: our fault; nothing of it is shown
)

// Error is a failure whose message may be shown to the person who asked. The cause is for the log only.
type Error struct {
	Kind    Kind
	Message string
	// Field names the input at fault as the API calls it ("text", "email"); empty when it is not one field.
	Field string
	// RetryAfter is how long to wait before trying again, of a TooMany or Unavailable; 0 is not known.
	RetryAfter time.Duration
	Cause      error
}

func (e *Error) Error() string {
	if e.Cause != nil {
		return string(e.Kind) + ": " + e.Message + ": " + e.Cause.Error()
	}
	return string(e.Kind) + ": " + e.Message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// New makes an Error of a kind; the words are for people.
func New(kind Kind, format string, args ...any) error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Wrap makes an Error of a kind that keeps its cause for the log.
func Wrap(cause error, kind Kind, format string, args ...any) error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...), Cause: cause}
}

// InvalidField is an Invalid error about one named input.
func InvalidField(field, format string, args ...any) error {
	return &Error{Kind: Invalid, Field: field, Message: fmt.Sprintf(format, args...)}
}

// Wait is a TooMany error that says how long to wait.
func Wait(d time.Duration, format string, args ...any) error {
	return &Error{Kind: TooMany, Message: fmt.Sprintf(format, args...), RetryAfter: d}
}

// FieldOf is the input at fault, "" when it is not one field.
func FieldOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Field
	}
	return ""
}

// RetryAfterOf is how long to wait before trying again, 0 when it is not known.
func RetryAfterOf(err error) time.Duration {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.RetryAfter
	}
	return 0
}

// KindOf finds the kind of err; whatever was not given one is Internal. KindOf(nil) is "".
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is of the kind.
func Is(err error, kind Kind) bool { return KindOf(err) == kind }

// Message is what may be shown; an Internal failure shows nothing of itself.
func Message(err error) string {
	if e, ok := errors.AsType[*Error](err); ok && e.Kind != Internal {
		return e.Message
	}
	return "Something went wrong on our side. Nothing was changed; please try again."
}

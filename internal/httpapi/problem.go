package httpapi

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"parley/internal/errs"
)

// statuses is the one table from kinds of error to HTTP (RFC 9110).
var statuses = map[errs.Kind]int{
	errs.Invalid:         http.StatusUnprocessableEntity,
	errs.Unauthenticated: http.StatusUnauthorized,
	errs.Forbidden:       http.StatusForbidden,
	errs.NotFound:        http.StatusNotFound,
	errs.Conflict:        http.StatusConflict,
	errs.TooLarge:        http.StatusRequestEntityTooLarge,
	errs.TooMany:         http.StatusTooManyRequests,
	errs.Unavailable:     http.StatusServiceUnavailable,
	errs.Internal:        http.StatusInternalServerError,
}

// problem turns a failure into problem details (RFC 9457) whose words may be shown. What is our fault is logged whole
// and shown as nothing but that.
func (s *Server) problem(ctx context.Context, err error) error {
	kind := errs.KindOf(err)
	status := statuses[kind]
	if kind == errs.Internal && ctx.Err() != nil {
		status = 499 // the caller went away; nobody reads this answer
	} else if kind == errs.Internal || kind == errs.Unavailable {
		s.Log.ErrorContext(ctx, "request failed", slog.String("kind", string(kind)), slog.Any("error", err))
	}
	p := &huma.ErrorModel{Status: status, Title: http.StatusText(status), Detail: errs.Message(err)}
	if field := errs.FieldOf(err); field != "" {
		p.Errors = []*huma.ErrorDetail{{Location: "body." + field, Message: errs.Message(err)}}
	}
	if wait := errs.RetryAfterOf(err); wait > 0 {
		return huma.ErrorWithHeaders(p, http.Header{"Retry-After": {seconds(wait)}})
	}
	return p
}

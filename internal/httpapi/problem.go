package httpapi

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"parley/internal/actor"
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
	switch {
	case kind == errs.Internal && ctx.Err() != nil:
		status = 499 // the caller went away; nobody reads this answer
	case kind == errs.Internal || kind == errs.Unavailable:
		s.Log.ErrorContext(ctx, "request failed", slog.String("kind", string(kind)), slog.Any("error", err))
	case kind == errs.Unauthenticated || kind == errs.Forbidden || kind == errs.TooMany:
		s.Log.InfoContext(ctx, "request refused", append(whoAsks(ctx), slog.String("kind", string(kind)), slog.String("why", errs.Message(err)))...)
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

// whoAsks is who makes a request, as far as it is known, for the log: an address, and who is signed in there.
func whoAsks(ctx context.Context) []any {
	if a, is := ctx.Value(actorKey{}).(actor.Actor); is {
		return []any{slog.String("address", a.Address()), slog.String("tenant", a.Tenant()), slog.String(string(a.Kind()), a.ID())}
	}
	return []any{slog.String("address", visitOf(ctx).Address)}
}

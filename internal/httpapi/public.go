package httpapi

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parley/internal/errs"
	"parley/internal/tenant"
)

// The refresh token lives in a cookie that no script can read and that only the sign-in operations get to see.
const (
	refreshCookie = "parley_refresh"
	refreshPath   = "/api/auth"
)

// visit is the request of a sign-in operation beyond its body: where it comes from, and its tokens.
type visit struct {
	tenant.Visit
	access  string // the bearer token
	refresh string // the cookie
	secure  bool   // the browser came by https
	http    huma.Context
}

type visitKey struct{}

// visitOf is the visit of a request, for operations that were registered with it.
func visitOf(ctx context.Context) *visit {
	v, is := ctx.Value(visitKey{}).(*visit)
	if !is {
		return &visit{}
	}
	return v
}

// keep gives the browser a refresh token for as long as it lives; "" takes it away.
func (v *visit) keep(token string, life time.Duration) {
	c := http.Cookie{ //nolint:gosec // Secure wherever the browser came by https; over plain HTTP it would drop the cookie
		Name: refreshCookie, Value: token, Path: refreshPath, MaxAge: int(life / time.Second),
		HttpOnly: true, Secure: v.secure, SameSite: http.SameSiteStrictMode,
	}
	if token == "" {
		c.MaxAge = -1
	}
	v.http.AppendHeader("Set-Cookie", c.String())
}

// visited notes where a request comes from.
func (s *Server) visited(ctx huma.Context, next func(huma.Context)) {
	next(huma.WithValue(ctx, visitKey{}, s.visit(ctx)))
}

func (s *Server) visit(ctx huma.Context) *visit {
	v := &visit{http: ctx, Visit: tenant.Visit{
		Address: s.addressOf(ctx), Host: ctx.Host(), Agent: ctx.Header("User-Agent"),
	}}
	v.access = strings.TrimPrefix(ctx.Header("Authorization"), "Bearer ")
	if cookies, err := http.ParseCookie(ctx.Header("Cookie")); err == nil {
		for _, c := range cookies {
			if c.Name == refreshCookie {
				v.refresh = c.Value
			}
		}
	}
	v.secure = strings.HasPrefix(s.o.PublicURL, "https://") || ctx.TLS() != nil || s.forwardedTLS(ctx)
	return v
}

// forwardedTLS reports whether a proxy we trust says that the browser came by https.
func (s *Server) forwardedTLS(ctx huma.Context) bool {
	return s.trusted(hostOf(ctx.RemoteAddr())) && strings.EqualFold(ctx.Header("X-Forwarded-Proto"), "https")
}

// handlePublic registers an operation for which nobody needs to be signed in.
func handlePublic[I, O any](s *Server, o operation, do func(ctx context.Context, v *visit, in *I) (O, error)) {
	op := o.huma()
	op.Middlewares = huma.Middlewares{s.visited}
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*body[O], error) {
		out, err := do(ctx, visitOf(ctx), in)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return &body[O]{out}, nil
	})
}

// handlePublicNothing is handlePublic for an operation that answers 204 without a body.
func handlePublicNothing[I any](s *Server, o operation, do func(ctx context.Context, v *visit, in *I) error) {
	op := o.huma()
	op.DefaultStatus = http.StatusNoContent
	op.Middlewares = huma.Middlewares{s.visited}
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*struct{}, error) {
		if err := do(ctx, visitOf(ctx), in); err != nil {
			return nil, s.problem(ctx, err)
		}
		return nil, nil
	})
}

// over takes the cookie away when its session is over.
func (v *visit) over(err error) {
	if v.refresh != "" && (errs.Is(err, errs.Unauthenticated) || errs.Is(err, errs.Forbidden)) {
		v.keep("", 0)
	}
}

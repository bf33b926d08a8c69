package httpapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"parley/internal/actor"
	"parley/internal/errs"
	"parley/internal/tenant"
)

// operation describes one operation of the API. Every operation names the permission it needs; those in public are
// the few that need nobody signed in.
type operation struct {
	id         string
	method     string
	path       string
	summary    string
	tag        string
	permission actor.Permission
	status     int // of success; 0 is 200
	maxBody    int64
}

// body wraps what a handler returns into the shape huma writes.
type body[T any] struct{ Body T }

// signedIn marks what needs a bearer token in the document.
var signedIn = []map[string][]string{{"bearer": {}}}

// handle registers an operation for signed-in people: the session is checked, then the permission, then do is called.
func handle[I, O any](s *Server, o operation, do func(ctx context.Context, a actor.Actor, in *I) (O, error)) {
	op := o.huma()
	op.Security = signedIn
	op.Metadata = map[string]any{"permission": string(o.permission)}
	op.Middlewares = huma.Middlewares{s.authenticate}
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*body[O], error) {
		a, _ := ctx.Value(actorKey{}).(actor.Actor)
		if err := a.Require(o.permission); err != nil {
			return nil, s.problem(ctx, err)
		}
		out, err := do(ctx, a, in)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return &body[O]{out}, nil
	})
}

// handleNothing registers an operation that answers 204 without a body.
func handleNothing[I any](s *Server, o operation, do func(ctx context.Context, a actor.Actor, in *I) error) {
	op := o.huma()
	op.DefaultStatus = http.StatusNoContent
	op.Security = signedIn
	op.Metadata = map[string]any{"permission": string(o.permission)}
	op.Middlewares = huma.Middlewares{s.authenticate}
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*struct{}, error) {
		a, _ := ctx.Value(actorKey{}).(actor.Actor)
		err := a.Require(o.permission)
		if err == nil {
			err = do(ctx, a, in)
		}
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return nil, nil
	})
}

// handleStream registers an operation that answers with bytes.
func handleStream[I any](
	s *Server, o operation, do func(ctx context.Context, a actor.Actor, in *I) (*huma.StreamResponse, error),
) {
	op := o.huma()
	op.Security = signedIn
	op.Metadata = map[string]any{"permission": string(o.permission)}
	op.Middlewares = huma.Middlewares{s.authenticate}
	bytes := map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
	op.Responses = map[string]*huma.Response{
		"200": {Description: "OK", Content: bytes}, "206": {Description: "Partial Content", Content: bytes},
	}
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*huma.StreamResponse, error) {
		a, _ := ctx.Value(actorKey{}).(actor.Actor)
		err := a.Require(o.permission)
		if err == nil {
			var out *huma.StreamResponse
			if out, err = do(ctx, a, in); err == nil {
				return out, nil
			}
		}
		return nil, s.problem(ctx, err)
	})
}

func (o operation) huma() huma.Operation {
	op := huma.Operation{
		OperationID: o.id, Method: o.method, Path: o.path, Summary: o.summary, Tags: []string{o.tag},
		DefaultStatus: o.status, MaxBodyBytes: o.maxBody,
	}
	if op.MaxBodyBytes == 0 {
		op.MaxBodyBytes = 256 << 10
	}
	return op
}

type actorKey struct{}

// authenticate makes the actor of a request from its bearer token, or answers 401.
func (s *Server) authenticate(ctx huma.Context, next func(huma.Context)) {
	token, ok := strings.CutPrefix(ctx.Header("Authorization"), "Bearer ")
	if !ok {
		s.answerProblem(ctx, errs.New(errs.Unauthenticated, "Sign in first."))
		return
	}
	check := s.Tenants.Authenticate
	self := ctx.Operation().Metadata["permission"] == string(actor.Self)
	if self {
		check = s.Tenants.AuthenticateSelf
	}
	if tenant.IsKey(token) {
		check = s.Tenants.AuthenticateKey
	}
	a, err := check(ctx.Context(), token, s.addressOf(ctx))
	if err == nil {
		err = s.takes(a)
	}
	if err != nil {
		s.answerProblem(ctx, err)
		return
	}
	ctx = huma.WithValue(ctx, actorKey{}, a)
	if self { // operations on one's own account look at their tokens
		ctx = huma.WithValue(ctx, visitKey{}, s.visit(ctx))
	}
	next(ctx)
}

// takes bounds what one user, or one key, asks.
func (s *Server) takes(a actor.Actor) error {
	name, rate := "user:"+a.UserID(), userRate
	if a.Kind() == actor.Key {
		name, rate = "key:"+a.ID(), keyRate
	}
	if ok, wait := s.Limits.Take(name, rate, 1); !ok {
		return errs.Wait(wait, "Too many requests at once. Wait a moment.")
	}
	return nil
}

func (s *Server) answerProblem(ctx huma.Context, err error) {
	if wait := errs.RetryAfterOf(err); wait > 0 {
		ctx.SetHeader("Retry-After", seconds(wait))
	}
	visited := context.WithValue(ctx.Context(), visitKey{}, s.visit(ctx))
	if s.problem(visited, err) != nil { // logs what is our fault, and who was refused
		_ = huma.WriteErr(s.api, ctx, statuses[errs.KindOf(err)], errs.Message(err))
	}
}

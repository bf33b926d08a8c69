package httpapi

import (
	"context"
	"net/http"

	"parley/internal/actor"
	"parley/internal/db"
)

// SignedIn is one of one's own sessions. Where it came from is not kept in a form that could be shown.
type SignedIn struct {
	ID         string  `json:"id"`
	Here       bool    `json:"here" doc:"The one that asks."`
	Browser    string  `json:"browser" doc:"Such as Firefox on Linux; empty when it is not known."`
	Since      db.Time `json:"since"`
	LastSeenAt db.Time `json:"lastSeenAt" doc:"When it was last renewed."`
}

type oneSession struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *Server) sessionOperations() {
	handle(s, operation{
		id: "list-sessions", method: http.MethodGet, path: "/api/sessions", tag: "Sign-in",
		summary: "List where you are signed in", permission: actor.Self,
	}, s.listSessions)
	handleNothing(s, operation{
		id: "end-session", method: http.MethodDelete, path: "/api/sessions/{id}", tag: "Sign-in",
		summary: "Sign out somewhere else", permission: actor.Self,
	}, s.endSession)
}

func (s *Server) listSessions(ctx context.Context, _ actor.Actor, _ *struct{}) (Page[SignedIn], error) {
	all, err := s.Tenants.Sessions(ctx, visitOf(ctx).access)
	p := Page[SignedIn]{Items: []SignedIn{}}
	for _, one := range all {
		p.Items = append(p.Items, SignedIn{
			ID: one.ID, Here: one.Here, Browser: one.Browser, Since: one.Since, LastSeenAt: one.LastSeen,
		})
	}
	return p, err
}

func (s *Server) endSession(ctx context.Context, _ actor.Actor, in *oneSession) error {
	v := visitOf(ctx)
	return s.Tenants.EndSession(ctx, v.access, in.ID, v.Visit)
}

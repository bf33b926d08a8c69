package httpapi

import (
	"context"
	"net/http"

	"parley/internal/actor"
)

// MemberBrief is a colleague a conversation can be given to.
type MemberBrief struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Role string `json:"role" enum:"owner,admin,agent,viewer"`
}

func (s *Server) memberOperations() {
	handle(s, operation{
		id: "list-colleagues", method: http.MethodGet, path: "/api/members", tag: "Workspace",
		summary: "List the colleagues", permission: actor.MembersRead,
	}, s.listColleagues)
}

func (s *Server) listColleagues(ctx context.Context, a actor.Actor, _ *struct{}) (Page[MemberBrief], error) {
	all, err := s.Tenants.Members(ctx, s.DB.As(a), a)
	p := Page[MemberBrief]{Items: make([]MemberBrief, 0, len(all))}
	for _, m := range all {
		p.Items = append(p.Items, MemberBrief{ID: m.UserID, Name: m.Name, Role: string(m.Role)})
	}
	return p, err
}

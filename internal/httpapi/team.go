package httpapi

import (
	"context"
	"net/http"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/tenant"
)

// Member is a colleague.
type Member struct {
	ID    string  `json:"id" doc:"The user's id."`
	Name  string  `json:"name"`
	Email string  `json:"email"`
	Role  string  `json:"role" enum:"owner,admin,agent,viewer"`
	Since db.Time `json:"since"`
}

// RoleBody is a role to give.
type RoleBody struct {
	Role string `json:"role" enum:"owner,admin,agent,viewer"`
}

// OneTimeLink is shown once; whoever has it may use it.
type OneTimeLink struct {
	Link string `json:"link" doc:"A path of the dashboard; put its address before it. It is not shown again."`
}

type oneMember struct {
	ID string `path:"id" maxLength:"64"`
}

type changeMember struct {
	ID   string `path:"id" maxLength:"64"`
	Body RoleBody
}

func (s *Server) teamOperations() {
	const tag = "Team"
	handle(s, operation{
		id: "list-members", method: http.MethodGet, path: "/api/team", tag: tag,
		summary: "List the members of the workspace", permission: actor.MembersRead,
	}, s.listMembers)
	handleNothing(s, operation{
		id: "change-role", method: http.MethodPatch, path: "/api/team/{id}", tag: tag,
		summary: "Give a member another role", permission: actor.MembersWrite,
	}, s.changeRole)
	handleNothing(s, operation{
		id: "remove-member", method: http.MethodDelete, path: "/api/team/{id}", tag: tag,
		summary: "Remove a member; their conversations become nobody's", permission: actor.MembersWrite,
	}, s.removeMember)
	handle(s, operation{
		id: "make-reset-link", method: http.MethodPost, path: "/api/team/{id}/reset-link", tag: tag,
		summary: "Make a link with which a member chooses a new password", permission: actor.MembersWrite,
	}, s.makeResetLink)
}

func (s *Server) listMembers(ctx context.Context, a actor.Actor, _ *struct{}) (Page[Member], error) {
	all, err := s.Tenants.Members(ctx, s.DB.As(a), a)
	p := Page[Member]{Items: []Member{}}
	for _, m := range all {
		p.Items = append(p.Items, Member{ID: m.UserID, Name: m.Name, Email: m.Email, Role: string(m.Role), Since: m.Since})
	}
	return p, err
}

func (s *Server) changeRole(ctx context.Context, a actor.Actor, in *changeMember) error {
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		return s.Tenants.SetRole(ctx, tx, a, in.ID, tenant.Role(in.Body.Role))
	})
}

func (s *Server) removeMember(ctx context.Context, a actor.Actor, in *oneMember) error {
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error { return s.Conversations.RemoveMember(ctx, tx, a, s.Tenants, in.ID) })
}

func (s *Server) makeResetLink(ctx context.Context, a actor.Actor, in *oneMember) (out OneTimeLink, err error) {
	err = s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		out.Link, err = s.Tenants.MakeResetLink(ctx, tx, a, in.ID)
		return err
	})
	return out, err
}

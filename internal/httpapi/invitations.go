package httpapi

import (
	"context"
	"net/http"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/tenant"
)

// Invitation is somebody asked to join who has not yet.
type Invitation struct {
	ID        string  `json:"id"`
	Email     string  `json:"email"`
	Role      string  `json:"role" enum:"owner,admin,agent,viewer"`
	CreatedAt db.Time `json:"createdAt"`
	ExpiresAt db.Time `json:"expiresAt" doc:"When its link stops working. Send it again for a new one."`
}

// NewInvitation is an invitation with its link.
type NewInvitation struct {
	Invitation Invitation `json:"invitation"`
	Link       string     `json:"link" doc:"A path of the dashboard; put its address before it. It is not shown again."`
	Mailed     bool       `json:"mailed" doc:"It is sent by mail too."`
}

// InviteBody says whom to ask.
type InviteBody struct {
	Email string `json:"email" maxLength:"400"`
	Role  string `json:"role" enum:"owner,admin,agent,viewer"`
}

// TokenBody is what stands in a link.
type TokenBody struct {
	Token string `json:"token" maxLength:"200"`
}

// AcceptBody is what a new colleague types.
type AcceptBody struct {
	Token    string `json:"token" maxLength:"200"`
	Name     string `json:"name" maxLength:"400"`
	Password string `json:"password" maxLength:"1024"`
}

// Offer is an invitation as who was invited sees it.
type Offer struct {
	Workspace string `json:"workspace"`
	InvitedBy string `json:"invitedBy"`
	Email     string `json:"email"`
	Role      string `json:"role" enum:"owner,admin,agent,viewer"`
	Known     bool   `json:"known" doc:"The address has an account: sign in, then join."`
}

type oneInvitation struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *Server) invitationOperations() {
	const tag = "Team"
	handle(s, operation{
		id: "list-invitations", method: http.MethodGet, path: "/api/invitations", tag: tag,
		summary: "List who is asked to join and has not yet", permission: actor.MembersWrite,
	}, s.listInvitations)
	handle(s, operation{
		id: "invite", method: http.MethodPost, path: "/api/invitations", tag: tag, status: http.StatusCreated,
		summary: "Ask somebody to join", permission: actor.MembersWrite,
	}, s.invite)
	handle(s, operation{
		id: "invite-again", method: http.MethodPost, path: "/api/invitations/{id}/resend", tag: tag,
		summary: "Make a new link, and mail it; the one before works no more", permission: actor.MembersWrite,
	}, s.inviteAgain)
	handleNothing(s, operation{
		id: "revoke-invitation", method: http.MethodDelete, path: "/api/invitations/{id}", tag: tag,
		summary: "Take an invitation back", permission: actor.MembersWrite,
	}, s.revokeInvitation)

	post := func(id, path, summary string) operation {
		return operation{
			id: id, method: http.MethodPost, path: path, summary: summary, tag: "Sign-in", permission: actor.Self, maxBody: 16 << 10,
		}
	}
	handlePublic(s, post("look-at-invitation", "/api/auth/invitation", "Look at an invitation"), s.lookAtInvitation)
	handlePublic(s, post("accept-invitation", "/api/auth/accept", "Make an account by an invitation"), s.acceptInvitation)
	handle(s, post("join", "/api/auth/join", "Join a workspace by an invitation"), s.join)
}

func (s *Server) listInvitations(ctx context.Context, a actor.Actor, _ *struct{}) (Page[Invitation], error) {
	all, err := s.Tenants.Invitations(ctx, s.DB.As(a), a)
	p := Page[Invitation]{Items: []Invitation{}}
	for _, i := range all {
		p.Items = append(p.Items, showInvitation(i))
	}
	return p, err
}

func (s *Server) invite(ctx context.Context, a actor.Actor, in *with[InviteBody]) (NewInvitation, error) {
	return s.showInvited(s.Tenants.Invite(ctx, a, in.Body.Email, tenant.Role(in.Body.Role)))
}

func (s *Server) inviteAgain(ctx context.Context, a actor.Actor, in *oneInvitation) (NewInvitation, error) {
	return s.showInvited(s.Tenants.InviteAgain(ctx, a, in.ID))
}

func (s *Server) showInvited(made tenant.Invited, err error) (NewInvitation, error) {
	return NewInvitation{Invitation: showInvitation(made.Invitation), Link: made.Link, Mailed: s.Tenants.Mails()}, err
}

func showInvitation(i tenant.Invitation) Invitation {
	return Invitation{ID: i.ID, Email: i.Email, Role: string(i.Role), CreatedAt: i.CreatedAt, ExpiresAt: i.ExpiresAt}
}

func (s *Server) revokeInvitation(ctx context.Context, a actor.Actor, in *oneInvitation) error {
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error { return s.Tenants.RevokeInvitation(ctx, tx, a, in.ID) })
}

func (s *Server) lookAtInvitation(ctx context.Context, v *visit, in *with[TokenBody]) (Offer, error) {
	o, err := s.Tenants.Look(ctx, in.Body.Token, v.Visit)
	return Offer{Workspace: o.Workspace, InvitedBy: o.InvitedBy, Email: o.Email, Role: string(o.Role), Known: o.Known}, err
}

func (s *Server) acceptInvitation(ctx context.Context, v *visit, in *with[AcceptBody]) (Session, error) {
	given, err := s.Tenants.Accept(ctx, in.Body.Token, in.Body.Name, in.Body.Password, v.Visit)
	return v.session(given, err)
}

func (s *Server) join(ctx context.Context, _ actor.Actor, in *with[TokenBody]) (Session, error) {
	v := visitOf(ctx)
	given, err := s.Tenants.Join(ctx, v.access, in.Body.Token, v.Visit)
	return v.session(given, err)
}

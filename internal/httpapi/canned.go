package httpapi

import (
	"context"
	"net/http"

	"parley/internal/actor"
	"parley/internal/canned"
	"parley/internal/db"
)

// CannedReply is an answer people keep.
type CannedReply struct {
	ID string `json:"id"`
	CannedText
}

// CannedText is what a person writes of it.
type CannedText struct {
	Shortcut string `json:"shortcut" maxLength:"200" doc:"What is typed after the slash."`
	Title    string `json:"title" maxLength:"400"`
	Text     string `json:"text" maxLength:"20000" doc:"May name {{contact.name}}, {{agent.name}} and {{business.name}}."`
}

// CannedReplyRef names a canned reply in a path; exported for the reason Paging is.
type CannedReplyRef struct {
	ID string `path:"id" maxLength:"64"`
}

type changeCannedReply struct {
	CannedReplyRef
	Body CannedText
}

func (s *Server) cannedOperations() {
	handle(s, operation{
		id: "list-canned-replies", method: http.MethodGet, path: "/api/canned-replies", tag: "Canned replies",
		summary: "List the canned replies by shortcut", permission: actor.ConversationsRead,
	}, s.listCannedReplies)
	handle(s, operation{
		id: "add-canned-reply", method: http.MethodPost, path: "/api/canned-replies", tag: "Canned replies",
		summary: "Keep an answer", permission: actor.ConversationsReply, status: http.StatusCreated,
	}, s.addCannedReply)
	handleNothing(s, operation{
		id: "change-canned-reply", method: http.MethodPut, path: "/api/canned-replies/{id}", tag: "Canned replies",
		summary: "Change a canned reply", permission: actor.ConversationsReply,
	}, func(ctx context.Context, a actor.Actor, in *changeCannedReply) error {
		return s.DB.InTx(ctx, a, func(tx *db.Tx) error { return s.Canned.Change(ctx, tx, a, in.ID, in.Body.text()) })
	})
	handleNothing(s, operation{
		id: "delete-canned-reply", method: http.MethodDelete, path: "/api/canned-replies/{id}", tag: "Canned replies",
		summary: "Forget a canned reply", permission: actor.ConversationsReply,
	}, func(ctx context.Context, a actor.Actor, in *CannedReplyRef) error {
		return s.step(s.Canned.Delete)(ctx, a, in.ID)
	})
}

func (s *Server) listCannedReplies(ctx context.Context, a actor.Actor, _ *struct{}) (Page[CannedReply], error) {
	all, err := canned.List(ctx, s.DB.As(a), a)
	p := Page[CannedReply]{Items: make([]CannedReply, 0, len(all))}
	for _, r := range all {
		p.Items = append(p.Items, showCannedReply(r))
	}
	return p, err
}

func (s *Server) addCannedReply(ctx context.Context, a actor.Actor, in *with[CannedText]) (CannedReply, error) {
	var r canned.Reply
	err := s.DB.InTx(ctx, a, func(tx *db.Tx) (err error) {
		r, err = s.Canned.Add(ctx, tx, a, in.Body.text())
		return err
	})
	return showCannedReply(r), err
}

func (t CannedText) text() canned.Text {
	return canned.Text{Shortcut: t.Shortcut, Title: t.Title, Body: t.Text}
}

func showCannedReply(r canned.Reply) CannedReply {
	return CannedReply{ID: r.ID, CannedText: CannedText{Shortcut: r.Shortcut, Title: r.Title, Text: r.Body}}
}

package httpapi

import (
	"context"
	"net/http"

	"parley/internal/actor"
	"parley/internal/conversation"
	"parley/internal/db"
)

// LabelBrief is a label on a conversation.
type LabelBrief struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Colour string `json:"colour" enum:"gray,red,orange,yellow,green,teal,blue,purple,pink"`
}

// Label is a label of the workspace.
type Label struct {
	LabelBrief
	Count int64 `json:"count" doc:"How many conversations carry it."`
}

type newLabel struct {
	Name   string `json:"name" minLength:"1" maxLength:"200"`
	Colour string `json:"colour" enum:"gray,red,orange,yellow,green,teal,blue,purple,pink"`
}

// LabelRef names a label in a path; exported for the reason Paging is.
type LabelRef struct {
	ID string `path:"id" maxLength:"64"`
}

type changeLabel struct {
	LabelRef
	Body struct {
		Name   *string `json:"name,omitempty" minLength:"1" maxLength:"200"`
		Colour *string `json:"colour,omitempty" enum:"gray,red,orange,yellow,green,teal,blue,purple,pink"`
	}
}

func (s *Server) labelOperations() {
	handle(s, operation{
		id: "list-labels", method: http.MethodGet, path: "/api/labels", tag: "Labels",
		summary: "List the labels by name", permission: actor.ConversationsRead,
	}, s.listLabels)
	handle(s, operation{
		id: "add-label", method: http.MethodPost, path: "/api/labels", tag: "Labels",
		summary: "Make a label", permission: actor.ConversationsReply, status: http.StatusCreated,
	}, s.addLabel)
	handleNothing(s, operation{
		id: "change-label", method: http.MethodPatch, path: "/api/labels/{id}", tag: "Labels",
		summary: "Rename or recolour a label", permission: actor.ConversationsReply,
	}, s.changeLabel)
	handleNothing(s, operation{
		id: "delete-label", method: http.MethodDelete, path: "/api/labels/{id}", tag: "Labels",
		summary: "Delete a label, and take it off all that carries it", permission: actor.TenantWrite,
	}, func(ctx context.Context, a actor.Actor, in *LabelRef) error {
		return s.step(s.Conversations.DeleteLabel)(ctx, a, in.ID)
	})
}

func (s *Server) listLabels(ctx context.Context, a actor.Actor, _ *struct{}) (Page[Label], error) {
	all, err := conversation.Labels(ctx, s.DB.As(a), a)
	p := Page[Label]{Items: make([]Label, 0, len(all))}
	for _, l := range all {
		p.Items = append(p.Items, showLabel(l))
	}
	return p, err
}

func (s *Server) addLabel(ctx context.Context, a actor.Actor, in *with[newLabel]) (Label, error) {
	var l conversation.Label
	err := s.DB.InTx(ctx, a, func(tx *db.Tx) (err error) {
		l, err = s.Conversations.AddLabel(ctx, tx, a, in.Body.Name, conversation.Colour(in.Body.Colour))
		return err
	})
	return showLabel(l), err
}

func (s *Server) changeLabel(ctx context.Context, a actor.Actor, in *changeLabel) error {
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		return s.Conversations.ChangeLabel(ctx, tx, a, in.ID, in.Body.Name, (*conversation.Colour)(in.Body.Colour))
	})
}

func showLabel(l conversation.Label) Label {
	return Label{LabelBrief: LabelBrief{ID: l.ID, Name: l.Name, Colour: string(l.Colour)}, Count: l.Count}
}

package httpapi

import (
	"context"
	"net/http"

	"parley/internal/actor"
	"parley/internal/contact"
	"parley/internal/db"
)

type mergeContacts struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		ContactID string `json:"contactId" minLength:"1" maxLength:"64" doc:"The contact that becomes part of this one."`
	}
}

func (s *Server) contactOperations() {
	handle(s, operation{
		id: "merge-contacts", method: http.MethodPost, path: "/api/contacts/{id}/merge", tag: "Contacts",
		summary: "Make one contact of two, with all that was said; this cannot be undone", permission: actor.ConversationsReply,
	}, s.mergeContacts)
}

func (s *Server) mergeContacts(ctx context.Context, a actor.Actor, in *mergeContacts) (ContactBrief, error) {
	err := s.DB.InTx(ctx, a, func(tx *db.Tx) error { return s.Delivery.Merge(ctx, tx, a, in.Body.ContactID, in.ID) })
	if err != nil {
		return ContactBrief{}, err
	}
	c, err := contact.Get(ctx, s.DB.As(a), a, in.ID)
	return ContactBrief{ID: c.ID, Name: c.Name, Username: c.Username, Phone: c.Phone}, err
}

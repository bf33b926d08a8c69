package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/dossier"
)

// Erasure is how far a contact's data are erased.
type Erasure struct {
	ID       string  `json:"id"`
	AskedAt  db.Time `json:"askedAt"`
	DoneAt   db.Time `json:"doneAt" doc:"Null while it is at work: the person cannot be found any more, but words and files are still being removed."`
	Messages int64   `json:"messages" doc:"How many messages there were."`
	Left     int64   `json:"left" doc:"How many of them still have their words."`
}

type eraseContact struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"800" doc:"What the contact is called: the name, else the username, else the number."`
	}
}

type erasureRef struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *Server) dossierOperations() {
	handleStream(s, operation{
		id: "export-contact", method: http.MethodGet, path: "/api/contacts/{id}/export", tag: "Contacts",
		summary:    "Take out all that is held of a contact, as a ZIP of JSON and files",
		permission: actor.ContactsRead,
	}, s.exportContact)
	handle(s, operation{
		id: "erase-contact", method: http.MethodPost, path: "/api/contacts/{id}/erase", tag: "Contacts",
		summary: "Erase a contact with all that was said and sent; this cannot be undone", permission: actor.ContactsErase,
	}, s.eraseContact)
	handle(s, operation{
		id: "get-erasure", method: http.MethodGet, path: "/api/erasures/{id}", tag: "Contacts",
		summary: "Say how far an erasure has come", permission: actor.ContactsErase,
	}, s.getErasure)
}

func (s *Server) exportContact(ctx context.Context, a actor.Actor, in *contactRef) (*huma.StreamResponse, error) {
	out, err := s.Dossier.Export(ctx, a, in.ID)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hctx huma.Context) {
		_, w := humago.Unwrap(hctx)
		h := w.Header()
		h.Set("Content-Type", "application/zip")
		h.Set("Content-Disposition", attachment("contact.zip"))
		h.Set("Content-Security-Policy", filePolicy)
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if err := out.Write(ctx, w); err != nil { // half a file must not be taken for all
			s.Log.ErrorContext(ctx, "an export broke off", "error", err)
			panic(http.ErrAbortHandler)
		}
	}}, nil
}

func (s *Server) eraseContact(ctx context.Context, a actor.Actor, in *eraseContact) (Erasure, error) {
	e, err := s.Dossier.Erase(ctx, a, in.ID, in.Body.Name)
	return showErasure(e), err
}

func (s *Server) getErasure(ctx context.Context, a actor.Actor, in *erasureRef) (Erasure, error) {
	e, err := s.Dossier.Read(ctx, s.DB.As(a), a, in.ID)
	return showErasure(e), err
}

func showErasure(e dossier.Erasure) Erasure { return Erasure(e) }

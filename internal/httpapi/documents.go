package httpapi

import (
	"context"
	"net/http"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/knowledge"
)

// Document is something the AI may answer from.
type Document struct {
	ID        string  `json:"id"`
	Title     string  `json:"title"`
	Kind      string  `json:"kind"`
	State     string  `json:"state"`
	Failure   string  `json:"failure"`
	Passages  int64   `json:"passages"`
	SizeBytes int64   `json:"sizeBytes"`
	Language  string  `json:"language"`
	Enabled   bool    `json:"enabled"`
	CreatedAt db.Time `json:"createdAt"`
	UpdatedAt db.Time `json:"updatedAt"`
}

// FullDocument is a document with its text.
type FullDocument struct {
	Document
	Text string `json:"text"`
}

// Finding is what the AI would find, and the answer it would give without a model.
type Finding struct {
	Hits       []Hit   `json:"hits"`
	Confidence float64 `json:"confidence" doc:"0 to 1: how sure it is that the best passage answers."`
	Answered   bool    `json:"answered"`
	Answer     string  `json:"answer"`
	Source     string  `json:"source"`
}

// Hit is one passage found.
type Hit struct {
	PassageID  string  `json:"passageId"`
	DocumentID string  `json:"documentId"`
	Title      string  `json:"title"`
	Heading    string  `json:"heading"`
	Text       string  `json:"text"`
	Score      float64 `json:"score"`
}

type newDocument struct {
	Body struct {
		Title string `json:"title" maxLength:"200"`
		Text  string `json:"text" minLength:"1" maxLength:"2000000"`
		Kind  string `json:"kind,omitempty" enum:"text,markdown,faq" doc:"Text when absent."`
	}
}

type documentRef struct {
	ID string `path:"id" maxLength:"64"`
}

type searchKnowledge struct {
	Query string `query:"q" required:"true" minLength:"1" maxLength:"1000"`
}

func (s *Server) documentOperations() {
	handle(s, operation{
		id: "list-documents", method: http.MethodGet, path: "/api/documents", tag: "Knowledge",
		summary: "List what the AI knows, the newest first", permission: actor.KnowledgeRead,
	}, s.listDocuments)
	handle(s, operation{
		id: "add-document", method: http.MethodPost, path: "/api/documents", tag: "Knowledge",
		summary: "Tell the AI something", permission: actor.KnowledgeWrite, status: http.StatusCreated, maxBody: 4 << 20,
	}, s.addDocument)
	handle(s, operation{
		id: "get-document", method: http.MethodGet, path: "/api/documents/{id}", tag: "Knowledge",
		summary: "Read a document with its text", permission: actor.KnowledgeRead,
	}, s.getDocument)
	handleNothing(s, operation{
		id: "remove-document", method: http.MethodDelete, path: "/api/documents/{id}", tag: "Knowledge",
		summary: "Make the AI forget a document", permission: actor.KnowledgeWrite,
	}, s.removeDocument)
	handle(s, operation{
		id: "search-knowledge", method: http.MethodGet, path: "/api/knowledge/search", tag: "Knowledge",
		summary: "What would the AI find?", permission: actor.KnowledgeRead,
	}, s.searchKnowledge)
}

func (s *Server) listDocuments(ctx context.Context, a actor.Actor, in *Paging) (Page[Document], error) {
	var after knowledge.Cursor
	if err := decodeCursor(in.After, &after); err != nil {
		return Page[Document]{}, err
	}
	rows, err := s.Knowledge.List(ctx, s.DB.As(a), a, after, in.Limit+1)
	if err != nil {
		return Page[Document]{}, err
	}
	return pageOf(rows, in.Limit, showDocument, func(d knowledge.Document) any {
		return knowledge.Cursor{CreatedAt: d.CreatedAt, ID: d.ID}
	}), nil
}

func (s *Server) addDocument(ctx context.Context, a actor.Actor, in *newDocument) (Document, error) {
	// Cutting a long text takes a while, which the step must not hold others up for.
	told, err := knowledge.NewDocument{Title: in.Body.Title, Text: in.Body.Text, Kind: in.Body.Kind}.Cut()
	if err != nil {
		return Document{}, err
	}
	var d knowledge.Document
	err = s.DB.InTx(ctx, a, func(tx *db.Tx) (err error) {
		d, err = s.Knowledge.Add(ctx, tx, a, told)
		return err
	})
	return showDocument(d), err
}

func (s *Server) getDocument(ctx context.Context, a actor.Actor, in *documentRef) (FullDocument, error) {
	d, err := s.Knowledge.Get(ctx, s.DB.As(a), a, in.ID)
	return FullDocument{Document: showDocument(d), Text: d.Text}, err
}

func (s *Server) removeDocument(ctx context.Context, a actor.Actor, in *documentRef) error {
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error { return s.Knowledge.Remove(ctx, tx, a, in.ID) })
}

func (s *Server) searchKnowledge(ctx context.Context, a actor.Actor, in *searchKnowledge) (Finding, error) {
	found, err := s.Knowledge.Search(ctx, s.DB.As(a), a, "", in.Query, 5)
	if err != nil {
		return Finding{}, err
	}
	said := found.Extract()
	f := Finding{Hits: []Hit{}, Confidence: found.Confidence, Answered: said.Answered, Answer: said.Text, Source: said.Source}
	for _, h := range found.Hits {
		f.Hits = append(f.Hits, Hit{
			PassageID: h.PassageID, DocumentID: h.DocumentID, Title: h.Title, Heading: h.Heading, Text: h.Body, Score: h.Score,
		})
	}
	return f, nil
}

func showDocument(d knowledge.Document) Document {
	return Document{
		ID: d.ID, Title: d.Title, Kind: d.Kind, State: d.State, Failure: d.Failure, Passages: d.Passages,
		SizeBytes: d.SizeBytes, Language: d.Language, Enabled: d.Enabled, CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt,
	}
}

package httpapi

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"parley/internal/actor"
	"parley/internal/contact"
	"parley/internal/db"
	"parley/internal/errs"
)

const (
	mostSheet          = 10 << 20
	importContactsPath = "/api/contacts/import"
)

// ContactImport is what became of a file of contacts, or would become of it.
type ContactImport struct {
	DryRun    bool            `json:"dryRun"`
	Rows      int             `json:"rows"`
	Columns   []string        `json:"columns"`
	New       int             `json:"new"`
	Changed   int             `json:"changed"`
	Unchanged int             `json:"unchanged"`
	Wrong     int             `json:"wrong" doc:"Rows that cannot be taken, and are left out."`
	Problems  []ImportProblem `json:"problems" doc:"The first 500 of them."`
}

// ImportProblem is why a row cannot be taken.
type ImportProblem struct {
	Row    int    `json:"row" doc:"As a spreadsheet counts: the heading is 1."`
	Column string `json:"column"`
	Code   string `json:"code" enum:"phone_missing,phone_not_a_number,phone_without_country,phone_length,repeated,name_too_long,language_unknown,attribute_too_long,too_many_attributes,too_many_cells,not_utf8"` //nolint:lll // a tag cannot be broken
	Other  int    `json:"other,omitempty" doc:"Of a repeated number: the row that has it first."`
}

// importContacts is a form that is read as it arrives.
type importContacts struct {
	DryRun bool `query:"dryRun" doc:"Only say what would happen."`
	http   huma.Context
}

// Resolve is called by huma before the handler.
func (in *importContacts) Resolve(ctx huma.Context) []error {
	in.http = ctx
	return nil
}

func (s *Server) contactFileOperations() {
	handleStream(s, operation{
		id: "export-contacts", method: http.MethodGet, path: "/api/contacts.csv", tag: "Contacts",
		summary: "Take the contacts with you as CSV, at most 200,000 of them", permission: actor.ContactsRead,
	}, s.exportContacts)
	handle(s, operation{
		id: "import-contacts", method: http.MethodPost, path: importContactsPath, tag: "Contacts",
		summary: "Take contacts from a CSV file, or say what that would do", permission: actor.ContactsWrite, maxBody: mostSheet + (64 << 10),
	}, s.importContacts)
	s.api.OpenAPI().Paths[importContactsPath].Post.RequestBody = sheetForm() // only now: huma would read it whole
}

func sheetForm() *huma.RequestBody {
	return &huma.RequestBody{
		Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
			Type: huma.TypeObject, Required: []string{"file"}, Properties: map[string]*huma.Schema{
				"file": {
					Type: huma.TypeString, Format: "binary", Description: "CSV in UTF-8, up to 10 MiB and 50,000 rows: phone with country " +
						"code, name, language; every other column is an attribute.",
				},
			},
		}}},
	}
}

func (s *Server) exportContacts(ctx context.Context, a actor.Actor, _ *struct{}) (*huma.StreamResponse, error) {
	if err := s.DB.InTx(ctx, a, func(tx *db.Tx) error { return contact.Exported(ctx, tx, a) }); err != nil {
		return nil, err
	}
	return s.csv("contacts.csv", func(w io.Writer) error { return contact.Export(ctx, s.DB.As(a), a, w) }), nil
}

// csv streams a table to be saved. When it breaks off the connection does, so that half a table is not taken for all.
func (s *Server) csv(filename string, write func(w io.Writer) error) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(hctx huma.Context) {
		_, w := humago.Unwrap(hctx)
		h := w.Header()
		h.Set("Content-Type", "text/csv; charset=utf-8")
		h.Set("Content-Disposition", attachment(filename))
		h.Set("Content-Security-Policy", filePolicy)
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if err := write(w); err != nil {
			s.Log.Error("a table broke off", "error", err)
			panic(http.ErrAbortHandler)
		}
	}}
}

func (s *Server) importContacts(ctx context.Context, a actor.Actor, in *importContacts) (ContactImport, error) {
	file, err := s.sheetOf(in.http)
	if err != nil {
		return ContactImport{}, err
	}
	sheet, err := contact.ReadSheet(file)
	if err != nil {
		return ContactImport{}, tooLarge(err)
	}
	var taken contact.Taken
	if in.DryRun {
		taken, err = sheet.Weigh(ctx, s.DB.As(a), a)
	} else {
		taken, err = sheet.Import(ctx, s.DB, a, func(tx *db.Tx) { s.contactChanged(tx, "") })
	}
	out := ContactImport{
		DryRun: in.DryRun, Rows: sheet.Rows, Columns: sheet.Columns, Wrong: sheet.Wrong, Problems: []ImportProblem{},
		New: taken.New, Changed: taken.Changed, Unchanged: taken.Unchanged,
	}
	for _, p := range sheet.Problems {
		out.Problems = append(out.Problems, ImportProblem(p))
	}
	return out, err
}

var errSheetTooLarge = errs.InvalidField("file", "A file of contacts has at most 10 MiB. Split it, and import one part after the other.")

// tooLarge puts the size of a file before what its end looks like.
func tooLarge(err error) error {
	if errors.Is(err, errSheetTooLarge) {
		return errSheetTooLarge
	}
	return err
}

// sheetOf finds the file in a form.
func (s *Server) sheetOf(h huma.Context) (io.Reader, error) {
	kind, params, err := mime.ParseMediaType(h.Header("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return nil, errs.New(errs.Invalid, "Send the file as multipart/form-data.")
	}
	_ = h.SetReadDeadline(s.DB.Now().Add(uploadTime).Time())
	form := multipart.NewReader(io.LimitReader(h.BodyReader(), mostSheet+(64<<10)), params["boundary"])
	for {
		part, err := form.NextPart()
		if err != nil {
			return nil, errs.InvalidField("file", "The form holds no file.")
		}
		if part.FormName() == "file" {
			return &boundedReader{r: part, left: mostSheet}, nil
		}
	}
}

// boundedReader fails when there is more than it may read, instead of ending as if that were all.
type boundedReader struct {
	r    io.Reader
	left int
}

func (b *boundedReader) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.left -= n; b.left < 0 {
		return 0, errSheetTooLarge
	}
	return n, err
}

package httpapi

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/google/uuid"

	"parley/internal/actor"
	"parley/internal/blob"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/media"
	"parley/internal/whatsapp"
)

const (
	mostUpload  = 101 << 20 // the largest document and what is around it
	uploadTime  = 5 * time.Minute
	mostCaption = 1024 // UTF-16 units, as WhatsApp counts
	mostField   = 8 << 10
	// filePolicy keeps what a file holds from doing anything, should a browser ever open it by itself.
	filePolicy = "sandbox; default-src 'none'"
)

// sendFile is a form that is read as it arrives: a large file is never in memory, nor in the clear on the disk.
type sendFile struct {
	ConversationRef
	http huma.Context
}

// Resolve is called by huma before the handler.
func (in *sendFile) Resolve(ctx huma.Context) []error {
	in.http = ctx
	return nil
}

func (s *Server) fileOperations() {
	handle(s, operation{
		id: "send-file", method: http.MethodPost, path: sendFilePath, tag: "Messages",
		summary: "Send the customer a file; the conversation becomes yours", permission: actor.ConversationsReply,
		status: http.StatusCreated,
	}, s.sendFile)
	// Documented only now: huma would read a body that it knows of, whole.
	s.api.OpenAPI().Paths[sendFilePath].Post.RequestBody = fileForm()
	handleStream(s, operation{
		id: "get-file", method: http.MethodGet, path: "/api/messages/{id}/media", tag: "Messages",
		summary: "Download the file of a message, whole or a range of it", permission: actor.ConversationsRead,
	}, s.getFile)
	handleNothing(s, operation{
		id: "fetch-file-again", method: http.MethodPost, path: "/api/messages/{id}/media/fetch", tag: "Messages",
		summary: "Fetch a file from WhatsApp once more that could not be fetched", permission: actor.ConversationsReply,
	}, s.fetchFileAgain)
}

const sendFilePath = "/api/conversations/{id}/media"

// fileForm is what is sent, for the document.
func fileForm() *huma.RequestBody {
	return &huma.RequestBody{
		Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
			Type: huma.TypeObject, Required: []string{"file"}, Properties: map[string]*huma.Schema{
				"id":      {Type: huma.TypeString, Format: "uuid", Description: "An id of your own for the message: what is sent again with it is said once."},
				"caption": {Type: huma.TypeString, Description: "At most 1,024 characters; not for recordings and stickers."},
				"file": {
					Type: huma.TypeString, Format: "binary", Description: "JPEG or PNG up to 5 MB; MP4 or 3GP video, AAC, AMR, MP3, " +
						"M4A or OGG up to 16 MB; PDF, text, Word, Excel or PowerPoint up to 100 MB; WebP as a sticker up to 500 KB.",
				},
			},
		}}},
	}
}

func (s *Server) sendFile(ctx context.Context, a actor.Actor, in *sendFile) (Message, error) {
	if _, err := conversation.Get(ctx, s.DB.As(a), a, in.ID); err != nil {
		return Message{}, err // before the file is taken
	}
	form, err := s.readForm(a, in.http)
	if err != nil {
		return Message{}, err
	}
	said, again, err := s.sayFile(ctx, a, in.ID, form)
	if err != nil || again {
		err = errors.Join(err, s.Media.Forget(a, form.kept))
	}
	if err != nil {
		return Message{}, err
	}
	names, err := s.Tenants.Names(ctx, s.DB.As(a), a)
	if err != nil {
		return Message{}, err
	}
	shown := []Message{showMessage(said, names)}
	err = s.dress(ctx, a, []conversation.Message{said}, shown)
	return shown[0], err
}

// fileSent is what a form holds.
type fileSent struct {
	id      string
	kept    media.Kept
	caption string
}

// sayFile says a file, or finds that it was said before.
func (s *Server) sayFile(ctx context.Context, a actor.Actor, conversationID string, f fileSent) (m conversation.Message, again bool, err error) {
	k, caption := f.kept, f.caption
	switch {
	case len(utf16.Encode([]rune(caption))) > mostCaption:
		return m, false, errs.InvalidField("caption", "A caption has at most 1,024 characters.")
	case caption != "" && (k.Kind == whatsapp.KindAudio || k.Kind == whatsapp.KindSticker):
		return m, false, errs.InvalidField("caption", "WhatsApp shows no words with recordings and stickers. Send them on their own.")
	}
	said, err := s.Assistant.ReplyWithFile(ctx, a, conversation.Saying{
		ConversationID: conversationID, ID: f.id, As: conversation.FromAgent, Kind: string(k.Kind), Bubbles: []string{caption},
	}, k)
	if err != nil {
		return m, false, err
	}
	return said.Messages[0], said.Again, nil
}

// readForm takes the fields of a form as they come: the caption before or after the file.
func (s *Server) readForm(a actor.Actor, h huma.Context) (f fileSent, err error) {
	kind, params, err := mime.ParseMediaType(h.Header("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return f, errs.New(errs.Invalid, "Send the file as multipart/form-data.")
	}
	_ = h.SetReadDeadline(s.DB.Now().Add(uploadTime).Time()) // a large file on a slow line takes longer than other requests
	form := multipart.NewReader(io.LimitReader(h.BodyReader(), mostUpload), params["boundary"])
	has := false
	defer func() {
		if err != nil && has {
			_ = s.Media.Forget(a, f.kept)
		}
	}()
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return f, errs.Wrap(err, errs.Invalid, "The form could not be read to its end.")
		}
		switch {
		case part.FormName() == "caption":
			f.caption, err = readField(part)
		case part.FormName() == "id":
			f.id, err = readID(part)
		case part.FormName() == "file" && !has:
			f.kept, err = s.Media.Keep(a, part.FileName(), part)
			has = err == nil
		}
		if err != nil {
			return f, err
		}
	}
	if !has {
		return f, errs.InvalidField("file", "The form holds no file.")
	}
	return f, nil
}

func readID(part io.Reader) (string, error) {
	raw, err := io.ReadAll(io.LimitReader(part, 64))
	id, parseErr := uuid.Parse(string(raw))
	if err != nil || parseErr != nil {
		return "", errs.InvalidField("id", "The id of a message is a UUID.")
	}
	return id.String(), nil
}

func readField(part io.Reader) (string, error) {
	raw, err := io.ReadAll(io.LimitReader(part, mostField+1))
	if err != nil || len(raw) > mostField || !utf8.Valid(raw) {
		return "", errs.InvalidField("caption", "A caption has at most 1,024 characters.")
	}
	return strings.TrimSpace(strings.ReplaceAll(string(raw), "\x00", "")), nil
}

// getFile gives a file to be saved: never to be opened by the browser itself, whatever it is.
func (s *Server) getFile(ctx context.Context, a actor.Actor, in *messageRef) (*huma.StreamResponse, error) {
	f, r, err := s.Media.Open(ctx, s.DB.As(a), a, in.ID)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(h huma.Context) { serveFile(h, f, r) }}, nil
}

func serveFile(hctx huma.Context, f media.File, r *blob.Reader) {
	defer func() { _ = r.Close() }()
	req, w := humago.Unwrap(hctx)
	h := w.Header()
	h.Set("Content-Type", f.MIME)
	h.Set("Content-Disposition", attachment(f.Filename))
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	http.ServeContent(w, req, "", f.CreatedAt.Time(), r)
}

// attachment names a file to be saved as.
func attachment(filename string) string {
	if filename == "" {
		return "attachment"
	}
	if named := mime.FormatMediaType("attachment", map[string]string{"filename": filename}); named != "" {
		return named
	}
	return "attachment"
}

func (s *Server) fetchFileAgain(ctx context.Context, a actor.Actor, in *messageRef) error {
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error { return s.Media.CopyAgain(ctx, tx, a, in.ID) })
}

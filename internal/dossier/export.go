package dossier

import (
	"archive/zip"
	"context"
	"encoding/json"
	"io"
	"path"
	"time"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/contact"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/media"
)

// readAtOnce is how many messages are read at once: an export of any length needs as much memory.
const readAtOnce = 200

// Out is a dossier that may be written out.
type Out struct {
	s       *Service
	a       actor.Actor
	profile contact.Profile
	talks   []conversation.Row
}

// Export looks a contact up and writes down that somebody takes all of theirs out, before the first byte.
func (s *Service) Export(ctx context.Context, a actor.Actor, contactID string) (*Out, error) {
	if err := a.Require(actor.ConversationsRead); err != nil {
		return nil, err
	}
	o := &Out{s: s, a: a}
	var err error
	if o.profile, err = contact.ReadProfile(ctx, s.DB.As(a), a, contactID); err != nil {
		return nil, err
	}
	if o.talks, err = conversation.OfContact(ctx, s.DB.As(a), a, o.profile.ID); err != nil {
		return nil, err
	}
	return o, s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		return audit.Record(ctx, tx, a, audit.Entry{Action: "contact.exported", TargetKind: "contact", TargetID: o.profile.ID})
	})
}

// Write writes one ZIP: contact.json, a list of lines for each conversation, and their files.
func (o *Out) Write(ctx context.Context, w io.Writer) error {
	z := zip.NewWriter(w)
	if err := o.writeContact(ctx, z); err != nil {
		return err
	}
	for _, talk := range o.talks {
		files, err := o.writeTalk(ctx, z, talk)
		if err != nil {
			return err
		}
		for _, f := range files {
			if err := o.writeFile(ctx, z, f); err != nil {
				return err
			}
		}
	}
	return z.Close()
}

// person is contact.json.
type person struct {
	ID            string            `json:"id"`
	Name          string            `json:"name"`
	Username      string            `json:"username"`
	Phone         string            `json:"phone"`
	Language      string            `json:"language"`
	OptedOutAt    *time.Time        `json:"optedOutAt"`
	CreatedAt     time.Time         `json:"createdAt"`
	Attributes    map[string]string `json:"attributes"`
	Identities    []knownAs         `json:"identities"`
	Consents      []consent         `json:"consents"`
	Conversations []talk            `json:"conversations"`
}

type knownAs struct {
	Kind      string    `json:"kind"`
	Value     string    `json:"value"`
	Source    string    `json:"source"`
	FirstSeen time.Time `json:"firstSeen"`
}

type consent struct {
	Topic   string    `json:"topic"`
	Granted bool      `json:"granted"`
	Source  string    `json:"source"`
	At      time.Time `json:"at"`
}

type talk struct {
	ID             string    `json:"id"`
	Channel        string    `json:"channel"`
	Status         string    `json:"status"`
	Labels         []string  `json:"labels"`
	HandoffReason  string    `json:"handoffReason,omitempty"`
	HandoffSummary string    `json:"handoffSummary,omitempty"`
	CreatedAt      time.Time `json:"createdAt"`
	File           string    `json:"file"`
}

// line is one message of a conversation's file, as one line of JSON.
type line struct {
	ID        string          `json:"id"`
	Sender    string          `json:"sender"`
	Kind      string          `json:"kind"`
	Text      string          `json:"text"`
	More      json.RawMessage `json:"more,omitempty"`
	QuotesID  string          `json:"quotes,omitempty"`
	WhatsApp  string          `json:"whatsappId,omitempty"`
	Status    string          `json:"status"`
	SaidAt    time.Time       `json:"saidAt"`
	EditedAt  *time.Time      `json:"editedAt,omitempty"`
	DeletedAt *time.Time      `json:"deletedAt,omitempty"`
	File      string          `json:"file,omitempty"`
}

func talkFile(id string) string { return path.Join("conversations", id+".jsonl") }

// fileOf is where the file of a message lies in the export. Its own name is foreign input and stays out of paths: only the
// extension that its type has is added.
func fileOf(f media.File) string { return path.Join("files", f.MessageID+extension(f.MIME)) }

func (o *Out) writeContact(_ context.Context, z *zip.Writer) error {
	p := o.profile
	out := person{
		ID: p.ID, Name: p.Name, Username: p.Username, Phone: p.Phone, Language: p.Language, OptedOutAt: when(p.OptedOutAt),
		CreatedAt: p.CreatedAt.Time(), Attributes: p.Attributes, Identities: []knownAs{}, Consents: []consent{}, Conversations: []talk{},
	}
	for _, i := range p.Identities {
		out.Identities = append(out.Identities, knownAs{string(i.Kind), i.Value, i.Source, i.FirstSeen.Time()})
	}
	for _, c := range p.Consents {
		out.Consents = append(out.Consents, consent{c.Topic, c.Granted, c.Source, c.At.Time()})
	}
	for _, r := range o.talks {
		t := talk{
			ID: r.ID, Channel: r.ChannelKind, Status: string(r.Status), Labels: []string{}, HandoffReason: r.HandoffReason,
			HandoffSummary: r.HandoffSummary, CreatedAt: r.CreatedAt.Time(), File: talkFile(r.ID),
		}
		for _, l := range r.Labels {
			t.Labels = append(t.Labels, l.Name)
		}
		out.Conversations = append(out.Conversations, t)
	}
	w, err := o.create(z, "contact.json")
	if err != nil {
		return err
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

// writeTalk writes the lines of a conversation, the oldest first, and gives the files that belong to them.
func (o *Out) writeTalk(ctx context.Context, z *zip.Writer, r conversation.Row) (files []media.File, err error) {
	w, err := o.create(z, talkFile(r.ID))
	if err != nil {
		return nil, err
	}
	e := json.NewEncoder(w)
	for after := int64(conversation.BeforeAll); ; {
		page, err := conversation.Everything(ctx, o.s.DB.As(o.a), o.a, r.ID, after, readAtOnce)
		if err != nil || len(page) == 0 {
			return files, err
		}
		ids := make([]string, len(page))
		for i, m := range page {
			ids[i] = m.ID
		}
		known, err := media.Of(ctx, o.s.DB.As(o.a), o.a, ids)
		if err != nil {
			return nil, err
		}
		for _, m := range page {
			l := lineOf(m)
			if f, has := known[m.ID]; has && f.State == media.Here {
				l.File = fileOf(f)
				files = append(files, f)
			}
			if err := e.Encode(l); err != nil {
				return nil, err
			}
		}
		after = page[len(page)-1].Seq
	}
}

func lineOf(m conversation.Message) line {
	l := line{
		ID: m.ID, Sender: string(m.Sender), Kind: m.Kind, Text: m.Body, QuotesID: m.ReplyTo, WhatsApp: m.ExternalID,
		Status: string(m.Status), SaidAt: m.SaidAt.Time(), EditedAt: when(m.EditedAt), DeletedAt: when(m.DeletedAt),
	}
	if string(m.Payload) != "{}" {
		l.More = m.Payload
	}
	return l
}

// writeFile writes the bytes of a message's file. One that was erased or lost meanwhile is left out.
func (o *Out) writeFile(ctx context.Context, z *zip.Writer, f media.File) error {
	_, r, err := o.s.Media.Open(ctx, o.s.DB.As(o.a), o.a, f.MessageID)
	if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Conflict) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	w, err := z.CreateHeader(&zip.FileHeader{Name: fileOf(f), Method: zip.Store, Modified: o.s.DB.Now().Time()})
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	return err
}

func (o *Out) create(z *zip.Writer, name string) (io.Writer, error) {
	return z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: o.s.DB.Now().Time()})
}

func when(t db.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	at := t.Time()
	return &at
}

// extension is that of the types media tells apart; the system's own table differs from machine to machine.
func extension(mime string) string {
	switch mime {
	case "image/jpeg":
		return ".jpg"
	case "image/png", "image/webp", "image/gif", "image/heic", "audio/aac", "audio/amr", "audio/ogg", "video/mp4", "video/webm":
		return "." + path.Base(mime)
	case "audio/mpeg":
		return ".mp3"
	case "audio/mp4":
		return ".m4a"
	case "audio/wav":
		return ".wav"
	case "video/3gpp":
		return ".3gp"
	case "video/quicktime":
		return ".mov"
	case "text/plain":
		return ".txt"
	case "application/pdf":
		return ".pdf"
	case "application/msword":
		return ".doc"
	case "application/vnd.ms-excel":
		return ".xls"
	case "application/vnd.ms-powerpoint":
		return ".ppt"
	case "application/vnd.openxmlformats-officedocument.wordprocessingml.document":
		return ".docx"
	case "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":
		return ".xlsx"
	case "application/vnd.openxmlformats-officedocument.presentationml.presentation":
		return ".pptx"
	}
	return ".bin"
}

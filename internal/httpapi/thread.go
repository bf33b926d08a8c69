package httpapi

import (
	"context"

	"parley/internal/actor"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/media"
)

// File is the file of a message.
type File struct {
	State    string `json:"state" enum:"wanted,here,failed" doc:"wanted: it is being fetched from WhatsApp. Only what is here can be downloaded."`
	Failure  string `json:"failure" enum:",expired,too_large,damaged,unreachable" doc:"Why it could not be fetched."`
	Type     string `json:"type" doc:"What its bytes are, of a closed list; else application/octet-stream."`
	Filename string `json:"filename" doc:"As the sender calls it; may be empty."`
	Size     int64  `json:"size" doc:"Bytes; 0 while it is not here."`
}

// Reaction is an emoji on a message.
type Reaction struct {
	By    string  `json:"by" enum:"customer,business"`
	Emoji string  `json:"emoji"`
	At    db.Time `json:"at"`
}

// Quote is the message that a message replies to.
type Quote struct {
	ID      string `json:"id" doc:"Empty when the message is not here: it was said before our time, or by another app."`
	Sender  string `json:"sender" enum:",customer,ai,agent,system"`
	Kind    string `json:"kind"`
	Text    string `json:"text"`
	Deleted bool   `json:"deleted"`
}

// Wording is how a message read before it was edited.
type Wording struct {
	Text string  `json:"text"`
	Till db.Time `json:"till"`
}

// dress adds to the messages of a conversation what was said about them, what they quote, and their files.
func (s *Server) dress(ctx context.Context, a actor.Actor, rows []conversation.Message, shown []Message) error {
	if len(rows) == 0 {
		return nil
	}
	q, channelID := s.DB.As(a), rows[0].ChannelID
	var own, quoted, ids []string
	for _, m := range rows {
		if m.ExternalID != "" {
			own = append(own, m.ExternalID)
		}
		if m.ReplyTo != "" {
			quoted = append(quoted, m.ReplyTo)
		}
		if mayHaveFile(m.Kind) {
			ids = append(ids, m.ID)
		}
	}
	about, err := conversation.ReadAbout(ctx, q, a, channelID, own)
	if err != nil {
		return err
	}
	quotes, err := conversation.ReadQuoted(ctx, q, a, channelID, quoted)
	if err != nil {
		return err
	}
	files, err := media.Of(ctx, q, a, ids)
	if err != nil {
		return err
	}
	for i, m := range rows {
		shown[i].wear(m, about[m.ExternalID], quotes[m.ReplyTo], files)
	}
	return nil
}

func (m *Message) wear(row conversation.Message, about conversation.About, quoted conversation.Message, files map[string]media.File) {
	for _, r := range about.Reactions {
		by := "customer"
		if r.By != conversation.FromCustomer {
			by = "business"
		}
		m.Reactions = append(m.Reactions, Reaction{By: by, Emoji: r.Emoji, At: r.At})
	}
	for _, w := range about.Wordings {
		m.Wordings = append(m.Wordings, Wording{Text: w.Text, Till: w.Till})
	}
	if f, has := files[row.ID]; has {
		m.File = &File{State: string(f.State), Failure: string(f.Failure), Type: f.MIME, Filename: f.Filename, Size: f.Size}
	}
	if row.ReplyTo == "" {
		return
	}
	m.Quote = &Quote{}
	if quoted.ID != "" && quoted.ConversationID == row.ConversationID {
		m.Quote = &Quote{
			ID: quoted.ID, Sender: string(quoted.Sender), Kind: quoted.Kind, Text: quoted.Body, Deleted: !quoted.DeletedAt.IsZero(),
		}
	}
}

// mayHaveFile leaves the kinds out that never have one.
func mayHaveFile(kind string) bool {
	switch kind {
	case "image", "video", "audio", "document", "sticker":
		return true
	}
	return false
}

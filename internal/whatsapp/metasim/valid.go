package metasim

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

type interactive struct {
	Type   string `json:"type"`
	Header *struct {
		Type string `json:"type"`
		Text string `json:"text"`
	} `json:"header"`
	Body *struct {
		Text string `json:"text"`
	} `json:"body"`
	Footer *struct {
		Text string `json:"text"`
	} `json:"footer"`
	Action *struct {
		Button  string `json:"button"`
		Buttons []struct {
			Type  string `json:"type"`
			Reply struct {
				ID    string `json:"id"`
				Title string `json:"title"`
			} `json:"reply"`
		} `json:"buttons"`
		Sections []struct {
			Title string `json:"title"`
			Rows  []struct {
				ID          string `json:"id"`
				Title       string `json:"title"`
				Description string `json:"description"`
			} `json:"rows"`
		} `json:"sections"`
	} `json:"action"`
}

type reaction struct {
	MessageID string  `json:"message_id"`
	Emoji     *string `json:"emoji"`
}

type mediaSend struct {
	ID      string `json:"id"`
	Link    string `json:"link"`
	Caption string `json:"caption"`
}

type locationSend struct {
	Latitude  json.RawMessage `json:"latitude"`
	Longitude json.RawMessage `json:"longitude"`
	Name      string          `json:"name"`
}

var (
	writtenNumber = regexp.MustCompile(`^\+?[0-9 ()\-]{5,30}$`)                     //nolint:gochecknoglobals // a pattern
	userID        = regexp.MustCompile(`^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9_\-]{1,128}$`) //nolint:gochecknoglobals // a pattern
)

// valid checks a message as Graph does before it takes it.
func (s *Sim) valid(out outbound) *graphError {
	switch {
	case out.RecipientType == "group":
		return refuse(131041, "The stand-in has no groups.")
	case out.RecipientType != "" && out.RecipientType != "individual":
		return refuse(100, "recipient_type must be individual or group.")
	case out.To == "" && out.Recipient == "":
		return refuse(100, "The parameter to is required.")
	case out.To != "" && (!writtenNumber.MatchString(out.To) || len(digitsOf(out.To)) > 15 || len(digitsOf(out.To)) < 5):
		return refuse(131009, "The parameter to is no phone number.")
	case out.To == "" && !userID.MatchString(out.Recipient):
		return refuse(131009, "The parameter recipient is no user id.")
	case length(out.Callback) > maxCallback:
		return refuse(100, "biz_opaque_callback_data must be at most 512 characters long.")
	}
	return s.validContent(out)
}

func (s *Sim) validContent(out outbound) *graphError {
	switch out.Type {
	case "text":
		switch {
		case out.Text == nil || blank(out.Text.Body):
			return refuse(131008, "The parameter text['body'] is required.")
		case length(out.Text.Body) > maxText:
			return refuse(100, "Param text['body'] must be at most 4096 characters long.")
		}
	case "interactive":
		return out.Interactive.valid()
	case "reaction":
		if out.Reaction == nil || out.Reaction.MessageID == "" || out.Reaction.Emoji == nil {
			return refuse(131008, "A reaction needs message_id and emoji.")
		}
	case "template":
		return nil // looked at with its number: validTemplate
	case "image", "video", "audio", "document", "sticker":
		return s.validMedia(out.Type, out.file())
	case "location":
		if l := out.Location; l == nil || len(l.Latitude) == 0 || len(l.Longitude) == 0 {
			return refuse(131008, "A location needs latitude and longitude.")
		}
	case "contacts":
		if len(out.Contacts) == 0 || out.Contacts[0] != '[' {
			return refuse(131008, "The parameter contacts is required.")
		}
	default:
		return refuse(131009, "The type of the message is not one the stand-in knows.")
	}
	return nil
}

func (i *interactive) valid() *graphError {
	switch {
	case i == nil || i.Action == nil:
		return refuse(131008, "The parameters interactive and action are required.")
	case i.Body == nil || blank(i.Body.Text):
		return refuse(131008, "The parameter interactive['body'] is required.")
	case length(i.Body.Text) > 1024:
		return refuse(131009, "The body must be at most 1024 characters long.")
	case i.Footer != nil && length(i.Footer.Text) > 60, i.Header != nil && length(i.Header.Text) > 60:
		return refuse(131009, "Header and footer must be at most 60 characters long.")
	}
	switch i.Type {
	case "button":
		return i.validButtons()
	case "list":
		return i.validRows()
	}
	return nil
}

func (i *interactive) validButtons() *graphError {
	if n := len(i.Action.Buttons); n < 1 || n > 3 {
		return refuse(131009, "There must be 1 to 3 buttons.")
	}
	ids, titles := map[string]bool{}, map[string]bool{}
	for _, b := range i.Action.Buttons {
		id, title := b.Reply.ID, b.Reply.Title
		switch {
		case id == "" || title == "":
			return refuse(131008, "A button needs id and title.")
		case length(title) > 20 || length(id) > 256 || strings.TrimSpace(id) != id:
			return refuse(131009, "A title is at most 20, an id at most 256 characters long, without spaces at its ends.")
		case ids[id] || titles[title]:
			return refuse(131009, "Ids and titles must be unique.")
		}
		ids[id], titles[title] = true, true
	}
	return nil
}

func (i *interactive) validRows() *graphError {
	a := i.Action
	if a.Button == "" || length(a.Button) > 20 || len(a.Sections) < 1 || len(a.Sections) > 10 {
		return refuse(131009, "A list needs a button of at most 20 characters and 1 to 10 sections.")
	}
	ids, rows := map[string]bool{}, 0
	for _, sec := range a.Sections {
		if length(sec.Title) > 24 || sec.Title == "" && len(a.Sections) > 1 {
			return refuse(131009, "Sections need titles of at most 24 characters when there are several.")
		}
		for _, r := range sec.Rows {
			rows++
			switch {
			case r.ID == "" || r.Title == "":
				return refuse(131008, "A row needs id and title.")
			case length(r.Title) > 24 || length(r.ID) > 200 || length(r.Description) > 72:
				return refuse(131009, "A row's title is at most 24, its id 200, its description 72 characters long.")
			case ids[r.ID]:
				return refuse(131009, "Ids must be unique.")
			}
			ids[r.ID] = true
		}
	}
	if rows < 1 || rows > 10 {
		return refuse(131009, fmt.Sprintf("There are %d rows in the list; 1 to 10 are allowed.", rows))
	}
	return nil
}

func (out outbound) file() *mediaSend {
	switch out.Type {
	case "image":
		return out.Image
	case "video":
		return out.Video
	case "audio":
		return out.Audio
	case "document":
		return out.Document
	default:
		return out.Sticker
	}
}

// said is what a person reads of the message.
func (out outbound) said() string {
	switch {
	case out.Text != nil:
		return out.Text.Body
	case out.Interactive != nil && out.Interactive.Body != nil:
		return out.Interactive.Body.Text
	case out.Reaction != nil && out.Reaction.Emoji != nil:
		return *out.Reaction.Emoji
	case out.Location != nil:
		return out.Location.Name
	case out.file() != nil:
		return out.file().Caption
	}
	return ""
}

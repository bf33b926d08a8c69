package whatsapp

import (
	"bytes"
	"encoding/json"
	"strings"
)

// known are the types with a kind of their own; "voice" and "unknown" are older names.
var known = map[string]Kind{
	"text": KindText, "image": KindImage, "video": KindVideo, "audio": KindAudio, "voice": KindAudio,
	"document": KindDocument, "sticker": KindSticker, "location": KindLocation, "contacts": KindContacts,
	"interactive": KindInteractive, "button": KindButton, "reaction": KindReaction, "order": KindOrder,
	"system": KindSystem, "edit": KindEdit, "revoke": KindRevoke, "request_welcome": KindRequestWelcome,
	"unsupported": KindUnsupported, "unknown": KindUnsupported,
}

// message reads what was said; who said it is found by identify.
func (w wireMessage) message(raw json.RawMessage) Message {
	m := Message{ID: string(w.ID), Type: string(w.Type), SentAt: w.At.Time, GroupID: string(w.GroupID)}
	kind, ok := known[m.Type]
	switch {
	case m.Type == "" && w.Text != nil:
		kind = KindText
	case !ok:
		kind = KindUnknown
	}
	m.Kind = kind
	m.Payload.Errors = problems(w.Errors)
	w.readContext(&m)
	w.readKind(&m, raw)
	return m
}

func (w wireMessage) readContext(m *Message) {
	if c := w.Context; c != nil {
		m.Context = Context{
			MessageID: string(c.ID), From: digits(string(c.From)), Forwarded: bool(c.Forwarded || c.Often),
			FrequentlyForwarded: bool(c.Often),
		}
		if c.Product != nil {
			m.Context.Product = &Product{CatalogID: string(c.Product.CatalogID), SKU: string(c.Product.SKU)}
		}
		if m.Context.Forwarded || m.Context.Product != nil {
			m.Payload.Context = &m.Context
		}
	}
	if r := w.Referral; r != nil {
		m.Payload.Referral = &Referral{
			SourceType: string(r.SourceType), SourceID: string(r.SourceID), SourceURL: string(r.SourceURL),
			Headline: string(r.Headline), Body: string(r.Body), MediaType: string(r.MediaType),
			ImageURL: string(r.ImageURL), VideoURL: string(r.VideoURL), ThumbnailURL: string(r.ThumbnailURL),
			ClickID: string(r.ClickID), Welcome: string(r.Welcome.Text),
		}
	}
}

// readKind reads the object named like the type. It may be missing: then the message stands without it.
func (w wireMessage) readKind(m *Message, raw json.RawMessage) {
	switch m.Kind {
	case KindText:
		if w.Text != nil {
			m.Text = string(w.Text.Body)
		}
	case KindImage, KindVideo, KindAudio, KindDocument, KindSticker:
		m.readMedia(w.media(m.Kind))
	case KindLocation:
		m.readLocation(w.Location)
	case KindContacts:
		m.readCards(w.Contacts)
	case KindInteractive:
		m.readInteractive(w.Interactive)
	case KindButton:
		if b := w.Button; b != nil {
			m.Payload.Reply = &Reply{Kind: ReplyTemplateButton, ID: string(b.Payload), Title: string(b.Text)}
			m.Text = string(b.Text)
		}
	case KindOrder:
		m.readOrder(w.Order)
	case KindReaction, KindSystem, KindEdit, KindRevoke:
		w.readNotice(m)
	case KindUnsupported:
		if w.Unsupported != nil {
			m.Payload.Unsupported = string(w.Unsupported.Type)
		}
	case KindUnknown:
		m.Payload.Raw = named(raw, m.Type)
	case KindRequestWelcome:
	}
}

// readNotice reads what is about something else than itself: another message, or the customer.
func (w wireMessage) readNotice(m *Message) {
	switch {
	case m.Kind == KindReaction && w.Reaction != nil:
		m.Payload.Reaction = &Reaction{MessageID: string(w.Reaction.MessageID), Emoji: string(w.Reaction.Emoji)}
		m.Text = m.Payload.Reaction.Emoji
	case m.Kind == KindSystem && w.System != nil:
		m.readSystem(*w.System)
	case m.Kind == KindEdit && w.Edit != nil:
		m.readEdit(*w.Edit)
	case m.Kind == KindRevoke && w.Revoke != nil:
		m.Payload.Revoke = &Revoke{MessageID: string(w.Revoke.Original)}
	}
}

func (w wireMessage) media(kind Kind) *wireMedia {
	switch kind {
	case KindImage:
		return w.Image
	case KindVideo:
		return w.Video
	case KindDocument:
		return w.Document
	case KindSticker:
		return w.Sticker
	case KindAudio:
		if w.Audio == nil && w.Voice != nil {
			w.Voice.Voice = true
			return w.Voice
		}
		return w.Audio
	default:
		return nil
	}
}

func (m *Message) readMedia(w *wireMedia) {
	if w == nil {
		return
	}
	m.Text = string(w.Caption)
	m.Payload.Media = &Media{
		ID: string(w.ID), MIME: string(w.MIME), SHA256: string(w.SHA256), Filename: oneLine(w.Filename),
		Caption: string(w.Caption), Voice: bool(w.Voice), Animated: bool(w.Animated), URL: string(w.URL),
	}
}

func (m *Message) readSystem(w wireSystem) {
	s := System{
		Type: string(w.Type), WaID: digits(string(w.WaID)), UserID: string(w.UserID),
		PreviousUserID: string(w.PreviousUserID),
	}
	if s.WaID == "" {
		s.WaID = digits(string(w.NewWaID))
	}
	if s.Type == "customer_changed_number" {
		s.Type = SystemNumberChanged
	}
	m.Payload.System, m.Text = &s, string(w.Body)
}

// readEdit reads the new wording. What it quotes or corrects itself is of no interest.
func (m *Message) readEdit(w wireChanged) {
	var inner wireMessage
	if len(w.Message) > 0 {
		_ = fill(w.Message, &inner)
	}
	inner.Edit, inner.Revoke = nil, nil
	said := inner.message(w.Message)
	m.Payload.Edit = &Edit{MessageID: string(w.Original), Kind: said.Kind, Media: said.Payload.Media}
	m.Text = said.Text
}

// named is the value under a name, or the whole object when there is none, as valid UTF-8.
func named(raw json.RawMessage, name string) json.RawMessage {
	var parts map[string]json.RawMessage
	if json.Unmarshal(raw, &parts) == nil && len(parts[name]) > 0 {
		raw = parts[name]
	}
	return bytes.ToValidUTF8(raw, []byte("\uFFFD"))
}

// joined puts the parts that are there on one line.
func joined(sep string, parts ...string) string {
	var there []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			there = append(there, p)
		}
	}
	return strings.Join(there, sep)
}

package httpapi

import (
	"context"
	"net/http"

	"parley/internal/actor"
	"parley/internal/contact"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/realtime"
)

// Contact is a customer in the list of contacts.
type Contact struct {
	ContactBrief
	Language      string  `json:"language"`
	OptedOutAt    db.Time `json:"optedOutAt" doc:"Since when the customer does not want to be written to; null when they do."`
	Conversations int64   `json:"conversations"`
	LastAt        db.Time `json:"lastAt" doc:"The last word said with them; null when there was none."`
	CreatedAt     db.Time `json:"createdAt"`
}

// FullContact is all that is known of a customer.
type FullContact struct {
	ContactBrief
	Language      string            `json:"language"`
	NameChosen    bool              `json:"nameChosen" doc:"Somebody here gave the name, so WhatsApp's does not replace it."`
	OptedOutAt    db.Time           `json:"optedOutAt"`
	Attributes    map[string]string `json:"attributes"`
	Identities    []ContactIdentity `json:"identities"`
	Consents      []Consent         `json:"consents"`
	Conversations []Conversation    `json:"conversations"`
	Episodes      []Episode         `json:"episodes"`
	CreatedAt     db.Time           `json:"createdAt"`
	UpdatedAt     db.Time           `json:"updatedAt"`
}

// ContactIdentity is one way a contact is known.
type ContactIdentity struct {
	Kind      string  `json:"kind" doc:"bsuid is WhatsApp's id, wa_id a number, former a number that was theirs."`
	Value     string  `json:"value"`
	Source    string  `json:"source"`
	FirstSeen db.Time `json:"firstSeen"`
}

// Consent is what a customer allowed or forbade.
type Consent struct {
	Topic   string  `json:"topic" enum:"messages,marketing"`
	Granted bool    `json:"granted"`
	Source  string  `json:"source" doc:"How it is known."`
	At      db.Time `json:"at"`
}

// Episode is a stretch of a conversation and how it ended.
type Episode struct {
	ConversationID string  `json:"conversationId"`
	Number         int64   `json:"number"`
	OpenedAt       db.Time `json:"openedAt"`
	ClosedAt       db.Time `json:"closedAt"`
	Outcome        string  `json:"outcome"`
}

// MergePreview is what would become one.
type MergePreview struct {
	Stays   MergeSide `json:"stays"`
	Goes    MergeSide `json:"goes" doc:"The contact that becomes a part of the other, and is not found any more."`
	Threads int64     `json:"threads" doc:"Pairs of conversations that become one thread; this cannot be undone."`
}

// MergeSide is one of the two.
type MergeSide struct {
	ContactBrief
	Numbers       []string `json:"numbers"`
	Conversations int64    `json:"conversations"`
	Messages      int64    `json:"messages"`
	OptedOut      bool     `json:"optedOut"`
}

type contactRef struct {
	ID string `path:"id" maxLength:"64"`
}

type listContacts struct {
	Paging
	Order string `query:"order" enum:"activity,name" default:"activity"`
	Query string `query:"q" maxLength:"200" doc:"Words of a name, username or number, in any language."`
}

type changeContact struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Name       *string            `json:"name,omitempty" maxLength:"800" doc:"Empty gives the name back to WhatsApp."`
		Language   *string            `json:"language,omitempty" maxLength:"35"`
		Attributes *map[string]string `json:"attributes,omitempty" doc:"Replaces all there were."`
	}
}

type recordConsent struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Topic   string `json:"topic" enum:"messages,marketing"`
		Granted bool   `json:"granted"`
		Source  string `json:"source" minLength:"1" maxLength:"800" doc:"How this is known, such as: on the telephone."`
	}
}

type previewMerge struct {
	ID   string `path:"id" maxLength:"64"`
	With string `query:"with" maxLength:"64" doc:"The contact that would become part of this one."`
}

type mergeContacts struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		ContactID string `json:"contactId" minLength:"1" maxLength:"64" doc:"The contact that becomes part of this one."`
	}
}

func (s *Server) contactOperations() {
	handle(s, operation{
		id: "list-contacts", method: http.MethodGet, path: "/api/contacts", tag: "Contacts",
		summary: "List the contacts, by the last word with them or by name", permission: actor.ContactsRead,
	}, s.listContacts)
	handle(s, operation{
		id: "get-contact", method: http.MethodGet, path: "/api/contacts/{id}", tag: "Contacts",
		summary: "Read all that is known of a contact; a merged one is the contact it became", permission: actor.ContactsRead,
	}, s.getContact)
	handle(s, operation{
		id: "change-contact", method: http.MethodPatch, path: "/api/contacts/{id}", tag: "Contacts",
		summary: "Correct name, language or attributes", permission: actor.ContactsWrite,
	}, s.changeContact)
	handle(s, operation{
		id: "record-consent", method: http.MethodPost, path: "/api/contacts/{id}/consents", tag: "Contacts",
		summary: "Write down what the customer allowed or forbade", permission: actor.ContactsWrite,
	}, s.recordConsent)
	handle(s, operation{
		id: "preview-merge", method: http.MethodGet, path: "/api/contacts/{id}/merge-preview", tag: "Contacts",
		summary: "Say what would become one", permission: actor.ContactsRead,
	}, s.previewMerge)
	handle(s, operation{
		id: "merge-contacts", method: http.MethodPost, path: "/api/contacts/{id}/merge", tag: "Contacts",
		summary: "Make one contact of two, with all that was said; this cannot be undone", permission: actor.ContactsWrite,
	}, s.mergeContacts)
	s.contactFileOperations()
}

func (s *Server) listContacts(ctx context.Context, a actor.Actor, in *listContacts) (Page[Contact], error) {
	f := conversation.PeopleFilter{Order: conversation.Order(in.Order), Query: in.Query, Limit: in.Limit + 1}
	if err := decodeCursor(in.After, &f.After); err != nil {
		return Page[Contact]{}, err
	}
	rows, err := conversation.People(ctx, s.DB.As(a), a, f)
	if err != nil {
		return Page[Contact]{}, err
	}
	return pageOf(rows, in.Limit, showPerson, func(p conversation.Person) any { return p.Cursor() }), nil
}

func (s *Server) getContact(ctx context.Context, a actor.Actor, in *contactRef) (FullContact, error) {
	q := s.DB.As(a)
	p, err := contact.ReadProfile(ctx, q, a, in.ID)
	if err != nil {
		return FullContact{}, err
	}
	talks, err := conversation.OfContact(ctx, q, a, p.ID)
	if err != nil {
		return FullContact{}, err
	}
	episodes, err := conversation.EpisodesOf(ctx, q, a, p.ID)
	return showProfile(p, talks, episodes), err
}

func (s *Server) changeContact(ctx context.Context, a actor.Actor, in *changeContact) (FullContact, error) {
	ch := contact.Correction{Name: in.Body.Name, Language: in.Body.Language}
	if in.Body.Attributes != nil {
		ch.Attributes = *in.Body.Attributes
	}
	err := s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		s.contactChanged(tx, in.ID)
		return contact.Correct(ctx, tx, a, in.ID, ch)
	})
	if err != nil {
		return FullContact{}, err
	}
	return s.getContact(ctx, a, &contactRef{ID: in.ID})
}

func (s *Server) recordConsent(ctx context.Context, a actor.Actor, in *recordConsent) (FullContact, error) {
	told := contact.Consent{Topic: in.Body.Topic, Granted: in.Body.Granted, Source: in.Body.Source}
	err := s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		s.contactChanged(tx, in.ID)
		return contact.RecordConsent(ctx, tx, a, in.ID, told)
	})
	if err != nil {
		return FullContact{}, err
	}
	return s.getContact(ctx, a, &contactRef{ID: in.ID})
}

func (s *Server) previewMerge(ctx context.Context, a actor.Actor, in *previewMerge) (p MergePreview, err error) {
	if p.Stays, p.Threads, err = s.mergeSide(ctx, a, in.ID, in.With); err != nil {
		return p, err
	}
	p.Goes, _, err = s.mergeSide(ctx, a, in.With, in.ID)
	return p, err
}

func (s *Server) mergeSide(ctx context.Context, a actor.Actor, id, with string) (side MergeSide, shared int64, err error) {
	q := s.DB.As(a)
	p, err := contact.ReadProfile(ctx, q, a, id)
	if err != nil {
		return side, 0, err
	}
	said, shared, err := conversation.CountSaid(ctx, q, a, p.ID, with)
	side = MergeSide{
		ContactBrief: showContact(p.Contact), Numbers: []string{}, OptedOut: !p.OptedOutAt.IsZero(),
		Conversations: said.Conversations, Messages: said.Messages,
	}
	for _, i := range p.Identities {
		if i.Kind == contact.WaID {
			side.Numbers = append(side.Numbers, i.Value)
		}
	}
	return side, shared, err
}

func (s *Server) mergeContacts(ctx context.Context, a actor.Actor, in *mergeContacts) (ContactBrief, error) {
	err := s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		s.contactChanged(tx, "") // one of them is no more
		return s.Delivery.Merge(ctx, tx, a, in.Body.ContactID, in.ID)
	})
	if err != nil {
		return ContactBrief{}, err
	}
	c, err := contact.Get(ctx, s.DB.As(a), a, in.ID)
	return showContact(c), err
}

// contactChanged tells open dashboards that a contact changed, or with no id that several did.
func (s *Server) contactChanged(tx *db.Tx, id string) {
	s.Live.Announce(tx, realtime.Hint{Kind: realtime.ContactChanged, ContactID: id})
}

func showContact(c contact.Contact) ContactBrief {
	return ContactBrief{ID: c.ID, Name: c.Name, Username: c.Username, Phone: c.Phone}
}

func showPerson(p conversation.Person) Contact {
	return Contact{
		ContactBrief: showContact(p.Contact), Language: p.Language, OptedOutAt: p.OptedOutAt,
		Conversations: p.Conversations, LastAt: p.LastAt, CreatedAt: p.CreatedAt,
	}
}

func showProfile(p contact.Profile, talks []conversation.Row, episodes []conversation.Episode) FullContact {
	full := FullContact{
		ContactBrief: showContact(p.Contact), Language: p.Language, NameChosen: p.NameChosen, OptedOutAt: p.OptedOutAt,
		Attributes: p.Attributes, Identities: []ContactIdentity{}, Consents: []Consent{}, Conversations: []Conversation{},
		Episodes: []Episode{}, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt,
	}
	for _, i := range p.Identities {
		full.Identities = append(full.Identities, ContactIdentity{string(i.Kind), i.Value, i.Source, i.FirstSeen})
	}
	for _, c := range p.Consents {
		full.Consents = append(full.Consents, Consent(c))
	}
	for _, r := range talks {
		full.Conversations = append(full.Conversations, showConversation(r))
	}
	for _, e := range episodes {
		full.Episodes = append(full.Episodes, Episode(e))
	}
	return full
}

// Package knowledge holds what a tenant has told the AI (documents, cut into passages) and finds the passage that
// answers a question. The database stores; ranking happens in an index in memory, one per tenant and base, which is
// good for one revision of the base. The step that changes a document moves the revision, and every search reads it,
// so that a search in any process finds what is committed, and the same on both databases.
//
// How sure it is that the best passage answers is the other half: from Sure on it may be quoted to a customer.
package knowledge

import (
	"log/slog"

	"parley/internal/db"
	"parley/internal/realtime"
)

// Kind is how a document's text is to be read.
type Kind = string

// The kinds of document.
const (
	Text     Kind = "text"
	Markdown Kind = "markdown"
	FAQ      Kind = "faq" // pairs of question and answer
)

// Ready is the state of a document that can be found.
const Ready = "ready"

// Sizes of what may be added.
const (
	MaxText     = 4 << 20 // bytes of a document's text
	MaxTitle    = 200     // characters
	MaxPassages = 50_000  // of a base: its index is in memory
)

// Sure is the Confidence from which the best passage counts as an answer.
const Sure = 0.5

// NewDocument is something to tell the AI.
type NewDocument struct {
	BaseID string // "" is the tenant's default base, which is made when there is none
	Title  string // "" is taken from the text
	Text   string
	Kind   Kind // "" is Text

	language string
	passages []Passage // set by Cut
}

// Document is something the AI has been told.
type Document struct {
	ID        string
	BaseID    string
	Title     string
	Kind      Kind
	State     string
	Failure   string // why it cannot be found, for people; "" when it can
	Passages  int64
	SizeBytes int64
	Language  string // ISO 639-1, "" when it cannot be told
	Enabled   bool
	CreatedBy string
	CreatedAt db.Time
	UpdatedAt db.Time
	Text      string // "" in lists
}

// Cursor is where a page of documents begins: behind the document of this time and id. The zero Cursor is the start.
type Cursor struct {
	CreatedAt db.Time
	ID        string
}

// Found is what a search found.
type Found struct {
	Hits       []Hit   // best first
	Confidence float64 // 0 to 1: that the best passage answers; from Sure on it does, as far as can be told without reading

	words Extract // the best words, answered or not
}

// Hit is one passage found.
type Hit struct {
	PassageID  string
	DocumentID string
	Title      string // of the document
	Heading    string // the headings above the passage, " > " between them
	Body       string
	Score      float64 // 0 to 1: how much of the question it holds
}

// Options are what can be chosen.
type Options struct {
	// CacheBytes is about how much memory all indexes together may take; 0 is 128 MiB. The one used last always stays.
	CacheBytes int64
}

// Service does what can be done with knowledge.
type Service struct {
	live    *realtime.Hub
	indexes *cache
}

// New makes a Service that announces changes on live and logs slow work.
func New(live *realtime.Hub, log *slog.Logger, o Options) *Service {
	if o.CacheBytes <= 0 {
		o.CacheBytes = 128 << 20
	}
	return &Service{live: live, indexes: newCache(log, o.CacheBytes)}
}

func (s *Service) changed(tx *db.Tx, documentID string) {
	s.live.Announce(tx, realtime.Hint{Kind: realtime.DocumentChanged, DocumentID: documentID})
}

// Package conversation holds what is said between a tenant and its contacts, who is answering at the moment, and what
// the AI still owes: a turn is the row that says so. There is one conversation per contact and channel; an episode is
// the stretch of it from a first message until it is closed. Every statement that moves said_seq also moves, opens or
// deletes the turn, and that is what the guard of an AI answer rests on.
package conversation

import (
	"encoding/json"
	"time"

	"parley/internal/db"
	"parley/internal/realtime"
)

// Mode says whether the AI may act.
type Mode string

// The modes, per channel and conversation.
const (
	Off     Mode = "off"     // people only
	Suggest Mode = "suggest" // the AI drafts, people send
	Auto    Mode = "auto"    // the AI answers
)

// Handler is who has the conversation now. A mode of Off means Human.
type Handler string

// The two who can have it.
const (
	AI    Handler = "ai"
	Human Handler = "human"
)

// Status is the open episode's.
type Status string

// The two states of an episode.
const (
	Active Status = "active"
	Closed Status = "closed"
)

// Sender is who said something.
type Sender string

// The four who can.
const (
	FromCustomer Sender = "customer"
	FromAI       Sender = "ai"
	FromAgent    Sender = "agent"
	FromSystem   Sender = "system"
)

// Kinds of message that are ours alone; the others carry WhatsApp's names (whatsapp.Kind).
const (
	KindText       = "text"
	KindNote       = "note"       // private, for colleagues
	KindEvent      = "event"      // a system line: taken over, handed off, …
	KindSuggestion = "suggestion" // what the AI would say, for a person to send
	KindCall       = "call"       // a voice call, or its end
	KindTemplate   = "template"   // a text Meta has approved, filled in; its body is what the customer reads
)

// Kinds of line that are about another message; amend.go says what they do to it.
const (
	KindReaction = "reaction"
	KindEdit     = "edit"
	KindRevoke   = "revoke" // taken back by who said it
)

// MessageStatus is how far a message has come.
type MessageStatus string

// The stations of a message; receipt.go says which may follow which.
const (
	StatusReceived  MessageStatus = "received"
	StatusQueued    MessageStatus = "queued"
	StatusSent      MessageStatus = "sent"
	StatusDelivered MessageStatus = "delivered"
	StatusRead      MessageStatus = "read"
	StatusPlayed    MessageStatus = "played"
	StatusFailed    MessageStatus = "failed"
	StatusUnknown   MessageStatus = "unknown" // cut off while being sent, and nobody can say whether it left
)

// Window is how long after a customer's message anything but a template may be sent (Meta's service window).
const Window = 24 * time.Hour

// Conversation is one thread with one contact on one channel.
type Conversation struct {
	ID              string
	ChannelID       string
	ContactID       string
	Lane            int64
	Status          Status
	Mode            Mode
	Handler         Handler
	AssigneeID      string
	HandoffReason   string
	HandoffSummary  string
	HandedOffAt     db.Time
	Episode         int64
	EpisodeSeq      int64
	LastSeq         int64
	SaidSeq         int64
	OursSeq         int64
	LastSender      Sender
	LastKind        string
	LastText        string
	LastAt          db.Time
	LastCustomerSeq int64
	CustomerAt      db.Time
	WindowUntil     db.Time
	Unread          int64
	Problem         string // "" or why a send failed, to be looked at
	DisclosedAt     db.Time
	SnoozedUntil    db.Time
	CreatedAt       db.Time
	UpdatedAt       db.Time
}

// Message is one line of a thread. Seq orders them.
type Message struct {
	ID             string
	ConversationID string
	ChannelID      string
	Seq            int64
	Episode        int64
	Sender         Sender
	AuthorID       string
	Kind           string
	Body           string
	Payload        json.RawMessage // what the kind needs beyond its text; "{}" when nothing
	ExternalID     string          // Meta's id, "" while there is none
	ReplyTo        string          // Meta's id of the quoted message
	Status         MessageStatus
	ErrorCode      int64
	ErrorText      string
	SaidAt         db.Time // when it was said, by the speaker's clock
	CreatedAt      db.Time
	SentAt         db.Time
	DeliveredAt    db.Time
	ReadAt         db.Time
	EditedAt       db.Time
	DeletedAt      db.Time
}

// Turn says that the AI owes one answer to the messages FirstSeq to LastSeq.
type Turn struct {
	ConversationID string
	Lane           int64
	FirstSeq       int64
	LastSeq        int64
	OpenedAt       db.Time
	DeadlineAt     db.Time
	Attempts       int
}

// Service does what can be done with conversations.
type Service struct {
	live  *realtime.Hub
	fresh *fresh
}

// New makes a Service that announces changes on live.
func New(live *realtime.Hub) *Service { return &Service{live: live, fresh: newFresh()} }

func (s *Service) changed(tx *db.Tx, conversationID string) {
	s.live.Announce(tx, realtime.Hint{Kind: realtime.ConversationChanged, ConversationID: conversationID})
}

func (s *Service) added(tx *db.Tx, conversationID, messageID string, seq int64) {
	tenantID := tx.Actor().Tenant()
	tx.AfterCommit(func() { s.fresh.add(tenantID, messageID) })
	s.live.Announce(tx, realtime.Hint{
		Kind: realtime.MessageAdded, ConversationID: conversationID, MessageID: messageID, Seq: seq,
	})
}

// preview is what a list shows of a text: its first 200 runes on one line.
func preview(text string) string {
	out, n := make([]rune, 0, 200), 0
	for _, r := range text {
		if r == '\n' || r == '\r' || r == '\t' {
			r = ' '
		}
		out = append(out, r)
		if n++; n == 200 {
			break
		}
	}
	return string(out)
}

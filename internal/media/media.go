// Package media holds the files of messages: what customers send is copied from Meta at once, for Meta keeps it a week
// and gives it out five minutes at a time; what people send is kept first and brought to Meta when the message leaves.
// The bytes lie in blob, sealed; a row says what is known of them. A file's type is what its bytes say, never what
// somebody claims.
package media

import (
	"log/slog"
	"time"

	"parley/internal/blob"
	"parley/internal/channel"
	"parley/internal/db"
	"parley/internal/job"
	"parley/internal/realtime"
	"parley/internal/whatsapp"
)

// State is how far a file has come.
type State string

// The states of a file.
const (
	Wanted State = "wanted" // a job is to copy it
	Here   State = "here"
	Failed State = "failed" // Failure says why
)

// Failure is why a file could not be copied; the dashboard has words for each.
type Failure string

// The failures.
const (
	Expired     Failure = "expired"     // Meta does not have it any more, or the token may not see it
	TooLarge    Failure = "too_large"   // more than whatsapp lets anybody send
	Damaged     Failure = "damaged"     // the bytes are not those that Meta announced, several times over
	Unreachable Failure = "unreachable" // Meta, its answer or the disk failed again and again
)

// File is the file of one message.
type File struct {
	MessageID string
	State     State
	Failure   Failure
	MIME      string // of a closed list; anything else is application/octet-stream
	Filename  string // as the sender calls it: foreign input, to be shown and never a path
	Size      int64
	SHA256    string // hex
	CreatedAt db.Time

	blob       string
	externalID string
	uploadedAt db.Time
	attempts   int64
}

// Parts are the rooms media stands on.
type Parts struct {
	DB       *db.DB
	Jobs     *job.Queue
	Blobs    *blob.Store
	Channels *channel.Service
	Live     *realtime.Hub
	Log      *slog.Logger
}

// Options are what can be chosen.
type Options struct {
	// Clients speak to the Graph API of each kind of channel; Tokens are of the kinds whose numbers have none of their own.
	Clients map[channel.Kind]*whatsapp.Client
	Tokens  map[channel.Kind]string
}

// Limits of copying.
const (
	copyTime   = 10 * time.Minute // one file, all of it
	lookUpTime = 30 * time.Second
	uploadTime = 3 * time.Minute
	mostTries  = 20 // failures that may pass, before people are told; about two and a half hours
	mostBroken = 3  // times that the bytes were not those announced
	// keptByMeta is how long Meta keeps what a customer sent (since 9 October 2025), reuse how long an upload is used
	// again: it is good for 30 days.
	keptByMeta = 7 * 24 * time.Hour
	reuse      = 29 * 24 * time.Hour
)

// Service keeps the files of messages.
type Service struct {
	Parts
	o Options
}

// New makes a Service and registers its jobs.
func New(p Parts, o Options) *Service {
	s := &Service{Parts: p, o: o}
	job.Register(p.Jobs, job.Kind{Timeout: copyTime}, s.copy)
	job.Register(p.Jobs, job.Kind{Timeout: sweepTime}, s.sweep)
	p.Jobs.Every(sweepEvery, sweepArgs{})
	return s
}

func (s *Service) changed(tx *db.Tx, conversationID, messageID string) {
	s.Live.Announce(tx, realtime.Hint{Kind: realtime.MessageChanged, ConversationID: conversationID, MessageID: messageID})
}

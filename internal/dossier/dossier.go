// Package dossier holds nothing of its own but erasures: it knows where everything of one contact lies, gives it out in
// one file, and takes it away for good.
//
// What may be relied on: from the step that asks for an erasure on nobody finds the person, nothing that waited to be sent
// to them leaves, and what Meta delivers again does not bring them back; a job then takes their words and files away, and
// is done again until it is done. What reports count stays, without a name.
package dossier

import (
	"log/slog"
	"time"

	"parley/internal/assistant"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/delivery"
	"parley/internal/intake"
	"parley/internal/job"
	"parley/internal/media"
	"parley/internal/realtime"
	"parley/internal/seal"
)

// Parts are the rooms dossier stands on.
type Parts struct {
	DB            *db.DB
	Box           *seal.Box
	Jobs          *job.Queue
	Conversations *conversation.Service
	Media         *media.Service
	Delivery      *delivery.Service
	Assistant     *assistant.Service
	Intake        *intake.Service
	Live          *realtime.Hub
	Log           *slog.Logger
}

// Service gives out and erases.
type Service struct{ Parts }

// eraseTime bounds one run of the job; it goes on where it was.
const eraseTime = 30 * time.Minute

// New makes a Service and registers its job.
func New(p Parts) *Service {
	s := &Service{p}
	job.Register(p.Jobs, job.Kind{Timeout: eraseTime}, s.finish)
	return s
}

// Erasure is how far an erasure has come. DoneAt is zero while its job is at work; Left is how many messages still have
// their words then.
type Erasure struct {
	ID       string
	AskedAt  db.Time
	DoneAt   db.Time
	Messages int64
	Left     int64
}

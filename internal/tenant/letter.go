package tenant

import (
	"context"
	"encoding/json"
	"log/slog"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/job"
	"parley/internal/mail"
)

// letterArgs name a letter that is to be sent. What is in it, and to whom it goes, stands sealed in its row: the queue's
// tables are read by more people than are told secrets.
type letterArgs struct {
	ID string `json:"id"`
}

// Kind names the job.
func (letterArgs) Kind() string { return "tenant.letter" }

// Mails reports whether letters can be sent.
func (s *Service) Mails() bool { return s.Mail != nil && s.Jobs != nil }

// post has a letter sent once the step is committed, and not after it has lost its sense.
func (s *Service) post(ctx context.Context, tx *db.Tx, l mail.Letter, until db.Time) error {
	id := tx.NewID()
	if err := s.keepLetter(ctx, tx, id, l, until); err != nil {
		return err
	}
	_, err := s.Jobs.Insert(ctx, tx, letterArgs{ID: id}, job.Opts{})
	return err
}

// keepLetter stores what a job is about, and lets go of what no job came to in time.
func (s *Service) keepLetter(ctx context.Context, tx *db.Tx, id string, what any, until db.Time) error {
	raw, err := json.Marshal(what)
	if err != nil {
		return err
	}
	sealed, err := s.Box.Seal(raw, "letters", id)
	if err != nil {
		return err
	}
	if err := deleteOldLetters(ctx, tx); err != nil {
		return err
	}
	return insertLetter(ctx, tx, id, sealed, until)
}

// openLetter reads what a job is about; false when it is done, or too late.
func (s *Service) openLetter(ctx context.Context, id string, what any) (bool, error) {
	sealed, err := readLetter(ctx, s.DB.As(actor.ForSystem("")), id, s.DB.Now())
	if err != nil || sealed == "" {
		return false, err
	}
	raw, err := s.Box.Open(sealed, "letters", id)
	if err != nil {
		return false, err
	}
	return true, json.Unmarshal(raw, what)
}

// send sends a letter and forgets it. When the process dies in between, it is sent twice.
func (s *Service) send(ctx context.Context, args letterArgs) error {
	var l mail.Letter
	there, err := s.openLetter(ctx, args.ID, &l)
	if err != nil || !there {
		return err
	}
	if err := s.Mail.Send(ctx, l); err != nil {
		if !errs.Is(err, errs.Invalid) {
			return err
		}
		s.Log.WarnContext(ctx, "a letter is refused for good", slog.Any("error", err))
	}
	return s.DB.InTx(ctx, actor.ForSystem(""), func(tx *db.Tx) error {
		_, err := deleteLetter(ctx, tx, args.ID)
		return err
	})
}

// link is an address of the dashboard. A token stands behind the #, which browsers send to no server.
func (s *Service) link(path, token string) string { return s.o.PublicURL + path + "#" + token }

// Where the links lead.
const (
	resetPath      = "/reset"
	invitationPath = "/invitation"
)

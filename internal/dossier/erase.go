package dossier

import (
	"context"
	"encoding/json"

	"parley/internal/actor"
	"parley/internal/assistant"
	"parley/internal/audit"
	"parley/internal/contact"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/job"
	"parley/internal/media"
	"parley/internal/realtime"
)

// eraseArgs are an erasure that was asked for.
type eraseArgs struct {
	TenantID string `json:"tenant"`
	ID       string `json:"id"`
}

// Kind names the job.
func (eraseArgs) Kind() string { return "dossier.erase" }

// atOnce is how many messages one step erases: customers wait for the same writer.
const atOnce = 50

// Erase takes a contact out of everything. confirm is what the contact is called.
func (s *Service) Erase(ctx context.Context, a actor.Actor, contactID, confirm string) (e Erasure, err error) {
	err = s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		e = Erasure{ID: tx.NewID(), AskedAt: tx.Now()}
		known, err := contact.Erase(ctx, tx, a, contactID, confirm, e.ID)
		if err != nil {
			return err
		}
		gone, err := s.Conversations.SetAside(ctx, tx, a, contactID, e.ID)
		if err != nil {
			return err
		}
		e.Messages, e.Left = gone.Messages, gone.Messages
		if err := s.Delivery.Withhold(ctx, tx, a, gone.Conversations); err != nil {
			return err
		}
		tx.AfterCommit(func() {
			for _, id := range gone.Conversations {
				s.Assistant.Newer(id)
			}
		})
		s.Live.Announce(tx, realtime.Hint{Kind: realtime.ContactChanged, ContactID: contactID})
		if err := s.insert(ctx, tx, a, contactID, e, known); err != nil {
			return err
		}
		if _, err := s.Jobs.Insert(ctx, tx, eraseArgs{TenantID: a.Tenant(), ID: e.ID}, job.Opts{}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, a, audit.Entry{Action: "contact.erased", TargetKind: "contact", TargetID: contactID, After: struct {
			Conversations int   `json:"conversations"`
			Messages      int64 `json:"messages"`
		}{len(gone.Conversations), gone.Messages}})
	})
	return e, err
}

// finish takes away what Erase has set aside. Whatever it did not come to, it comes to the next time.
func (s *Service) finish(ctx context.Context, args eraseArgs) error {
	a := actor.ForSystem(args.TenantID)
	for {
		left, err := conversation.Left(ctx, s.DB.As(a), a, args.ID, atOnce)
		if err != nil {
			return err
		}
		if len(left.IDs) == 0 {
			break
		}
		if err := s.forget(ctx, a, args.ID, left); err != nil {
			return err
		}
	}
	known, done, err := s.known(ctx, s.DB.As(a), a, args.ID)
	if err != nil || done {
		return err
	}
	if err := s.Delivery.ForgetStrays(ctx, a, known.Numbers); err != nil {
		return err
	}
	if err := s.Intake.ForgetKept(ctx, a, append(known.IDs, known.Numbers...)); err != nil {
		return err
	}
	if err := s.done(ctx, a, args.ID); err != nil {
		return err
	}
	return s.DB.Scrub(ctx)
}

func (s *Service) forget(ctx context.Context, a actor.Actor, id string, some conversation.Leftover) error {
	if err := s.Media.ForgetFiles(ctx, a, some.IDs); err != nil {
		return err
	}
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		media.ForgetRows(ctx, tx, a, some.IDs)
		assistant.Forget(ctx, tx, a, some.IDs)
		return s.Conversations.Forget(ctx, tx, a, id, some)
	})
}

// Read says how far an erasure has come.
func (s *Service) Read(ctx context.Context, q db.Querier, a actor.Actor, id string) (e Erasure, err error) {
	if err := a.Require(actor.ContactsErase); err != nil {
		return e, err
	}
	return read(ctx, q, a, id)
}

func (s *Service) sealKnown(a actor.Actor, id string, k contact.Known) (string, error) {
	raw, err := json.Marshal(k)
	if err != nil {
		return "", err
	}
	return s.Box.Seal(raw, "erasures.known", a.Tenant(), id)
}

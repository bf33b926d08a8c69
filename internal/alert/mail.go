package alert

import (
	"context"
	"time"

	"parley/internal/actor"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/job"
)

// mailArgs are a hand-off that people are written to about, if nobody touches it.
type mailArgs struct {
	TenantID       string  `json:"tenantId"`
	ConversationID string  `json:"conversationId"`
	Since          db.Time `json:"since"` // when it was handed off
}

// Kind names the job.
func (mailArgs) Kind() string { return "alert.mail" }

// mailLife is how long a letter has its sense.
const mailLife = 24 * time.Hour

// mailLater puts off a look at a hand-off, for as long as the tenant has chosen.
func (s *Service) mailLater(ctx context.Context, tx *db.Tx, a actor.Actor, args callArgs) error {
	if s.Tenants == nil || !s.Tenants.Mails() {
		return nil
	}
	t, err := s.Tenants.Get(ctx, tx, a)
	if err != nil || t.Settings.HandoffMailMinutes == 0 {
		return err
	}
	_, err = s.Jobs.Insert(ctx, tx, mailArgs{TenantID: args.TenantID, ConversationID: args.ConversationID, Since: args.Since},
		job.Opts{In: args.Since.Add(time.Duration(t.Settings.HandoffMailMinutes) * time.Minute).Sub(tx.Now())})
	return err
}

func (s *Service) mail(ctx context.Context, args mailArgs) error {
	return s.Remind(ctx, args.TenantID, args.ConversationID, args.Since)
}

// Remind writes to people about a hand-off that still waits: once, and, unless it is wanted otherwise, when the business
// is open. Done twice it is done once: the mark it leaves is its guard.
func (s *Service) Remind(ctx context.Context, tenantID, conversationID string, since db.Time) error {
	args := mailArgs{tenantID, conversationID, since}
	a := actor.ForSystem(args.TenantID)
	t, err := s.Tenants.Get(ctx, s.DB.As(a), a)
	if err != nil || t.Settings.HandoffMailMinutes == 0 {
		return err
	}
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		o := t.Opening(tx.Now().Time())
		if o.Known && !o.Open && !t.Settings.HandoffMailClosed {
			if o.Next.IsZero() {
				return nil
			}
			_, err := s.Jobs.Insert(ctx, tx, args, job.Opts{In: o.Next.Sub(tx.Now().Time())})
			return err
		}
		assignee, waits, err := conversation.MarkMailed(ctx, tx, a, args.ConversationID, args.Since)
		if err != nil || !waits {
			return err
		}
		minutes := int(tx.Now().Sub(args.Since).Minutes())
		return s.Tenants.TellOfWaiting(ctx, tx, a, args.ConversationID, assignee, minutes, tx.Now().Add(mailLife))
	})
}

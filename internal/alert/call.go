package alert

import (
	"context"
	"log/slog"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/event"
	"parley/internal/job"
	"parley/internal/realtime"
)

// callArgs are one call to a conversation that waits.
type callArgs struct {
	TenantID       string  `json:"tenantId"`
	ConversationID string  `json:"conversationId"`
	Since          db.Time `json:"since"`  // when it was handed off
	Before         db.Time `json:"before"` // when people were called the last time
	Number         int     `json:"number"` // of the call, from 1
}

// Kind names the job.
func (callArgs) Kind() string { return "alert.call" }

// call calls people to a conversation, if it still waits, and puts the next call off. Done twice it is done once: the
// mark it leaves is also its guard.
func (s *Service) call(ctx context.Context, args callArgs) error {
	a := actor.ForSystem(args.TenantID)
	called := false
	err := s.DB.InTx(ctx, a, func(tx *db.Tx) (err error) {
		called, err = conversation.MarkAlerted(ctx, tx, a, args.ConversationID, args.Since, args.Before)
		if err != nil || !called {
			return err
		}
		s.Live.Announce(tx, realtime.Hint{Kind: realtime.ConversationChanged, ConversationID: args.ConversationID})
		if err := record(ctx, tx, a, args); err != nil {
			return err
		}
		if args.Number == 1 {
			if err := s.mailLater(ctx, tx, a, args); err != nil {
				return err
			}
		}
		return s.again(ctx, tx, args)
	})
	if err == nil && called && args.Number > 1 {
		s.escalated.Add(1)
		s.Log.WarnContext(ctx, "a hand-off waits and nobody has touched it", slog.String("tenant", args.TenantID),
			slog.String("conversation", args.ConversationID), slog.Duration("for", s.DB.Now().Sub(args.Since)))
	}
	return err
}

func record(ctx context.Context, tx *db.Tx, a actor.Actor, args callArgs) error {
	kind := Alerted
	if args.Number > 1 {
		kind = Escalated
	}
	err := event.Record(ctx, tx, a, event.Fact{
		Kind: kind, TargetKind: "conversation", TargetID: args.ConversationID, Data: struct {
			Call int `json:"call"`
		}{args.Number},
	})
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, a, audit.Entry{Action: kind, TargetKind: "conversation", TargetID: args.ConversationID})
}

// again puts the next call off.
func (s *Service) again(ctx context.Context, tx *db.Tx, args callArgs) error {
	if args.Number >= s.o.Calls {
		return nil
	}
	args.Before, args.Number = tx.Now(), args.Number+1
	_, err := s.Jobs.Insert(ctx, tx, args, job.Opts{In: s.o.Escalate})
	return err
}

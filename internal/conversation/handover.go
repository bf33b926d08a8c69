package conversation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/errs"
)

// TakeOver gives the conversation to the acting person and voids what the AI owes: an answer still being thought of
// can no longer be said. One that a colleague has is a Conflict.
func (s *Service) TakeOver(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID string) error {
	n, err := tx.Exec(ctx, `
		UPDATE conversations SET handler = 'human', assignee_id = $3, unread = 0, updated_at = $4
		WHERE tenant_id = $1 AND id = $2 AND (assignee_id IN ('', $3) OR handler = 'ai')`,
		a.Tenant(), conversationID, a.UserID(), tx.Now())
	if err != nil {
		return fmt.Errorf("take over: %w", err)
	}
	if n == 0 {
		if _, err := Get(ctx, tx, a, conversationID); err != nil {
			return err
		}
		return errs.New(errs.Conflict, "A colleague is already handling this conversation.")
	}
	if err := voidTurn(ctx, tx, a, conversationID); err != nil {
		return err
	}
	return s.note(ctx, tx, a, conversationID, "taken_over", "")
}

// HandBack gives the conversation back to the AI. When the customer had the last word, the AI owes an answer to all they
// wrote since ours: a turn is opened, claimed by claim. opened says so.
func (s *Service) HandBack(
	ctx context.Context, tx *db.Tx, a actor.Actor, conversationID, claim string, deadline time.Duration,
) (t Turn, opened bool, err error) {
	p := place{conversationID: conversationID}
	var lastCustomer, ours, first int64
	err = tx.QueryRow(ctx, `
		UPDATE conversations SET handler = 'ai', assignee_id = '', handoff_reason = '', handoff_summary = '',
			handed_off_at = NULL, alerted_at = NULL, updated_at = $3
		WHERE tenant_id = $1 AND id = $2 AND mode <> 'off' AND status = 'active'
		RETURNING said_seq, last_customer_seq, ours_seq, lane, mode, handler, coalesce((
			SELECT min(m.seq) FROM messages m WHERE m.tenant_id = $1 AND m.conversation_id = $2 AND m.seq > conversations.ours_seq
				AND m.sender = 'customer' AND `+isWord+`), 0)`, a.Tenant(), conversationID, tx.Now(),
	).Scan(&p.seq, &lastCustomer, &ours, &p.lane, &p.mode, &p.handler, &first)
	if errors.Is(err, db.ErrNoRows) {
		c, err := Get(ctx, tx, a, conversationID)
		if err == nil {
			err = errs.New(errs.Conflict, "The AI is switched off for this conversation. Switch its mode on first.")
			if c.Status == Closed {
				err = errs.New(errs.Conflict, "This conversation is closed; the AI is there when the customer writes again.")
			}
		}
		return t, false, err
	}
	if err != nil {
		return t, false, fmt.Errorf("hand back: %w", err)
	}
	if lastCustomer > ours && lastCustomer == p.seq {
		openTurn(tx, a, p, first, claim, deadline)
		opened = true
		t = Turn{ConversationID: conversationID, Lane: p.lane, FirstSeq: first, LastSeq: p.seq}
	}
	return t, opened, s.note(ctx, tx, a, conversationID, "handed_back", "")
}

// HandOff is what the AI gives to people, and why.
type HandOff struct {
	Reason  string // a reason of assistant.Reason
	Summary string // for the person who takes it
	// Covers, when not 0, is the guard: the hand-off is dropped if anything was said since. It is 0 when a message to
	// the customer was said under its own guard in the same step.
	Covers int64
}

// HandOff gives a conversation to people because the AI cannot or may not answer. It ends the turn.
func (s *Service) HandOff(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID string, h HandOff) error {
	n, err := tx.Exec(ctx, `
		UPDATE conversations SET handler = 'human', assignee_id = '', handoff_reason = $3, handoff_summary = $4,
			handed_off_at = $5, alerted_at = NULL, unread = CASE WHEN unread = 0 THEN 1 ELSE unread END, updated_at = $5
		WHERE tenant_id = $1 AND id = $2 AND handler = 'ai' AND status = 'active' AND ($6 = 0 OR said_seq = $6)`,
		a.Tenant(), conversationID, h.Reason, h.Summary, tx.Now(), h.Covers)
	if err != nil {
		return fmt.Errorf("hand off: %w", err)
	}
	if n == 0 {
		return errs.New(errs.Conflict, "The conversation has moved on.")
	}
	if err := voidTurn(ctx, tx, a, conversationID); err != nil {
		return err
	}
	return s.note(ctx, tx, a, conversationID, "handed_off", h.Reason)
}

// Drop ends a turn that asks for no answer ("thanks", an emoji), under the same guard as an answer.
func (s *Service) Drop(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID string, covers int64) error {
	n, err := tx.Exec(ctx, `
		DELETE FROM turns WHERE tenant_id = $1 AND conversation_id = $2 AND last_seq <= $3 AND EXISTS (
			SELECT 1 FROM conversations c WHERE c.tenant_id = $1 AND c.id = $2 AND c.said_seq = $3)`,
		a.Tenant(), conversationID, covers)
	if err != nil {
		return fmt.Errorf("drop turn: %w", err)
	}
	if n == 0 {
		return errs.New(errs.Conflict, "The conversation has moved on.")
	}
	s.changed(tx, conversationID)
	return nil
}

// SetMode says whether the AI may act in a conversation. Off gives it to people at once; switching the AI on again
// does not take it from a person who has it: that is HandBack.
func (s *Service) SetMode(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID string, mode Mode) error {
	if mode != Off && mode != Suggest && mode != Auto {
		return errs.InvalidField("mode", "The mode must be off, suggest or auto.")
	}
	before, err := Get(ctx, tx, a, conversationID)
	if err != nil {
		return err
	}
	if before.Mode == mode {
		return nil
	}
	n, err := tx.Exec(ctx, `
		UPDATE conversations SET mode = $3, handler = CASE WHEN $3 = 'off' THEN 'human' ELSE handler END, updated_at = $4
		WHERE tenant_id = $1 AND id = $2`, a.Tenant(), conversationID, mode, tx.Now())
	if err := db.One(n, err, "conversation"); err != nil {
		return err
	}
	if mode == Off {
		if err := voidTurn(ctx, tx, a, conversationID); err != nil {
			return err
		}
	}
	return s.noteChange(ctx, tx, a, conversationID, "mode_"+string(mode), "", before.Mode, mode)
}

func voidTurn(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID string) error {
	_, err := tx.Exec(ctx, `DELETE FROM turns WHERE tenant_id = $1 AND conversation_id = $2`, a.Tenant(), conversationID)
	return err
}

// note writes a system line into the thread and the change into the audit log.
func (s *Service) note(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID, event, detail string) error {
	return s.noteChange(ctx, tx, a, conversationID, event, detail, nil, nil)
}

func (s *Service) noteChange(
	ctx context.Context, tx *db.Tx, a actor.Actor, conversationID, event, detail string, before, after any,
) error {
	l := Line{Sender: FromSystem, Kind: KindEvent, Body: event, Detail: detail}
	if _, err := s.line(ctx, tx, a, conversationID, l); err != nil {
		return err
	}
	s.changed(tx, conversationID)
	return audit.Record(ctx, tx, a, audit.Entry{
		Action: "conversation." + event, TargetKind: "conversation", TargetID: conversationID, Before: before, After: after,
	})
}

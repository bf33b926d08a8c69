package conversation

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/contact"
	"parley/internal/db"
	"parley/internal/errs"
)

// Saying is something to be said to the customer, by the AI or by a person.
type Saying struct {
	ConversationID string
	// ID is the id the first message shall have; "" makes one. What an actor says under the same id again, because they
	// do not know whether it arrived, is said once.
	ID      string
	As      Sender // FromAI, FromAgent or FromSystem (deterministic confirmations)
	Kind    string // "" is text
	Bubbles []string
	Payload json.RawMessage
	ReplyTo string
	// Covers is, for the AI, the sequence number of the last word it has read: if anything counts as said since, the
	// answer is dropped. AtCap lets an answer to the words up to Covers pass although the customer went on writing.
	Covers int64
	AtCap  bool
	// Discloses marks that this text tells the customer that an AI is writing.
	Discloses bool
}

// Said is what was said: one message per bubble, and the turn that was left open behind a capped answer.
type Said struct {
	Messages []Message
	// Again marks that this was said before, under the same id: nothing was written.
	Again    bool
	Lane     int64
	TurnLeft bool
	// To is whom it is for, and until when they may be written to freely.
	To          contact.Reached
	WindowUntil db.Time
}

// Say adds messages to be sent. The AI speaks only under its guard, in the WHERE of the write: the conversation is
// still its own and nothing was said since. Otherwise it is a Conflict and nothing is written. A person's word makes
// the conversation a person's and ends the AI's turn in the same step; a conversation that a colleague has is a
// Conflict. The outbox rows are the caller's (delivery).
func (s *Service) Say(ctx context.Context, tx *db.Tx, a actor.Actor, what Saying) (Said, error) {
	var said Said
	if len(what.Bubbles) == 0 {
		return said, errs.InvalidField("text", "A message needs words.")
	}
	if said, err := saidBefore(ctx, tx, a, what); err != nil || said.Again {
		return said, err
	}
	ids := make([]string, len(what.Bubbles))
	for i := range ids {
		ids[i] = tx.NewID()
	}
	ids[0] = cmp.Or(what.ID, ids[0])
	last, err := s.speak(ctx, tx, a, what, ids[len(ids)-1])
	if err != nil {
		return said, err
	}
	said.Lane, said.To, said.WindowUntil = last.lane, last.to, last.windowUntil
	for i, body := range what.Bubbles {
		m := Message{
			ID: ids[i], ConversationID: what.ConversationID, ChannelID: last.channelID,
			Seq: last.seq - int64(len(ids)-1-i), Episode: last.episode, Sender: what.As, AuthorID: author(a, what.As),
			Kind: orText(what.Kind), Body: body, Payload: what.Payload, Status: StatusQueued, SaidAt: tx.Now(),
		}
		if i == 0 {
			m.ReplyTo = what.ReplyTo
		}
		insertMessage(tx, a, m)
		said.Messages = append(said.Messages, m)
		s.added(tx, m.ConversationID, m.ID, m.Seq)
	}
	if said.TurnLeft, err = s.settleTurn(ctx, tx, a, what); err != nil || what.As != FromAgent {
		return said, err
	}
	return said, audit.Record(ctx, tx, a, audit.Entry{
		Action: "conversation.replied", TargetKind: "conversation", TargetID: what.ConversationID, After: ids,
	})
}

// saidBefore finds what the actor has said already under the id they chose. Before anything else: what was said stays
// said, whoever has the conversation now.
func saidBefore(ctx context.Context, tx *db.Tx, a actor.Actor, what Saying) (said Said, err error) {
	if what.ID == "" {
		return said, nil
	}
	m, err := MessageByID(ctx, tx, a, what.ID)
	switch {
	case errs.Is(err, errs.NotFound):
		return said, nil
	case err != nil:
		return said, err
	case m.ConversationID != what.ConversationID || m.Sender != what.As || m.AuthorID != author(a, what.As):
		return said, errs.New(errs.Conflict, "Another message has this id. Choose a new one.")
	}
	return Said{Messages: []Message{m}, Again: true}, nil
}

// speak takes the places of all bubbles at once; its WHERE is the guard.
func (s *Service) speak(ctx context.Context, tx *db.Tx, a actor.Actor, what Saying, lastID string) (place, error) {
	p := place{conversationID: what.ConversationID}
	lastText := what.Bubbles[len(what.Bubbles)-1]
	err := tx.QueryRow(ctx, `
		UPDATE conversations SET
			last_seq = last_seq + $3, said_seq = last_seq + $3, ours_seq = last_seq + $3, last_message_id = $4,
			last_sender = $5, last_kind = $6, last_text = $7, last_at = $8,
			unread = CASE WHEN $5 = 'system' THEN unread ELSE 0 END, updated_at = $8,
			disclosed_at = CASE WHEN $9 THEN coalesce(disclosed_at, $8) ELSE disclosed_at END,
			handler = CASE WHEN $5 = 'agent' THEN 'human' ELSE handler END,
			assignee_id = CASE WHEN $5 = 'agent' AND assignee_id = '' THEN $10 ELSE assignee_id END,
			problem = CASE WHEN $5 = 'agent' THEN '' ELSE problem END
		WHERE tenant_id = $1 AND id = $2 AND CASE $5
			WHEN 'ai' THEN handler = 'ai' AND mode = 'auto' AND status = 'active'
				AND (said_seq = $11 OR ($12 AND ours_seq < $11 AND EXISTS (
					SELECT 1 FROM turns t WHERE t.tenant_id = $1 AND t.conversation_id = $2 AND t.first_seq <= $11)))
			WHEN 'agent' THEN assignee_id IN ('', $10) OR handler = 'ai'
			ELSE TRUE END
		RETURNING last_seq, episode, lane, channel_id, window_until, labelled, `+contact.ReachedColumns("conversations"),
		a.Tenant(), what.ConversationID, int64(len(what.Bubbles)), lastID, what.As, orText(what.Kind), preview(lastText),
		tx.Now(), what.Discloses, a.UserID(), what.Covers, what.AtCap,
	).Scan(&p.seq, &p.episode, &p.lane, &p.channelID, &p.windowUntil, &p.labelled, &p.to.ContactID, &p.to.WaID, &p.to.BSUID)
	if errors.Is(err, db.ErrNoRows) {
		return p, s.whyNot(ctx, tx, a, what)
	}
	if err != nil {
		return p, fmt.Errorf("speak: %w", err)
	}
	if p.labelled {
		sortLabels(tx, a, p.conversationID)
	}
	return p, nil
}

// whyNot tells a conversation that is not there from one that has moved on.
func (s *Service) whyNot(ctx context.Context, tx *db.Tx, a actor.Actor, what Saying) error {
	c, err := Get(ctx, tx, a, what.ConversationID)
	switch {
	case err != nil:
		return err
	case what.As == FromAgent && c.AssigneeID != "":
		return errs.New(errs.Conflict, "A colleague is handling this conversation. Your text was not sent; take over first.")
	}
	return errs.New(errs.Conflict, "The conversation has moved on.")
}

// settleTurn ends what the AI owes: an answer pays it, a person's word makes it void. Behind an answer at the cap the
// turn moves on to the words that were not read.
func (s *Service) settleTurn(ctx context.Context, tx *db.Tx, a actor.Actor, what Saying) (left bool, err error) {
	if what.As == FromSystem {
		coverTurn(tx, a, what.ConversationID)
		return false, nil
	}
	if what.As == FromAI && what.AtCap {
		n, err := tx.Exec(ctx, `
			UPDATE turns SET first_seq = $3 + 1, opened_at = $4, deadline_at = $4 + (deadline_at - opened_at), attempts = 0
			WHERE tenant_id = $1 AND conversation_id = $2 AND last_seq > $3`,
			a.Tenant(), what.ConversationID, what.Covers, tx.Now())
		if err != nil {
			return false, fmt.Errorf("move turn on: %w", err)
		}
		if n > 0 {
			coverTurn(tx, a, what.ConversationID)
			return true, nil
		}
	}
	tx.Later("close turn", `DELETE FROM turns WHERE tenant_id = $1 AND conversation_id = $2`, a.Tenant(), what.ConversationID)
	return false, nil
}

// coverTurn moves an open turn's end to the last word, so that the guard of its answer can still hold.
func coverTurn(tx *db.Tx, a actor.Actor, conversationID string) {
	tx.Later("cover turn", `
		UPDATE turns SET last_seq = (SELECT c.said_seq FROM conversations c WHERE c.tenant_id = $1 AND c.id = $2)
		WHERE tenant_id = $1 AND conversation_id = $2`, a.Tenant(), conversationID)
}

func author(a actor.Actor, as Sender) string {
	if as == FromAgent {
		return a.ID()
	}
	return ""
}

// byWhom is the person or the key that did something; what the program does has no author.
func byWhom(a actor.Actor) string {
	if a.Kind() == actor.User || a.Kind() == actor.Key {
		return a.ID()
	}
	return ""
}

func orText(kind string) string {
	if kind == "" {
		return KindText
	}
	return kind
}

package conversation

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
)

// Weight says what an inbound message asks of us.
type Weight int

// The weights.
const (
	Silent Weight = iota // stored and shown, no word in the conversation: a reaction, a system line
	Counts               // a word of the customer, but none the AI may answer: a stale replay, a keyword
	Owes                 // the AI owes an answer, when the conversation is its own
)

// Inbound is a customer's message, ready to be written down.
type Inbound struct {
	ChannelID  string
	ContactID  string
	Lane       int64
	ExternalID string
	ReplyTo    string
	Kind       string
	Body       string
	Payload    json.RawMessage
	SaidAt     db.Time
	Weight     Weight
	// OpensWindow is false for what does not let us write freely for 24 h.
	OpensWindow bool
	// Claim is the process a new turn is born claimed by, "" for nobody (see lease.Slot).
	Claim string
	// Deadline is how long the AI has for its answer.
	Deadline time.Duration
}

// Received is what became of an inbound message.
type Received struct {
	ConversationID string
	MessageID      string
	Seq            int64
	Fresh          bool // false: Meta delivered it before, nothing was written
	EpisodeOpened  bool
	TurnOpened     bool // a turn was born, claimed by Inbound.Claim
	TurnExtended   bool // an open turn now also covers this message
}

// Receive writes down what a customer said, opening conversation and episode if need be, and opens or extends the
// turn when the AI owes an answer. A message already seen is not written again. Two deliveries of one message at the
// same instant end in a unique violation on messages for one of them (db.UniqueViolation): that one is a duplicate.
func (s *Service) Receive(ctx context.Context, tx *db.Tx, a actor.Actor, in Inbound) (Received, error) {
	r := Received{MessageID: tx.NewID()}
	place, err := takePlace(ctx, tx, a, in, r.MessageID)
	if err != nil || place.seq == 0 {
		return r, err
	}
	r.ConversationID, r.Seq, r.Fresh = place.conversationID, place.seq, true
	r.EpisodeOpened = place.episodeSeq == place.seq
	m := Message{
		ID: r.MessageID, ConversationID: place.conversationID, ChannelID: in.ChannelID, Seq: place.seq,
		Episode: place.episode, Sender: FromCustomer, Kind: in.Kind, Body: in.Body, Payload: in.Payload,
		ExternalID: in.ExternalID, ReplyTo: in.ReplyTo, Status: StatusReceived, SaidAt: in.SaidAt,
	}
	if err := insertMessage(ctx, tx, a, m); err != nil {
		return r, err
	}
	if r.EpisodeOpened {
		if err := openEpisode(ctx, tx, a, place); err != nil {
			return r, err
		}
	}
	if err := s.owe(ctx, tx, a, in, place, &r); err != nil {
		return r, err
	}
	s.added(tx, r.ConversationID, r.MessageID, r.Seq)
	return r, nil
}

// owe opens or moves the turn: whatever counts as a word must be covered by an open turn, or an answer to the words
// before it could never pass the guard.
func (s *Service) owe(ctx context.Context, tx *db.Tx, a actor.Actor, in Inbound, p place, r *Received) error {
	switch {
	case in.Weight == Silent || p.handler != AI || p.mode == Off:
		return nil
	case in.Weight == Counts:
		n, err := tx.Exec(ctx, `UPDATE turns SET last_seq = $3 WHERE tenant_id = $1 AND conversation_id = $2`,
			a.Tenant(), p.conversationID, p.seq)
		r.TurnExtended = n > 0
		return err
	}
	first, err := openTurn(ctx, tx, a, p, in.Claim, in.Deadline)
	r.TurnOpened, r.TurnExtended = first == p.seq, first < p.seq
	return err
}

func openTurn(ctx context.Context, tx *db.Tx, a actor.Actor, p place, claim string, deadline time.Duration) (
	first int64, err error,
) {
	err = tx.QueryRow(ctx, `
		INSERT INTO turns (tenant_id, conversation_id, lane, first_seq, last_seq, opened_at, due_at, deadline_at, claimed_by, attempts)
		VALUES ($1, $2, $3, $4, $4, $5, $5, $6, $7, 0)
		ON CONFLICT (tenant_id, conversation_id) DO UPDATE SET last_seq = excluded.last_seq
		RETURNING first_seq`,
		a.Tenant(), p.conversationID, p.lane, p.seq, tx.Now(), tx.Now().Add(deadline), claim).Scan(&first)
	if err != nil {
		return 0, fmt.Errorf("open turn: %w", err)
	}
	return first, nil
}

func openEpisode(ctx context.Context, tx *db.Tx, a actor.Actor, p place) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO episodes (tenant_id, conversation_id, number, opened_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT DO NOTHING`, a.Tenant(), p.conversationID, p.episode, tx.Now())
	return err
}

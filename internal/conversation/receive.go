package conversation

import (
	"context"
	"encoding/json"
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

	turnFrom int64 // the first message of the turn that was opened or extended
	moved    int64 // turns that were extended without owing more
}

// TurnOpened says that a turn was born, claimed by Inbound.Claim. It is known when the step has committed.
func (r *Received) TurnOpened() bool { return r.turnFrom != 0 && r.turnFrom == r.Seq }

// TurnExtended says that an open turn now also covers this message. It is known when the step has committed.
func (r *Received) TurnExtended() bool { return r.moved > 0 || r.turnFrom != 0 && r.turnFrom < r.Seq }

// Receive writes down what a customer said, opening conversation and episode if need be, and opens or extends the
// turn when the AI owes an answer. A message already seen is not written again. Two deliveries of one message at the
// same instant end in an error for one of them of which SeenBefore says so.
func (s *Service) Receive(ctx context.Context, tx *db.Tx, a actor.Actor, in Inbound) (*Received, error) {
	r := &Received{MessageID: tx.NewID()}
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
	insertMessage(tx, a, m)
	if r.EpisodeOpened {
		openEpisode(tx, a, place)
	}
	owe(tx, a, in, place, r)
	s.added(tx, r.ConversationID, r.MessageID, r.Seq)
	return r, nil
}

// SeenBefore reports whether a step failed because its message, by Meta's id, was stored meanwhile: it is a duplicate.
func SeenBefore(err error) bool {
	return db.Unique{
		Index:   "messages_external",
		Columns: "messages.tenant_id, messages.channel_id, messages.external_id",
	}.Violated(err)
}

// owe opens or moves the turn: whatever counts as a word must be covered by an open turn, or an answer to the words
// before it could never pass the guard.
func owe(tx *db.Tx, a actor.Actor, in Inbound, p place, r *Received) {
	switch {
	case in.Weight == Silent || p.handler != AI || p.mode == Off:
	case in.Weight == Counts:
		tx.Later("extend turn", `UPDATE turns SET last_seq = $3 WHERE tenant_id = $1 AND conversation_id = $2`,
			a.Tenant(), p.conversationID, p.seq).Count(&r.moved)
	default:
		openTurn(tx, a, p, p.seq, in.Claim, in.Deadline).Into(&r.turnFrom)
	}
}

// openTurn opens a turn that covers the words from one to the place p, or moves an open one's end there; it gives where
// the turn begins then.
func openTurn(tx *db.Tx, a actor.Actor, p place, from int64, claim string, deadline time.Duration) db.Pending {
	return tx.Later("open turn", `
		INSERT INTO turns (tenant_id, conversation_id, lane, first_seq, last_seq, opened_at, due_at, deadline_at, claimed_by, attempts)
		VALUES ($1, $2, $3, $8, $4, $5, $5, $6, $7, 0)
		ON CONFLICT (tenant_id, conversation_id) DO UPDATE SET last_seq = excluded.last_seq
		RETURNING first_seq`,
		a.Tenant(), p.conversationID, p.lane, p.seq, tx.Now(), tx.Now().Add(deadline), claim, from)
}

func openEpisode(tx *db.Tx, a actor.Actor, p place) {
	tx.Later("open episode", `
		INSERT INTO episodes (tenant_id, conversation_id, number, opened_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT DO NOTHING`, a.Tenant(), p.conversationID, p.episode, tx.Now())
}

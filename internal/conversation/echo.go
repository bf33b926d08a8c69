package conversation

import (
	"context"

	"parley/internal/actor"
	"parley/internal/db"
)

// Echo writes down what a person said to the customer from WhatsApp's own app. It counts as a person's reply: the
// conversation is a person's from here on, a hand-off was taken, and what the AI owes is void in the same step.
func (s *Service) Echo(ctx context.Context, tx *db.Tx, a actor.Actor, in Inbound) (*Received, error) {
	r := &Received{MessageID: tx.NewID()}
	in.Weight, in.OpensWindow = Silent, false
	p, err := takePlace(ctx, tx, a, in, r.MessageID)
	if err != nil || p.seq == 0 {
		return r, err
	}
	r.ConversationID, r.Seq, r.Fresh, r.EpisodeOpened = p.conversationID, p.seq, true, p.episodeSeq == p.seq
	insertMessage(tx, a, Message{
		ID: r.MessageID, ConversationID: p.conversationID, ChannelID: in.ChannelID, Seq: p.seq, Episode: p.episode,
		Sender: FromAgent, Kind: in.Kind, Body: in.Body, Payload: in.Payload, ExternalID: in.ExternalID,
		ReplyTo: in.ReplyTo, Status: StatusSent, SaidAt: in.SaidAt,
	})
	if r.EpisodeOpened {
		openEpisode(tx, a, p)
	}
	tx.Later("echo", `
		UPDATE conversations SET said_seq = $3, ours_seq = $3, last_sender = 'agent', last_kind = $4, last_text = $5,
			last_at = $6, handler = 'human', handed_off_at = NULL, unread = 0, updated_at = $6
		WHERE tenant_id = $1 AND id = $2`, a.Tenant(), p.conversationID, p.seq, in.Kind, preview(in.Body), tx.Now())
	if p.labelled {
		sortLabels(tx, a, p.conversationID)
	}
	s.added(tx, r.ConversationID, r.MessageID, r.Seq)
	return r, voidTurn(ctx, tx, a, p.conversationID)
}

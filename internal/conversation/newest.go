package conversation

import (
	"context"

	"parley/internal/actor"
	"parley/internal/contact"
	"parley/internal/db"
)

// NewestOn reads the conversation that was opened last on a channel, and the WhatsApp id of its contact; NotFound when
// nobody ever wrote there.
func NewestOn(ctx context.Context, q db.Querier, a actor.Actor, channelID string) (c Conversation, waID string, err error) {
	err = q.QueryRow(ctx, `SELECT `+columns+` FROM conversations c
		WHERE c.tenant_id = $1 AND c.channel_id = $2 ORDER BY c.created_at DESC, c.id DESC LIMIT 1`, a.Tenant(), channelID).
		Scan(fields(&c)...)
	if err != nil {
		return c, "", db.Found(err, "conversation")
	}
	waID, _, err = contact.Address(ctx, q, a, c.ContactID)
	return c, waID, err
}

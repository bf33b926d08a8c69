package delivery

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"

	"parley/internal/actor"
	"parley/internal/db"
)

// Withhold takes what waits to be sent in some conversations away. What is on its way to Meta at this moment has left.
func (s *Service) Withhold(ctx context.Context, tx *db.Tx, a actor.Actor, conversationIDs []string) error {
	for _, id := range conversationIDs {
		if _, err := tx.Exec(ctx, `DELETE FROM outbox WHERE tenant_id = $1 AND conversation_id = $2`, a.Tenant(), id); err != nil {
			return fmt.Errorf("stop what waits: %w", err)
		}
	}
	tx.AfterCommit(func() { s.hand.drop(a.Tenant(), conversationIDs) })
	return nil
}

// drop forgets letters that lie at hand.
func (h *hand) drop(tenantID string, conversationIDs []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for it := range h.letters {
		for _, id := range conversationIDs {
			if it.Tenant == tenantID && it.Conversation == id {
				delete(h.letters, it)
			}
		}
	}
}

// straysRead is how many strays are looked at in one step.
const straysRead = 500

// stray is a status of a message that is not ours.
type stray struct{ channelID, externalID, status, errorText string }

// ForgetStrays removes the statuses of messages that others sent to somebody: Meta's ids hold the number.
func (s *Service) ForgetStrays(ctx context.Context, a actor.Actor, numbers []string) error {
	for after := (stray{}); len(numbers) > 0; {
		page, err := readStrays(ctx, s.DB.As(a), a, after)
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1]
		err = s.DB.InTx(ctx, a, func(tx *db.Tx) error {
			for _, r := range page {
				if names(r, numbers) {
					tx.Later("forget stray", `DELETE FROM stray_receipts
						WHERE tenant_id = $1 AND channel_id = $2 AND external_id = $3 AND status = $4`,
						a.Tenant(), r.channelID, r.externalID, r.status)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func readStrays(ctx context.Context, q db.Querier, a actor.Actor, after stray) ([]stray, error) {
	rows, err := q.Query(ctx, `SELECT channel_id, external_id, status, error_text FROM stray_receipts
		WHERE tenant_id = $1 AND (channel_id, external_id, status) > ($2, $3, $4)
		ORDER BY channel_id, external_id, status LIMIT $5`, a.Tenant(), after.channelID, after.externalID, after.status, straysRead)
	if err != nil {
		return nil, fmt.Errorf("read strays: %w", err)
	}
	defer rows.Close()
	var page []stray
	for rows.Next() {
		var r stray
		if err := rows.Scan(&r.channelID, &r.externalID, &r.status, &r.errorText); err != nil {
			return nil, fmt.Errorf("read stray: %w", err)
		}
		page = append(page, r)
	}
	return page, rows.Err()
}

// names reports whether a stray tells one of the numbers: in words, or inside Meta's id, which is base64.
func names(r stray, numbers []string) bool {
	inside, err := base64.StdEncoding.WithPadding(base64.NoPadding).DecodeString(
		strings.TrimRight(strings.TrimPrefix(r.externalID, "wamid."), "="))
	if err != nil {
		inside = nil
	}
	for _, number := range numbers {
		if strings.Contains(r.externalID, number) || strings.Contains(r.errorText, number) || strings.Contains(string(inside), number) {
			return true
		}
	}
	return false
}

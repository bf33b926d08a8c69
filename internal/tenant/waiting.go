package tenant

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"parley/internal/actor"
	"parley/internal/db"
)

// inboxPath is where a conversation is read. Its address holds an id and no token: who opens it signs in as always.
const inboxPath = "/inbox/"

// TellOfWaiting has a letter mailed because a conversation waits for a person for so many minutes: to one member, or,
// with "", to all who may answer customers; each in their own language. Nothing the customer said or is called stands in it.
func (s *Service) TellOfWaiting(ctx context.Context, tx *db.Tx, a actor.Actor, conversationID, userID string, minutes int, until db.Time) error {
	t, err := readTenant(ctx, tx, a.Tenant())
	if err != nil {
		return err
	}
	readers, err := readReaders(ctx, tx, a.Tenant())
	if err != nil {
		return err
	}
	for _, r := range readers {
		if userID != "" && r.id != userID || !slices.Contains(Permissions(r.role), actor.ConversationsReply) {
			continue
		}
		if r.locale == "" {
			r.locale = t.Locale
		}
		l := wordsFor(r.locale).waiting.with("{workspace}", t.Name, "{minutes}", strconv.Itoa(minutes))
		if err := s.post(ctx, tx, l.letter(r.email, s.o.PublicURL+inboxPath+conversationID), until); err != nil {
			return err
		}
	}
	return nil
}

// reader is a member as letters are written to them.
type reader struct {
	id, email, locale string
	role              Role
}

func readReaders(ctx context.Context, q db.Querier, tenantID string) (all []reader, err error) {
	rows, err := q.Query(ctx, `
		SELECT m.user_id, u.email, u.locale, m.role FROM members m JOIN users u ON u.id = m.user_id
		WHERE m.tenant_id = $1 ORDER BY m.user_id`, tenantID)
	if err != nil {
		return nil, fmt.Errorf("read members: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r reader
		if err := rows.Scan(&r.id, &r.email, &r.locale, &r.role); err != nil {
			return nil, fmt.Errorf("read member: %w", err)
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

package dossier

import (
	"context"
	"encoding/json"
	"fmt"

	"parley/internal/actor"
	"parley/internal/contact"
	"parley/internal/db"
)

func (s *Service) insert(ctx context.Context, tx *db.Tx, a actor.Actor, contactID string, e Erasure, k contact.Known) error {
	sealed, err := s.sealKnown(a, e.ID, k)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO erasures (tenant_id, id, contact_id, asked_by, known_sealed, messages, asked_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, a.Tenant(), e.ID, contactID, a.ID(), sealed, e.Messages, tx.Now())
	if err != nil {
		return fmt.Errorf("keep erasure: %w", err)
	}
	return nil
}

// known is how the person was known; done says that nobody knows any more.
func (s *Service) known(ctx context.Context, q db.Querier, a actor.Actor, id string) (k contact.Known, done bool, err error) {
	var sealed string
	err = q.QueryRow(ctx, `SELECT known_sealed FROM erasures WHERE tenant_id = $1 AND id = $2`, a.Tenant(), id).Scan(&sealed)
	if err != nil || sealed == "" {
		return k, err == nil, err
	}
	raw, err := s.Box.Open(sealed, "erasures.known", a.Tenant(), id)
	if err != nil {
		return k, false, err
	}
	return k, false, json.Unmarshal(raw, &k)
}

func (s *Service) done(ctx context.Context, a actor.Actor, id string) error {
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE erasures SET known_sealed = '', done_at = $3 WHERE tenant_id = $1 AND id = $2`,
			a.Tenant(), id, tx.Now())
		return err
	})
}

func read(ctx context.Context, q db.Querier, a actor.Actor, id string) (e Erasure, err error) {
	err = q.QueryRow(ctx, `
		SELECT e.id, e.asked_at, e.done_at, e.messages, (
			SELECT count(*) FROM conversations c JOIN messages m ON m.tenant_id = c.tenant_id AND m.conversation_id = c.id
			WHERE c.tenant_id = e.tenant_id AND c.contact_id = e.id AND m.status = 'erasing')
		FROM erasures e WHERE e.tenant_id = $1 AND e.id = $2`, a.Tenant(), id).
		Scan(&e.ID, &e.AskedAt, &e.DoneAt, &e.Messages, &e.Left)
	return e, db.Found(err, "erasure")
}

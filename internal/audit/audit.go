// Package audit writes down who changed what, and from where. Entries are only ever added: on PostgreSQL the working
// role may not change or remove them. Message text never stands in them.
package audit

import (
	"context"
	"encoding/json"

	"parley/internal/actor"
	"parley/internal/db"
)

// Entry is one change. Before and After are marshalled to JSON; nil is left out.
type Entry struct {
	Action     string // "conversation.taken_over"
	TargetKind string
	TargetID   string
	Before     any
	After      any
}

// Record adds an entry in the step that makes the change.
func Record(ctx context.Context, tx *db.Tx, a actor.Actor, e Entry) error {
	before, err := text(e.Before)
	if err != nil {
		return err
	}
	after, err := text(e.After)
	if err != nil {
		return err
	}
	tx.Later("audit "+e.Action, `
		INSERT INTO audit_entries (tenant_id, id, at, actor_kind, actor_id, address, action, target_kind, target_id, before, after)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		a.Tenant(), tx.NewID(), tx.Now(), a.Kind(), a.ID(), a.Address(), e.Action, e.TargetKind, e.TargetID, before, after)
	return nil
}

func text(v any) (string, error) {
	if v == nil {
		return "", nil
	}
	raw, err := json.Marshal(v)
	return string(raw), err
}

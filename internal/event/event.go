// Package event keeps durable facts of steps, in order: what webhooks out, evals and integrations read later.
package event

import (
	"context"
	"encoding/json"

	"parley/internal/actor"
	"parley/internal/db"
)

// Fact is something that happened. Data is marshalled to JSON and holds ids and numbers, never message text.
type Fact struct {
	Kind       string // "conversation.handed_off"
	TargetKind string
	TargetID   string
	Data       any
}

// Record adds a fact in the step that makes it true.
func Record(ctx context.Context, tx *db.Tx, a actor.Actor, f Fact) error {
	data, err := json.Marshal(f.Data)
	if err != nil {
		return err
	}
	tx.Later("record "+f.Kind, `
		INSERT INTO events (tenant_id, id, at, kind, target_kind, target_id, data) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a.Tenant(), tx.NewID(), tx.Now(), f.Kind, f.TargetKind, f.TargetID, string(data))
	return nil
}

package billing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/errs"
)

// Unlimited is the plan of a tenant that was given no other.
const Unlimited = "unlimited"

// Limits are what a plan allows; 0 is no limit.
type Limits struct {
	Conversations  int64 `json:"conversations,omitempty"` // a month; episodes
	KnowledgeBases int64 `json:"knowledgeBases,omitempty"`
	Members        int64 `json:"members,omitempty"`
	Prompts        int64 `json:"prompts,omitempty"`
}

// Plan is what a tenant has agreed on.
type Plan struct {
	Name      string
	Limits    Limits
	StartedAt db.Time // zero for Unlimited by default
}

// PlanOf reads the actor's tenant's plan.
func PlanOf(ctx context.Context, q db.Querier, a actor.Actor) (Plan, error) {
	var p Plan
	var limits string
	err := q.QueryRow(ctx, `SELECT plan, limits, started_at FROM tenant_plans WHERE tenant_id = $1`, a.Tenant()).
		Scan(&p.Name, &limits, &p.StartedAt)
	if errors.Is(err, db.ErrNoRows) {
		return Plan{Name: Unlimited}, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(limits), &p.Limits)
	}
	if err != nil {
		return p, fmt.Errorf("read plan: %w", err)
	}
	return p, nil
}

// SetPlan gives the actor's tenant a plan, from now on.
func SetPlan(ctx context.Context, tx *db.Tx, a actor.Actor, name string, limits Limits) error {
	if name == "" || min(limits.Conversations, limits.KnowledgeBases, limits.Members, limits.Prompts) < 0 {
		return errs.InvalidField("plan", "A plan needs a name, and limits of 0 (none) or more.")
	}
	before, err := PlanOf(ctx, tx, a)
	if err != nil {
		return err
	}
	text, err := json.Marshal(limits)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO tenant_plans (tenant_id, plan, limits, started_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (tenant_id) DO UPDATE SET plan = excluded.plan, limits = excluded.limits, started_at = excluded.started_at`,
		a.Tenant(), name, string(text), tx.Now())
	if err != nil {
		return fmt.Errorf("set plan: %w", err)
	}
	return audit.Record(ctx, tx, a, audit.Entry{
		Action: "plan.changed", TargetKind: "tenant", TargetID: a.Tenant(), Before: before.Name, After: name,
	})
}

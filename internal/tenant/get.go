package tenant

import (
	"context"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/realtime"
)

// Get reads the actor's tenant. Outside a step what was read within SettingsBound counts, so that it usually costs no
// statement; a step always reads for itself.
func (s *Service) Get(ctx context.Context, q db.Querier, a actor.Actor) (Tenant, error) {
	if _, step := q.(*db.Tx); step {
		return readTenant(ctx, q, a.Tenant())
	}
	return s.tenants.Get(ctx, a.Tenant(), func() (Tenant, error) { return readTenant(ctx, q, a.Tenant()) })
}

// Names are the names of the actor's colleagues and of the keys, the revoked ones too, by their ids; kept like the tenant.
// The map is shared: read it only.
func (s *Service) Names(ctx context.Context, q db.Querier, a actor.Actor) (map[string]string, error) {
	if _, step := q.(*db.Tx); step {
		return readNames(ctx, q, a.Tenant())
	}
	return s.names.Get(ctx, a.Tenant(), func() (map[string]string, error) { return readNames(ctx, q, a.Tenant()) })
}

// named makes everybody in this process read the names anew, once the step is committed.
func (s *Service) named(tx *db.Tx, tenantID string) {
	tx.AfterCommit(func() { s.names.Forget(func(id string, _ map[string]string) bool { return id == tenantID }) })
}

// changed makes everybody in this process read a tenant anew, and open dashboards too, once the step is committed.
func (s *Service) changed(tx *db.Tx, tenantID string) {
	tx.AfterCommit(func() {
		s.tenants.Forget(func(id string, _ Tenant) bool { return id == tenantID })
	})
	s.named(tx, tenantID)
	s.hint(tx, realtime.TenantChanged)
}

// hint tells open dashboards what to read anew once the step is committed.
func (s *Service) hint(tx *db.Tx, kind string) {
	if s.Live != nil {
		s.Live.Announce(tx, realtime.Hint{Kind: kind})
	}
}

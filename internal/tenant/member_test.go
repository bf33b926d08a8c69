package tenant_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/tenant"
)

func TestRolesMayWhatTheirTableSays(t *testing.T) {
	t.Parallel()
	may := func(r tenant.Role, p actor.Permission) bool { return slices.Contains(tenant.Permissions(r), p) }
	for _, r := range []tenant.Role{tenant.Owner, tenant.Admin, tenant.Agent, tenant.Viewer} {
		if !may(r, actor.ConversationsRead) || !may(r, actor.TenantRead) || !may(r, actor.ContactsRead) || !may(r, actor.ReportsRead) {
			t.Errorf("%s may not look", r)
		}
		if leads := r == tenant.Owner || r == tenant.Admin; may(r, actor.TenantWrite) != leads || may(r, actor.MembersWrite) != leads ||
			may(r, actor.AuditRead) != leads {
			t.Errorf("%s may lead: %t", r, !leads)
		}
		if talks := r != tenant.Viewer; may(r, actor.ConversationsReply) != talks || may(r, actor.DemoUse) != talks ||
			may(r, actor.ContactsWrite) != talks {
			t.Errorf("%s may talk: %t", r, !talks)
		}
	}
	if tenant.Permissions("boss") != nil {
		t.Error("a role there is none of may something")
	}
}

func (w *world) setRole(a actor.Actor, userID string, r tenant.Role) error {
	return w.step(a, func(tx *db.Tx) error { return w.tenants.SetRole(w.t.Context(), tx, a, userID, r) })
}

func (w *world) remove(a actor.Actor, userID string) error {
	return w.step(a, func(tx *db.Tx) error { return w.tenants.RemoveMember(w.t.Context(), tx, a, userID) })
}

func TestANewRoleCountsAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ann := w.user(w.acme.id, "Ann", "ann@acme.example", tenant.Viewer)
		given, err := w.tenants.SignIn(t.Context(), "ann@acme.example", password, at(home))
		w.must(err)
		can := func(p actor.Permission) bool {
			a, err := w.tenants.Authenticate(t.Context(), given.AccessToken, home)
			w.must(err)
			return a.Can(p)
		}
		if can(actor.ConversationsReply) {
			t.Error("a viewer may talk")
		}
		w.must(w.setRole(w.acme.actor, ann, tenant.Agent))
		if !can(actor.ConversationsReply) {
			t.Error("the new role does not count")
		}
		w.must(w.setRole(w.acme.actor, ann, tenant.Agent))
		w.must(w.remove(w.acme.actor, ann))
		w.wants(errs.Unauthenticated, w.good(given.AccessToken))
		w.wants(errs.NotFound, w.remove(w.acme.actor, ann))
		log := w.audited(w.acme)
		if count(log, "member.added") != 2 || count(log, "member.role_changed") != 1 || count(log, "member.removed") != 1 {
			t.Errorf("the audit log says %v", log)
		}
	})
}

func TestAWorkspaceKeepsAnOwner(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.wants(errs.Forbidden, w.setRole(w.acme.actor, w.acme.owner, tenant.Agent))
		w.wants(errs.Conflict, w.remove(w.acme.actor, w.acme.owner))
		second := w.user(w.acme.id, "Bea", "bea@acme.example", tenant.Owner)
		bea := actor.ForUser(w.acme.id, second, home, tenant.Permissions(tenant.Owner))
		fails := make([]error, 2)
		var all sync.WaitGroup // both unmake the other at once
		all.Go(func() { fails[0] = w.setRole(w.acme.actor, second, tenant.Agent) })
		all.Go(func() { fails[1] = w.setRole(bea, w.acme.owner, tenant.Agent) })
		all.Wait()
		if (fails[0] == nil) == (fails[1] == nil) {
			t.Errorf("both, or none, of two owners unmade each other: %v, %v", fails[0], fails[1])
		}
		w.wants(errs.Forbidden, errors.Join(fails...))
	})
}

func TestOnlyAnOwnerMakesAndUnmakesOwners(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		id := w.user(w.acme.id, "Ann", "ann@acme.example", tenant.Admin)
		admin := actor.ForUser(w.acme.id, id, home, tenant.Permissions(tenant.Admin))
		w.wants(errs.Forbidden, w.setRole(admin, id, tenant.Owner))
		w.wants(errs.Forbidden, w.setRole(admin, w.acme.owner, tenant.Agent))
		w.wants(errs.Forbidden, w.remove(admin, w.acme.owner))
		agent := w.user(w.acme.id, "Bob", "bob@acme.example", tenant.Agent)
		w.must(w.setRole(admin, agent, tenant.Admin))
		w.wants(errs.Invalid, w.setRole(admin, agent, "boss"))
		w.wants(errs.Forbidden, w.setRole(actor.ForUser(w.acme.id, agent, home, tenant.Permissions(tenant.Agent)), id, tenant.Viewer))
		w.wants(errs.Conflict, w.step(admin, func(tx *db.Tx) error {
			return w.tenants.AddMember(t.Context(), tx, admin, agent, tenant.Agent)
		}))
	})
}

func TestMembersOfTheOtherTenantAreNotThere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.wants(errs.NotFound, w.setRole(w.acme.actor, w.zeta.owner, tenant.Viewer))
		w.wants(errs.NotFound, w.remove(w.acme.actor, w.zeta.owner))
		given := w.signIn(w.zeta)
		w.must(w.good(given.AccessToken))
	})
}

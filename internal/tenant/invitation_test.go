package tenant_test

import (
	"strings"
	"testing"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/tenant"
)

func (w *world) invite(a actor.Actor, email string, r tenant.Role) tenant.Invited {
	w.t.Helper()
	made, err := w.tenants.Invite(w.t.Context(), a, email, r)
	w.must(err)
	return made
}

func (w *world) revoke(a actor.Actor, id string) error {
	return w.step(a, func(tx *db.Tx) error { return w.tenants.RevokeInvitation(w.t.Context(), tx, a, id) })
}

func (w *world) invitations(s side) []tenant.Invitation {
	w.t.Helper()
	all, err := w.tenants.Invitations(w.t.Context(), w.db.As(s.actor), s.actor)
	w.must(err)
	return all
}

func TestSomebodyNewJoinsByInvitation(t *testing.T) {
	t.Parallel()
	eachMailed(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		made := w.invite(w.acme.actor, "New@acme.example", tenant.Agent)
		l := w.letter(1)
		if l.To != "new@acme.example" || !strings.HasSuffix(l.Link, made.Link) || !strings.Contains(l.Text, "Acme") {
			t.Errorf("the letter is %+v, the link %s", l, made.Link)
		}
		token := tokenOf(made.Link)
		offer, err := w.tenants.Look(ctx, token, at(away))
		w.must(err)
		want := tenant.Offer{Workspace: "Acme", InvitedBy: "Acme's owner", Email: "new@acme.example", Role: tenant.Agent}
		if offer != want {
			t.Errorf("the offer is %+v", offer)
		}
		if all := w.invitations(w.acme); len(all) != 1 || all[0].Email != "new@acme.example" || len(w.invitations(w.zeta)) != 0 {
			t.Errorf("open are %+v", all)
		}
		given, err := w.tenants.Accept(ctx, token, "Nina", password, at(away))
		w.must(err)
		if given.Tenant.ID != w.acme.id || given.Tenant.Role != tenant.Agent || given.Email != "new@acme.example" {
			t.Errorf("got %+v", given.Me)
		}
		if len(w.invitations(w.acme)) != 0 {
			t.Error("it is still open")
		}
		_, err = w.tenants.Accept(ctx, token, "Nina", password, at(away))
		w.wants(errs.Forbidden, err)
		_, err = w.tenants.Look(ctx, token, at(away))
		w.wants(errs.Forbidden, err)
		_, err = w.tenants.Invite(ctx, w.acme.actor, "new@acme.example", tenant.Viewer)
		w.wants(errs.Conflict, err)
	})
}

// The invitation is for an address, not for whoever holds the link.
func TestAnInvitationIsForItsAddressOnly(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		made := w.invite(w.acme.actor, w.zeta.email, tenant.Admin)
		token := tokenOf(made.Link)
		offer, err := w.tenants.Look(ctx, token, at(away))
		w.must(err)
		if !offer.Known {
			t.Error("the account is not seen")
		}
		_, err = w.tenants.Accept(ctx, token, "Eve", password, at(away))
		w.wants(errs.Conflict, err)
		w.user(w.zeta.id, "Eve", "eve@zeta.example", tenant.Owner)
		eve, err := w.tenants.SignIn(ctx, "eve@zeta.example", password, at(home))
		w.must(err)
		_, err = w.tenants.Join(ctx, eve.AccessToken, token, at(home))
		w.wants(errs.Forbidden, err)

		zoe := w.signIn(w.zeta)
		joined, err := w.tenants.Join(ctx, zoe.AccessToken, token, at(home))
		w.must(err)
		if joined.Tenant.ID != w.acme.id || joined.Tenant.Role != tenant.Admin || len(joined.Tenants) != 2 {
			t.Errorf("got %+v", joined.Me)
		}
		w.must(w.good(joined.AccessToken))
		again, err := w.refresh(zoe.RefreshToken)
		w.must(err)
		if again.Tenant.ID != w.acme.id {
			t.Error("the session did not go along")
		}
		if count(w.audited(w.acme), "invitation.accepted") != 1 {
			t.Error("the audit log does not tell")
		}
	})
}

func TestAnInvitationEnds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		look := func(link string) error {
			w.clock.Pass(time.Minute)
			_, err := w.tenants.Look(ctx, tokenOf(link), at(away))
			return err
		}
		first := w.invite(w.acme.actor, "new@acme.example", tenant.Agent)
		w.wants(errs.NotFound, w.revoke(w.zeta.actor, first.ID))
		_, err := w.tenants.InviteAgain(ctx, w.zeta.actor, first.ID)
		w.wants(errs.NotFound, err)

		again, err := w.tenants.InviteAgain(ctx, w.acme.actor, first.ID)
		w.must(err)
		w.wants(errs.Forbidden, look(first.Link))
		w.must(look(again.Link))
		anew := w.invite(w.acme.actor, "new@acme.example", tenant.Viewer)
		w.wants(errs.Forbidden, look(again.Link))
		w.must(w.revoke(w.acme.actor, anew.ID))
		w.wants(errs.Forbidden, look(anew.Link))
		w.wants(errs.NotFound, w.revoke(w.acme.actor, anew.ID))

		late := w.invite(w.acme.actor, "late@acme.example", tenant.Agent)
		w.clock.Pass(7 * 24 * time.Hour)
		w.wants(errs.Forbidden, look(late.Link))
		late, err = w.tenants.InviteAgain(ctx, w.acme.actor, late.ID)
		w.must(err)
		w.must(look(late.Link))
	})
}

func TestWhoMayInviteWhom(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ann := w.user(w.acme.id, "Ann", "ann@acme.example", tenant.Admin)
		admin := actor.ForUser(w.acme.id, ann, home, tenant.Permissions(tenant.Admin))
		_, err := w.tenants.Invite(ctx, admin, "new@acme.example", tenant.Owner)
		w.wants(errs.Forbidden, err)
		_, err = w.tenants.Invite(ctx, admin, "new@acme.example", "boss")
		w.wants(errs.Invalid, err)
		_, err = w.tenants.Invite(ctx, admin, "new", tenant.Agent)
		w.wants(errs.Invalid, err)
		agent := actor.ForUser(w.acme.id, "x", home, tenant.Permissions(tenant.Agent))
		_, err = w.tenants.Invite(ctx, agent, "new@acme.example", tenant.Viewer)
		w.wants(errs.Forbidden, err)
		owners := w.invite(w.acme.actor, "boss@acme.example", tenant.Owner)
		w.wants(errs.Forbidden, w.revoke(admin, owners.ID))

		hers := w.invite(admin, "new@acme.example", tenant.Admin)
		w.must(w.remove(w.acme.actor, ann))
		_, err = w.tenants.Accept(ctx, tokenOf(hers.Link), "New", password, at(away))
		w.wants(errs.Forbidden, err)
	})
}

package actor_test

import (
	"strings"
	"testing"

	"parley/internal/actor"
	"parley/internal/errs"
)

func TestWhoEverybodyIs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		a                                 actor.Actor
		kind                              actor.Kind
		id, tenant, user, address, maySee string
	}{
		"a person":  {actor.ForUser("acme", "ada", "192.0.2.7", nil), actor.User, "ada", "acme", "ada", "192.0.2.7", ""},
		"the AI":    {actor.ForAI("acme"), actor.AI, "ai", "acme", "", "", ""},
		"a channel": {actor.ForChannel("acme", "ch"), actor.Channel, "ch", "acme", "", "", ""},
		"a worker":  {actor.ForSystem("acme"), actor.System, "system", "acme", "", "", ""},
		"nobody":    {actor.Actor{}, "", "", "", "", "", ""},
	} {
		a := c.a
		if a.Kind() != c.kind || a.ID() != c.id || a.Tenant() != c.tenant || a.UserID() != c.user || a.Address() != c.address {
			t.Errorf("%s is %q %q in %q, user %q at %q", name, a.Kind(), a.ID(), a.Tenant(), a.UserID(), a.Address())
		}
	}
}

func TestAPersonMayDoWhatTheRoleSaysAndCareForOneself(t *testing.T) {
	t.Parallel()
	viewer := actor.ForUser("acme", "vera", "192.0.2.7", []actor.Permission{actor.ConversationsRead})
	for p, want := range map[actor.Permission]bool{
		actor.ConversationsRead: true, actor.Self: true, actor.ConversationsReply: false, actor.ChannelsWrite: false,
	} {
		if got := viewer.Can(p); got != want {
			t.Errorf("may %s: %v", p, got)
		}
		err := viewer.Require(p)
		if want != (err == nil) || err != nil && (!errs.Is(err, errs.Forbidden) || !strings.Contains(errs.Message(err), string(p))) {
			t.Errorf("require %s: %v", p, err)
		}
	}
}

func TestOnlyTheProgramItselfNeedsNoPermission(t *testing.T) {
	t.Parallel()
	if !actor.ForSystem("acme").Can(actor.TenantWrite) {
		t.Error("a worker is refused")
	}
	for _, a := range []actor.Actor{{}, actor.ForAI("acme"), actor.ForChannel("acme", "ch"), actor.ForUser("acme", "ada", "", nil)} {
		if a.Can(actor.ConversationsRead) {
			t.Errorf("%q may read without being allowed to", a.Kind())
		}
	}
}

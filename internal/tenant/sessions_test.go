package tenant_test

import (
	"testing"

	"parley/internal/errs"
	"parley/internal/tenant"
)

func TestOneSeesAndEndsOnesOwnSessions(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		visit := at(home)
		visit.Agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
		here, err := w.tenants.SignIn(ctx, w.acme.email, password, visit)
		w.must(err)
		there, zoe := w.signIn(w.acme), w.signIn(w.zeta)
		all, err := w.tenants.Sessions(ctx, here.AccessToken)
		w.must(err)
		if len(all) != 2 || all[0].Here || !all[1].Here || all[1].Browser != "Firefox on Linux" || all[0].Browser != "" {
			t.Fatalf("the sessions are %+v", all)
		}
		w.wants(errs.NotFound, w.tenants.EndSession(ctx, zoe.AccessToken, all[0].ID, at(home)))
		w.must(w.tenants.EndSession(ctx, here.AccessToken, all[0].ID, at(home)))
		w.wants(errs.NotFound, w.tenants.EndSession(ctx, here.AccessToken, all[0].ID, at(home)))
		w.wants(errs.Unauthenticated, w.good(there.AccessToken))
		w.must(w.good(here.AccessToken))
		w.must(w.good(zoe.AccessToken))
	})
}

func TestABrowserIsCalledWhatPeopleCallIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sqlite")
	for agent, want := range map[string]string{
		"": "",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1": "Safari on iPhone",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0":               "Edge on Windows",
		"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36":                         "Chrome on Android",
		"curl/8.0": "curl",
	} {
		given, err := w.tenants.SignIn(t.Context(), w.acme.email, password, tenant.Visit{Address: home, Agent: agent})
		w.must(err)
		all, err := w.tenants.Sessions(t.Context(), given.AccessToken)
		w.must(err)
		if all[0].Browser != want {
			t.Errorf("%q is called %q", agent, all[0].Browser)
		}
	}
}

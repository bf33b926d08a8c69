package tenant_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/tenant"
)

func (w *world) change(a actor.Actor, c tenant.Change) error {
	return w.step(a, func(tx *db.Tx) error { return w.tenants.Change(w.t.Context(), tx, a, c) })
}

func (w *world) get(s *tenant.Service, a actor.Actor) tenant.Tenant {
	w.t.Helper()
	got, err := s.Get(w.t.Context(), w.db.As(a), a)
	w.must(err)
	return got
}

func TestANewTenantHasItsDefaults(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		got := w.get(w.tenants, w.acme.actor)
		if got.Name != "Acme" || got.TimeZone != "Europe/Berlin" || got.Locale != "en" || got.Tier != tenant.SelfHosted ||
			got.Settings.QuietWindowMs != 300 || len(got.Hours) != 0 || got.CreatedAt.IsZero() {
			t.Errorf("got %+v", got)
		}
		w.must(w.step(actor.ForSystem(w.acme.id), func(tx *db.Tx) error {
			made, err := w.tenants.Create(t.Context(), tx, tx.Actor(), tenant.NewTenant{Name: "Other", Locale: "de", Tier: tenant.Starter})
			if made {
				t.Error("a tenant was made twice")
			}
			return err
		}))
		_, err := w.tenants.Get(t.Context(), w.db.As(actor.ForSystem("x")), actor.ForSystem("x"))
		w.wants(errs.NotFound, err)
	})
}

func TestAChangeIsSeenAtOnceHereAndWithinTheBoundElsewhere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		other := w.process(nil)
		zeta := w.get(w.tenants, w.zeta.actor)
		w.get(w.tenants, w.acme.actor)
		w.get(other, w.acme.actor)
		hours := []tenant.Hours{{Day: time.Monday, Open: "09:00", Close: "18:00"}}
		w.must(w.change(w.acme.actor, tenant.Change{
			Name: ptr("  Acme & Sons "), About: ptr("We mend bicycles."), Locale: ptr("pt-BR"), TimeZone: ptr("America/Sao_Paulo"),
			Hours: &hours, QuietWindowMs: ptr(0),
		}))
		got := w.get(w.tenants, w.acme.actor)
		if got.Name != "Acme & Sons" || got.About != "We mend bicycles." || got.Locale != "pt-BR" ||
			got.TimeZone != "America/Sao_Paulo" || !slices.Equal(got.Hours, hours) || got.Settings.QuietWindowMs != 0 {
			t.Errorf("got %+v", got)
		}
		if w.get(w.tenants, w.zeta.actor).Name != zeta.Name {
			t.Error("the other tenant changed")
		}
		w.clock.Pass(tenant.SettingsBound)
		if later := w.get(other, w.acme.actor); later.Name != got.Name {
			t.Error("another process still works with the old settings")
		}
		before := w.db.Stats()
		for range 50 {
			w.get(w.tenants, w.zeta.actor)
			w.get(other, w.acme.actor)
			_, err := other.Names(t.Context(), w.db.As(w.acme.actor), w.acme.actor)
			w.must(err)
		}
		if reads := w.db.Stats().Reads - before.Reads; reads > 2 {
			t.Errorf("150 looks cost %d reads", reads)
		}
	})
}

func TestAChangeThatIsRolledBackWasNeverThere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.wants(errs.Conflict, w.step(w.acme.actor, func(tx *db.Tx) error {
			w.must(w.tenants.Change(t.Context(), tx, w.acme.actor, tenant.Change{Name: ptr("Other")}))
			inside, err := w.tenants.Get(t.Context(), tx, w.acme.actor)
			if err != nil || inside.Name != "Other" {
				t.Errorf("the step does not see its own change: %v", err)
			}
			names, err := w.tenants.Names(t.Context(), tx, w.acme.actor)
			if err != nil || len(names) != 1 {
				t.Errorf("the step sees the names %v: %v", names, err)
			}
			return errs.New(errs.Conflict, "")
		}))
		if got := w.get(w.tenants, w.acme.actor); got.Name != "Acme" {
			t.Errorf("it is called %s", got.Name)
		}
	})
}

func TestOnlySensibleChangesAreTaken(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for field, c := range map[string]tenant.Change{
			"name":          {Name: ptr("  ")},
			"about":         {About: ptr(strings.Repeat("a", 4001))},
			"locale":        {Locale: ptr("english")},
			"timeZone":      {TimeZone: ptr("Mars/Olympus")},
			"quietWindowMs": {QuietWindowMs: ptr(3001)},
			"hours":         {Hours: &[]tenant.Hours{{Day: time.Monday, Open: "9 o'clock", Close: "18:00"}}},
		} {
			err := w.change(w.acme.actor, c)
			w.wants(errs.Invalid, err)
			if errs.FieldOf(err) != field {
				t.Errorf("%v is about %q", err, errs.FieldOf(err))
			}
		}
		many := make([]tenant.Hours, 22)
		w.wants(errs.Invalid, w.change(w.acme.actor, tenant.Change{Hours: &many}))
		w.wants(errs.Invalid, w.change(w.acme.actor, tenant.Change{TimeZone: ptr("Local")}))
		w.wants(errs.Invalid, w.change(w.acme.actor, tenant.Change{Name: ptr(strings.Repeat("n", 101))}))
		w.wants(errs.Invalid, w.change(w.acme.actor, tenant.Change{Name: ptr("a\nb")}))
		agent := actor.ForUser(w.acme.id, "a", home, tenant.Permissions(tenant.Agent))
		w.wants(errs.Forbidden, w.change(agent, tenant.Change{Name: ptr("Mine")}))

		before := len(w.audited(w.acme))
		w.must(w.change(w.acme.actor, tenant.Change{Name: ptr("Acme")})) // nothing changes
		if len(w.audited(w.acme)) != before {
			t.Error("what changed nothing stands in the audit log")
		}
		w.must(w.change(w.acme.actor, tenant.Change{About: ptr("A secret of ours."), QuietWindowMs: ptr(1)}))
		var after string
		w.must(w.db.As(w.acme.actor).QueryRow(t.Context(),
			`SELECT after FROM audit_entries WHERE tenant_id = $1 ORDER BY id DESC LIMIT 1`, w.acme.id).Scan(&after))
		if strings.Contains(after, "secret") || !strings.Contains(after, `"about"`) || !strings.Contains(after, `"quietWindowMs":1`) {
			t.Errorf("the audit log says %s", after)
		}
	})
}

func TestTwoChangesAtOnceAreBothKept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var all sync.WaitGroup
		for _, c := range []tenant.Change{{Name: ptr("Other")}, {QuietWindowMs: ptr(7)}, {About: ptr("We mend.")}, {Locale: ptr("de")}} {
			all.Go(func() {
				if err := w.change(w.acme.actor, c); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		got := w.get(w.tenants, w.acme.actor)
		if got.Name != "Other" || got.Settings.QuietWindowMs != 7 || got.About != "We mend." || got.Locale != "de" {
			t.Errorf("got %+v", got)
		}
	})
}

func TestColleaguesHaveNamesAndTheOtherTenantsDoNot(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		names := func() map[string]string {
			got, err := w.tenants.Names(ctx, w.db.As(w.acme.actor), w.acme.actor)
			w.must(err)
			return got
		}
		if got := names(); len(got) != 1 || got[w.acme.owner] != "Acme's owner" {
			t.Errorf("the names are %v", got)
		}
		ann := w.user(w.acme.id, "Ann", "ann@acme.example", tenant.Agent)
		if got := names(); got[ann] != "Ann" || len(got) != 2 {
			t.Errorf("the names are %v", got)
		}
		all, err := w.tenants.Members(ctx, w.db.As(w.acme.actor), w.acme.actor)
		w.must(err)
		if len(all) != 2 || all[1].UserID != ann || all[1].Role != tenant.Agent || all[1].Email != "ann@acme.example" {
			t.Errorf("the members are %+v", all)
		}
		_, err = w.tenants.Members(ctx, w.db.As(w.acme.actor), actor.ForAI(w.acme.id))
		w.wants(errs.Forbidden, err)
	})
}

func TestAReadThatBeganBeforeAChangeIsNotKept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		slow := &slowly{Querier: w.db.As(w.acme.actor), began: make(chan struct{}), proceed: make(chan struct{})}
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := w.tenants.Get(t.Context(), slow, w.acme.actor); err != nil {
				t.Error(err)
			}
		})
		<-slow.began
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := w.tenants.Get(gone, slow, w.acme.actor); err == nil {
			t.Error("who has no time waits for another's read")
		}
		w.must(w.change(w.acme.actor, tenant.Change{Name: ptr("Other")}))
		if got := w.get(w.tenants, w.acme.actor); got.Name != "Other" {
			t.Errorf("after the change it is called %s", got.Name)
		}
		close(slow.proceed)
		all.Wait()
		if got := w.get(w.tenants, w.acme.actor); got.Name != "Other" {
			t.Errorf("a read from before the change was kept: %s", got.Name)
		}
	})
}

// slowly reads, and gives the answer only when it is told to go.
type slowly struct {
	db.Querier
	began, proceed chan struct{}
}

func (s *slowly) QueryRow(ctx context.Context, sql string, args ...any) db.Row {
	return lateRow{s.Querier.QueryRow(ctx, sql, args...), s}
}

type lateRow struct {
	db.Row
	s *slowly
}

func (r lateRow) Scan(dest ...any) error {
	err := r.Row.Scan(dest...)
	close(r.s.began)
	<-r.s.proceed
	return err
}

func TestWhoGivesUpWhileReadingFailsNobodyElse(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		slow := &givenUp{began: make(chan struct{}), proceed: make(chan struct{})}
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := w.tenants.Get(t.Context(), slow, w.acme.actor); err == nil {
				t.Error("the reader that gave up has an answer")
			}
		})
		<-slow.began
		for range 4 {
			all.Go(func() {
				if got, err := w.tenants.Get(t.Context(), w.db.As(w.acme.actor), w.acme.actor); err != nil || got.Name != "Acme" {
					t.Errorf("who waited got %q: %v", got.Name, err)
				}
			})
		}
		close(slow.proceed)
		all.Wait()
	})
}

// givenUp is a reader whose caller goes away.
type givenUp struct {
	db.Querier
	began, proceed chan struct{}
}

func (g *givenUp) QueryRow(context.Context, string, ...any) db.Row { return g }

func (g *givenUp) Scan(...any) error {
	close(g.began)
	<-g.proceed
	return context.Canceled
}

package billing_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"sync"
	"testing"
	"time"

	"parley/internal/actor"
	"parley/internal/billing"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/errs"
	"parley/internal/job"
	"parley/internal/job/jobtest"
)

// world is two tenants and a clock that can be set.
type world struct {
	t          *testing.T
	d          *db.DB
	acme, zeta actor.Actor
	ahead      func(time.Duration)
}

func each(t *testing.T, do func(t *testing.T, w *world)) {
	t.Helper()
	for _, kind := range dbtest.Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			do(t, newWorld(t, kind))
		})
	}
}

func newWorld(t *testing.T, kind string) *world {
	t.Helper()
	var mu sync.Mutex
	var by time.Duration
	w := &world{t: t, ahead: func(d time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		by += d
	}}
	w.d = jobtest.Template.Open(t, kind, func(o *db.Options) {
		o.Clock = func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return time.Now().Add(by)
		}
	})
	acme, zeta := dbtest.Tenants(t, w.d)
	w.acme, w.zeta = actor.ForSystem(acme), actor.ForSystem(zeta)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) step(a actor.Actor, do func(tx *db.Tx) error) {
	w.t.Helper()
	w.must(w.d.InTx(w.t.Context(), a, do))
}

func (w *world) spends(a actor.Actor, kind billing.UsageKind, amount int64) {
	w.t.Helper()
	w.step(a, func(tx *db.Tx) error {
		billing.Spend(tx, a, billing.Usage{Kind: kind, Amount: amount, ChannelID: "ch", ConversationID: "c"})
		return nil
	})
}

func (w *world) used(a actor.Actor, month string) map[billing.UsageKind]int64 {
	w.t.Helper()
	used, err := billing.UsageOf(w.t.Context(), w.d.As(a), a, month)
	w.must(err)
	return used
}

func (w *world) sums(a actor.Actor) (more bool) {
	w.t.Helper()
	w.step(a, func(tx *db.Tx) (err error) {
		more, err = billing.Sum(w.t.Context(), tx, a)
		return err
	})
	return more
}

// summed is what stands in the totals.
func (w *world) summed(a actor.Actor) (amount int64) {
	w.t.Helper()
	w.must(w.d.As(a).QueryRow(w.t.Context(),
		`SELECT CAST(coalesce(sum(amount), 0) AS BIGINT) FROM usage_totals WHERE tenant_id = $1`, a.Tenant()).Scan(&amount))
	return amount
}

func TestUsageIsCountedAtOnceAndSummedOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		month := billing.Month(w.d.Now())
		w.spends(w.acme, billing.Episodes, 1)
		w.spends(w.acme, billing.Episodes, 1)
		w.spends(w.acme, billing.AIAnswers, 5)
		w.spends(w.zeta, billing.Episodes, 7)
		want := map[billing.UsageKind]int64{billing.Episodes: 2, billing.AIAnswers: 5}
		check := func(when string) {
			t.Helper()
			if got := w.used(w.acme, month); !maps.Equal(got, want) {
				t.Errorf("%s: %v", when, got)
			}
		}
		check("before it is summed")
		w.sums(w.acme)
		if n := w.summed(w.acme); n != 0 {
			t.Errorf("entries that may have neighbours under way are summed: %d", n)
		}
		w.ahead(6 * time.Minute)
		for range 3 {
			w.sums(w.acme)
			check("after it is summed")
		}
		if n := w.summed(w.acme); n != 7 {
			t.Errorf("summed %d", n)
		}
		w.spends(w.acme, billing.Episodes, 1)
		want[billing.Episodes]++
		check("after one more")
		if got := w.used(w.zeta, month); !maps.Equal(got, map[billing.UsageKind]int64{billing.Episodes: 7}) {
			t.Errorf("Zeta used %v", got)
		}
		if got := w.used(w.acme, "1999-12"); len(got) != 0 {
			t.Errorf("long ago: %v", got)
		}
	})
}

func TestAMonthIsItsOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		this := billing.Month(w.d.Now())
		w.spends(w.acme, billing.Episodes, 1)
		w.ahead(32 * 24 * time.Hour)
		next := billing.Month(w.d.Now())
		w.spends(w.acme, billing.Episodes, 10)
		w.ahead(time.Hour)
		w.sums(w.acme)
		if a, b := w.used(w.acme, this)[billing.Episodes], w.used(w.acme, next)[billing.Episodes]; a != 1 || b != 10 {
			t.Errorf("%d in %s, %d in %s", a, this, b, next)
		}
	})
}

// Ids of entries say when they were made by the machine's clock, so they are old when the test's clock is ahead.
func TestMoreThanOneStepCanSumIsSummedInSeveral(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.step(w.acme, func(tx *db.Tx) error {
			for range 1500 {
				billing.Spend(tx, w.acme, billing.Usage{Kind: billing.Episodes, Amount: 1})
			}
			return nil
		})
		month := billing.Month(w.d.Now())
		if got := w.used(w.acme, month)[billing.Episodes]; got != 1500 {
			t.Errorf("used %d", got)
		}
		w.ahead(10 * time.Minute)
		if !w.sums(w.acme) || w.summed(w.acme) != 1000 {
			t.Errorf("the first step summed %d", w.summed(w.acme))
		}
		if got := w.used(w.acme, month)[billing.Episodes]; got != 1500 {
			t.Errorf("half summed, used %d", got)
		}
		if w.sums(w.acme) || w.summed(w.acme) != 1500 {
			t.Errorf("the second step summed up to %d", w.summed(w.acme))
		}
	})
}

// Two processes that sum at the same moment count nothing twice.
func TestTwoProcessesSumOnce(t *testing.T) {
	t.Parallel()
	dbtest.Only(t, dbtest.Postgres)
	w := newWorld(t, dbtest.Postgres)
	for range 20 {
		w.spends(w.acme, billing.Episodes, 1)
	}
	w.ahead(10 * time.Minute)
	inside, goOn, first := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	once := sync.OnceFunc(func() { close(inside); <-goOn })
	go func() {
		first <- w.d.InTx(t.Context(), w.acme, func(tx *db.Tx) error {
			_, err := billing.Sum(t.Context(), tx, w.acme)
			once()
			return err
		}, db.InLane(0))
	}()
	<-inside // the first has summed and not committed
	second := make(chan error, 1)
	go func() {
		second <- w.d.InTx(t.Context(), w.acme, func(tx *db.Tx) error {
			_, err := billing.Sum(t.Context(), tx, w.acme)
			return err
		}, db.InLane(1))
	}()
	dbtest.AwaitBlocked(t, w.d)
	close(goOn)
	w.must(errors.Join(<-first, <-second))
	if n := w.summed(w.acme); n != 20 {
		t.Errorf("summed %d", n)
	}
}

func TestAJobSumsForAllTenants(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.spends(w.acme, billing.Episodes, 3)
		w.spends(w.zeta, billing.Episodes, 4)
		w.ahead(10 * time.Minute)
		q, err := job.New(t.Context(), w.d, slog.New(slog.DiscardHandler), job.Options{Poll: 20 * time.Millisecond})
		w.must(err)
		billing.Register(w.d, q, func(context.Context, db.Querier) ([]string, error) {
			return []string{w.acme.Tenant(), w.zeta.Tenant()}, nil
		})
		w.must(q.Start(t.Context()))
		defer func() { _ = q.Stop(context.Background()) }()
		for deadline := time.Now().Add(20 * time.Second); w.summed(w.acme) != 3 || w.summed(w.zeta) != 4; {
			if time.Now().After(deadline) {
				t.Fatalf("summed %d and %d", w.summed(w.acme), w.summed(w.zeta))
			}
			time.Sleep(5 * time.Millisecond)
		}
	})
}

func TestATenantWithoutAPlanIsUnlimited(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p, err := billing.PlanOf(t.Context(), w.d.As(w.acme), w.acme)
		w.must(err)
		if p.Name != billing.Unlimited || p.Limits != (billing.Limits{}) || !p.StartedAt.IsZero() {
			t.Errorf("got %+v", p)
		}
	})
}

func TestAPlanIsTheTenantsOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		starter := billing.Limits{Conversations: 1000, KnowledgeBases: 1, Members: 2, Prompts: 5}
		w.step(w.acme, func(tx *db.Tx) error { return billing.SetPlan(t.Context(), tx, w.acme, "starter", starter) })
		w.step(w.acme, func(tx *db.Tx) error {
			return billing.SetPlan(t.Context(), tx, w.acme, "professional", billing.Limits{Conversations: 10_000})
		})
		p, err := billing.PlanOf(t.Context(), w.d.As(w.acme), w.acme)
		w.must(err)
		if p.Name != "professional" || p.Limits != (billing.Limits{Conversations: 10_000}) || p.StartedAt.IsZero() {
			t.Errorf("got %+v", p)
		}
		if p, err = billing.PlanOf(t.Context(), w.d.As(w.zeta), w.zeta); err != nil || p.Name != billing.Unlimited {
			t.Errorf("Zeta has %+v, %v", p, err)
		}
		var before, after string
		w.must(w.d.As(w.acme).QueryRow(t.Context(), `SELECT before, after FROM audit_entries
			WHERE tenant_id = $1 AND action = 'plan.changed' ORDER BY id DESC LIMIT 1`, w.acme.Tenant()).Scan(&before, &after))
		if before != `"starter"` || after != `"professional"` {
			t.Errorf("the audit log says %s to %s", before, after)
		}
		for name, limits := range map[string]billing.Limits{"": starter, "odd": {Members: -1}} {
			err := w.d.InTx(t.Context(), w.acme, func(tx *db.Tx) error {
				return billing.SetPlan(t.Context(), tx, w.acme, name, limits)
			})
			if !errs.Is(err, errs.Invalid) {
				t.Errorf("%q: %v", name, err)
			}
		}
	})
}

func TestAModelCallIsPaidFor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.step(w.acme, func(tx *db.Tx) error {
			billing.Pay(tx, w.acme, billing.Money{
				Purpose: "answer", ConversationID: "c", Provider: "openrouter", Model: "m", PromptTokens: 900, CompletionTokens: 80, CostMicros: 412,
			})
			return nil
		})
		read := func(a actor.Actor) (rows, cost int64) {
			w.must(w.d.As(a).QueryRow(t.Context(), `SELECT count(*), CAST(coalesce(sum(cost_micros), 0) AS BIGINT) FROM money_entries
				WHERE tenant_id = $1`, a.Tenant()).Scan(&rows, &cost))
			return rows, cost
		}
		if rows, cost := read(w.acme); rows != 1 || cost != 412 {
			t.Errorf("%d entries of %d", rows, cost)
		}
		if rows, _ := read(w.zeta); rows != 0 {
			t.Errorf("Zeta pays too")
		}
	})
}

func TestUsageOfAStepThatFailedIsNotCounted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		no := errors.New("no")
		err := w.d.InTx(t.Context(), w.acme, func(tx *db.Tx) error {
			billing.Spend(tx, w.acme, billing.Usage{Kind: billing.Episodes, Amount: 1})
			return no
		})
		if got := w.used(w.acme, billing.Month(w.d.Now())); !errors.Is(err, no) || len(got) != 0 {
			t.Errorf("%v, used %v", err, got)
		}
	})
}

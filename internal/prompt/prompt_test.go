package prompt_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/errs"
	"parley/internal/prompt"
)

// world is two tenants with a writer each, who must never meet, and a clock that stands still until it is moved.
type world struct {
	t          *testing.T
	db         *db.DB
	prompts    *prompt.Service
	now        *atomic.Int64
	acme, zeta actor.Actor
}

func each(t *testing.T, do func(t *testing.T, w *world)) {
	t.Helper()
	for _, kind := range dbtest.Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			now := &atomic.Int64{}
			now.Store(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC).UnixNano())
			d := dbtest.Open(t, kind, func(o *db.Options) { o.Clock = func() time.Time { return time.Unix(0, now.Load()) } })
			acme, zeta := dbtest.Tenants(t, d)
			do(t, &world{t: t, db: d, prompts: prompt.New(d), now: now, acme: writer(acme), zeta: writer(zeta)})
		})
	}
}

func writer(tenant string) actor.Actor {
	return actor.ForUser(tenant, "user-1", "192.0.2.1", []actor.Permission{actor.PromptsRead, actor.PromptsWrite})
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) step(a actor.Actor, do func(ctx context.Context, tx *db.Tx) error) error {
	w.now.Add(int64(time.Millisecond))
	return w.db.InTx(w.t.Context(), a, func(tx *db.Tx) error { return do(w.t.Context(), tx) })
}

func (w *world) write(a actor.Actor, promptID, body string) (v prompt.Version, err error) {
	err = w.step(a, func(ctx context.Context, tx *db.Tx) (err error) {
		v, err = w.prompts.Write(ctx, tx, a, promptID, prompt.Text{Body: body})
		return err
	})
	return v, err
}

func (w *world) publish(a actor.Actor, promptID, versionID string) error {
	return w.step(a, func(ctx context.Context, tx *db.Tx) error { return w.prompts.Publish(ctx, tx, a, promptID, versionID) })
}

func (w *world) rollBack(a actor.Actor, promptID string) (v prompt.Version, err error) {
	err = w.step(a, func(ctx context.Context, tx *db.Tx) (err error) {
		v, err = w.prompts.RollBack(ctx, tx, a, promptID)
		return err
	})
	return v, err
}

func (w *world) current(a actor.Actor, promptID string) prompt.Live {
	w.t.Helper()
	live, err := w.prompts.Current(w.t.Context(), actor.ForAI(a.Tenant()), promptID)
	w.must(err)
	return live
}

// published writes and publishes a version.
func (w *world) published(a actor.Actor, promptID, body string) prompt.Version {
	w.t.Helper()
	v, err := w.write(a, promptID, body)
	w.must(err)
	w.must(w.publish(a, promptID, v.ID))
	return v
}

func TestATenantsDefaultIsMadeOnceWhenItIsNeeded(t *testing.T) {
	t.Parallel()
	each(t, func(_ *testing.T, w *world) {
		other := prompt.New(w.db) // as in another process
		var all sync.WaitGroup
		seen := make([]prompt.Live, 40)
		for i := range seen {
			all.Go(func() {
				s := w.prompts
				if i%2 == 0 {
					s = other
				}
				live, err := s.Current(w.t.Context(), actor.ForAI(w.acme.Tenant()), "")
				if err != nil {
					w.t.Error(err)
				}
				seen[i] = live
			})
		}
		all.Wait()
		for _, live := range seen {
			if live.VersionID == "" || live.VersionID != seen[0].VersionID || live.Number != 1 || live.Name != "Default" {
				w.t.Fatalf("got %+v and %+v", live, seen[0])
			}
		}
		list, err := w.prompts.List(w.t.Context(), w.db.As(w.acme), w.acme)
		w.must(err)
		if len(list) != 1 || !list[0].IsDefault || list[0].PublishedVersionID != seen[0].VersionID {
			w.t.Errorf("there are %+v", list)
		}
		versions, err := w.prompts.Versions(w.t.Context(), w.db.As(w.acme), w.acme, list[0].ID)
		w.must(err)
		if len(versions) != 1 || versions[0].State != prompt.Published || versions[0].CreatedBy != "system" {
			w.t.Errorf("its versions are %+v", versions)
		}
		if theirs := w.current(w.zeta, ""); theirs.PromptID == list[0].ID {
			w.t.Error("another tenant answers by our prompt")
		}
	})
}

func TestWritingPublishingAndRollingBack(t *testing.T) {
	t.Parallel()
	each(t, func(_ *testing.T, w *world) {
		id := w.current(w.acme, "").PromptID
		draft, err := w.write(w.acme, id, "second, first try")
		w.must(err)
		again, err := w.write(w.acme, id, "second")
		w.must(err)
		if draft.Number != 2 || again.ID != draft.ID || again.Body != "second" || again.State != prompt.Draft {
			w.t.Errorf("the draft is %+v, then %+v", draft, again)
		}
		if w.current(w.acme, "").Number != 1 {
			w.t.Error("a draft answers")
		}
		w.must(w.publish(w.acme, id, draft.ID))
		third := w.published(w.acme, id, "third")
		if got := w.current(w.acme, ""); got.VersionID != third.ID || got.Body != "third" {
			w.t.Errorf("the third does not answer: %+v", got)
		}
		for _, want := range []string{"second", "You answer the customers"} {
			v, err := w.rollBack(w.acme, id)
			w.must(err)
			if got := w.current(w.acme, ""); v.State != prompt.Published || !strings.HasPrefix(got.Body, want) {
				w.t.Errorf("rolled back to %q, want %q", got.Body, want)
			}
		}
		if _, err := w.rollBack(w.acme, id); !errs.Is(err, errs.Conflict) {
			w.t.Errorf("there is nothing left to go back to: %v", err)
		}
		w.must(w.publish(w.acme, id, third.ID))
		states := map[int64]prompt.State{}
		versions, err := w.prompts.Versions(w.t.Context(), w.db.As(w.acme), w.acme, id)
		w.must(err)
		for _, v := range versions {
			states[v.Number] = v.State
		}
		if states[1] != prompt.Retired || states[2] != prompt.Withdrawn || states[3] != prompt.Published {
			w.t.Errorf("the states are %v", states)
		}
		if w.current(w.acme, "").VersionID != third.ID {
			w.t.Error("a version that was withdrawn may be published again")
		}
	})
}

func TestAPublishedVersionNeverChanges(t *testing.T) {
	t.Parallel()
	each(t, func(_ *testing.T, w *world) {
		id := w.current(w.acme, "").PromptID
		v := w.published(w.acme, id, "as published")
		next, err := w.write(w.acme, id, "something else")
		w.must(err)
		if next.ID == v.ID || w.current(w.acme, "").Body != "as published" {
			w.t.Errorf("writing on changed what was published: %+v", next)
		}
	})
}

func TestAnotherPromptOfAChannel(t *testing.T) {
	t.Parallel()
	each(t, func(_ *testing.T, w *world) {
		var p prompt.Prompt
		var v prompt.Version
		warm := 0.4
		text := prompt.Text{Body: "for sales", Personality: prompt.Personality{
			Tone: "warm", Languages: []string{"de", "en"}, Model: "big", Temperature: &warm,
		}}
		w.must(w.step(w.acme, func(ctx context.Context, tx *db.Tx) (err error) {
			p, v, err = w.prompts.Create(ctx, tx, w.acme, " Sales ", text)
			return err
		}))
		if got := w.current(w.acme, p.ID); got.Name != "Default" {
			w.t.Errorf("before it is published the default answers, not %+v", got)
		}
		w.must(w.publish(w.acme, p.ID, v.ID))
		got := w.current(w.acme, p.ID)
		if got.Name != "Sales" || got.Body != "for sales" || got.Personality.Model != "big" || *got.Personality.Temperature != warm {
			w.t.Errorf("got %+v", got)
		}
		if got := w.current(w.zeta, p.ID); got.Name != "Default" || got.VersionID == v.ID {
			w.t.Errorf("another tenant's channel answers by %+v", got)
		}
		if got := w.current(w.acme, "gone"); got.Name != "Default" {
			w.t.Errorf("a prompt that is gone: %+v", got)
		}
	})
}

func TestWhatAnswersIsRemembered(t *testing.T) {
	t.Parallel()
	each(t, func(_ *testing.T, w *world) {
		other := prompt.New(w.db) // as in another process
		id := w.current(w.acme, "").PromptID
		theirs := func() string {
			live, err := other.Current(w.t.Context(), actor.ForAI(w.acme.Tenant()), "")
			w.must(err)
			return live.Body
		}
		_ = theirs()
		before := w.db.Stats().Reads
		for range 50 {
			w.current(w.acme, "")
		}
		if n := w.db.Stats().Reads - before; n != 0 {
			w.t.Errorf("%d reads of what is remembered", n)
		}
		w.published(w.acme, id, "new")
		if w.current(w.acme, "").Body != "new" {
			w.t.Error("our own publishing is seen at once")
		}
		if theirs() == "new" {
			w.t.Error("another process asks the database every time")
		}
		w.now.Add(int64(2 * time.Second))
		if theirs() != "new" {
			w.t.Error("another process never sees what was published")
		}
	})
}

func TestAnotherTenantsPromptIsNotThere(t *testing.T) {
	t.Parallel()
	each(t, func(_ *testing.T, w *world) {
		mine := w.current(w.acme, "")
		v := w.published(w.acme, mine.PromptID, "mine")
		_, writing := w.write(w.zeta, mine.PromptID, "theirs")
		_, back := w.rollBack(w.zeta, mine.PromptID)
		_, getting := w.prompts.Get(w.t.Context(), w.db.As(w.zeta), w.zeta, mine.PromptID)
		_, versions := w.prompts.Versions(w.t.Context(), w.db.As(w.zeta), w.zeta, mine.PromptID)
		own := w.current(w.zeta, "")
		for what, err := range map[string]error{
			"write": writing, "roll back": back, "get": getting, "versions": versions,
			"publish":                   w.publish(w.zeta, mine.PromptID, v.ID),
			"publish as version of own": w.publish(w.zeta, own.PromptID, v.ID),
			"publish of another prompt": w.publish(w.acme, mine.PromptID, own.VersionID),
		} {
			if !errs.Is(err, errs.NotFound) {
				w.t.Errorf("%s: %v", what, err)
			}
		}
		if w.current(w.acme, "").VersionID != v.ID || w.current(w.zeta, "").VersionID != own.VersionID {
			w.t.Error("something was changed")
		}
	})
}

func TestWhoMayWhat(t *testing.T) {
	t.Parallel()
	each(t, func(_ *testing.T, w *world) {
		live := w.current(w.acme, "")
		agent := actor.ForUser(w.acme.Tenant(), "user-2", "192.0.2.2", []actor.Permission{actor.ConversationsReply})
		_, listing := w.prompts.List(w.t.Context(), w.db.As(agent), agent)
		_, getting := w.prompts.Get(w.t.Context(), w.db.As(agent), agent, live.PromptID)
		_, writing := w.write(agent, live.PromptID, "mine now")
		_, back := w.rollBack(agent, live.PromptID)
		creating := w.step(agent, func(ctx context.Context, tx *db.Tx) error {
			_, _, err := w.prompts.Create(ctx, tx, agent, "x", prompt.Text{Body: "x"})
			return err
		})
		for what, err := range map[string]error{
			"list": listing, "get": getting, "write": writing, "roll back": back, "create": creating,
			"publish": w.publish(agent, live.PromptID, live.VersionID),
		} {
			if !errs.Is(err, errs.Forbidden) {
				w.t.Errorf("%s: %v", what, err)
			}
		}
	})
}

func TestWhatAPromptMustBe(t *testing.T) {
	t.Parallel()
	each(t, func(_ *testing.T, w *world) {
		hot := 3.0
		long := strings.Repeat("x", 201)
		for what, tc := range map[string]struct {
			name  string
			text  prompt.Text
			field string
		}{
			"no name":            {" ", prompt.Text{Body: "x"}, "name"},
			"a long name":        {long, prompt.Text{Body: "x"}, "name"},
			"no words":           {"x", prompt.Text{Body: " \n"}, "body"},
			"too many":           {"x", prompt.Text{Body: strings.Repeat("é", 20_001)}, "body"},
			"bytes that are not": {"x", prompt.Text{Body: "\xff"}, "body"},
			"no such variable":   {"x", prompt.Text{Body: "Hello {{ custmer_name }}"}, "body"},
			"too hot":            {"x", prompt.Text{Body: "x", Personality: prompt.Personality{Temperature: &hot}}, "temperature"},
			"many languages":     {"x", prompt.Text{Body: "x", Personality: prompt.Personality{Languages: make([]string, 51)}}, "languages"},
			"a long tone":        {"x", prompt.Text{Body: "x", Personality: prompt.Personality{Tone: long}}, "personality"},
		} {
			err := w.step(w.acme, func(ctx context.Context, tx *db.Tx) error {
				_, _, err := w.prompts.Create(ctx, tx, w.acme, tc.name, tc.text)
				return err
			})
			if !errs.Is(err, errs.Invalid) || errs.FieldOf(err) != tc.field {
				w.t.Errorf("%s: %v", what, err)
			}
		}
		if _, err := w.write(w.acme, w.current(w.acme, "").PromptID, ""); !errs.Is(err, errs.Invalid) {
			w.t.Errorf("an empty draft: %v", err)
		}
		w.must(w.step(w.acme, func(ctx context.Context, tx *db.Tx) error { // braces that are no variables are text
			_, _, err := w.prompts.Create(ctx, tx, w.acme, "x", prompt.Text{Body: "{{ a + b }} {{}} {{ { today }} {{today}}"})
			return err
		}))
	})
}

func TestTwoDraftsAtOnceDoNotGetLost(t *testing.T) {
	t.Parallel()
	each(t, func(_ *testing.T, w *world) {
		id := w.current(w.acme, "").PromptID
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if _, err := w.write(w.acme, id, "mine"); err != nil && !errs.Is(err, errs.Conflict) {
					w.t.Error(err)
				}
			})
		}
		all.Wait()
		versions, err := w.prompts.Versions(w.t.Context(), w.db.As(w.acme), w.acme, id)
		w.must(err)
		if len(versions) < 2 {
			w.t.Errorf("there are %d versions", len(versions))
		}
	})
}

func TestAnEndedCallerGetsItsOwnError(t *testing.T) {
	t.Parallel()
	each(t, func(_ *testing.T, w *world) {
		ctx, cancel := context.WithCancel(w.t.Context())
		cancel()
		if _, err := w.prompts.Current(ctx, actor.ForAI(w.acme.Tenant()), ""); err == nil {
			w.t.Error("no error")
		}
		w.current(w.acme, "")
	})
}

func TestExpand(t *testing.T) {
	t.Parallel()
	values := prompt.Values{prompt.BusinessName: "Acme", prompt.CustomerName: "{{business_name}}", prompt.Today: ""}
	for body, want := range map[string]string{
		"We are {{business_name}}.":                          "We are Acme.",
		"{{ business_name }} {{business_name}}":              "Acme Acme",
		"Hello {{customer_name}}!":                           "Hello {{business_name}}!",
		"a\nToday is {{today}}.\nb":                          "a\nb",
		"{{today}} {{business_name}}":                        " Acme",
		"{{nothing}} and {{business_name":                    "{{nothing}} and {{business_name",
		"{{{{business_name}}}}":                              "{{Acme}}",
		"no variables {} at all":                             "no variables {} at all",
		"{{business_about}}\n":                               "",
		"{{ {{business_name}} {{ unknown }}":                 "{{ Acme {{ unknown }}",
		"line {{unknown}}\n{{business_about}}\n{{language}}": "line {{unknown}}\n",
	} {
		if got := prompt.Expand(body, values); got != want {
			t.Errorf("%q becomes %q, want %q", body, got, want)
		}
	}
}

// What a customer is called stands in the instructions as it is, whatever it looks like.
func TestAValueIsNeverExpanded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[{}a-z_ ]{0,12}(\{\{(customer_name|business_name|today)\}\})?[{}a-z_ ]{0,12}`).Draw(t, "name")
		got := prompt.Expand("<{{customer_name}}>", prompt.Values{prompt.CustomerName: name, prompt.BusinessName: "Acme", prompt.Today: "now"})
		if want := "<" + name + ">"; got != want && name != "" {
			t.Fatalf("%q became %q", name, got)
		}
	})
}

func TestInstructions(t *testing.T) {
	t.Parallel()
	text := prompt.Text{Body: "We are {{business_name}}.\n", Personality: prompt.Personality{
		Tone: "warm", Length: "short", Languages: []string{"German", "English"},
	}}
	want := "We are Acme.\nTone: warm\nLength: short\nAnswer only in these languages: German, English"
	if got := text.Instructions(prompt.Values{prompt.BusinessName: "Acme"}); got != want {
		t.Errorf("got %q", got)
	}
}

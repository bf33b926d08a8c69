package knowledge_test

import (
	"context"
	"log/slog"
	"testing"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/knowledge"
	"parley/internal/realtime"
)

// world is two tenants who must never meet.
type world struct {
	t          *testing.T
	db         *db.DB
	live       *realtime.Hub
	know       *knowledge.Service
	acme, zeta actor.Actor
}

func each(t *testing.T, do func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { do(t, newWorld(t, d)) })
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{t: t, db: d, live: newHub(t, realtime.Options{})}
	w.know = w.service(knowledge.Options{})
	acme, zeta := dbtest.Tenants(t, d)
	w.acme, w.zeta = owner(acme), owner(zeta)
	return w
}

func newHub(t testing.TB, o realtime.Options) *realtime.Hub {
	t.Helper()
	live, err := realtime.New(slog.New(slog.DiscardHandler), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = live.Stop(context.Background()) })
	return live
}

// service is another Service on the same database, as another process has one.
func (w *world) service(o knowledge.Options) *knowledge.Service {
	return knowledge.New(w.live, slog.New(slog.DiscardHandler), o)
}

func owner(tenant string) actor.Actor {
	return actor.ForUser(tenant, "owner-of-"+tenant, "192.0.2.1", []actor.Permission{actor.KnowledgeRead, actor.KnowledgeWrite})
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) add(a actor.Actor, in knowledge.NewDocument) knowledge.Document {
	w.t.Helper()
	d, err := w.tryAdd(a, in)
	w.must(err)
	return d
}

func (w *world) tryAdd(a actor.Actor, in knowledge.NewDocument) (d knowledge.Document, err error) {
	err = w.db.InTx(w.t.Context(), a, func(tx *db.Tx) (err error) {
		d, err = w.know.Add(w.t.Context(), tx, a, in)
		return err
	})
	return d, err
}

func (w *world) tell(a actor.Actor, title, text string) knowledge.Document {
	w.t.Helper()
	return w.add(a, knowledge.NewDocument{Title: title, Text: text})
}

func (w *world) remove(a actor.Actor, id string) error {
	return w.db.InTx(w.t.Context(), a, func(tx *db.Tx) error { return w.know.Remove(w.t.Context(), tx, a, id) })
}

func (w *world) search(s *knowledge.Service, a actor.Actor, query string) knowledge.Found {
	w.t.Helper()
	f, err := s.Search(w.t.Context(), w.db.As(a), a, "", query, 5)
	w.must(err)
	return f
}

func (w *world) ask(a actor.Actor, query string) knowledge.Extract {
	w.t.Helper()
	return w.search(w.know, a, query).Extract()
}

// count is how many rows a query counts, as an actor sees them.
func (w *world) count(a actor.Actor, sql string, args ...any) (n int64) {
	w.t.Helper()
	w.must(w.db.As(a).QueryRow(w.t.Context(), sql, args...).Scan(&n))
	return n
}

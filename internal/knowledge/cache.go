package knowledge

import (
	"container/list"
	"context"
	"errors"
	"log/slog"
	"runtime"
	"sync"

	"parley/internal/actor"
	"parley/internal/db"
)

// cache keeps the indexes used last. Only revisions that were read outside a step are kept: what a step sees may
// never be committed.
type cache struct {
	log      *slog.Logger
	most     int64
	building chan struct{} // as many builds at once as there are processors

	mu      sync.Mutex
	held    map[key]*list.Element // of *slot
	recent  list.List             // the one used last in front
	bytes   int64
	loading map[key]*loading
}

// key names a base.
type key struct{ tenant, base string }

type slot struct {
	key key
	ix  *index
}

var errUnfinished = errors.New("the knowledge index was not finished")

// loading is an index being built, for all who wait for it.
type loading struct {
	done chan struct{}
	ix   *index
	err  error
}

func newCache(log *slog.Logger, most int64) *cache {
	return &cache{
		log: log, most: most, building: make(chan struct{}, runtime.GOMAXPROCS(0)),
		held: map[key]*list.Element{}, loading: map[key]*loading{},
	}
}

// get gives the index of a base at a revision or a later one.
func (c *cache) get(ctx context.Context, q db.Querier, a actor.Actor, base string, revision int64) (*index, error) {
	if _, step := q.(*db.Tx); step {
		return load(ctx, q, a, base)
	}
	k := key{a.Tenant(), base}
	for {
		ix, l, mine := c.look(k, revision)
		if ix != nil {
			return ix, nil
		}
		if mine {
			c.load(ctx, q, a, k, l)
		}
		select {
		case <-l.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if l.err != nil || l.ix.revision >= revision {
			return l.ix, l.err
		}
	}
}

// look gives the index that is held, or the loading to wait for; mine says that the caller has to do it.
func (c *cache) look(k key, revision int64) (ix *index, l *loading, mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.held[k]; ok {
		if s := e.Value.(*slot); s.ix.revision >= revision {
			c.recent.MoveToFront(e)
			return s.ix, nil, false
		}
	}
	if l, ok := c.loading[k]; ok {
		return nil, l, false
	}
	l = &loading{done: make(chan struct{})}
	c.loading[k] = l
	return nil, l, true
}

// load builds an index for all who wait, also when the one who began has gone.
func (c *cache) load(ctx context.Context, q db.Querier, a actor.Actor, k key, l *loading) {
	l.err = errUnfinished // unless it comes to its end
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.loading, k)
		if l.err == nil {
			c.keep(k, l.ix)
		}
		close(l.done)
	}()
	c.building <- struct{}{}
	defer func() { <-c.building }()
	l.ix, l.err = load(context.WithoutCancel(ctx), q, a, k.base)
	if l.err == nil {
		c.log.DebugContext(ctx, "knowledge index built", slog.String("tenant", k.tenant), slog.Int64("revision", l.ix.revision),
			slog.Int("passages", len(l.ix.passages)), slog.Int64("bytes", l.ix.bytes))
	}
}

// keep puts an index in front, and lets those go that were not used for longest, but never the one just put.
func (c *cache) keep(k key, ix *index) {
	if e, ok := c.held[k]; ok {
		c.drop(e)
	}
	c.held[k] = c.recent.PushFront(&slot{k, ix})
	for c.bytes += ix.bytes; c.bytes > c.most && c.recent.Len() > 1; {
		c.drop(c.recent.Back())
	}
}

func (c *cache) drop(e *list.Element) {
	s := c.recent.Remove(e).(*slot)
	delete(c.held, s.key)
	c.bytes -= s.ix.bytes
}

func load(ctx context.Context, q db.Querier, a actor.Actor, base string) (*index, error) {
	revision, all, err := readBase(ctx, q, a, base)
	if err != nil {
		return nil, err
	}
	return build(revision, all), nil
}

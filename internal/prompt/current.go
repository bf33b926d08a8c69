package prompt

import (
	"context"
	"fmt"
	"sync"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
)

// Bounds of what is remembered.
const (
	staleAfter     = 2 * time.Second // until another process's publishing is seen; our own is seen at once
	mostRemembered = 10_000
)

type key struct{ tenant, prompt string }

type remembered struct {
	live Live
	at   db.Time
}

// memory is what answers where, as it was read a moment ago: every answer needs it, and it hardly ever changes.
type memory struct {
	mu    sync.RWMutex
	round int64 // counts what was forgotten, so that a read that began before does not bring it back
	byKey map[key]remembered
}

func (m *memory) get(k key, now db.Time) (live Live, round int64, ok bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	r, has := m.byKey[k]
	return r.live, m.round, has && now.Sub(r.at) < staleAfter
}

func (m *memory) put(k key, live Live, at db.Time, round int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.round != round {
		return
	}
	if len(m.byKey) >= mostRemembered {
		clear(m.byKey)
	}
	m.byKey[k] = remembered{live: live, at: at}
}

func (m *memory) forget(tenant string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.round++
	for k := range m.byKey {
		if k.tenant == tenant {
			delete(m.byKey, k)
		}
	}
}

// Current is the version that answers under a prompt, "" being the tenant's default, which is made when it is not
// there yet. A prompt that is not there, or was never published, leaves its answers to the default. What it says may
// be two seconds old.
func (s *Service) Current(ctx context.Context, a actor.Actor, promptID string) (Live, error) {
	k := key{a.Tenant(), promptID}
	now := s.db.Now()
	live, round, ok := s.live.get(k, now)
	if ok {
		return live, nil
	}
	got, err, _ := s.reads.Do(fmt.Sprintf("%s\x00%s\x00%d", k.tenant, k.prompt, round), func() (any, error) {
		live, err := s.look(context.WithoutCancel(ctx), a, promptID)
		if err == nil {
			s.live.put(k, live, now, round)
		}
		return live, err
	})
	if err != nil {
		return Live{}, err
	}
	live, _ = got.(Live)
	return live, ctx.Err()
}

func (s *Service) look(ctx context.Context, a actor.Actor, promptID string) (Live, error) {
	q := s.db.As(a)
	if promptID != "" {
		live, err := readLive(ctx, q, a, promptID)
		if !errs.Is(err, errs.NotFound) {
			return live, err
		}
	}
	live, err := readDefault(ctx, q, a)
	if !errs.Is(err, errs.NotFound) {
		return live, err
	}
	if err := s.db.InTx(ctx, a, func(tx *db.Tx) error { return makeDefault(ctx, tx, a) }); err != nil {
		return Live{}, err
	}
	return readDefault(ctx, q, a)
}

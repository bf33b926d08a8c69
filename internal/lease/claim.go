package lease

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"parley/internal/db"
)

// What one claiming step takes at most: it holds its locks until its commit.
const (
	mostRows    = 256
	mostTenants = 32
)

// claimLoop claims when it is told that there is something, and looks by itself now and then.
func (e *Engine) claimLoop(ctx context.Context) {
	poll := time.NewTicker(e.o.Poll)
	defer poll.Stop()
	failing := false
	for {
		more, err := e.claimRound(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil && !failing { // said once, not at each look
			e.p.log.WarnContext(ctx, "rows not claimed", slog.String("table", e.t.Name), slog.Any("error", err))
		}
		failing = err != nil
		if more {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-e.wake:
		case <-poll.C:
		}
	}
}

// claimRound takes what is due, once, as far as there are free places; more says that there may be something left.
func (e *Engine) claimRound(ctx context.Context) (more bool, err error) {
	id := e.p.claims()
	if id == "" || !e.hasPlace() {
		return false, nil
	}
	tenants, err := column(ctx, e.p.d.As(nobody), e.sql.waiting, e.p.d.Now())
	if err != nil || len(tenants) == 0 {
		return false, err
	}
	slices.Sort(tenants)
	uncertain := tenants[0] == ""
	if uncertain {
		tenants = tenants[1:]
	}
	room := e.room(tenants)
	tenants = e.rotate(slices.DeleteFunc(tenants, func(tenant string) bool { return room[tenant] == 0 }))
	if len(tenants) == 0 && !uncertain {
		return false, nil
	}
	n := e.holdPlaces(mostRows)
	if n == 0 {
		return false, nil
	}
	taken, err := e.claim(ctx, id, n, uncertain, tenants, room)
	e.served(tenants, taken)
	e.startClaimed(taken, id, n)
	return len(taken) > 0, err
}

func (e *Engine) hasPlace() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.used >= e.o.Slots {
		e.hungry = true
		return false
	}
	return true
}

// rotate begins with the tenant after the one that was served last.
func (e *Engine) rotate(tenants []string) []string {
	if len(tenants) == 0 {
		return nil
	}
	at, same := slices.BinarySearch(tenants, e.last)
	if same {
		at++
	}
	at %= len(tenants)
	tenants = slices.Concat(tenants[at:], tenants[:at])
	return tenants[:min(len(tenants), mostTenants)]
}

// served notes how far the round came.
func (e *Engine) served(tenants []string, taken []Item) {
	for _, tenant := range tenants {
		if ofTenant(taken, tenant) > 0 {
			e.last = tenant
		}
	}
}

// holdPlaces holds free places for a claim, at most so many; startClaimed uses them or gives them back.
func (e *Engine) holdPlaces(most int) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := min(e.o.Slots-e.used, most)
	if n <= 0 {
		e.hungry = true
		return 0
	}
	e.used += n
	return n
}

// room is how many more rows each tenant may have: one alone may not take the last sixteenth of the places, which is
// there for whoever comes next.
func (e *Engine) room(tenants []string) map[string]int {
	e.mu.Lock()
	defer e.mu.Unlock()
	most := max(e.o.Slots-e.o.Slots/16, 1)
	room := make(map[string]int, len(tenants))
	for _, tenant := range tenants {
		room[tenant] = max(most-e.shares[tenant], 0)
		e.capped = e.capped || room[tenant] == 0
	}
	return room
}

// claim takes up to n rows in one step: those whose grace has ended, then tenant by tenant, each the same share, and
// what some do not need goes round again.
func (e *Engine) claim(ctx context.Context, id string, n int, uncertain bool, tenants []string, room map[string]int,
) (taken []Item, err error) {
	e.counted.claims.Add(1)
	err = e.p.d.InTx(ctx, nobody, func(tx *db.Tx) (err error) {
		taken = nil
		if uncertain {
			if taken, err = items(ctx, tx, e.sql.uncertain, id, tx.Now(), n); err != nil {
				return err
			}
			for i := range taken {
				taken[i].Uncertain = true
			}
		}
		more, err := e.goRound(ctx, tx, id, n-len(taken), tenants, room)
		taken = append(taken, more...)
		return err
	})
	if err != nil {
		return nil, err
	}
	e.counted.claimed.Add(int64(len(taken)))
	return taken, nil
}

func (e *Engine) goRound(ctx context.Context, tx *db.Tx, id string, n int, tenants []string, room map[string]int,
) (taken []Item, err error) {
	for len(taken) < n && len(tenants) > 0 {
		share := max((n-len(taken))/len(tenants), 1)
		var hungry []string
		for _, tenant := range tenants {
			want := min(share, room[tenant]-ofTenant(taken, tenant), n-len(taken))
			if want <= 0 {
				continue
			}
			got, err := items(ctx, tx, e.sql.claim, id, tx.Now(), want, tenant)
			if err != nil {
				return nil, err
			}
			taken = append(taken, got...)
			if len(got) == want {
				hungry = append(hungry, tenant)
			}
		}
		tenants = hungry
	}
	return taken, nil
}

func ofTenant(all []Item, tenant string) (n int) {
	for _, it := range all {
		if it.Tenant == tenant {
			n++
		}
	}
	return n
}

// startClaimed begins the work on claimed rows, in places that were held for n of them.
func (e *Engine) startClaimed(taken []Item, id string, n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.used -= n
	for _, it := range taken {
		e.hold(it.Tenant)
		e.begin(it, it.Tenant, id)
	}
	if e.hungry && e.used < e.o.Slots {
		e.hungry = false
		e.look()
	}
	e.noteQuiet()
}

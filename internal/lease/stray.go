package lease

import (
	"context"
	"log/slog"
)

// freeStrays looks for rows that this process holds and does not work on: claimed by a commit whose answer was lost,
// or left by work that said it was done. A row may be held for a moment before its work begins, so only what was like
// that at the last look, too, is put back, as a death would leave it.
func (e *Engine) freeStrays(ctx context.Context) error {
	id := e.p.lease()
	if id == "" || !e.isWorking() {
		return nil
	}
	held, err := e.heldBy(ctx, id)
	if err != nil {
		return err
	}
	for _, it := range e.notWorkedOn(held) {
		b := back{to: e.t.OnDeath, after: e.t.Grace, attempts: 1}
		if _, err := e.putBack(ctx, it, id, b); err != nil {
			return err
		}
		e.counted.strays.Add(1)
		e.p.log.WarnContext(ctx, "freed a row that nobody worked on", slog.String("table", e.t.Name),
			slog.String("tenant", it.Tenant), slog.String("conversation", it.Conversation))
		e.look()
	}
	return nil
}

func (e *Engine) isWorking() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.state == working
}

// notWorkedOn are the rows held now and at the last look without anybody working on them.
func (e *Engine) notWorkedOn(held []Item) (strays []Item) {
	e.mu.Lock()
	defer e.mu.Unlock()
	suspects := map[key]bool{}
	for _, it := range held {
		switch k := it.key(); {
		case e.latest[k] != nil:
		case e.strays[k]:
			strays = append(strays, it)
		default:
			suspects[k] = true
		}
	}
	e.strays = suspects
	return strays
}

package lease

import (
	"context"
	"log/slog"

	"parley/internal/db"
)

// Next says that the first row of a conversation of an ordered table is gone (call it after that commit): its
// successor, if there is one that waits, is claimed at once.
func (e *Engine) Next(it Item) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.state != working {
		return
	}
	e.gone = append(e.gone, it)
	select {
	case e.headGone <- struct{}{}:
	default:
	}
}

// headLoop follows up heads that have gone: as many as have gathered at one moment in one look, as most of them have
// no successor.
func (e *Engine) headLoop(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.headGone:
		}
		for asked := e.takeGone(); len(asked) > 0 && ctx.Err() == nil; asked = e.takeGone() {
			if err := e.follow(ctx, asked); err != nil && ctx.Err() == nil {
				e.p.log.WarnContext(ctx, "successors not claimed", slog.String("table", e.t.Name), slog.Any("error", err))
				e.look()
			}
		}
	}
}

func (e *Engine) takeGone() []Item {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := min(len(e.gone), headBatches[len(headBatches)-1])
	asked := e.gone[:n:n]
	e.gone = e.gone[n:]
	return asked
}

func (e *Engine) follow(ctx context.Context, asked []Item) error {
	found, err := e.withHead(ctx, asked)
	if err != nil || len(found) == 0 {
		return err
	}
	id, n := e.p.claims(), 0
	if id != "" {
		n = e.holdPlaces(len(found))
	}
	if n < len(found) {
		e.Wake() // whoever has a place
	}
	if n == 0 {
		return nil
	}
	taken, err := e.claimHeads(ctx, id, found[:n])
	e.startClaimed(taken, id, n)
	return err
}

// claimHeads takes the first rows of conversations, in one step.
func (e *Engine) claimHeads(ctx context.Context, id string, of []Item) (taken []Item, err error) {
	e.counted.claims.Add(1)
	err = e.p.d.InTx(ctx, nobody, func(tx *db.Tx) error {
		taken = nil
		for _, it := range of {
			got, err := items(ctx, tx, e.sql.head, id, tx.Now(), 1, it.Tenant, it.Conversation)
			if err != nil {
				return err
			}
			taken = append(taken, got...)
		}
		return nil
	}, db.Urgent())
	if err != nil {
		return nil, err
	}
	e.counted.claimed.Add(int64(len(taken)))
	return taken, nil
}

package db

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"
)

const (
	tries    = 8                      // of a step that PostgreSQL broke off, or whose connection was lost before the commit
	fastest  = 500 * time.Microsecond // the first pause before a step is tried again; it doubles
	reach    = 2 * time.Second        // how long a lost connection is tried to be made anew
	patience = 10 * time.Millisecond  // the first pause between these attempts; it doubles
)

// apart runs the steps of a group again so that the one that fails fails alone: each behind a savepoint, or, when the
// transaction itself does not survive a failure, each in one of its own. Until then nobody was told "stored".
func (w *writer) apart(group []*waiting) {
	if len(group) == 1 && !repeatable(group[0].err) && !w.tr.lost() {
		return // rolled back, and nobody else was harmed
	}
	w.d.stats.reruns.Add(1)
	if len(group) > 1 && w.behindSavepoints(group) == settled {
		return
	}
	for _, s := range group {
		w.alone(s)
	}
}

func (w *writer) behindSavepoints(group []*waiting) ending {
	if err := w.tr.begin(); err != nil {
		return w.notBegun(group, err)
	}
	for _, s := range group {
		if !s.begin() {
			continue
		}
		if err := w.tr.savepoint(); err != nil {
			w.tr.rollback()
			return broken
		}
		if w.step(s); s.err == nil {
			continue
		}
		if repeatable(s.err) || w.tr.rollbackTo() != nil {
			w.tr.rollback()
			return broken
		}
	}
	return w.commit(group)
}

// alone runs one step in a transaction of its own, again while the database only asks for that.
func (w *writer) alone(s *waiting) {
	for n := range tries {
		if !s.begin() || !w.once(s) {
			return
		}
		if s.ctx.Err() != nil {
			break // nothing is stored, and nobody waits
		}
		w.d.stats.retries.Add(1)
		pause(fastest << n)
	}
	s.err = unavailable(s.err)
}

// once runs the step; again says that it may be stored when it is run again.
func (w *writer) once(s *waiting) (again bool) {
	s.after, s.err = nil, nil
	if w.tr.lost() {
		if s.err = w.mend(); s.err != nil {
			return false
		}
	}
	if s.err = w.tr.begin(); s.err != nil {
		return w.tr.lost()
	}
	if w.step(s); s.err != nil {
		w.tr.rollback()
		return w.tr.lost() || repeatable(s.err)
	}
	if w.commit([]*waiting{s}) == connectionLost {
		s.after, s.err = nil, errLost
		return true
	}
	return repeatable(s.err)
}

// mend makes a lost connection anew, patiently unless the database was away before.
func (w *writer) mend() error {
	ctx, cancel := context.WithTimeout(context.Background(), reach)
	defer cancel()
	for n := 0; ; n++ {
		err := w.tr.mend(ctx)
		if err == nil {
			w.down = false
			return nil
		}
		if w.down || ctx.Err() != nil {
			w.d.log.Error("database not reached", slog.Any("error", err))
			w.down = true
			return unavailable(err)
		}
		pause(patience << n)
	}
}

// pause waits for about d, by chance, so that two that got in each other's way do not meet again.
func pause(d time.Duration) { time.Sleep(d/2 + rand.N(d)) }

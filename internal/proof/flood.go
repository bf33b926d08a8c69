//go:build unix

package proof

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"parley/internal/bench"
	"parley/internal/llm/llmfake"
)

// thought is how long the model thinks about the other tenant's message.
const thought = 800 * time.Millisecond

// What the other tenant's message may take beyond the model's time: what must be, and what we want.
const (
	mustBe = time.Second
	goal   = 100 * time.Millisecond
)

// lookEvery is how often the other tenant's phone is looked at; more often would be refused to one address.
const lookEvery = 25 * time.Millisecond

// flood lets one tenant's customers write thousands of messages that the model is slow with, and measures meanwhile
// what another tenant's single messages take.
func flood(ctx context.Context, t *trial) error {
	many, long := pick(t, 5000, 400), pick(t, 15*time.Second, 6*time.Second)
	t.faults = fmt.Sprintf("%d customers of one tenant write at once, and the model takes %.0f s for each", many, long.Seconds())
	t.crowd.people = int64(many)
	other, err := t.register(ctx)
	if err != nil {
		return err
	}
	t.model.Otherwise(echo().After(long))
	t.model.On("zebra", llmfake.Text("A word about the animal you named: we like it.").After(thought))
	quiet, err := t.singles(ctx, other, func(n int, _ time.Duration) bool { return n < 3 })
	if err != nil {
		return err
	}
	flooded := make(chan struct{})
	go func() {
		defer close(flooded)
		for range many {
			t.crowd.writes(ctx)
		}
		t.crowd.all.Wait()
	}()
	waiting := 0.0
	how := pick(t, 40*time.Second, 4*time.Second)
	took, err := t.singles(ctx, other, func(_ int, since time.Duration) bool {
		if m, err := t.target.Metrics(ctx); err == nil {
			waiting = max(waiting, m["parley_turns_in_flight"])
		}
		return since < how
	})
	<-flooded
	if err != nil {
		return err
	}
	worst := slices.Max(took)
	t.calmed()
	t.note = fmt.Sprintf("With %.0f turns in flight another tenant's %d messages took at worst %d ms over the model's time, the middle one %d ms "+
		"(goal %d ms); before the flood %d ms at worst", waiting, len(took), worst.Milliseconds(), middle(took).Milliseconds(),
		goal.Milliseconds(), slices.Max(quiet).Milliseconds())
	if worst > t.most(mustBe, slices.Max(quiet)) {
		t.fail("one tenant's flood stands before another")
	}
	if waiting < float64(many)/2 {
		t.fail("that was no flood")
	}
	return ctx.Err()
}

func middle(all []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}

// singles are messages of the other tenant, one after the other for as long as more says, and what each took beyond the
// model's time.
func (t *trial) singles(ctx context.Context, other *bench.Target, more func(n int, since time.Duration) bool) (all []time.Duration, err error) {
	for began := time.Now(); len(all) == 0 || more(len(all), time.Since(began)); {
		took, err := t.single(ctx, other)
		if err != nil {
			return all, err
		}
		all = append(all, took-thought)
	}
	return all, nil
}

// register makes another workspace, which is given a phone of its own.
func (t *trial) register(ctx context.Context) (*bench.Target, error) {
	other, err := t.target.Register(ctx, "other@example.com")
	if err != nil {
		return nil, err
	}
	doc := map[string]string{"title": "Animals", "text": "A word about the animal you named, such as a zebra: we like it."}
	return other, other.Ask(ctx, http.MethodPost, "/api/documents", doc, nil)
}

// single is one message of the other tenant, from its writing until its answer was on its customer's phone. It comes from
// somebody new: the phone is reset before.
func (t *trial) single(ctx context.Context, other *bench.Target) (time.Duration, error) {
	if err := other.Ask(ctx, http.MethodPost, "/api/demo/reset", nil, nil); err != nil {
		return 0, err
	}
	began := time.Now()
	err := other.Ask(ctx, http.MethodPost, "/api/demo/messages", map[string]string{"text": "What do you think of the zebra?"}, nil)
	for err == nil && time.Since(began) < deadline+slack {
		pause(ctx, lookEvery)
		var thread struct {
			Items []struct {
				From string `json:"from"`
			} `json:"items"`
		}
		err = other.Ask(ctx, http.MethodGet, "/api/demo/messages", nil, &thread)
		if status(err) == http.StatusTooManyRequests {
			err = nil
			pause(ctx, time.Second)
		}
		for _, line := range thread.Items {
			if line.From == "business" {
				return time.Since(began), nil
			}
		}
	}
	return 0, errors.Join(err, errors.New("the other tenant's message had no answer"))
}

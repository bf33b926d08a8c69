//go:build unix

package proof

import (
	"context"
	"fmt"
	"time"

	"parley/internal/llm/llmfake"
	"parley/internal/whatsapp/metasim"
)

// weather is one way in which Meta or the model fails for a while.
type weather struct {
	name  string
	comes func(t *trial)
}

// graph is a fault of every send.
func graph(name string, f metasim.Fault) weather {
	return weather{"Graph " + name, func(t *trial) { t.meta.FailNext(-1, f) }}
}

// model is how every call of the model is answered.
func model(name string, r llmfake.Reply) weather {
	return weather{"model " + name, func(t *trial) { t.model.Otherwise(r) }}
}

func allWeather() []weather {
	return []weather{
		graph("answers 503", metasim.Fault{Status: 503}),
		graph("cuts connections", metasim.Fault{Reset: true}),
		graph("takes messages and its answer is lost", metasim.Fault{Lost: true}),
		graph("hangs", metasim.Fault{Hang: true}),
		graph("drips its answers", metasim.Fault{Drip: 200 * time.Millisecond}),
		graph("says too many (130429)", metasim.Fault{Code: 130429}),
		{"webhooks come twice, shuffled", func(t *trial) { t.meta.Mischief(metasim.Mischief{Double: true, Shuffle: true, EarlyStatuses: true}) }},
		model("answers 500", llmfake.Status(500)),
		model("cuts connections", llmfake.Cut()),
		model("hangs", llmfake.Hang()),
		model("drips its answers", echo().Drip(200*time.Millisecond)),
		model("answers nonsense", llmfake.Garbage()),
	}
}

// outages lets Meta and the model fail in one way after the other, with a little peace between.
func outages(ctx context.Context, t *trial) error {
	all := allWeather()
	t.faults = fmt.Sprintf("%d kinds: Graph and model fail (5xx, cut, hang, drip, lost answer, throttled), webhooks doubled and shuffled", len(all))
	stop := t.crowd.begins(ctx, pick(t, 30.0, 12.0))
	defer stop()
	for _, w := range all {
		w.comes(t)
		pause(ctx, pick(t, 5*time.Second, 900*time.Millisecond))
		t.meta.Heal()
		t.model.Otherwise(echo().After(t.Proof.model))
		pause(ctx, pick(t, 2*time.Second, 300*time.Millisecond))
	}
	t.calmed()
	pause(ctx, time.Second)
	return ctx.Err()
}

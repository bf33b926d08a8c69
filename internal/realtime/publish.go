package realtime

import (
	"encoding/json"
	"log/slog"
	"sync"
	"time"
)

// mostHints is how many different hints of a tenant are gathered before they become one: read everything again.
const mostHints = 500

// gathered are the hints that wait to be sent, each once, in the order of their first coming.
type gathered struct {
	mu   sync.Mutex
	seen map[addressed]struct{}
	line []addressed
	many map[string]int
	wake chan struct{}
}

type addressed struct {
	tenantID string
	hint     Hint
}

func (g *gathered) add(a addressed) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.seen == nil {
		g.seen, g.many = map[addressed]struct{}{}, map[string]int{}
	}
	if g.many[a.tenantID] >= mostHints {
		a.hint = Hint{Kind: TenantChanged}
	}
	if _, again := g.seen[a]; again {
		return
	}
	g.seen[a] = struct{}{}
	g.line = append(g.line, a)
	g.many[a.tenantID]++
	select {
	case g.wake <- struct{}{}:
	default:
	}
}

func (g *gathered) take() []addressed {
	g.mu.Lock()
	defer g.mu.Unlock()
	line := g.line
	g.line, g.seen, g.many = nil, nil, nil
	return line
}

// hint gathers a hint, if somebody could hear it. With Redis it may be heard by clients of another process.
func (h *Hub) hint(tenantID string, hint Hint) {
	if tenantID == "" || h.o.Redis == "" && h.node.Hub().NumSubscribers(channelOf(tenantID)) == 0 {
		return
	}
	h.waiting.add(addressed{tenantID, hint})
}

// publish sends what was gathered, a moment after the first of it came.
func (h *Hub) publish() {
	defer close(h.done)
	for {
		select {
		case <-h.quit:
			h.send(h.waiting.take())
			return
		case <-h.waiting.wake:
		}
		moment := time.NewTimer(h.o.Window)
		select {
		case <-h.quit:
		case <-moment.C:
		}
		moment.Stop()
		h.send(h.waiting.take())
	}
}

func (h *Hub) send(line []addressed) {
	for _, a := range line {
		data, err := json.Marshal(a.hint)
		if err == nil {
			_, err = h.node.Publish(channelOf(a.tenantID), data)
		}
		if err != nil {
			h.log.Warn("hint not sent", slog.String("tenant", a.tenantID), slog.String("kind", a.hint.Kind),
				slog.Any("error", err))
		}
	}
}

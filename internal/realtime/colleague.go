package realtime

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/centrifugal/centrifuge"
	"github.com/google/uuid"

	"parley/internal/limit"
)

// ColleagueSeen is the kind of what is told of colleagues.
const ColleagueSeen = "colleague.seen"

// Colleague says where a tab of a colleague is: which conversation it shows, and whether something is being written
// there. Unlike a hint it is not read again over HTTP, because nothing of it is stored; like a hint it has ids only.
type Colleague struct {
	Kind           string `json:"kind"`
	UserID         string `json:"userId"`
	Tab            string `json:"tab"`
	ConversationID string `json:"conversationId,omitempty"` // "" when the tab shows none any more
	Typing         bool   `json:"typing,omitempty"`
}

const (
	// placeLife is how long a tab is where it said to be; the pages say it again every 8 s. A tab that is closed is gone
	// at once, one whose machine went to sleep after this.
	placeLife = 20 * time.Second
	// mostPlaces is how many tabs of a tenant are remembered for whoever comes new; others are told as they speak.
	mostPlaces = 500
)

// placeRate bounds how often a user, with all tabs, says where they are.
var placeRate = limit.Rate{Burst: 30, Every: 200 * time.Millisecond}

// told takes what a client says: where it is. What cannot be read, or is said too often, is passed over.
func (h *Hub) told(c *centrifuge.Client, data []byte) {
	tenantID, _ := c.Context().Value(tenantKey{}).(string)
	var said struct {
		ConversationID string `json:"conversationId"`
		Typing         bool   `json:"typing"`
	}
	if json.Unmarshal(data, &said) != nil {
		return
	}
	if said.ConversationID != "" && uuid.Validate(said.ConversationID) != nil {
		return
	}
	if ok, _ := h.says.Take(limit.OfTenant(tenantID, "place:"+c.UserID()), placeRate, 1); !ok {
		return
	}
	h.tell(tenantID, Colleague{
		UserID: c.UserID(), Tab: c.ID(), ConversationID: said.ConversationID, Typing: said.Typing && said.ConversationID != "",
	})
}

// left tells that a tab is gone, if it had said where it is.
func (h *Hub) left(c *centrifuge.Client) {
	tenantID, _ := c.Context().Value(tenantKey{}).(string)
	if h.places.has(tenantID, c.ID()) {
		h.tell(tenantID, Colleague{UserID: c.UserID(), Tab: c.ID()})
	}
}

// tell passes on where a tab is: to the tabs of its tenant, on all processes when there is Redis.
func (h *Hub) tell(tenantID string, c Colleague) {
	c.Kind = ColleagueSeen
	h.places.note(tenantID, c, h.o.Clock())
	data, err := json.Marshal(c)
	if err == nil {
		_, err = h.node.Publish(channelOf(tenantID), data)
	}
	if err != nil {
		h.log.Warn("where a colleague is was not told", slog.String("tenant", tenantID), slog.Any("error", err))
	}
}

var seenPrefix = []byte(`{"kind":"` + ColleagueSeen + `"`)

// hear takes what comes from Redis, this process's own words among it, and notes where colleagues of other processes are.
func (h *Hub) hear(channel string, data []byte) {
	tenantID, is := strings.CutPrefix(channel, channelPrefix)
	var c Colleague
	if is && bytes.HasPrefix(data, seenPrefix) && json.Unmarshal(data, &c) == nil {
		h.places.note(tenantID, c, h.o.Clock())
	}
}

// whereOthersAre is what a client is told as it comes in: where the tabs of its tenant are, as far as this process knows.
func (h *Hub) whereOthersAre(tenantID string) []byte {
	data, err := json.Marshal(h.places.of(tenantID, h.o.Clock()))
	if err != nil {
		return nil
	}
	return data
}

// places are where the tabs of each tenant are, by tab.
type places struct {
	mu    sync.Mutex
	by    map[string]map[string]place
	swept time.Time
}

type place struct {
	Colleague
	until time.Time
}

// note remembers where a tab is, or forgets a tab that is nowhere.
func (p *places) note(tenantID string, c Colleague, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now.Sub(p.swept) >= placeLife || now.Before(p.swept) {
		p.sweep(now)
	}
	tabs := p.by[tenantID]
	_, known := tabs[c.Tab]
	switch {
	case c.ConversationID == "":
		delete(tabs, c.Tab)
		if len(tabs) == 0 {
			delete(p.by, tenantID)
		}
		return
	case !known && len(tabs) >= mostPlaces:
		return
	case tabs == nil:
		if p.by == nil {
			p.by = map[string]map[string]place{}
		}
		tabs = map[string]place{}
		p.by[tenantID] = tabs
	}
	tabs[c.Tab] = place{c, now.Add(placeLife)}
}

// sweep forgets tabs that have not been heard of for long, of all tenants.
func (p *places) sweep(now time.Time) {
	p.swept = now
	for tenantID, tabs := range p.by {
		for tab, at := range tabs {
			if now.After(at.until) {
				delete(tabs, tab)
			}
		}
		if len(tabs) == 0 {
			delete(p.by, tenantID)
		}
	}
}

func (p *places) has(tenantID, tab string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, is := p.by[tenantID][tab]
	return is
}

// of are the places of a tenant that still hold.
func (p *places) of(tenantID string, now time.Time) []Colleague {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := []Colleague{}
	for _, at := range p.by[tenantID] {
		if !now.After(at.until) {
			all = append(all, at.Colleague)
		}
	}
	return all
}

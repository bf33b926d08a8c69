package llm

import (
	"net/http"
	"strings"
	"sync"
)

// habit is how a model wants to be asked. Endpoints differ in what they refuse, and tell by refusing.
type habit struct {
	plain            bool // refuses a shape
	completionTokens bool // wants max_completion_tokens
	noTemperature    bool // has its own
}

// habits are what was learned of each model; at most knownModels, which no honest tenant reaches.
type habits struct {
	mu      sync.RWMutex
	byModel map[string]habit
}

const knownModels = 1000

func (h *habits) of(model string) habit {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.byModel[model]
}

func (h *habits) learn(model string, what habit) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.byModel == nil || len(h.byModel) >= knownModels {
		h.byModel = map[string]habit{}
	}
	h.byModel[model] = what
}

// after is how to ask next when a request asked this way was refused with these words. sure says that the words name
// the cause; otherwise the shape is only the likeliest one.
func (h habit) after(r Request, status int, words string) (next habit, sure, changed bool) {
	next = h
	words = strings.ToLower(words)
	names := func(those ...string) bool {
		for _, one := range those {
			if strings.Contains(words, one) {
				return true
			}
		}
		return false
	}
	switch {
	case status != http.StatusBadRequest && status != http.StatusNotFound && status != http.StatusUnprocessableEntity:
		return next, false, false
	case r.MaxTokens > 0 && !h.completionTokens && names("max_tokens"):
		next.completionTokens = true
	case r.Temperature != nil && !h.noTemperature && names("temperature"):
		next.noTemperature = true
	case r.Shape != nil && !h.plain:
		next.plain = true
		return next, names("response_format", "json_schema", "structured", "schema"), true
	default:
		return next, false, false
	}
	return next, true, true
}

package config_test

import (
	"testing"

	"parley/internal/config"
)

// Which endpoints are asked follows from which keys are set.
func TestTheModelsThatAreAsked(t *testing.T) {
	t.Parallel()
	const own = "https://llm.example.com/v1"
	for name, tc := range map[string]struct {
		set  map[string]string
		want []string // base URL, key, model of each
	}{
		"nothing":             {nil, nil},
		"OpenRouter":          {map[string]string{"OPENROUTER_API_KEY": "or"}, []string{config.OpenRouter, "or", "openai/gpt-4.1-mini"}},
		"OpenRouter, a model": {map[string]string{"OPENROUTER_API_KEY": "or", "LLM_MODEL": "m"}, []string{config.OpenRouter, "or", "m"}},
		"a key without an endpoint": {
			map[string]string{"LLM_API_KEY": "k", "OPENROUTER_API_KEY": "or"}, []string{config.OpenRouter, "k", "openai/gpt-4.1-mini"},
		},
		"one's own, without a key": {map[string]string{"LLM_BASE_URL": own, "LLM_MODEL": "m"}, []string{own, "", "m"}},
		"one's own and a second": {
			map[string]string{"LLM_BASE_URL": own, "LLM_API_KEY": "k", "LLM_MODEL": "m", "OPENROUTER_API_KEY": "or"},
			[]string{own, "k", "m", config.OpenRouter, "or", "openai/gpt-4.1-mini"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := config.Load(func(n string) (string, bool) { v, is := tc.set[n]; return v, is })
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range c.Models() {
				got = append(got, e.BaseURL, string(e.Key), e.Model)
			}
			if len(got) != len(tc.want) {
				t.Fatalf("got %q, want %q", got, tc.want)
			}
			for i := range got {
				if got[i] != tc.want[i] {
					t.Errorf("got %q, want %q", got, tc.want)
				}
			}
		})
	}
}

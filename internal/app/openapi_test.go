package app_test

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"parley/internal/testkit"
)

// described is the OpenAPI document the program serves, as far as the tests read it: so that a new operation cannot
// escape the tests over all of them.
type described struct {
	Paths map[string]map[string]struct {
		OperationID string           `json:"operationId"`
		Security    []map[string]any `json:"security"`
		Parameters  []struct {
			Name, In string
			Schema   schema `json:"schema"`
		} `json:"parameters"`
		RequestBody struct {
			Content map[string]struct {
				Schema schema `json:"schema"`
			} `json:"content"`
		} `json:"requestBody"`
	} `json:"paths"`
	Components struct {
		Schemas map[string]schema `json:"schemas"`
	} `json:"components"`
}

// schema is a JSON schema; only what the document uses is understood.
type schema struct {
	Ref        string            `json:"$ref"`
	Type       any               `json:"type"` // a name, or a name and "null"
	Enum       []any             `json:"enum"`
	Properties map[string]schema `json:"properties"`
	Required   []string          `json:"required"`
	Items      *schema           `json:"items"`
}

// call is one operation that can be called with made up values.
type call struct {
	id, method, path string
	query            map[string]schema
	body             *schema
	all              map[string]schema
}

// chooser makes up values.
type chooser interface {
	// below is a number from 0 to n-1.
	below(n int, what string) int
	// text is a string for a property or parameter of a name.
	text(name string) string
}

// calls lists the operations for signed-in people, in one order.
func calls(w *testkit.World) (list []call) {
	var doc described
	w.Asks(w.Acme, http.MethodGet, "/api/openapi.json", nil, &doc)
	for path, methods := range doc.Paths {
		for method, o := range methods {
			if len(o.Security) == 0 {
				continue
			}
			c := call{id: o.OperationID, method: strings.ToUpper(method), path: path, query: map[string]schema{}, all: doc.Components.Schemas}
			for _, p := range o.Parameters {
				if p.In == "query" {
					c.query[p.Name] = p.Schema
				}
			}
			if content, has := o.RequestBody.Content["application/json"]; has {
				c.body = &content.Schema
			}
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b call) int { return cmp.Compare(a.id, b.id) })
	return list
}

// makeBody makes a body up, nil when the operation wants none.
func (c call) makeBody(by chooser) []byte {
	if c.body == nil {
		return nil
	}
	raw, err := json.Marshal(c.value(*c.body, "body", by))
	if err != nil {
		panic(err) // it is made of what JSON can say
	}
	return raw
}

// value is one that the schema allows as far as types go.
func (c call) value(s schema, name string, by chooser) any {
	if s.Ref != "" {
		s = c.all[s.Ref[strings.LastIndex(s.Ref, "/")+1:]]
	}
	if len(s.Enum) > 0 {
		return s.Enum[by.below(len(s.Enum), name)]
	}
	switch kindOf(s) {
	case "object":
		out := map[string]any{}
		for _, key := range slices.Sorted(maps.Keys(s.Properties)) {
			if key != "$schema" && (slices.Contains(s.Required, key) || by.below(2, key) == 0) {
				out[key] = c.value(s.Properties[key], key, by)
			}
		}
		return out
	case "array":
		out := []any{}
		for range by.below(3, name) {
			out = append(out, c.value(*s.Items, name, by))
		}
		return out
	case "boolean":
		return by.below(2, name) == 0
	case "integer", "number":
		return by.below(3000, name)
	}
	return by.text(name)
}

func kindOf(s schema) string {
	if many, is := s.Type.([]any); is && len(many) > 0 {
		name, _ := many[0].(string)
		return name
	}
	name, _ := s.Type.(string)
	return name
}

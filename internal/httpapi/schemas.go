package httpapi

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parley/internal/db"
)

// knowTypes tells the document how our own types look on the wire.
func knowTypes(r huma.Registry) {
	r.RegisterTypeAlias(reflect.TypeFor[db.Time](), reflect.TypeFor[*time.Time]()) // null is never
}

// settle makes the document say what the program does, which the types alone do not tell: a list is never null, and a
// pointer to an object that is always there may be.
func settle(r huma.Registry) {
	for name, s := range r.Map() {
		t := r.TypeFromRef("#/components/schemas/" + name)
		for property, p := range s.Properties {
			for list := p; list != nil && list.Type == huma.TypeArray; list = list.Items {
				list.Nullable = false
			}
			if p.Ref != "" && slices.Contains(s.Required, property) && isPointer(t, property) {
				p.Ref, p.OneOf = "", []*huma.Schema{{Ref: p.Ref}, {Type: "null"}}
			}
		}
	}
}

// isPointer reports whether the field of a struct that has a name in JSON is a pointer.
func isPointer(t reflect.Type, property string) bool {
	for _, f := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name == property {
			return f.Type.Kind() == reflect.Pointer
		}
	}
	return false
}

package httpapi

import (
	"encoding/base64"
	"encoding/json"

	"parley/internal/errs"
)

// Page is a keyset page: ask for the next one with after=next; no next means the end.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"Pass as after to get the next page; absent on the last one."`
}

// Paging are the query parameters of a list. It is exported because huma reads embedded structs only then.
type Paging struct {
	After string `query:"after" maxLength:"400" doc:"The next of the page before."`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"30"`
}

// encodeCursor makes a cursor opaque to clients, so that nobody builds on what is inside.
func encodeCursor(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// decodeCursor reads what encodeCursor made; "" leaves v as it is.
func decodeCursor(s string, v any) error {
	if s == "" {
		return nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		err = json.Unmarshal(raw, v)
	}
	if err != nil {
		return errs.InvalidField("after", "This page marker is not one of ours. Start again from the first page.")
	}
	return nil
}

// pageOf cuts a list that was read one longer than asked for, and names where the next page starts.
func pageOf[R, T any](rows []R, limit int, show func(R) T, cursor func(R) any) Page[T] {
	p := Page[T]{Items: make([]T, 0, min(len(rows), limit))}
	for i, r := range rows {
		if i == limit {
			p.Next = encodeCursor(cursor(rows[limit-1]))
			break
		}
		p.Items = append(p.Items, show(r))
	}
	return p
}

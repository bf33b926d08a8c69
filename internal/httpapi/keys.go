package httpapi

import (
	"context"
	"net/http"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/tenant"
)

// APIKey is a key with which a program uses the API.
type APIKey struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	Prefix     string   `json:"prefix" doc:"How the key begins, to know it by."`
	Scopes     []string `json:"scopes" doc:"What it may do, as far as who made it may do it too."`
	MadeBy     string   `json:"madeBy" doc:"The name of who made it."`
	CreatedAt  db.Time  `json:"createdAt"`
	LastUsedAt db.Time  `json:"lastUsedAt" doc:"To the minute; null when it was never used."`
	ExpiresAt  db.Time  `json:"expiresAt" doc:"Null when it does not."`
}

// NewAPIKey is a key that was just made.
type NewAPIKey struct {
	Key    APIKey `json:"key"`
	Secret string `json:"secret" doc:"Send it as bearer token. It is not shown again."`
}

// APIKeyBody is a key to make.
type APIKeyBody struct {
	Name   string   `json:"name" maxLength:"400"`
	Scopes []string `json:"scopes" maxItems:"40" doc:"Permissions, such as conversations:read."`
	Days   int      `json:"days,omitempty" minimum:"0" maximum:"1830" doc:"Until it expires; 0 is never."`
}

// APIKeys are the keys of a workspace, and what a new one could be allowed.
type APIKeys struct {
	Items  []APIKey `json:"items"`
	Scopes []string `json:"scopes" doc:"What a key of yours could be allowed."`
}

type oneKey struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *Server) keyOperations() {
	const tag = "API keys"
	handle(s, operation{
		id: "list-keys", method: http.MethodGet, path: "/api/keys", tag: tag,
		summary: "List the workspace's keys", permission: actor.KeysWrite,
	}, s.listKeys)
	handle(s, operation{
		id: "make-key", method: http.MethodPost, path: "/api/keys", tag: tag, status: http.StatusCreated,
		summary: "Make a key", permission: actor.KeysWrite,
	}, s.makeKey)
	handleNothing(s, operation{
		id: "revoke-key", method: http.MethodDelete, path: "/api/keys/{id}", tag: tag,
		summary: "Revoke a key", permission: actor.KeysWrite,
	}, s.revokeKey)
}

func (s *Server) listKeys(ctx context.Context, a actor.Actor, _ *struct{}) (APIKeys, error) {
	out := APIKeys{Items: []APIKey{}, Scopes: []string{}}
	for _, p := range tenant.KeyScopes(tenant.Owner) {
		if a.Can(p) {
			out.Scopes = append(out.Scopes, string(p))
		}
	}
	q := s.DB.As(a)
	all, err := s.Tenants.Keys(ctx, q, a)
	if err != nil {
		return out, err
	}
	names, err := s.Tenants.Names(ctx, q, a)
	for _, k := range all {
		out.Items = append(out.Items, showKey(k, names))
	}
	return out, err
}

func (s *Server) makeKey(ctx context.Context, a actor.Actor, in *with[APIKeyBody]) (out NewAPIKey, err error) {
	n := tenant.NewKey{Name: in.Body.Name, Days: in.Body.Days}
	for _, word := range in.Body.Scopes {
		n.Scopes = append(n.Scopes, actor.Permission(word))
	}
	names, err := s.Tenants.Names(ctx, s.DB.As(a), a)
	if err != nil {
		return out, err
	}
	err = s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		k, secret, err := s.Tenants.MakeKey(ctx, tx, a, n)
		out = NewAPIKey{Key: showKey(k, names), Secret: secret}
		return err
	})
	return out, err
}

func (s *Server) revokeKey(ctx context.Context, a actor.Actor, in *oneKey) error {
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error { return s.Tenants.RevokeKey(ctx, tx, a, in.ID) })
}

func showKey(k tenant.Key, names map[string]string) APIKey {
	out := APIKey{
		ID: k.ID, Name: k.Name, Prefix: k.Prefix, Scopes: []string{}, MadeBy: names[k.MadeBy], CreatedAt: k.CreatedAt,
		LastUsedAt: k.LastUsedAt, ExpiresAt: k.ExpiresAt,
	}
	for _, p := range k.Scopes {
		out.Scopes = append(out.Scopes, string(p))
	}
	return out
}

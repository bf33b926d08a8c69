package channel

import (
	"context"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/errs"
)

// NewConnection is what a tenant tells about its own Meta app.
type NewConnection struct {
	Name        string
	AppID       string
	Secret      string
	VerifyToken string
	// Key is the random last part of the webhook's path; only its hash is kept.
	Key string
}

// AddConnection registers a tenant's own Meta app, whose webhooks then come to /webhooks/whatsapp/{key}.
func (s *Service) AddConnection(ctx context.Context, tx *db.Tx, a actor.Actor, n NewConnection) (id string, err error) {
	if n.Secret == "" {
		return "", errs.InvalidField("secret", "The app secret is needed: without it nobody can tell Meta's webhooks from forged ones.")
	}
	if len(n.Key) < 20 {
		return "", errs.InvalidField("key", "The webhook key must be random and at least 20 characters long.")
	}
	id = tx.NewID()
	secret, err := s.box.Seal([]byte(n.Secret), a.Tenant(), "app_connections.secret", id)
	if err != nil {
		return "", err
	}
	verify, err := s.box.Seal([]byte(n.VerifyToken), a.Tenant(), "app_connections.verify_token", id)
	if err != nil {
		return "", err
	}
	if err := insertConnection(ctx, tx, a, id, n, secret, verify, s.keyHash(n.Key)); err != nil {
		return "", err
	}
	return id, audit.Record(ctx, tx, a, audit.Entry{
		Action: "connection.added", TargetKind: "app_connection", TargetID: id, After: n.Name,
	})
}

// ConnectionByKey finds the app connection of a webhook path. An unknown key is NotFound.
func (s *Service) ConnectionByKey(ctx context.Context, d *db.DB, key string) (Connection, error) {
	c := Connection{Kind: WhatsApp}
	nobody := actor.ForSystem("")
	err := d.As(nobody).QueryRow(ctx,
		`SELECT tenant_id, connection_id FROM webhook_keys WHERE key_hash = $1`, s.keyHash(key),
	).Scan(&c.TenantID, &c.ID)
	if err != nil {
		return c, db.Found(err, "webhook")
	}
	a := actor.ForSystem(c.TenantID)
	secret, verify, err := readConnection(ctx, d.As(a), a, c.ID)
	if err != nil {
		return c, err
	}
	if c.Secret, err = s.box.Open(secret, c.TenantID, "app_connections.secret", c.ID); err != nil {
		return c, err
	}
	token, err := s.box.Open(verify, c.TenantID, "app_connections.verify_token", c.ID)
	c.VerifyToken = string(token)
	return c, err
}

func (s *Service) keyHash(key string) string { return s.box.Hash("webhook_keys", key) }

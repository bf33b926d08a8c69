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
	// Key is the random last part of the webhook's path: found by its hash, and sealed to be shown again.
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
	sealed, err := s.sealConnection(a, id, n)
	if err != nil {
		return "", err
	}
	if err := insertConnection(ctx, tx, a, id, n, sealed, s.keyHash(n.Key)); err != nil {
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
	sealed, err := readConnection(ctx, d.As(a), a, c.ID)
	if err != nil {
		return c, err
	}
	if c.Secret, err = s.box.Open(sealed.secret, c.TenantID, placeOfSecret, c.ID); err != nil {
		return c, err
	}
	token, err := s.box.Open(sealed.verify, c.TenantID, placeOfVerify, c.ID)
	c.VerifyToken = string(token)
	return c, err
}

// sealedConnection is what is kept of an app connection.
type sealedConnection struct {
	secret, verify, key string
	handshakeAt         db.Time
}

// Where the secrets of an app connection are sealed to.
const (
	placeOfSecret = "app_connections.secret"
	placeOfVerify = "app_connections.verify_token"
	placeOfKey    = "app_connections.key"
)

func (s *Service) sealConnection(a actor.Actor, id string, n NewConnection) (c sealedConnection, err error) {
	for _, part := range []struct {
		into         *string
		plain, place string
	}{{&c.secret, n.Secret, placeOfSecret}, {&c.verify, n.VerifyToken, placeOfVerify}, {&c.key, n.Key, placeOfKey}} {
		if *part.into, err = s.box.Seal([]byte(part.plain), a.Tenant(), part.place, id); err != nil {
			return c, err
		}
	}
	return c, nil
}

func (s *Service) keyHash(key string) string { return s.box.Hash("webhook_keys", key) }

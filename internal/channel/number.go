package channel

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/seal"
)

// Detail is a channel with what is only shown in the settings.
type Detail struct {
	Channel
	Quality        string // GREEN, YELLOW, RED; "" is not known
	MessagingLimit string // TIER_250, TIER_2K, …; "" is not known
	CheckedAt      db.Time
	HeardAt        db.Time // the last webhook; zero is never
	HandshakeAt    db.Time // when Meta last called the webhook's address to verify it; zero is never, or not ours to know
}

const detailColumns = JoinColumns + `, ch.quality, ch.messaging_limit, ch.checked_at,
	(SELECT max(h.last_webhook_at) FROM channels_heard h WHERE h.tenant_id = ch.tenant_id AND h.channel_id = ch.id),
	(SELECT max(k.handshake_at) FROM app_connections k WHERE k.tenant_id = ch.tenant_id AND k.id = ch.connection_id)`

func scanDetail(row db.Row) (d Detail, err error) {
	err = row.Scan(append(JoinFields(&d.Channel), &d.Quality, &d.MessagingLimit, &d.CheckedAt, &d.HeardAt, &d.HandshakeAt)...)
	return d, err
}

// Details reads the actor's channels that are connected, oldest first.
func Details(ctx context.Context, q db.Querier, a actor.Actor) ([]Detail, error) {
	rows, err := q.Query(ctx, `SELECT `+detailColumns+` FROM channels ch
		WHERE ch.tenant_id = $1 AND ch.state <> 'disconnected' ORDER BY ch.created_at, ch.id`, a.Tenant())
	if err != nil {
		return nil, fmt.Errorf("read channels: %w", err)
	}
	defer rows.Close()
	var all []Detail
	for rows.Next() {
		d, err := scanDetail(rows)
		if err != nil {
			return nil, fmt.Errorf("read channel: %w", err)
		}
		all = append(all, d)
	}
	return all, rows.Err()
}

// DetailOf reads one of them.
func DetailOf(ctx context.Context, q db.Querier, a actor.Actor, id string) (Detail, error) {
	d, err := scanDetail(q.QueryRow(ctx, `SELECT `+detailColumns+` FROM channels ch
		WHERE ch.tenant_id = $1 AND ch.id = $2 AND ch.state <> 'disconnected'`, a.Tenant(), id))
	return d, db.Found(err, "channel")
}

// NewNumber is a number that was proven with its token, to be connected.
type NewNumber struct {
	Name       string
	ExternalID string
	AccountID  string
	Token      string
	AppID      string
	Secret     string
}

// Connect adds a number that was proven, or brings it back, with a webhook address of its own. Numbers of one account
// share an address: Meta brings all their messages to one. A number that is here already gets the new token.
func (s *Service) Connect(ctx context.Context, tx *db.Tx, a actor.Actor, n NewNumber) (Channel, error) {
	if err := a.Require(actor.ChannelsWrite); err != nil {
		return Channel{}, err
	}
	connection, found, err := connectionOf(ctx, tx, a, n.AccountID)
	if err == nil && found {
		err = s.replaceSecret(ctx, tx, a, connection, n)
	}
	if err != nil {
		return Channel{}, err
	}
	if !found {
		connection, err = s.AddConnection(ctx, tx, a, NewConnection{
			Name: n.Name, AppID: n.AppID, Secret: n.Secret, VerifyToken: seal.Token(), Key: seal.Token(),
		})
		if err != nil {
			return Channel{}, err
		}
	}
	return s.Ensure(ctx, tx, a, Number{
		Kind: WhatsApp, Name: n.Name, ExternalID: n.ExternalID, AccountID: n.AccountID, ConnectionID: connection,
		Token: n.Token, State: Unproven,
	})
}

// connectionOf is what the webhooks of an account come through in this tenant.
func connectionOf(ctx context.Context, q db.Querier, a actor.Actor, accountID string) (id string, found bool, err error) {
	routes, err := OfAccount(ctx, q, WhatsApp, accountID)
	for _, r := range routes {
		if r.TenantID == a.Tenant() {
			return r.ConnectionID, true, nil
		}
	}
	return "", false, err
}

// replaceSecret keeps the newest app secret. The platform's is configuration.
func (s *Service) replaceSecret(ctx context.Context, tx *db.Tx, a actor.Actor, connectionID string, n NewNumber) error {
	if n.Secret == "" || connectionID == PlatformConnection {
		return nil
	}
	sealed, err := s.box.Seal([]byte(n.Secret), a.Tenant(), placeOfSecret, connectionID)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE app_connections SET secret_sealed = $3, app_id = $4 WHERE tenant_id = $1 AND id = $2`,
		a.Tenant(), connectionID, sealed, n.AppID)
	if err != nil {
		return fmt.Errorf("replace app secret: %w", err)
	}
	return nil
}

// Renew gives a number a new token, which was proven, and its app a new secret unless that is "".
func (s *Service) Renew(ctx context.Context, tx *db.Tx, a actor.Actor, id string, n NewNumber) error {
	if err := a.Require(actor.ChannelsWrite); err != nil {
		return err
	}
	c, err := connected(ctx, tx, a, id)
	if err != nil {
		return err
	}
	if err := s.replaceSecret(ctx, tx, a, c.ConnectionID, n); err != nil {
		return err
	}
	_, err = s.refresh(ctx, tx, a, id, Number{AccountID: n.AccountID, Token: n.Token})
	return err
}

// connected reads a channel that can be changed: one that is not disconnected.
func connected(ctx context.Context, q db.Querier, a actor.Actor, id string) (Channel, error) {
	c, err := Get(ctx, q, a, id)
	if err == nil && c.State == Disconnected {
		err = errs.New(errs.NotFound, "There is no such channel.")
	}
	return c, err
}

// longestName bounds the name of a channel, in runes.
const longestName = 100

// Name checks the name of a channel and takes off what is around it.
func Name(name string) (string, error) {
	name = strings.TrimSpace(name)
	if name == "" || utf8.RuneCountInString(name) > longestName || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }) {
		return "", errs.InvalidField("name", "A number needs a name of 1 to %d characters.", longestName)
	}
	return name, nil
}

// Rename gives a channel another name. Customers do not see it.
func (s *Service) Rename(ctx context.Context, tx *db.Tx, a actor.Actor, id, name string) error {
	if err := a.Require(actor.ChannelsWrite); err != nil {
		return err
	}
	name, err := Name(name)
	if err != nil {
		return err
	}
	before, err := connected(ctx, tx, a, id)
	if err != nil || before.Name == name {
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE channels SET name = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2`,
		a.Tenant(), id, name, tx.Now())
	if err := db.One(n, err, "channel"); err != nil {
		return err
	}
	return s.changed(ctx, tx, a, audit.Entry{
		Action: "channel.renamed", TargetID: id, Before: before.Name, After: name,
	})
}

// Found notes what Meta said of a number when it was asked.
func (s *Service) Found(ctx context.Context, tx *db.Tx, a actor.Actor, id, quality, limit string) error {
	_, err := tx.Exec(ctx, `
		UPDATE channels SET quality = $3, messaging_limit = $4, checked_at = $5 WHERE tenant_id = $1 AND id = $2`,
		a.Tenant(), id, quality, limit, tx.Now())
	if err != nil {
		return fmt.Errorf("keep what Meta said of a number: %w", err)
	}
	s.announce(tx)
	return nil
}

// Disconnect lets go of a number: nothing arrives for it any more and nothing leaves. Its token and, with the last number
// of its address, the address and the app secret are gone; what was said stays. name repeats its name, so that nobody
// disconnects another one by mistake.
func (s *Service) Disconnect(ctx context.Context, tx *db.Tx, a actor.Actor, id, name string) error {
	if err := a.Require(actor.ChannelsWrite); err != nil {
		return err
	}
	c, err := connected(ctx, tx, a, id)
	switch {
	case err != nil:
		return err
	case c.Kind != WhatsApp:
		return errs.New(errs.Conflict, "The built-in phone cannot be disconnected. DEMO=off switches it off.")
	case !strings.EqualFold(strings.TrimSpace(name), c.Name):
		return errs.InvalidField("name", "Type the name of the number, %s, to disconnect it.", c.Name)
	}
	_, err = tx.Exec(ctx, `
		UPDATE channels SET state = 'disconnected', token_sealed = '', last_error = '', updated_at = $3
		WHERE tenant_id = $1 AND id = $2`, a.Tenant(), id, tx.Now())
	if err != nil {
		return fmt.Errorf("disconnect channel: %w", err)
	}
	if _, err = tx.Exec(ctx, `DELETE FROM channel_numbers WHERE tenant_id = $1 AND channel_id = $2`, a.Tenant(), id); err != nil {
		return fmt.Errorf("let go of a number: %w", err)
	}
	if err := dropConnection(ctx, tx, a, c.ConnectionID); err != nil {
		return err
	}
	return s.changed(ctx, tx, a, audit.Entry{
		Action: "channel.disconnected", TargetID: id, Before: auditView(c),
	})
}

// dropConnection removes an app connection that no number uses any more.
func dropConnection(ctx context.Context, tx *db.Tx, a actor.Actor, id string) error {
	for _, sql := range []string{
		`DELETE FROM webhook_keys WHERE tenant_id = $1 AND connection_id = $2 AND NOT EXISTS (
			SELECT 1 FROM channel_numbers n WHERE n.tenant_id = $1 AND n.connection_id = $2)`,
		`DELETE FROM app_connections WHERE tenant_id = $1 AND id = $2 AND NOT EXISTS (
			SELECT 1 FROM channel_numbers n WHERE n.tenant_id = $1 AND n.connection_id = $2)`,
	} {
		if _, err := tx.Exec(ctx, sql, a.Tenant(), id); err != nil {
			return fmt.Errorf("drop app connection: %w", err)
		}
	}
	return nil
}

// Address is where Meta brings a channel's webhooks, and what it has to say there first.
type Address struct {
	Key         string // the last part of the path; "" is the platform's own
	VerifyToken string
}

// AddressOf reads where the webhooks of a channel come to; found is false when that is no address of the tenant's own.
func (s *Service) AddressOf(ctx context.Context, q db.Querier, a actor.Actor, c Channel) (at Address, found bool, err error) {
	if err := a.Require(actor.ChannelsWrite); err != nil {
		return at, false, err
	}
	if c.ConnectionID == PlatformConnection || c.ConnectionID == DemoConnection {
		return at, false, nil
	}
	sealed, err := readConnection(ctx, q, a, c.ConnectionID)
	if err != nil || sealed.key == "" { // one made before keys were kept
		return at, false, err
	}
	key, err := s.box.Open(sealed.key, a.Tenant(), placeOfKey, c.ConnectionID)
	if err != nil {
		return at, false, err
	}
	verify, err := s.box.Open(sealed.verify, a.Tenant(), placeOfVerify, c.ConnectionID)
	return Address{Key: string(key), VerifyToken: string(verify)}, true, err
}

// SecretOf opens the app secret of a channel's own connection, "" when it has none of its own.
func (s *Service) SecretOf(ctx context.Context, q db.Querier, a actor.Actor, c Channel) (string, error) {
	if c.ConnectionID == PlatformConnection || c.ConnectionID == DemoConnection {
		return "", nil
	}
	sealed, err := readConnection(ctx, q, a, c.ConnectionID)
	if err != nil {
		return "", err
	}
	secret, err := s.box.Open(sealed.secret, a.Tenant(), placeOfSecret, c.ConnectionID)
	return string(secret), err
}

// ShookHands notes that Meta verified a webhook's address.
func ShookHands(ctx context.Context, tx *db.Tx, a actor.Actor, connectionID string) error {
	_, err := tx.Exec(ctx, `UPDATE app_connections SET handshake_at = $3 WHERE tenant_id = $1 AND id = $2`,
		a.Tenant(), connectionID, tx.Now())
	if err != nil {
		return fmt.Errorf("note a handshake: %w", err)
	}
	return nil
}

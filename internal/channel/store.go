package channel

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
)

// JoinColumns are a channel's columns where the table is joined as ch; JoinFields takes them.
const JoinColumns = `ch.id, ch.kind, ch.name, ch.state, ch.mode, ch.external_id, ch.account_id, ch.display_phone,
	ch.connection_id, ch.token_sealed, ch.proven_at, ch.last_error, ch.knowledge_base_id, ch.prompt_id, ch.created_at,
	ch.updated_at`

// JoinFields are where JoinColumns are scanned to.
func JoinFields(c *Channel) []any {
	return []any{
		&c.ID, &c.Kind, &c.Name, &c.State, &c.Mode, &c.ExternalID, &c.AccountID, &c.DisplayPhone, &c.ConnectionID,
		&c.tokenSealed, &c.ProvenAt, &c.LastError, &c.KnowledgeBaseID, &c.PromptID, &c.CreatedAt, &c.UpdatedAt,
	}
}

// Lookup finds whose number an external id is. It is read before a tenant is known.
func Lookup(ctx context.Context, q db.Querier, kind Kind, externalID string) (Route, error) {
	var r Route
	err := q.QueryRow(ctx, `
		SELECT tenant_id, channel_id, connection_id FROM channel_numbers
		WHERE kind = $1 AND external_id = $2`, kind, externalID).Scan(&r.TenantID, &r.ChannelID, &r.ConnectionID)
	return r, db.Found(err, "number")
}

// Get reads one of the actor's channels.
func Get(ctx context.Context, q db.Querier, a actor.Actor, id string) (Channel, error) {
	c, err := scan(q.QueryRow(ctx, `SELECT `+JoinColumns+` FROM channels ch WHERE tenant_id = $1 AND id = $2`, a.Tenant(), id))
	return c, db.Found(err, "channel")
}

// OfKind finds the tenant's first channel of a kind that is connected.
func OfKind(ctx context.Context, q db.Querier, a actor.Actor, kind Kind) (Channel, error) {
	c, err := scan(q.QueryRow(ctx, `SELECT `+JoinColumns+` FROM channels ch
		WHERE tenant_id = $1 AND kind = $2 AND state <> 'disconnected' ORDER BY created_at, id LIMIT 1`, a.Tenant(), kind))
	return c, db.Found(err, "channel")
}

// List reads the actor's channels that are connected, oldest first.
func List(ctx context.Context, q db.Querier, a actor.Actor) ([]Channel, error) {
	rows, err := q.Query(ctx, `SELECT `+JoinColumns+` FROM channels ch
		WHERE tenant_id = $1 AND state <> 'disconnected' ORDER BY created_at, id`, a.Tenant())
	if err != nil {
		return nil, fmt.Errorf("read channels: %w", err)
	}
	defer rows.Close()
	var all []Channel
	for rows.Next() {
		c, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("read channel: %w", err)
		}
		all = append(all, c)
	}
	return all, rows.Err()
}

// AllOfKind lists every tenant's numbers of a kind from the directory, for set-up at start.
func AllOfKind(ctx context.Context, q db.Querier, kind Kind) (map[string]Route, error) {
	rows, err := q.Query(ctx, `SELECT external_id, tenant_id, channel_id, connection_id FROM channel_numbers WHERE kind = $1`, kind)
	if err != nil {
		return nil, fmt.Errorf("read numbers: %w", err)
	}
	defer rows.Close()
	all := map[string]Route{}
	for rows.Next() {
		var id string
		var r Route
		if err := rows.Scan(&id, &r.TenantID, &r.ChannelID, &r.ConnectionID); err != nil {
			return nil, fmt.Errorf("read number: %w", err)
		}
		all[id] = r
	}
	return all, rows.Err()
}

// Tenants lists the tenants that a number brings something to, for work that goes through all of them.
func Tenants(ctx context.Context, q db.Querier) ([]string, error) {
	rows, err := q.Query(ctx, `SELECT DISTINCT tenant_id FROM channel_numbers ORDER BY tenant_id`)
	if err != nil {
		return nil, fmt.Errorf("read tenants: %w", err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("read tenant: %w", err)
		}
		all = append(all, id)
	}
	return all, rows.Err()
}

// heardBatches are how many channels one statement of Heard writes down: a few numbers, so that the texts stay prepared.
var heardBatches = []int{1, 16, 256}

// Heard writes down when channels, of whichever tenants, were last heard: one statement for 256 of them. It is called
// a few times a minute, not per message.
func Heard(ctx context.Context, tx *db.Tx, heard map[Route]db.Time) error {
	for some := range slices.Chunk(slices.SortedFunc(maps.Keys(heard), byID), heardBatches[len(heardBatches)-1]) {
		n := heardBatches[slices.IndexFunc(heardBatches, func(n int) bool { return n >= len(some) })]
		args := make([]any, 0, 3*n)
		for i := range n {
			r := some[min(i, len(some)-1)] // filled up with the last one
			args = append(args, r.TenantID, r.ChannelID, heard[r])
		}
		if _, err := tx.Exec(ctx, heardOf(n), args...); err != nil {
			return fmt.Errorf("write down that channels were heard: %w", err)
		}
	}
	return nil
}

// byID keeps processes that write the same channels at the same moment from waiting for each other in a circle.
func byID(a, b Route) int {
	return cmp.Or(cmp.Compare(a.TenantID, b.TenantID), cmp.Compare(a.ChannelID, b.ChannelID), cmp.Compare(a.ConnectionID, b.ConnectionID))
}

// heardOf is the statement for n channels, some of which may be the same.
func heardOf(n int) string {
	values := make([]string, n)
	for i := range values {
		values[i] = fmt.Sprintf("(CAST($%d AS TEXT), CAST($%d AS TEXT), CAST($%d AS BIGINT))", 3*i+1, 3*i+2, 3*i+3)
	}
	return `WITH heard (tenant_id, channel_id, at) AS (VALUES ` + strings.Join(values, ", ") + `)
		INSERT INTO channels_heard (tenant_id, channel_id, last_webhook_at)
		SELECT tenant_id, channel_id, max(at) FROM heard GROUP BY tenant_id, channel_id ORDER BY tenant_id, channel_id
		ON CONFLICT (tenant_id, channel_id) DO UPDATE SET last_webhook_at = excluded.last_webhook_at
		WHERE channels_heard.last_webhook_at < excluded.last_webhook_at`
}

// LastHeard is when the channel's last webhook came, zero when none ever did.
func LastHeard(ctx context.Context, q db.Querier, a actor.Actor, channelID string) (at db.Time, err error) {
	err = q.QueryRow(ctx, `
		SELECT coalesce(max(last_webhook_at), 0) FROM channels_heard
		WHERE tenant_id = $1 AND channel_id = $2`, a.Tenant(), channelID).Scan(&at)
	return at, err
}

func scan(row db.Row) (c Channel, err error) {
	err = row.Scan(JoinFields(&c)...)
	return c, err
}

func insert(ctx context.Context, tx *db.Tx, a actor.Actor, c Channel, tokenSealed string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO channels (tenant_id, id, kind, name, state, mode, external_id, account_id, display_phone,
			connection_id, token_sealed, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)`,
		a.Tenant(), c.ID, c.Kind, c.Name, c.State, c.Mode, c.ExternalID, c.AccountID, c.DisplayPhone,
		c.ConnectionID, tokenSealed, tx.Now())
	if err != nil {
		return fmt.Errorf("add channel: %w", err)
	}
	return claim(ctx, tx, a, c)
}

// claim writes down whose the number is. Nobody gets what another has.
func claim(ctx context.Context, tx *db.Tx, a actor.Actor, c Channel) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO channel_numbers (kind, external_id, tenant_id, channel_id, connection_id, account_id)
		VALUES ($1, $2, $3, $4, $5, $6)`, c.Kind, c.ExternalID, a.Tenant(), c.ID, c.ConnectionID, c.AccountID)
	if table, taken := db.UniqueViolation(err); taken && table == "channel_numbers" {
		return errs.New(errs.Conflict, "This number already belongs to a workspace of this installation.")
	}
	return err
}

func update(ctx context.Context, tx *db.Tx, a actor.Actor, id string, n Number, tokenSealed string) error {
	rows, err := tx.Exec(ctx, `
		UPDATE channels SET
			account_id = $3, token_sealed = CASE WHEN $4 = '' THEN token_sealed ELSE $4 END,
			display_phone = CASE WHEN $5 = '' THEN display_phone ELSE $5 END, updated_at = $6
		WHERE tenant_id = $1 AND id = $2`, a.Tenant(), id, n.AccountID, tokenSealed, n.DisplayPhone, tx.Now())
	if err := db.One(rows, err, "channel"); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE channel_numbers SET account_id = $3 WHERE tenant_id = $1 AND channel_id = $2 AND account_id <> $3`,
		a.Tenant(), id, n.AccountID)
	return err
}

func insertConnection(
	ctx context.Context, tx *db.Tx, a actor.Actor, id string, n NewConnection, sealed sealedConnection, keyHash string,
) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO app_connections (tenant_id, id, name, app_id, secret_sealed, verify_token_sealed, key_sealed, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		a.Tenant(), id, n.Name, n.AppID, sealed.secret, sealed.verify, sealed.key, tx.Now())
	if err != nil {
		return fmt.Errorf("add app connection: %w", err)
	}
	_, err = tx.Exec(ctx, `INSERT INTO webhook_keys (key_hash, tenant_id, connection_id) VALUES ($1, $2, $3)`,
		keyHash, a.Tenant(), id)
	return err
}

func readConnection(ctx context.Context, q db.Querier, a actor.Actor, id string) (c sealedConnection, err error) {
	err = q.QueryRow(ctx, `
		SELECT secret_sealed, verify_token_sealed, key_sealed, handshake_at FROM app_connections
		WHERE tenant_id = $1 AND id = $2`, a.Tenant(), id).Scan(&c.secret, &c.verify, &c.key, &c.handshakeAt)
	return c, db.Found(err, "app connection")
}

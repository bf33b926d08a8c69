package tenant

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"parley/internal/db"
)

// Tenants ------------------------------------------------------------------------------------------------------

func readTenant(ctx context.Context, q db.Querier, id string) (Tenant, error) {
	var t Tenant
	var hours, settings string
	err := q.QueryRow(ctx, `
		SELECT tenant_id, name, about, locale, time_zone, hours, tier, settings, created_at, updated_at
		FROM tenants WHERE tenant_id = $1`, id).Scan(
		&t.ID, &t.Name, &t.About, &t.Locale, &t.TimeZone, &hours, &t.Tier, &settings, &t.CreatedAt, &t.UpdatedAt)
	if err != nil {
		return t, db.Found(err, "workspace")
	}
	if err := json.Unmarshal([]byte(hours), &t.Hours); err != nil {
		return t, fmt.Errorf("read opening hours: %w", err)
	}
	if t.Settings, err = readSettings(settings); err != nil {
		return t, fmt.Errorf("read settings: %w", err)
	}
	return t, nil
}

func insertTenant(ctx context.Context, tx *db.Tx, t Tenant) (made bool, err error) {
	settings, err := json.Marshal(t.Settings)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(ctx, `
		INSERT INTO tenants (tenant_id, name, locale, time_zone, tier, settings, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (tenant_id) DO NOTHING`,
		t.ID, t.Name, t.Locale, t.TimeZone, t.Tier, string(settings), tx.Now())
	if err != nil {
		return false, fmt.Errorf("make tenant: %w", err)
	}
	return n == 1, nil
}

// lockTenant holds a tenant still: whoever else changes it, or its members, waits until this step has ended.
func lockTenant(ctx context.Context, tx *db.Tx, id string) error {
	n, err := tx.Exec(ctx, `UPDATE tenants SET updated_at = $2 WHERE tenant_id = $1`, id, tx.Now())
	return db.One(n, err, "workspace")
}

func updateTenant(ctx context.Context, tx *db.Tx, t Tenant) error {
	hours, err := json.Marshal(orNone(t.Hours))
	if err != nil {
		return err
	}
	settings, err := json.Marshal(t.Settings)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `
		UPDATE tenants SET name = $2, about = $3, locale = $4, time_zone = $5, hours = $6, settings = $7, updated_at = $8
		WHERE tenant_id = $1`, t.ID, t.Name, t.About, t.Locale, t.TimeZone, string(hours), string(settings), tx.Now())
	return db.One(n, err, "workspace")
}

func orNone(h []Hours) []Hours {
	if h == nil {
		return []Hours{}
	}
	return h
}

func insertHost(ctx context.Context, tx *db.Tx, host string, kind HostKind, tenantID string) (free bool, err error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO tenant_hosts (host, kind, tenant_id) VALUES ($1, $2, $3) ON CONFLICT (host) DO NOTHING`,
		host, kind, tenantID)
	return n == 1, err
}

func readHost(ctx context.Context, q db.Querier, host string) (tenantID string, err error) {
	err = q.QueryRow(ctx, `SELECT tenant_id FROM tenant_hosts WHERE host = $1`, host).Scan(&tenantID)
	return tenantID, db.Found(err, "workspace")
}

// Users --------------------------------------------------------------------------------------------------------

// user is a row of users; the zero user is nobody.
type user struct {
	name, email, passwordHash string
	locale                    string // "" until told
	mustChange                bool
}

func readUser(ctx context.Context, q db.Querier, id string) (u user, err error) {
	err = q.QueryRow(ctx, `SELECT name, email, password_hash, locale, must_change_password FROM users WHERE id = $1`, id).Scan(
		&u.name, &u.email, &u.passwordHash, &u.locale, &u.mustChange)
	return u, db.Found(err, "user")
}

func insertUser(ctx context.Context, tx *db.Tx, id string, p Person) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO users (id, email, name, password_hash, must_change_password, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $6)`, id, p.Email, p.Name, p.hash, p.MustChange, tx.Now())
	if err != nil {
		return fmt.Errorf("make user: %w", err)
	}
	return nil
}

func insertEmail(ctx context.Context, tx *db.Tx, hash, userID string) (free bool, err error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO user_emails (email_hash, user_id) VALUES ($1, $2) ON CONFLICT (email_hash) DO NOTHING`, hash, userID)
	return n == 1, err
}

// readUserByEmail is "" for an address nobody has.
func readUserByEmail(ctx context.Context, q db.Querier, hash string) (id string, err error) {
	err = q.QueryRow(ctx, `SELECT user_id FROM user_emails WHERE email_hash = $1`, hash).Scan(&id)
	if errors.Is(err, db.ErrNoRows) {
		return "", nil
	}
	return id, err
}

// updatePassword changes a password that is still the one that was checked.
func updatePassword(ctx context.Context, tx *db.Tx, userID, before, after string) (int64, error) {
	return tx.Exec(ctx, `
		UPDATE users SET password_hash = $3, must_change_password = FALSE, updated_at = $4
		WHERE id = $1 AND password_hash = $2`, userID, before, after, tx.Now())
}

// Members ------------------------------------------------------------------------------------------------------

func insertMember(ctx context.Context, tx *db.Tx, tenantID, userID string, r Role) (added bool, err error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO members (tenant_id, user_id, role, created_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (tenant_id, user_id) DO NOTHING`, tenantID, userID, r, tx.Now())
	if err != nil || n == 0 {
		return false, err
	}
	_, err = tx.Exec(ctx, `INSERT INTO memberships (user_id, tenant_id) VALUES ($1, $2)`, userID, tenantID)
	return true, err
}

// otherOwner is true for who is no owner, and for an owner who is not the only one.
const otherOwner = `(role <> 'owner' OR EXISTS (SELECT 1 FROM members o
	WHERE o.tenant_id = $1 AND o.user_id <> $2 AND o.role = 'owner'))`

func updateRole(ctx context.Context, tx *db.Tx, tenantID, userID string, r Role) (int64, error) {
	return tx.Exec(ctx, `UPDATE members SET role = $3 WHERE tenant_id = $1 AND user_id = $2 AND `+otherOwner,
		tenantID, userID, r)
}

func deleteMember(ctx context.Context, tx *db.Tx, tenantID, userID string) (int64, error) {
	n, err := tx.Exec(ctx, `DELETE FROM members WHERE tenant_id = $1 AND user_id = $2 AND `+otherOwner, tenantID, userID)
	if err != nil || n == 0 {
		return n, err
	}
	return tx.Exec(ctx, `DELETE FROM memberships WHERE user_id = $1 AND tenant_id = $2`, userID, tenantID)
}

func readRole(ctx context.Context, q db.Querier, tenantID, userID string) (r Role, err error) {
	err = q.QueryRow(ctx, `SELECT role FROM members WHERE tenant_id = $1 AND user_id = $2`, tenantID, userID).Scan(&r)
	return r, db.Found(err, "member")
}

func readMembers(ctx context.Context, q db.Querier, tenantID string) (all []Member, err error) {
	rows, err := q.Query(ctx, `
		SELECT m.user_id, u.name, u.email, m.role, m.created_at FROM members m JOIN users u ON u.id = m.user_id
		WHERE m.tenant_id = $1 ORDER BY m.created_at, m.user_id`, tenantID)
	if err != nil {
		return nil, fmt.Errorf("read members: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var m Member
		if err := rows.Scan(&m.UserID, &m.Name, &m.Email, &m.Role, &m.Since); err != nil {
			return nil, fmt.Errorf("read member: %w", err)
		}
		all = append(all, m)
	}
	return all, rows.Err()
}

// readNames are the names of the members and of all keys there ever were.
func readNames(ctx context.Context, q db.Querier, tenantID string) (map[string]string, error) {
	rows, err := q.Query(ctx, `
		SELECT m.user_id, u.name FROM members m JOIN users u ON u.id = m.user_id WHERE m.tenant_id = $1
		UNION ALL SELECT id, name FROM api_keys WHERE tenant_id = $1`, tenantID)
	if err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	defer rows.Close()
	names := map[string]string{}
	for rows.Next() {
		var id, name string
		if err := rows.Scan(&id, &name); err != nil {
			return nil, fmt.Errorf("read name: %w", err)
		}
		names[id] = name
	}
	return names, rows.Err()
}

// readMemberships are the ids of a user's tenants, the oldest first.
func readMemberships(ctx context.Context, q db.Querier, userID string) (ids []string, err error) {
	rows, err := q.Query(ctx, `SELECT tenant_id FROM memberships WHERE user_id = $1 ORDER BY tenant_id`, userID)
	if err != nil {
		return nil, fmt.Errorf("read memberships: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("read membership: %w", err)
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

func readWorkspace(ctx context.Context, q db.Querier, tenantID, userID string) (w Workspace, err error) {
	err = q.QueryRow(ctx, `
		SELECT t.tenant_id, t.name, m.role FROM tenants t JOIN members m ON m.tenant_id = t.tenant_id
		WHERE t.tenant_id = $1 AND m.user_id = $2`, tenantID, userID).Scan(&w.ID, &w.Name, &w.Role)
	return w, db.Found(err, "workspace")
}

// Sessions -----------------------------------------------------------------------------------------------------

// session is a row of sessions.
type session struct {
	id, userID, tenantID    string
	tokenHash, previousHash string
	addressHash             string
	agentSealed             string
	rotatedAt               db.Time
	expiresAt               db.Time
	revokedAt               db.Time
}

func (s session) ended(now db.Time) bool {
	return s.userID == "" || !s.revokedAt.IsZero() || !s.expiresAt.After(now)
}

func insertSession(ctx context.Context, tx *db.Tx, n session) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO sessions (id, user_id, tenant_id, token_hash, address_hash, agent_sealed, rotated_at, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)`,
		n.id, n.userID, n.tenantID, n.tokenHash, n.addressHash, n.agentSealed, tx.Now(), n.expiresAt)
	if err != nil {
		return fmt.Errorf("open session: %w", err)
	}
	return nil
}

// readSession is the zero session for an id that is none.
func readSession(ctx context.Context, q db.Querier, id string) (s session, err error) {
	err = q.QueryRow(ctx, `
		SELECT id, user_id, tenant_id, token_hash, previous_hash, rotated_at, expires_at, revoked_at
		FROM sessions WHERE id = $1`, id).Scan(
		&s.id, &s.userID, &s.tenantID, &s.tokenHash, &s.previousHash, &s.rotatedAt, &s.expiresAt, &s.revokedAt)
	if errors.Is(err, db.ErrNoRows) {
		return session{}, nil
	}
	return s, err
}

func rotateSession(ctx context.Context, tx *db.Tx, id, brought, next string, expires db.Time) (int64, error) {
	return tx.Exec(ctx, `
		UPDATE sessions SET previous_hash = token_hash, token_hash = $3, rotated_at = $4, expires_at = $5
		WHERE id = $1 AND token_hash = $2 AND revoked_at IS NULL AND expires_at > $4`, id, brought, next, tx.Now(), expires)
}

func switchSession(ctx context.Context, tx *db.Tx, id, tenantID string) (int64, error) {
	return tx.Exec(ctx, `
		UPDATE sessions SET tenant_id = $2 WHERE id = $1 AND revoked_at IS NULL AND expires_at > $3`, id, tenantID, tx.Now())
}

func revokeSession(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `UPDATE sessions SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL`, id, tx.Now())
	return err
}

// endSession revokes a session for who holds its token, or the one before.
func endSession(ctx context.Context, tx *db.Tx, id, tokenHash string) (int64, error) {
	return tx.Exec(ctx, `
		UPDATE sessions SET revoked_at = $3
		WHERE id = $1 AND revoked_at IS NULL AND (token_hash = $2 OR previous_hash = $2)`, id, tokenHash, tx.Now())
}

// revokeSessions ends all sessions of a user but one.
func revokeSessions(ctx context.Context, tx *db.Tx, userID, but string) error {
	_, err := tx.Exec(ctx, `
		UPDATE sessions SET revoked_at = $3 WHERE user_id = $1 AND id <> $2 AND revoked_at IS NULL`, userID, but, tx.Now())
	return err
}

func deleteOldSessions(ctx context.Context, tx *db.Tx, userID string, before db.Time) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM sessions WHERE user_id = $1 AND (expires_at < $2 OR revoked_at < $2)`, userID, before)
	return err
}

// readKnownAddress reports whether a user has signed in from an address before.
func readKnownAddress(ctx context.Context, q db.Querier, userID, addressHash string) (known bool, err error) {
	err = q.QueryRow(ctx, `
		SELECT EXISTS (SELECT 1 FROM sessions WHERE user_id = $1 AND address_hash = $2)`, userID, addressHash).Scan(&known)
	return known, err
}

// readLastTenant is the tenant of a user's newest session, "" when there was none.
func readLastTenant(ctx context.Context, q db.Querier, userID string) (id string, err error) {
	err = q.QueryRow(ctx, `
		SELECT tenant_id FROM sessions WHERE user_id = $1 ORDER BY rotated_at DESC, id DESC LIMIT 1`, userID).Scan(&id)
	if errors.Is(err, db.ErrNoRows) {
		return "", nil
	}
	return id, err
}

// readStanding is the zero standing when the session has ended or the user is no member of the tenant.
func readStanding(ctx context.Context, q db.Querier, p pass, now db.Time) (st standing, err error) {
	err = q.QueryRow(ctx, `
		SELECT s.user_id, m.role, u.must_change_password
		FROM sessions s JOIN members m ON m.tenant_id = $2 AND m.user_id = s.user_id JOIN users u ON u.id = s.user_id
		WHERE s.id = $1 AND s.revoked_at IS NULL AND s.expires_at > $3`, p.session, p.tenant, now).Scan(
		&st.user, &st.role, &st.must)
	if errors.Is(err, db.ErrNoRows) {
		return standing{}, nil
	}
	return st, err
}

// One-time tokens ----------------------------------------------------------------------------------------------

func insertToken(ctx context.Context, tx *db.Tx, hash string, p Purpose, expires db.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO one_time_tokens (token_hash, purpose, expires_at) VALUES ($1, $2, $3)`,
		hash, p, expires)
	return err
}

func readTokenGood(ctx context.Context, q db.Querier, hash string, now db.Time) (good bool, err error) {
	err = q.QueryRow(ctx, `
		SELECT EXISTS (SELECT 1 FROM one_time_tokens WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2)`,
		hash, now).Scan(&good)
	return good, err
}

func useToken(ctx context.Context, tx *db.Tx, hash string) (int64, error) {
	return tx.Exec(ctx, `
		UPDATE one_time_tokens SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2`, hash, tx.Now())
}

func voidTokens(ctx context.Context, tx *db.Tx, p Purpose) error {
	_, err := tx.Exec(ctx, `UPDATE one_time_tokens SET used_at = $2 WHERE purpose = $1 AND used_at IS NULL`, p, tx.Now())
	return err
}

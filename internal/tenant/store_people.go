package tenant

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"parley/internal/actor"
	"parley/internal/db"
)

// One-time links -----------------------------------------------------------------------------------------------

// oneTime is what a one-time link is about; the zero oneTime is of a link that does not work.
type oneTime struct {
	userID, tenantID, targetID string
}

func insertLink(ctx context.Context, tx *db.Tx, hash string, p Purpose, t oneTime, expires db.Time) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO one_time_tokens (token_hash, purpose, user_id, tenant_id, target_id, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6)`, hash, p, t.userID, t.tenantID, t.targetID, expires)
	return err
}

func readToken(ctx context.Context, q db.Querier, hash string, now db.Time) (t oneTime, err error) {
	err = q.QueryRow(ctx, `
		SELECT user_id, tenant_id, target_id FROM one_time_tokens WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2`,
		hash, now).Scan(&t.userID, &t.tenantID, &t.targetID)
	if errors.Is(err, db.ErrNoRows) {
		return oneTime{}, nil
	}
	return t, err
}

// voidResetLinks makes a user's unused links to a new password useless.
func voidResetLinks(ctx context.Context, tx *db.Tx, userID string) error {
	_, err := tx.Exec(ctx, `
		UPDATE one_time_tokens SET used_at = $3 WHERE user_id = $1 AND user_id <> '' AND purpose = $2 AND used_at IS NULL`,
		userID, forReset, tx.Now())
	return err
}

// voidInvitationLinks does the same to the links of an invitation.
func voidInvitationLinks(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `
		UPDATE one_time_tokens SET used_at = $3 WHERE target_id = $1 AND target_id <> '' AND purpose = $2 AND used_at IS NULL`,
		id, forInvitation, tx.Now())
	return err
}

func setPassword(ctx context.Context, tx *db.Tx, userID, hash string) error {
	n, err := tx.Exec(ctx, `
		UPDATE users SET password_hash = $2, must_change_password = FALSE, updated_at = $3 WHERE id = $1`, userID, hash, tx.Now())
	return db.One(n, err, "user")
}

// Letters ------------------------------------------------------------------------------------------------------

func insertLetter(ctx context.Context, tx *db.Tx, id, sealed string, until db.Time) error {
	_, err := tx.Exec(ctx, `INSERT INTO letters (id, sealed, created_at, expires_at) VALUES ($1, $2, $3, $4)`,
		id, sealed, tx.Now(), until)
	return err
}

// readLetter is "" for a letter that was sent, or is too late.
func readLetter(ctx context.Context, q db.Querier, id string, now db.Time) (sealed string, err error) {
	err = q.QueryRow(ctx, `SELECT sealed FROM letters WHERE id = $1 AND expires_at > $2`, id, now).Scan(&sealed)
	if errors.Is(err, db.ErrNoRows) {
		return "", nil
	}
	return sealed, err
}

func deleteLetter(ctx context.Context, tx *db.Tx, id string) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM letters WHERE id = $1`, id)
}

func deleteOldLetters(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `DELETE FROM letters WHERE expires_at < $1`, tx.Now())
	return err
}

// Invitations --------------------------------------------------------------------------------------------------

func isMember(ctx context.Context, q db.Querier, tenantID, userID string) (is bool, err error) {
	err = q.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM members WHERE tenant_id = $1 AND user_id = $2)`, tenantID, userID).Scan(&is)
	return is, err
}

func insertInvitation(ctx context.Context, tx *db.Tx, tenantID string, i Invitation) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO invitations (tenant_id, id, email, role, invited_by, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, tenantID, i.ID, i.Email, i.Role, i.InvitedBy, i.CreatedAt, i.ExpiresAt)
	return err
}

// open is an invitation that was neither accepted nor taken back. One that is too old is shown, to be sent again.
const open = `accepted_at IS NULL AND revoked_at IS NULL`

func readInvitations(ctx context.Context, q db.Querier, tenantID string) (all []Invitation, err error) {
	rows, err := q.Query(ctx, `
		SELECT id, email, role, invited_by, created_at, expires_at FROM invitations
		WHERE tenant_id = $1 AND `+open+` ORDER BY id DESC`, tenantID)
	if err != nil {
		return nil, fmt.Errorf("read invitations: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var i Invitation
		if err := rows.Scan(&i.ID, &i.Email, &i.Role, &i.InvitedBy, &i.CreatedAt, &i.ExpiresAt); err != nil {
			return nil, fmt.Errorf("read invitation: %w", err)
		}
		all = append(all, i)
	}
	return all, rows.Err()
}

func readInvitation(ctx context.Context, q db.Querier, tenantID, id string) (i Invitation, err error) {
	err = q.QueryRow(ctx, `
		SELECT id, email, role, invited_by, created_at, expires_at FROM invitations WHERE tenant_id = $1 AND id = $2 AND `+open,
		tenantID, id).Scan(&i.ID, &i.Email, &i.Role, &i.InvitedBy, &i.CreatedAt, &i.ExpiresAt)
	return i, db.Found(err, "invitation")
}

func extendInvitation(ctx context.Context, tx *db.Tx, tenantID, id string, until db.Time) (int64, error) {
	return tx.Exec(ctx, `UPDATE invitations SET expires_at = $3 WHERE tenant_id = $1 AND id = $2 AND `+open, tenantID, id, until)
}

func acceptInvitation(ctx context.Context, tx *db.Tx, tenantID, id string) (int64, error) {
	return tx.Exec(ctx, `
		UPDATE invitations SET accepted_at = $3 WHERE tenant_id = $1 AND id = $2 AND expires_at > $3 AND `+open,
		tenantID, id, tx.Now())
}

// revokeInvitations takes back the open invitations of which a column of ours has a value.
func revokeInvitations(ctx context.Context, tx *db.Tx, tenantID, column, value string) (ids []string, err error) {
	rows, err := tx.Query(ctx, `
		UPDATE invitations SET revoked_at = $3 WHERE tenant_id = $1 AND `+column+` = $2 AND `+open+` RETURNING id`,
		tenantID, value, tx.Now())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// Keys ---------------------------------------------------------------------------------------------------------

func insertKey(ctx context.Context, tx *db.Tx, tenantID string, k Key, hash string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO api_keys (tenant_id, id, name, prefix, scopes, made_by, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		tenantID, k.ID, k.Name, k.Prefix, joinScopes(k.Scopes), k.MadeBy, k.CreatedAt, k.ExpiresAt.OrNull())
	if err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	_, err = tx.Exec(ctx, `INSERT INTO api_key_hashes (key_hash, tenant_id, key_id) VALUES ($1, $2, $3)`, hash, tenantID, k.ID)
	return err
}

func readKeys(ctx context.Context, q db.Querier, tenantID string) (all []Key, err error) {
	rows, err := q.Query(ctx, `
		SELECT id, name, prefix, scopes, made_by, created_at, last_used_at, expires_at FROM api_keys
		WHERE tenant_id = $1 AND revoked_at IS NULL ORDER BY id DESC`, tenantID)
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var k Key
		var scopes string
		if err := rows.Scan(&k.ID, &k.Name, &k.Prefix, &scopes, &k.MadeBy, &k.CreatedAt, &k.LastUsedAt, &k.ExpiresAt); err != nil {
			return nil, fmt.Errorf("read key: %w", err)
		}
		k.Scopes = splitScopes(scopes)
		all = append(all, k)
	}
	return all, rows.Err()
}

// revokeKey ends a key, and takes away what it is found by.
func revokeKey(ctx context.Context, tx *db.Tx, tenantID, id string) (int64, error) {
	n, err := tx.Exec(ctx, `UPDATE api_keys SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL`,
		tenantID, id, tx.Now())
	if err != nil || n == 0 {
		return n, err
	}
	_, err = tx.Exec(ctx, `DELETE FROM api_key_hashes WHERE tenant_id = $1 AND key_id = $2`, tenantID, id)
	return n, err
}

// revokeKeysOf ends the keys a user made in a tenant.
func revokeKeysOf(ctx context.Context, tx *db.Tx, tenantID, userID string) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM api_key_hashes WHERE tenant_id = $1 AND key_id IN (
			SELECT id FROM api_keys WHERE tenant_id = $1 AND made_by = $2)`, tenantID, userID)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE api_keys SET revoked_at = $3 WHERE tenant_id = $1 AND made_by = $2 AND revoked_at IS NULL`,
		tenantID, userID, tx.Now())
	return err
}

// readKeyHash is "" for what is no key.
func readKeyHash(ctx context.Context, q db.Querier, hash string) (tenantID, id string, err error) {
	err = q.QueryRow(ctx, `SELECT tenant_id, key_id FROM api_key_hashes WHERE key_hash = $1`, hash).Scan(&tenantID, &id)
	if errors.Is(err, db.ErrNoRows) {
		return "", "", nil
	}
	return tenantID, id, err
}

// readKeyStanding is the zero standing when the key has ended or its maker has left.
func readKeyStanding(ctx context.Context, q db.Querier, tenantID, id string, now db.Time) (st keyStanding, err error) {
	var scopes string
	err = q.QueryRow(ctx, `
		SELECT k.id, k.tenant_id, k.made_by, k.scopes, k.last_used_at, m.role
		FROM api_keys k JOIN members m ON m.tenant_id = k.tenant_id AND m.user_id = k.made_by
		WHERE k.tenant_id = $1 AND k.id = $2 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $3)`,
		tenantID, id, now).Scan(&st.id, &st.tenant, &st.maker, &scopes, &st.lastUsed, &st.role)
	if errors.Is(err, db.ErrNoRows) {
		return keyStanding{}, nil
	}
	st.scopes = splitScopes(scopes)
	return st, err
}

func touchKey(ctx context.Context, tx *db.Tx, tenantID, id string, before db.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE api_keys SET last_used_at = $3 WHERE tenant_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at <= $4)`,
		tenantID, id, tx.Now(), before)
	return err
}

func joinScopes(scopes []actor.Permission) string {
	words := make([]string, len(scopes))
	for i, p := range scopes {
		words[i] = string(p)
	}
	return strings.Join(words, " ")
}

func splitScopes(text string) (scopes []actor.Permission) {
	for word := range strings.FieldsSeq(text) {
		scopes = append(scopes, actor.Permission(word))
	}
	return scopes
}

// Sessions of a user -------------------------------------------------------------------------------------------

// shownSession is what of a session its user may see.
type shownSession struct {
	id, agentSealed      string
	createdAt, rotatedAt db.Time
}

func readSessions(ctx context.Context, q db.Querier, userID string, now db.Time) (all []shownSession, err error) {
	rows, err := q.Query(ctx, `
		SELECT id, agent_sealed, created_at, rotated_at FROM sessions
		WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY id DESC LIMIT 200`, userID, now)
	if err != nil {
		return nil, fmt.Errorf("read sessions: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var s shownSession
		if err := rows.Scan(&s.id, &s.agentSealed, &s.createdAt, &s.rotatedAt); err != nil {
			return nil, fmt.Errorf("read session: %w", err)
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

// endSessionOf revokes one session of a user.
func endSessionOf(ctx context.Context, tx *db.Tx, id, userID string) (int64, error) {
	return tx.Exec(ctx, `UPDATE sessions SET revoked_at = $3 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL`,
		id, userID, tx.Now())
}

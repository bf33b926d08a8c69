package db

import (
	"context"
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// unguarded are the tables that carry no policy, and why: they are read before a tenant is known, or claimed across
// tenants, and hold ids, hashes, sealed bytes and times only. A new table is guarded unless it is named here.
func unguarded() map[string]string {
	return map[string]string{
		"installation":      "facts about the installation, of no tenant",
		"tenant_hosts":      "finds a tenant by host name",
		"user_emails":       "finds a user by the hash of an address",
		"memberships":       "finds the tenants of a user",
		"sessions":          "finds a session by the hash of its token",
		"one_time_tokens":   "finds a one-time link by the hash of its token",
		"letters":           "goes to an address before it is known whose that is",
		"api_key_hashes":    "finds a key by the hash of it",
		"webhook_keys":      "finds an app connection by the hash of its key",
		"channel_numbers":   "finds whose a number is",
		"channels_heard":    "written for all tenants at once",
		"webhook_envelopes": "keeps sealed bodies that may be nobody's",
		"processes":         "leases of processes, of no tenant",
		"turns":             "claimed across tenants",
		"outbox":            "claimed across tenants",
	}
}

// appendOnly are the ledgers: the working role may neither change nor remove what is in them.
func appendOnly() []string {
	return []string{"audit_entries", "usage_entries", "money_entries", "events"}
}

// policy says which rows of a table the working role sees and may write.
type policy struct {
	using, check string
}

// ofTenant lets through the rows of the current tenant; without one the setting is empty or missing, which equals no
// tenant.
func ofTenant() policy {
	const own = `tenant_id = current_setting('app.current_tenant_id', true)`
	return policy{using: own, check: own}
}

// ofPeople lets a user see oneself, and a tenant its members. Registration and set-up write a user before there is a
// membership.
func ofPeople() policy {
	return policy{
		using: `id = current_setting('app.current_user_id', true) OR EXISTS (SELECT 1 FROM members m
			WHERE m.tenant_id = current_setting('app.current_tenant_id', true) AND m.user_id = users.id)`,
		check: `true`,
	}
}

// sum changes with the policy; it is kept as the policy's comment.
func (p policy) sum() string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(p.using + "\x00" + p.check))
	return fmt.Sprintf("parley %x", h.Sum64())
}

// secure brings policies and grants of the working role up to date, as the owner. It changes nothing where everything
// is as it should be, so that a start does not wait for another process's work.
func secure(ctx context.Context, c *pgx.Conn, role string) error {
	return pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
		tables, err := guardedTables(ctx, tx)
		if err != nil {
			return fmt.Errorf("list tables: %w", err)
		}
		for table, has := range tables {
			p := ofTenant()
			if table == "users" {
				p = ofPeople()
			}
			if has == p.sum() {
				continue
			}
			if err := guard(ctx, tx, table, p); err != nil {
				return fmt.Errorf("guard %s: %w", table, err)
			}
		}
		return grant(ctx, tx, role)
	})
}

// guardedTables are the tables that need a policy, with the comment of the one they have while it is enabled.
func guardedTables(ctx context.Context, tx pgx.Tx) (map[string]string, error) {
	rows, err := tx.Query(ctx, `SELECT k.relname,
			CASE WHEN k.relrowsecurity THEN coalesce(obj_description(p.oid, 'pg_policy'), '') ELSE '' END
		FROM pg_class k LEFT JOIN pg_policy p ON p.polrelid = k.oid AND p.polname = 'tenant_isolation'
		WHERE k.relkind IN ('r', 'p') AND k.relnamespace = current_schema()::regnamespace AND k.relname <> 'goose_db_version'`)
	if err != nil {
		return nil, err
	}
	tables, skip := map[string]string{}, unguarded()
	var table, has string
	_, err = pgx.ForEachRow(rows, []any{&table, &has}, func() error {
		if skip[table] == "" {
			tables[table] = has
		}
		return nil
	})
	return tables, err
}

// guard puts the policy on a table. It is not forced on the owner, whose migrations would silently see nothing.
func guard(ctx context.Context, tx pgx.Tx, table string, p policy) error {
	name := pgx.Identifier{table}.Sanitize()
	for _, sql := range []string{
		"ALTER TABLE " + name + " ENABLE ROW LEVEL SECURITY",
		"DROP POLICY IF EXISTS tenant_isolation ON " + name,
		"CREATE POLICY tenant_isolation ON " + name + " USING (" + p.using + ") WITH CHECK (" + p.check + ")",
		"COMMENT ON POLICY tenant_isolation ON " + name + " IS '" + p.sum() + "'",
	} {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

// grant lets the working role read and write rows, add to the ledgers, and nothing else.
func grant(ctx context.Context, tx pgx.Tx, role string) error {
	var schema string
	if err := tx.QueryRow(ctx, "SELECT quote_ident(current_schema())").Scan(&schema); err != nil {
		return fmt.Errorf("grant: %w", err)
	}
	to := pgx.Identifier{role}.Sanitize()
	for _, sql := range []string{
		"GRANT USAGE ON SCHEMA " + schema + " TO " + to,
		"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA " + schema + " TO " + to,
		"REVOKE UPDATE, DELETE ON " + strings.Join(appendOnly(), ", ") + " FROM " + to,
		"REVOKE INSERT, UPDATE, DELETE ON goose_db_version FROM " + to,
	} {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return fmt.Errorf("grant to the working role: %w", err)
		}
	}
	return nil
}

package contact

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"parley/internal/actor"
	"parley/internal/analyzer"
	"parley/internal/db"
	"parley/internal/whatsapp"
)

const columns = `c.id, c.name, c.username, c.phone, c.language, c.opted_out_at, c.created_at, c.updated_at`

func fields(c *Contact) []any {
	return []any{&c.ID, &c.Name, &c.Username, &c.Phone, &c.Language, &c.OptedOutAt, &c.CreatedAt, &c.UpdatedAt}
}

// JoinColumns are a contact's columns where the table is joined as k; JoinFields takes them.
const JoinColumns = `k.id, k.name, k.username, k.phone, k.language, k.opted_out_at, k.created_at, k.updated_at`

// JoinFields are where JoinColumns are scanned to.
func JoinFields(c *Contact) []any { return fields(c) }

// Get reads one of the actor's contacts.
func Get(ctx context.Context, q db.Querier, a actor.Actor, id string) (Contact, error) {
	var c Contact
	err := q.QueryRow(ctx, `SELECT `+columns+` FROM contacts c WHERE c.tenant_id = $1 AND c.id = $2`, a.Tenant(), id).
		Scan(fields(&c)...)
	return c, db.Found(err, "contact")
}

// Address is what a message to the contact is sent to: the newest WhatsApp id as it was received, else the BSUID.
func Address(ctx context.Context, q db.Querier, a actor.Actor, contactID string) (waID, bsuid string, err error) {
	rows, err := q.Query(ctx, `
		SELECT kind, value FROM contact_identities
		WHERE tenant_id = $1 AND contact_id = $2 AND kind IN ('wa_id', 'bsuid') ORDER BY first_seen`, a.Tenant(), contactID)
	if err != nil {
		return "", "", fmt.Errorf("read address: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var i identity
		if err := rows.Scan(&i.kind, &i.value); err != nil {
			return "", "", fmt.Errorf("read address: %w", err)
		}
		if i.kind == WaID {
			waID = i.value
		} else {
			bsuid = i.value
		}
	}
	return waID, bsuid, rows.Err()
}

// find looks for the surest contact of a sighting, and says which contact owns each kind of its identities. A match
// key that is all there is to go by decides only when no WhatsApp id does. The two IN say nothing new: with the OR alone
// SQLite reads all identities of the tenant.
func find(ctx context.Context, q db.Querier, a actor.Actor, s Sighting) (
	best Contact, owners map[IdentityKind]string, err error,
) {
	match := ""
	if s.WaID != "" {
		match = whatsapp.MatchKey(s.WaID)
	}
	rows, err := q.Query(ctx, `
		SELECT i.kind, `+columns+`
		FROM contact_identities i JOIN contacts c ON c.tenant_id = i.tenant_id AND c.id = i.contact_id
		WHERE i.tenant_id = $1 AND i.kind IN ('bsuid', 'wa_id', 'match') AND i.value IN ($2, $3, $4)
			AND (i.kind = 'bsuid' AND i.value = $2 OR i.kind = 'wa_id' AND i.value = $3 OR i.kind = 'match' AND i.value = $4)`,
		a.Tenant(), s.BSUID, s.WaID, match)
	if err != nil {
		return best, nil, fmt.Errorf("find contact: %w", err)
	}
	defer rows.Close()
	owners = map[IdentityKind]string{}
	sureness := map[IdentityKind]int{BSUID: 3, WaID: 2, Match: 1}
	top := 0
	for rows.Next() {
		var kind IdentityKind
		var c Contact
		if err := rows.Scan(append([]any{&kind}, fields(&c)...)...); err != nil {
			return best, nil, fmt.Errorf("find contact: %w", err)
		}
		owners[kind] = c.ID
		if sureness[kind] > top {
			best, top = c, sureness[kind]
		}
	}
	return best, owners, rows.Err()
}

func create(ctx context.Context, tx *db.Tx, a actor.Actor, s Sighting) (Contact, error) {
	c := Contact{ID: tx.NewID(), Name: s.Name, Username: s.Username, Phone: s.WaID, CreatedAt: tx.Now(), UpdatedAt: tx.Now()}
	_, err := tx.Exec(ctx, `
		INSERT INTO contacts (tenant_id, id, name, username, phone, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $6)`, a.Tenant(), c.ID, c.Name, c.Username, c.Phone, tx.Now())
	if err != nil {
		return c, fmt.Errorf("create contact: %w", err)
	}
	return c, indexWords(ctx, tx, a, c)
}

func rename(ctx context.Context, tx *db.Tx, a actor.Actor, c Contact, s Sighting) (Contact, error) {
	c.Name, c.Username = orKeep(s.Name, c.Name), orKeep(s.Username, c.Username)
	if c.Phone == "" {
		c.Phone = s.WaID
	}
	_, err := tx.Exec(ctx, `
		UPDATE contacts SET name = $3, username = $4, phone = $5, updated_at = $6
		WHERE tenant_id = $1 AND id = $2`, a.Tenant(), c.ID, c.Name, c.Username, c.Phone, tx.Now())
	if err != nil {
		return c, fmt.Errorf("rename contact: %w", err)
	}
	if _, err := tx.Exec(ctx, `DELETE FROM contact_terms WHERE tenant_id = $1 AND contact_id = $2`, a.Tenant(), c.ID); err != nil {
		return c, fmt.Errorf("rename contact: %w", err)
	}
	return c, indexWords(ctx, tx, a, c)
}

// indexWords makes a contact findable by the words of its name, by username and by number.
func indexWords(ctx context.Context, tx *db.Tx, a actor.Actor, c Contact) error {
	words := analyzer.Words(c.Name + " " + c.Username + " " + c.Phone)
	if len(words) == 0 {
		return nil
	}
	var values []string
	args := []any{a.Tenant(), c.ID}
	seen := map[string]bool{}
	for _, term := range words {
		if !seen[term] {
			seen[term] = true
			args = append(args, term)
			values = append(values, "($1, $"+strconv.Itoa(len(args))+", $2)")
		}
	}
	_, err := tx.Exec(ctx, `INSERT INTO contact_terms (tenant_id, term, contact_id) VALUES `+strings.Join(values, ", ")+
		` ON CONFLICT DO NOTHING`, args...)
	if err != nil {
		return fmt.Errorf("index contact: %w", err)
	}
	return nil
}

// learn adds identities that were not seen before.
func learn(ctx context.Context, tx *db.Tx, a actor.Actor, contactID, source string, all ...identity) error {
	if len(all) == 0 {
		return nil
	}
	var values []string
	args := []any{a.Tenant(), contactID, source, tx.Now()}
	for _, i := range all {
		args = append(args, i.kind, i.value)
		n := len(args)
		values = append(values, "($1, $"+strconv.Itoa(n-1)+", $"+strconv.Itoa(n)+", $2, $3, $4)")
	}
	_, err := tx.Exec(ctx, `INSERT INTO contact_identities (tenant_id, kind, value, contact_id, source, first_seen) VALUES `+
		strings.Join(values, ", "), args...)
	return err
}

func orKeep(v, old string) string {
	if v == "" {
		return old
	}
	return v
}

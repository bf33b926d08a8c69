package contact

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"parley/internal/actor"
	"parley/internal/analyzer"
	"parley/internal/db"
	"parley/internal/whatsapp"
)

const columns = `c.id, c.name, c.name_chosen, c.username, c.phone, c.language, c.opted_out_at, c.created_at, c.updated_at`

func fields(c *Contact) []any {
	return []any{&c.ID, &c.Name, &c.NameChosen, &c.Username, &c.Phone, &c.Language, &c.OptedOutAt, &c.CreatedAt, &c.UpdatedAt}
}

// JoinColumns are a contact's columns where the table is joined as k; JoinFields takes them.
const JoinColumns = `k.id, k.name, k.name_chosen, k.username, k.phone, k.language, k.opted_out_at, k.created_at, k.updated_at`

// JoinFields are where JoinColumns are scanned to.
func JoinFields(c *Contact) []any { return fields(c) }

// Reached is where a contact is reached: the newest WhatsApp id as it was received, and the BSUID.
type Reached struct{ ContactID, WaID, BSUID string }

// ReachedColumns are the id, the WhatsApp id and the BSUID of the contact that a row of the table named so belongs to.
func ReachedColumns(table string) string {
	newest := func(kind IdentityKind) string {
		return `coalesce((SELECT i.value FROM contact_identities i WHERE i.tenant_id = ` + table + `.tenant_id
			AND i.contact_id = ` + table + `.contact_id AND i.kind = '` + string(kind) + `' ORDER BY i.first_seen DESC LIMIT 1), '')`
	}
	return table + `.contact_id, ` + newest(WaID) + `, ` + newest(BSUID)
}

// Get reads one of the actor's contacts.
func Get(ctx context.Context, q db.Querier, a actor.Actor, id string) (Contact, error) {
	var c Contact
	err := q.QueryRow(ctx, `SELECT `+columns+` FROM contacts c WHERE c.tenant_id = $1 AND c.id = $2`, a.Tenant(), id).
		Scan(fields(&c)...)
	return c, db.Found(err, "contact")
}

// Address is what a message to the contact is sent to: the newest WhatsApp id as it was received, else the BSUID. Of a
// contact that is not there it is nothing.
func Address(ctx context.Context, q db.Querier, a actor.Actor, contactID string) (waID, bsuid string, err error) {
	var at Reached
	err = q.QueryRow(ctx, `SELECT `+ReachedColumns("k")+`
		FROM (SELECT tenant_id, id AS contact_id FROM contacts WHERE tenant_id = $1 AND id = $2) k`, a.Tenant(), contactID).
		Scan(&at.ContactID, &at.WaID, &at.BSUID)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return "", "", fmt.Errorf("read address: %w", err)
	}
	return at.WaID, at.BSUID, nil
}

// find looks for the surest contact of a sighting, and says which contact owns each kind of its identities. A match
// key that is all there is to go by decides only when no WhatsApp id does. Three looks by the key: with an OR, either
// database may read all identities of the tenant.
func find(ctx context.Context, q db.Querier, a actor.Actor, s Sighting) (
	best Contact, owners map[IdentityKind]string, err error,
) {
	match := ""
	if s.WaID != "" {
		match = whatsapp.MatchKey(s.WaID)
	}
	rows, err := q.Query(ctx, `
		SELECT i.kind, `+columns+`
		FROM (SELECT kind, contact_id FROM contact_identities WHERE tenant_id = $1 AND kind = 'bsuid' AND value = $2
			UNION ALL SELECT kind, contact_id FROM contact_identities WHERE tenant_id = $1 AND kind = 'wa_id' AND value = $3
			UNION ALL SELECT kind, contact_id FROM contact_identities WHERE tenant_id = $1 AND kind = 'match' AND value = $4) i
		JOIN contacts c ON c.tenant_id = $1 AND c.id = i.contact_id`,
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

func create(tx *db.Tx, a actor.Actor, s Sighting) Contact {
	c := Contact{ID: tx.NewID(), Name: s.Name, Username: s.Username, Phone: s.WaID, CreatedAt: tx.Now(), UpdatedAt: tx.Now()}
	tx.Later("create contact", `
		INSERT INTO contacts (tenant_id, id, name, username, phone, sort_name, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`, a.Tenant(), c.ID, c.Name, c.Username, c.Phone, c.sortName(), tx.Now())
	indexWords(tx, a, c)
	return c
}

func rename(tx *db.Tx, a actor.Actor, c Contact, s Sighting) Contact {
	c.Name, c.Username = orKeep(s.Name, c.Name), orKeep(s.Username, c.Username)
	if c.Phone == "" {
		c.Phone = s.WaID
	}
	tx.Later("rename contact", `
		UPDATE contacts SET name = $3, username = $4, phone = $5, sort_name = $6, updated_at = $7
		WHERE tenant_id = $1 AND id = $2`, a.Tenant(), c.ID, c.Name, c.Username, c.Phone, c.sortName(), tx.Now())
	indexAgain(tx, a, c)
	return c
}

// indexAgain makes a contact findable by what it is called now, and by nothing else.
func indexAgain(tx *db.Tx, a actor.Actor, c Contact) {
	tx.Later("rename contact", `DELETE FROM contact_terms WHERE tenant_id = $1 AND contact_id = $2`, a.Tenant(), c.ID)
	indexWords(tx, a, c)
}

// indexWords makes a contact findable by the words of its name, by username and by number.
func indexWords(tx *db.Tx, a actor.Actor, c Contact) {
	words := analyzer.Words(c.Name + " " + c.Username + " " + c.Phone)
	if len(words) == 0 {
		return
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
	tx.Later("index contact", `INSERT INTO contact_terms (tenant_id, term, contact_id) VALUES `+strings.Join(values, ", ")+
		` ON CONFLICT DO NOTHING`, args...)
}

// learn adds identities that were not seen before.
func learn(tx *db.Tx, a actor.Actor, contactID, source string, all ...identity) {
	if len(all) == 0 {
		return
	}
	var values []string
	args := []any{a.Tenant(), contactID, source, tx.Now()}
	for _, i := range all {
		args = append(args, i.kind, i.value)
		n := len(args)
		values = append(values, "($1, $"+strconv.Itoa(n-1)+", $"+strconv.Itoa(n)+", $2, $3, $4)")
	}
	tx.Later("learn identities", `INSERT INTO contact_identities (tenant_id, kind, value, contact_id, source, first_seen) VALUES `+
		strings.Join(values, ", "), args...)
}

func orKeep(v, old string) string {
	if v == "" {
		return old
	}
	return v
}

package conversation

import (
	"context"
	"fmt"
	"strings"

	"parley/internal/actor"
	"parley/internal/db"
)

// searchContacts finds the conversations of contacts whose name, username or number has all the words. The rarest word
// leads, so that few are looked at.
func searchContacts(ctx context.Context, q db.Querier, a actor.Actor, others []string, last string, limit int) ([]string, error) {
	lead, err := rarest(ctx, q, a, "contact_terms", "1", others, last)
	if err != nil {
		return nil, err
	}
	l := contactLook{bound{a.Tenant()}}
	hits := l.hits(others, last, lead)
	return readIDs(ctx, q, `SELECT c.id FROM conversations c
		WHERE c.tenant_id = $1 AND c.contact_id IN (SELECT p.contact_id FROM `+hits+`)
		ORDER BY c.last_at DESC, c.id LIMIT `+l.args.arg(int64(limit)), l.args...)
}

// contactLook is a query for contacts by their words, with its arguments.
type contactLook struct{ args bound }

// hits is the part of a query that gives, as p, the contacts with one word that have all the others, too.
func (l *contactLook) hits(others []string, last string, lead int) string {
	var cond strings.Builder
	for i, term := range others {
		if i != lead {
			cond.WriteString(` AND ` + l.has(term))
		}
	}
	if lead == len(others) {
		return `(` + l.exactly(last) + ` UNION ALL ` + l.beginning(last, postingsRead) + `) p WHERE TRUE` + cond.String()
	}
	cond.WriteString(` AND (` + l.has(last) + ` OR p.contact_id IN (` + l.beginning(last, prefixRead) + `))`)
	return `(` + l.exactly(others[lead]) + `) p WHERE TRUE` + cond.String()
}

func (l *contactLook) has(term string) string {
	return `EXISTS (SELECT 1 FROM contact_terms o
		WHERE o.tenant_id = $1 AND o.term = ` + l.args.arg(term) + ` AND o.contact_id = p.contact_id)`
}

// exactly gives the newest contacts with a word.
func (l *contactLook) exactly(term string) string {
	return fmt.Sprintf(`SELECT e.contact_id FROM (SELECT contact_id FROM contact_terms WHERE tenant_id = $1 AND term = %s
		ORDER BY contact_id DESC LIMIT %d) e`, l.args.arg(term), postingsRead)
}

// beginning gives contacts with longer words that begin with what was typed.
func (l *contactLook) beginning(typed string, most int) string {
	return fmt.Sprintf(`SELECT b.contact_id FROM (SELECT contact_id FROM contact_terms WHERE tenant_id = $1 AND term > %s AND term < %s
		ORDER BY term, contact_id LIMIT %d) b`, l.args.arg(typed), l.args.arg(typed+beyond), most)
}

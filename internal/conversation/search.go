package conversation

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"parley/internal/actor"
	"parley/internal/analyzer"
	"parley/internal/db"
)

const (
	// postingsRead bounds how many hits of one word are looked at: of a word in every message only the newest count.
	postingsRead = 2000
	// prefixRead bounds how many hits of words with one beginning are looked at.
	prefixRead = 20_000
)

// Search finds conversations by words of their messages and contacts, those of contacts first, then the newest hit
// first; all words must be in one message or in the contact. The last word may be the beginning of one, as in a search
// box while typing.
func Search(ctx context.Context, q db.Querier, a actor.Actor, query string, limit int) ([]string, error) {
	terms := analyzer.Words(query)
	if len(terms) == 0 {
		return nil, nil
	}
	last := terms[len(terms)-1]
	others := terms[:len(terms)-1]
	slices.Sort(others)
	others = slices.Compact(others)
	if len(others) > mostWords {
		others = others[:mostWords]
	}
	found, err := searchContacts(ctx, q, a, others, last, limit)
	if err != nil {
		return nil, err
	}
	hits, err := searchMessages(ctx, q, a, others, last, limit)
	if err != nil {
		return nil, err
	}
	for _, id := range hits {
		if !slices.Contains(found, id) {
			found = append(found, id)
		}
	}
	return found[:min(len(found), limit)], nil
}

// mostWords is how many words of a query count beside its last.
const mostWords = 12

func searchMessages(ctx context.Context, q db.Querier, a actor.Actor, others []string, last string, limit int) ([]string, error) {
	l := look{args: bound{a.Tenant()}, table: "message_terms", key: "message_id", columns: "message_id, conversation_id"}
	hits, err := l.hits(ctx, q, others, last)
	if err != nil {
		return nil, err
	}
	return readIDs(ctx, q, `SELECT p.conversation_id FROM `+hits+
		` GROUP BY p.conversation_id ORDER BY max(p.message_id) DESC LIMIT `+l.args.arg(int64(limit)), l.args...)
}

func searchContacts(ctx context.Context, q db.Querier, a actor.Actor, others []string, last string, limit int) ([]string, error) {
	l := look{args: bound{a.Tenant()}, table: "contact_terms", key: "contact_id", columns: "contact_id"}
	hits, err := l.hits(ctx, q, others, last)
	if err != nil {
		return nil, err
	}
	return readIDs(ctx, q, `SELECT c.id FROM conversations c
		WHERE c.tenant_id = $1 AND c.contact_id IN (SELECT p.contact_id FROM `+hits+`)
		ORDER BY c.last_at DESC, c.id LIMIT `+l.args.arg(int64(limit)), l.args...)
}

// look looks words up in a table of postings. Every look is a range or a point of the primary key (tenant, term, id),
// which also a row policy can use.
type look struct {
	args                bound
	table, key, columns string
}

// hits is the part of a query that gives, as p, the postings of one word whose message or contact has all the others.
// The rarest word leads, so that few are looked at.
func (l *look) hits(ctx context.Context, q db.Querier, others []string, last string) (string, error) {
	lead, err := l.rarest(ctx, q, others, last)
	if err != nil {
		return "", err
	}
	var cond strings.Builder
	for i, term := range others {
		if i != lead {
			fmt.Fprintf(&cond, ` AND EXISTS (SELECT 1 FROM %s o WHERE o.tenant_id = $1 AND o.term = %s AND o.%s = p.%[3]s)`,
				l.table, l.args.arg(term), l.key)
		}
	}
	if lead == len(others) {
		return `(` + l.exactly(last) + ` UNION ALL ` + l.beginning(last, postingsRead) + `) p WHERE TRUE` + cond.String(), nil
	}
	fmt.Fprintf(&cond, ` AND (EXISTS (SELECT 1 FROM %s o WHERE o.tenant_id = $1 AND o.term = %s AND o.%s = p.%[3]s)
		OR p.%[3]s IN (SELECT f.%[3]s FROM (%[4]s) f))`, l.table, l.args.arg(last), l.key, l.beginning(last, prefixRead))
	return `(` + l.exactly(others[lead]) + `) p WHERE TRUE` + cond.String(), nil
}

// rarest is the place of the rarest word, len(others) for the last one.
func (l *look) rarest(ctx context.Context, q db.Querier, others []string, last string) (int, error) {
	if len(others) == 0 {
		return 0, nil
	}
	args := bound{l.args[0]}
	counts := make([]string, 0, len(others)+1)
	few := func(cond string) {
		counts = append(counts, fmt.Sprintf(`(SELECT count(*) FROM (SELECT 1 FROM %s WHERE tenant_id = $1 AND %s LIMIT %d) n)`,
			l.table, cond, postingsRead+1))
	}
	for _, term := range others {
		few(`term = ` + args.arg(term))
	}
	few(`term >= ` + args.arg(last) + ` AND term < ` + args.arg(last+beyond))
	found := make([]int64, len(counts))
	into := make([]any, len(counts))
	for i := range found {
		into[i] = &found[i]
	}
	if err := q.QueryRow(ctx, `SELECT `+strings.Join(counts, ", "), args...).Scan(into...); err != nil {
		return 0, fmt.Errorf("search: %w", err)
	}
	return slices.Index(found, slices.Min(found)), nil
}

// beyond ends every word that begins with what stands before it.
const beyond = "\U0010FFFF"

// exactly gives the newest postings of a word.
func (l *look) exactly(term string) string {
	return fmt.Sprintf(`SELECT %s FROM (SELECT * FROM %s WHERE tenant_id = $1 AND term = %s ORDER BY %s DESC LIMIT %d) e`,
		l.columns, l.table, l.args.arg(term), l.key, postingsRead)
}

// beginning gives postings of longer words that begin with what was typed.
func (l *look) beginning(typed string, most int) string {
	return fmt.Sprintf(`SELECT %s FROM (SELECT * FROM %s WHERE tenant_id = $1 AND term > %s AND term < %s
		ORDER BY term, %s LIMIT %d) b`, l.columns, l.table, l.args.arg(typed), l.args.arg(typed+beyond), l.key, most)
}

func readIDs(ctx context.Context, q db.Querier, sql string, args ...any) ([]string, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("search: %w", err)
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

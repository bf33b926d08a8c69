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
	// beyond ends every word that begins with what stands before it.
	beyond = "\U0010FFFF"
)

// Search finds conversations by words of their messages and contacts, those of contacts first, then the newest hit
// first; all words must be in one message or in the contact. The last word may be the beginning of one, as in a search
// box while typing.
func Search(ctx context.Context, q db.Querier, a actor.Actor, query string, limit int) ([]string, error) {
	found, err := search(ctx, q, a, query, limit)
	return found.ids, err
}

// Hit is the newest message of a conversation that has the words of a search.
type Hit struct {
	MessageID string
	Seq       int64
	Text      string // what stands around the first of the words
}

// findings are conversations in the order they were found, and the messages by which some of them were.
type findings struct {
	ids  []string
	hits map[string]Hit
}

func search(ctx context.Context, q db.Querier, a actor.Actor, query string, limit int) (findings, error) {
	terms := analyzer.Words(query)
	if len(terms) == 0 {
		return findings{}, nil
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
		return findings{}, err
	}
	said, err := searchMessages(ctx, q, a, others, last, limit)
	if err != nil {
		return findings{}, err
	}
	for _, id := range said.ids {
		if !slices.Contains(found, id) {
			found = append(found, id)
		}
	}
	return findings{found[:min(len(found), limit)], said.hits}, nil
}

// mostWords is how many words of a query count beside its last.
const mostWords = 12

// rarest is the place of the rarest word of a table of postings, len(others) for the last one, by how many hits each has,
// up to a bound. Every look is a range or a point of the primary key (tenant, term, id), which also a row policy can use.
func rarest(ctx context.Context, q db.Querier, a actor.Actor, table, hits string, others []string, last string) (int, error) {
	if len(others) == 0 {
		return 0, nil
	}
	args := bound{a.Tenant()}
	counts := make([]string, 0, len(others)+1)
	few := func(cond string) {
		counts = append(counts, fmt.Sprintf(`(SELECT CAST(coalesce(sum(h), 0) AS BIGINT) FROM (
			SELECT %s AS h FROM %s WHERE tenant_id = $1 AND %s LIMIT %d) n)`, hits, table, cond, postingsRead+1))
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

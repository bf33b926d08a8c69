package report

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
)

// isWord leaves out what is no word between customer and business: notes, system lines, what is said about a message.
const isWord = `m.kind NOT IN ('note', 'event', 'suggestion', 'reaction', 'system', 'edit', 'revoke', 'call')`

// countMessages reads an index that holds all it needs (messages_at), one row a piece of time and sender.
func (o *Report) countMessages(ctx context.Context, q db.Querier, a actor.Actor, r Range) error {
	return o.pieces(ctx, q, a, r, `SELECT m.created_at / $4, m.sender, count(*) FROM messages m
		WHERE m.tenant_id = $1 AND m.created_at >= $2 AND m.created_at < $3 AND m.sender IN ('customer', 'ai', 'agent')
			AND `+isWord+` GROUP BY 1, 2`, func(at time.Time, sender string, n int64) {
		d := o.day(at)
		switch sender {
		case "customer":
			d.Customer, o.Customer = d.Customer+n, o.Customer+n
			o.Hours[(int(at.Weekday())+6)%7][at.Hour()] += n
		case "ai":
			d.AI, o.AI = d.AI+n, o.AI+n
		default:
			d.People, o.People = d.People+n, o.People+n
		}
	})
}

func (o *Report) countOpened(ctx context.Context, q db.Querier, a actor.Actor, r Range) error {
	return o.pieces(ctx, q, a, r, `SELECT e.opened_at / $4, '', count(*) FROM episodes e
		WHERE e.tenant_id = $1 AND e.opened_at >= $2 AND e.opened_at < $3 GROUP BY 1`, func(at time.Time, _ string, n int64) {
		o.day(at).Opened += n
		o.Opened += n
	})
}

func (o *Report) countClosed(ctx context.Context, q db.Querier, a actor.Actor, r Range) error {
	return o.pieces(ctx, q, a, r, `SELECT e.closed_at / $4, '', count(*) FROM episodes e
		WHERE e.tenant_id = $1 AND e.closed_at >= $2 AND e.closed_at < $3 GROUP BY 1`, func(at time.Time, _ string, n int64) {
		o.day(at).Closed += n
		o.Closed += n
	})
}

// pieces reads counts by pieces of UTC and tells each with when it begins here: only Go knows when the clocks change.
func (o *Report) pieces(
	ctx context.Context, q db.Querier, a actor.Actor, r Range, sql string, tell func(at time.Time, of string, n int64),
) error {
	from, to := r.bounds()
	length := r.bucket().Microseconds()
	rows, err := q.Query(ctx, sql, a.Tenant(), from, to, length)
	if err != nil {
		return fmt.Errorf("count: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var piece, n int64
		var of string
		if err := rows.Scan(&piece, &of, &n); err != nil {
			return fmt.Errorf("count: %w", err)
		}
		tell(db.Time(piece*length).Time().In(r.zone), of, n)
	}
	return rows.Err()
}

// why is the payload of the line that says that the AI gave a conversation to people.
type why struct {
	Detail string `json:"detail,omitempty"`
}

func (o *Report) countHandOffs(ctx context.Context, q db.Querier, a actor.Actor, r Range) error {
	from, to := r.bounds()
	rows, err := q.Query(ctx, `SELECT m.payload, count(*) FROM messages m
		WHERE m.tenant_id = $1 AND m.created_at >= $2 AND m.created_at < $3 AND m.kind = 'event' AND m.body = 'handed_off'
		GROUP BY m.payload`, a.Tenant(), from, to)
	if err != nil {
		return fmt.Errorf("count hand-offs: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var payload string
		var n int64
		if err := rows.Scan(&payload, &n); err != nil {
			return fmt.Errorf("count hand-offs: %w", err)
		}
		var w why
		if err := json.Unmarshal([]byte(payload), &w); err != nil {
			return fmt.Errorf("read hand-off: %w", err)
		}
		o.HandOffs = append(o.HandOffs, Reason{w.Detail, n})
		o.HandedOff += n
	}
	slices.SortFunc(o.HandOffs, func(x, y Reason) int {
		if x.Count != y.Count {
			return int(y.Count - x.Count)
		}
		return strings.Compare(x.Name, y.Name)
	})
	return rows.Err()
}

// lookIntoEpisodes finds out who answered, and how long the customer waited for whoever came first. The messages are
// found by conversation: with a condition on their time SQLite would read those of the whole range for each episode.
func (o *Report) lookIntoEpisodes(ctx context.Context, q db.Querier, a actor.Actor, r Range) error {
	from, to := r.bounds()
	rows, err := q.Query(ctx, `
		SELECT e.opened_at, min(CASE WHEN m.sender = 'ai' THEN m.created_at END), min(CASE WHEN m.sender = 'agent' THEN m.created_at END),
			count(CASE WHEN m.sender = 'system' THEN 1 END)
		FROM (SELECT conversation_id, number, opened_at FROM episodes
			WHERE tenant_id = $1 AND opened_at >= $2 AND opened_at < $3 ORDER BY opened_at DESC LIMIT $4) e
		LEFT JOIN messages m ON m.tenant_id = $1 AND m.conversation_id = e.conversation_id AND m.episode = e.number
			AND (m.sender IN ('ai', 'agent') AND `+isWord+` OR m.sender = 'system' AND m.kind = 'event' AND m.body = 'handed_off')
		GROUP BY e.conversation_id, e.number, e.opened_at`, a.Tenant(), from, to, int64(mostEpisodes))
	if err != nil {
		return fmt.Errorf("look into episodes: %w", err)
	}
	defer rows.Close()
	var byAI, byPeople []time.Duration
	for rows.Next() {
		var opened, ai, person db.Time
		var handed int64
		if err := rows.Scan(&opened, &ai, &person, &handed); err != nil {
			return fmt.Errorf("look into episodes: %w", err)
		}
		switch {
		case !person.IsZero() || handed > 0:
			o.WithPerson++
		case !ai.IsZero():
			o.AIAlone++
		default:
			o.Unanswered++
		}
		if !ai.IsZero() && (person.IsZero() || ai.Before(person)) {
			byAI = append(byAI, ai.Sub(opened))
		} else if !person.IsZero() {
			byPeople = append(byPeople, person.Sub(opened))
		}
	}
	o.FirstByAI, o.FirstByPeople = answersOf(byAI), answersOf(byPeople)
	o.Sampled = o.Opened > mostEpisodes
	return rows.Err()
}

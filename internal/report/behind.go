package report

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"parley/internal/actor"
	"parley/internal/contact"
	"parley/internal/db"
	"parley/internal/errs"
)

// Metric is a number of a report that conversations stand behind.
type Metric string

// The metrics.
const (
	Opened     Metric = "opened"
	Closed     Metric = "closed"
	AIAlone    Metric = "ai_alone"
	WithPerson Metric = "with_person"
	Unanswered Metric = "unanswered"
	HandedOff  Metric = "handed_off"
)

// Question asks for what stands behind a number.
type Question struct {
	Range
	Metric Metric
	Reason string // of HandedOff: one of its reasons, "" for all
	After  Cursor
	Limit  int
}

// Cursor names a row by when it happened.
type Cursor struct {
	At db.Time
	ID string
}

// Behind is a conversation that is counted in a number.
type Behind struct {
	ConversationID string
	Episode        int64
	At             db.Time // when it was opened, closed or handed off
	Outcome        string
	Contact        contact.Contact
	id             string
}

// Cursor names the row.
func (b Behind) Cursor() Cursor { return Cursor{b.At, b.id} }

const (
	ofEpisode = ` FROM messages m WHERE m.tenant_id = e.tenant_id AND m.conversation_id = e.conversation_id AND m.episode = e.number AND `
	byPerson  = `(EXISTS (SELECT 1` + ofEpisode + `m.sender = 'agent' AND ` + isWord + `)
		OR EXISTS (SELECT 1` + ofEpisode + `m.kind = 'event' AND m.body = 'handed_off'))`
	byAI = `EXISTS (SELECT 1` + ofEpisode + `m.sender = 'ai' AND ` + isWord + `)`
)

// conditions are which episodes count, beside their time.
var conditions = map[Metric]string{
	Opened: `TRUE`, Closed: `TRUE`, WithPerson: byPerson, AIAlone: byAI + ` AND NOT ` + byPerson,
	Unanswered: `NOT ` + byAI + ` AND NOT ` + byPerson,
}

// Look reads a page of what stands behind a number, the newest first.
func Look(ctx context.Context, q db.Querier, a actor.Actor, ask Question) ([]Behind, error) {
	if err := a.Require(actor.ReportsRead); err != nil {
		return nil, err
	}
	from, to := ask.bounds()
	args := []any{a.Tenant(), from, to, int64(ask.Limit)}
	arg := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	at, id, source := `e.opened_at`, `e.conversation_id`, `episodes e`
	cond, known := conditions[ask.Metric]
	switch {
	case ask.Metric == HandedOff:
		at, id, source, cond = `h.created_at`, `h.id`, `messages h JOIN episodes e ON e.tenant_id = h.tenant_id
			AND e.conversation_id = h.conversation_id AND e.number = h.episode`, `h.tenant_id = $1 AND h.kind = 'event' AND h.body = 'handed_off'`
		if ask.Reason != "" {
			payload, err := json.Marshal(why{ask.Reason})
			if err != nil {
				return nil, err
			}
			cond += ` AND h.payload = ` + arg(string(payload))
		}
	case !known:
		return nil, errs.InvalidField("metric", "There is no such number.")
	case ask.Metric == Closed:
		at = `e.closed_at`
	}
	if ask.After.ID != "" {
		when, which := arg(ask.After.At), arg(ask.After.ID)
		cond += ` AND (` + at + ` < ` + when + ` OR ` + at + ` = ` + when + ` AND ` + id + ` < ` + which + `)`
	}
	return readBehind(ctx, q, `SELECT e.conversation_id, e.number, `+at+`, e.outcome, `+id+`, `+contact.JoinColumns+`
		FROM `+source+` JOIN conversations c ON c.tenant_id = e.tenant_id AND c.id = e.conversation_id
		JOIN contacts k ON k.tenant_id = c.tenant_id AND k.id = c.contact_id
		WHERE e.tenant_id = $1 AND c.status <> 'erased' AND `+at+` >= $2 AND `+at+` < $3 AND `+cond+`
		ORDER BY `+at+` DESC, `+id+` DESC LIMIT $4`, args...)
}

func readBehind(ctx context.Context, q db.Querier, sql string, args ...any) ([]Behind, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("look behind a number: %w", err)
	}
	defer rows.Close()
	var page []Behind
	for rows.Next() {
		var b Behind
		into := append([]any{&b.ConversationID, &b.Episode, &b.At, &b.Outcome, &b.id}, contact.JoinFields(&b.Contact)...)
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("look behind a number: %w", err)
		}
		page = append(page, b)
	}
	return page, rows.Err()
}

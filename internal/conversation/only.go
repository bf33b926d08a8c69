package conversation

import (
	"context"
	"fmt"

	"parley/internal/actor"
	"parley/internal/db"
)

// Only narrows a list further; what is empty does not.
type Only struct {
	ChannelID  string
	LabelID    string
	AssigneeID string // a member's id, or Nobody
	Unread     bool
}

// Nobody asks for conversations without an assignee.
const Nobody = "nobody"

// few is how many conversations of a channel or with a label are read all, and then put in order. With more of them the
// list, read from its newest end, meets enough soon; with fewer it might be read to its other end for a page.
const few = 2_000

// narrowed is what narrows a list: from stands before conversations c and leads the reading (SQLite keeps the order of a
// CROSS JOIN), cond is added to the conditions.
type narrowed struct{ from, cond string }

func (b *bound) only(ctx context.Context, q db.Querier, a actor.Actor, o Only) (n narrowed, err error) {
	switch o.AssigneeID {
	case "":
	case Nobody:
		n.cond += ` AND c.assignee_id = ''`
	default:
		n.cond += ` AND c.assignee_id = ` + b.arg(o.AssigneeID) + ` AND ` + people
	}
	if o.Unread {
		n.cond += ` AND c.unread > 0`
	}
	if o.LabelID != "" {
		leads, err := fewHave(ctx, q, a, `conversation_labels`, `label_id`, o.LabelID)
		if err != nil {
			return n, err
		}
		label := b.arg(o.LabelID)
		if leads {
			n.from = `conversation_labels n CROSS JOIN `
			n.cond += ` AND n.tenant_id = $1 AND n.label_id = ` + label + ` AND c.id = n.conversation_id`
		} else { // no EXISTS: PostgreSQL would make a join of it, and may join the long way round
			n.cond += ` AND (SELECT 1 FROM conversation_labels n WHERE n.tenant_id = $1 AND n.label_id = ` + label +
				` AND n.conversation_id = c.id) = 1`
		}
	}
	if o.ChannelID != "" {
		channel := b.arg(o.ChannelID)
		n.cond += ` AND c.channel_id = ` + channel
		if n.from != "" {
			return n, nil
		}
		leads, err := fewHave(ctx, q, a, `conversations`, `channel_id`, o.ChannelID)
		if err == nil && leads {
			n.from = `conversations n CROSS JOIN `
			n.cond += ` AND n.tenant_id = $1 AND n.channel_id = ` + channel + ` AND c.id = n.id`
		}
		return n, err
	}
	return n, nil
}

func fewHave(ctx context.Context, q db.Querier, a actor.Actor, table, column, value string) (bool, error) {
	var n int64
	err := q.QueryRow(ctx, fmt.Sprintf(`SELECT count(*) FROM (SELECT 1 FROM %s WHERE tenant_id = $1 AND %s = $2 LIMIT %d) n`,
		table, column, few+1), a.Tenant(), value).Scan(&n)
	if err != nil {
		err = fmt.Errorf("count what narrows a list: %w", err)
	}
	return n <= few, err
}

// CountsTo is where Count stops: more is shown as "99+".
const CountsTo = 100

// Tally is what the rail and the title of the page show.
type Tally struct{ NeedsMe, Unread int64 }

// Count counts what needs the actor, and what nobody has read, each up to CountsTo.
func Count(ctx context.Context, q db.Querier, a actor.Actor, now db.Time) (c Tally, err error) {
	args := bound{a.Tenant()}
	needs, _ := args.where(Filter{View: ViewNeedsMe}, a.UserID(), now)
	all, _ := args.where(Filter{View: ViewAll}, a.UserID(), now)
	// The order is of no matter, but leads SQLite to the small indexes: else it reads all conversations.
	count := func(cond string) string {
		return fmt.Sprintf(`(SELECT count(*) FROM (SELECT 1 FROM conversations c WHERE c.tenant_id = $1 AND %s
			ORDER BY c.last_at DESC LIMIT %d) n)`, cond, CountsTo)
	}
	err = q.QueryRow(ctx, `SELECT `+count(needs)+`, `+count(all+` AND c.unread > 0`), args...).Scan(&c.NeedsMe, &c.Unread)
	if err != nil {
		err = fmt.Errorf("count conversations: %w", err)
	}
	return c, err
}

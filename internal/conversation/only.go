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

// few is how many conversations of a channel are read all, and then put in order. With more of them the list, read from
// its newest end, meets enough soon; with fewer it might be read to its other end for a page.
const few = 2_000

// narrowed is what narrows a list: from stands before conversations c and leads the reading (SQLite keeps the order of a
// CROSS JOIN), cond is added to the conditions. The list is in the order of at and id.
type narrowed struct{ from, cond, at, id string }

func (b *bound) only(ctx context.Context, q db.Querier, a actor.Actor, f Filter) (n narrowed, err error) {
	o := f.Only
	n.at, n.id = `c.last_at`, `c.id`
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
		n.from = `conversation_labels n CROSS JOIN `
		n.cond += ` AND n.tenant_id = $1 AND n.label_id = ` + b.arg(o.LabelID) + ` AND c.id = n.conversation_id`
		if f.Query == "" { // what is searched is few, and found by its ids
			n.cond += ` AND n.status = ` + b.arg(f.View.status())
			n.at, n.id = `n.last_at`, `n.conversation_id`
		}
	}
	if o.ChannelID != "" {
		channel := b.arg(o.ChannelID)
		n.cond += ` AND c.channel_id = ` + channel
		if n.from != "" {
			return n, nil
		}
		leads, err := fewOn(ctx, q, a, o.ChannelID)
		if err == nil && leads {
			n.from = `conversations n CROSS JOIN `
			n.cond += ` AND n.tenant_id = $1 AND n.channel_id = ` + channel + ` AND c.id = n.id`
		}
		return n, err
	}
	return n, nil
}

// status is that of every conversation of a view.
func (v View) status() Status {
	if v == ViewClosed {
		return Closed
	}
	return Active
}

func fewOn(ctx context.Context, q db.Querier, a actor.Actor, channelID string) (bool, error) {
	var n int64
	err := q.QueryRow(ctx, `SELECT count(*) FROM (SELECT 1 FROM conversations WHERE tenant_id = $1 AND channel_id = $2 LIMIT $3) n`,
		a.Tenant(), channelID, int64(few+1)).Scan(&n)
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

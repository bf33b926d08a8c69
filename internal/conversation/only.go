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

// few is how many conversations of a channel or with a label are looked up by their ids. With more of them the list, read
// from its newest end, meets enough soon; with fewer it might be read to its other end for a page.
const few = 500

// only is the condition of what narrows a list; some is false when nothing can be in it.
func (b *bound) only(ctx context.Context, q db.Querier, a actor.Actor, o Only) (cond string, some bool, err error) {
	switch o.AssigneeID {
	case "":
	case Nobody:
		cond += ` AND c.assignee_id = ''`
	default:
		cond += ` AND c.assignee_id = ` + b.arg(o.AssigneeID) + ` AND ` + people
	}
	if o.Unread {
		cond += ` AND c.unread > 0`
	}
	for _, among := range []struct{ value, ids, cond string }{
		{
			o.ChannelID, `SELECT id FROM conversations WHERE tenant_id = $1 AND channel_id = $2`,
			`c.channel_id = %s`,
		}, {
			o.LabelID, `SELECT conversation_id FROM conversation_labels WHERE tenant_id = $1 AND label_id = $2`,
			`EXISTS (SELECT 1 FROM conversation_labels cl WHERE cl.tenant_id = c.tenant_id AND cl.label_id = %s
				AND cl.conversation_id = c.id)`,
		},
	} {
		if among.value == "" {
			continue
		}
		ids, err := readIDs(ctx, q, fmt.Sprintf(`%s LIMIT %d`, among.ids, few+1), a.Tenant(), among.value)
		if err != nil || len(ids) == 0 {
			return "", false, err
		}
		if len(ids) <= few {
			cond += ` AND c.id IN (` + b.list(ids) + `)`
		} else {
			cond += ` AND ` + fmt.Sprintf(among.cond, b.arg(among.value))
		}
	}
	return cond, true, nil
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
	count := func(cond string) string {
		return fmt.Sprintf(`(SELECT count(*) FROM (SELECT 1 FROM conversations c WHERE c.tenant_id = $1 AND %s LIMIT %d) n)`,
			cond, CountsTo)
	}
	err = q.QueryRow(ctx, `SELECT `+count(needs)+`, `+count(all+` AND c.unread > 0`), args...).Scan(&c.NeedsMe, &c.Unread)
	if err != nil {
		err = fmt.Errorf("count conversations: %w", err)
	}
	return c, err
}

package conversation

import (
	"context"
	"fmt"
	"strconv"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
)

// View is a tab of the inbox.
type View string

// The views, as docs/words.md defines them.
const (
	ViewAll       View = "all"
	ViewNeedsMe   View = "needs_me"
	ViewUnreplied View = "unreplied"
	ViewAI        View = "ai"
	ViewHandedOff View = "handed_off"
	ViewMine      View = "mine"
	ViewClosed    View = "closed"
	ViewSnoozed   View = "snoozed"
)

// bound collects the arguments of a query while its text is put together.
type bound []any

// arg binds a value and returns its place in the text.
func (b *bound) arg(v any) string {
	*b = append(*b, v)
	return "$" + strconv.Itoa(len(*b))
}

// people is the condition of the index conversations_people: what people have to do with. Word for word, or SQLite does
// not see that the index fits.
const people = `(c.handed_off_at IS NOT NULL OR c.problem <> '' OR c.assignee_id <> '')`

// where is the condition of a view. A snoozed conversation is in none but ViewSnoozed until its time comes or the
// customer writes (takePlace); who searches for it finds it all the same. A search of ViewAll finds closed ones, too.
func (b *bound) where(f Filter, userID string, now db.Time) (cond string, ok bool) {
	const waits = `c.handed_off_at IS NOT NULL AND c.handler = 'human' AND c.assignee_id = ''`
	switch f.View {
	case "", ViewAll:
		if f.Query != "" {
			return `TRUE`, true
		}
		cond = `c.status = 'active'`
	case ViewNeedsMe:
		// A send of the AI that failed is everybody's, as long as nobody has the conversation.
		cond = `c.status = 'active' AND ` + people + ` AND (` + waits + ` OR c.problem <> '' AND c.assignee_id = '' OR c.assignee_id = ` +
			b.arg(userID) + ` AND (c.last_sender = 'customer' OR c.problem <> ''))`
	case ViewUnreplied:
		cond = `c.status = 'active' AND c.last_sender = 'customer'`
	case ViewAI:
		cond = `c.status = 'active' AND c.mode = 'auto' AND c.handler = 'ai'`
	case ViewHandedOff:
		cond = `c.status = 'active' AND ` + people + ` AND ` + waits
	case ViewMine:
		cond = `c.status = 'active' AND ` + people + ` AND c.assignee_id = ` + b.arg(userID)
	case ViewClosed:
		return `c.status = 'closed'`, true
	case ViewSnoozed:
		return `c.status = 'active' AND c.snoozed_until > ` + b.arg(now), true
	default:
		return "", false
	}
	if f.Query == "" {
		cond += ` AND (c.snoozed_until IS NULL OR c.snoozed_until <= ` + b.arg(now) + `)`
	}
	return cond, true
}

// Filter chooses what a list shows.
type Filter struct {
	View  View   // "" is ViewAll, or ViewClosed when Status is closed
	Query string // words of a contact or of a message
	Only  Only
	After Cursor // the last row of the page before
	Limit int    // 1 to 100
}

// Cursor names a row of a list by what the list is ordered by.
type Cursor struct {
	At db.Time
	ID string
}

// Row is one line of the inbox: a conversation with who it is with and whether an answer is being written.
type Row struct {
	Conversation
	ContactName     string
	ContactUsername string
	ContactPhone    string
	ChannelKind     string
	AssigneeName    string
	Labels          []Label
	Answering       bool
	Hit             Hit // of a search, when a message has the words
}

const rowColumns = columns + `, k.name, k.username, k.phone, ch.kind, coalesce(u.name, ''),
	EXISTS (SELECT 1 FROM turns t WHERE t.tenant_id = c.tenant_id AND t.conversation_id = c.id)`

// The channel is always there; a LEFT JOIN keeps SQLite from reading the channels first, and the list out of its order.
const rowJoins = `
	JOIN contacts k ON k.tenant_id = c.tenant_id AND k.id = c.contact_id
	LEFT JOIN channels ch ON ch.tenant_id = c.tenant_id AND ch.id = c.channel_id
	LEFT JOIN users u ON u.id = c.assignee_id`

func rowFields(r *Row) []any {
	return append(fields(&r.Conversation), &r.ContactName, &r.ContactUsername, &r.ContactPhone, &r.ChannelKind,
		&r.AssigneeName, &r.Answering)
}

// List reads a page of the inbox, the newest word first.
func List(ctx context.Context, q db.Querier, a actor.Actor, now db.Time, f Filter) ([]Row, error) {
	args := bound{a.Tenant()}
	cond, ok := args.where(f, a.UserID(), now)
	if !ok {
		return nil, errs.InvalidField("view", "There is no view %q.", f.View)
	}
	var hits map[string]Hit
	if f.Query != "" {
		found, err := search(ctx, q, a, f.Query, 200)
		if err != nil || len(found.ids) == 0 {
			return nil, err
		}
		cond += ` AND c.id IN (` + args.list(found.ids) + `)`
		hits = found.hits
	}
	only, err := args.only(ctx, q, a, f)
	if err != nil {
		return nil, err
	}
	page, err := readRows(ctx, q, a, `SELECT `+rowColumns+` FROM `+only.from+`conversations c`+rowJoins+` WHERE c.tenant_id = $1 AND `+cond+only.cond+
		args.after(f.After, only.at, only.id)+
		` ORDER BY `+only.at+` DESC, `+only.id+` DESC LIMIT `+args.arg(int64(f.Limit)), args...)
	for i := range page {
		page[i].Hit = hits[page[i].ID]
	}
	return page, err
}

// after is the condition for what comes after a row of a list. Its first half says nothing new, but is a range of an
// index: the rows of the pages before are not read again.
func (b *bound) after(row Cursor, at, id string) string {
	if row.ID == "" {
		return ""
	}
	rowAt := b.arg(row.At)
	return ` AND ` + at + ` <= ` + rowAt + ` AND (` + at + ` < ` + rowAt + ` OR ` + id + ` < ` + b.arg(row.ID) + `)`
}

// RowOf reads one conversation as the inbox shows it.
func RowOf(ctx context.Context, q db.Querier, a actor.Actor, id string) (Row, error) {
	var r Row
	err := q.QueryRow(ctx, `SELECT `+rowColumns+` FROM conversations c`+rowJoins+
		` WHERE c.tenant_id = $1 AND c.id = $2`, a.Tenant(), id).Scan(rowFields(&r)...)
	if err != nil {
		return r, db.Found(err, "conversation")
	}
	on, err := LabelsOn(ctx, q, a, []string{id})
	r.Labels = on[id]
	return r, err
}

func readRows(ctx context.Context, q db.Querier, a actor.Actor, sql string, args ...any) ([]Row, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("read conversations: %w", err)
	}
	defer rows.Close()
	var page []Row
	for rows.Next() {
		var r Row
		if err := rows.Scan(rowFields(&r)...); err != nil {
			return nil, fmt.Errorf("read conversation: %w", err)
		}
		page = append(page, r)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	rows.Close()
	ids := make([]string, len(page))
	for i, r := range page {
		ids[i] = r.ID
	}
	on, err := LabelsOn(ctx, q, a, ids)
	for i := range page {
		page[i].Labels = on[page[i].ID]
	}
	return page, err
}

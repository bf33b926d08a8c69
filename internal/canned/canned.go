// Package canned holds the answers people keep: a shortcut to find one while writing, a title, and a text. The variables in
// a text are filled in where it is put into the composer; nothing here is ever sent by itself.
package canned

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/realtime"
)

// Reply is one canned reply.
type Reply struct {
	ID string
	Text
}

// Text is what a person writes of a canned reply.
type Text struct {
	Shortcut string // what is typed after the slash
	Title    string
	Body     string // with variables: see Variables
}

// Variables are what a text may name between double braces.
var Variables = []string{"contact.name", "agent.name", "business.name"}

const (
	most         = 500   // of a tenant
	longestTitle = 80    // characters
	longestBody  = 4_096 // characters: as many as WhatsApp takes
)

var (
	shortcut      = regexp.MustCompile(`^[\p{L}\p{M}\p{N}_-]{1,32}$`)
	variable      = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)
	shortcutIndex = db.Unique{
		Index: "canned_replies_shortcut", Columns: "canned_replies.tenant_id, canned_replies.shortcut",
	}
	errTaken = errs.New(errs.Conflict, "Another canned reply has this shortcut.")
)

// Service does what can be done with canned replies.
type Service struct{ live *realtime.Hub }

// New makes a Service that announces changes on live.
func New(live *realtime.Hub) *Service { return &Service{live: live} }

// List lists the tenant's canned replies by shortcut.
func List(ctx context.Context, q db.Querier, a actor.Actor) ([]Reply, error) {
	if err := a.Require(actor.ConversationsRead); err != nil {
		return nil, err
	}
	rows, err := q.Query(ctx, `SELECT id, shortcut, title, body FROM canned_replies WHERE tenant_id = $1 ORDER BY shortcut`,
		a.Tenant())
	if err != nil {
		return nil, fmt.Errorf("read canned replies: %w", err)
	}
	defer rows.Close()
	var all []Reply
	for rows.Next() {
		var r Reply
		if err := rows.Scan(&r.ID, &r.Shortcut, &r.Title, &r.Body); err != nil {
			return nil, fmt.Errorf("read canned reply: %w", err)
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// Add keeps a new one.
func (s *Service) Add(ctx context.Context, tx *db.Tx, a actor.Actor, t Text) (Reply, error) {
	if err := a.Require(actor.ConversationsReply); err != nil {
		return Reply{}, err
	}
	t, err := t.clean()
	r := Reply{ID: tx.NewID(), Text: t}
	if err != nil {
		return r, err
	}
	n, err := tx.Exec(ctx, `INSERT INTO canned_replies (tenant_id, id, shortcut, title, body, created_at, updated_at)
		SELECT $1, $2, $3, $4, $5, $6, $6 WHERE (SELECT count(*) FROM canned_replies WHERE tenant_id = $1) < `+fmt.Sprint(most),
		a.Tenant(), r.ID, t.Shortcut, t.Title, t.Body, tx.Now())
	switch {
	case shortcutIndex.Violated(err):
		return r, errTaken
	case err != nil:
		return r, fmt.Errorf("add canned reply: %w", err)
	case n == 0:
		return r, errs.New(errs.Conflict, "A workspace can keep %d canned replies. Delete one that is not used any more.", most)
	}
	return r, s.changed(ctx, tx, a, "canned_reply.added", r.ID)
}

// Change gives one another text.
func (s *Service) Change(ctx context.Context, tx *db.Tx, a actor.Actor, id string, t Text) error {
	if err := a.Require(actor.ConversationsReply); err != nil {
		return err
	}
	t, err := t.clean()
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE canned_replies SET shortcut = $3, title = $4, body = $5, updated_at = $6
		WHERE tenant_id = $1 AND id = $2`, a.Tenant(), id, t.Shortcut, t.Title, t.Body, tx.Now())
	if shortcutIndex.Violated(err) {
		return errTaken
	}
	if err := db.One(n, err, "canned reply"); err != nil {
		return err
	}
	return s.changed(ctx, tx, a, "canned_reply.changed", id)
}

// Delete forgets one.
func (s *Service) Delete(ctx context.Context, tx *db.Tx, a actor.Actor, id string) error {
	if err := a.Require(actor.ConversationsReply); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `DELETE FROM canned_replies WHERE tenant_id = $1 AND id = $2`, a.Tenant(), id)
	if err := db.One(n, err, "canned reply"); err != nil {
		return err
	}
	return s.changed(ctx, tx, a, "canned_reply.deleted", id)
}

func (s *Service) changed(ctx context.Context, tx *db.Tx, a actor.Actor, action, id string) error {
	s.live.Announce(tx, realtime.Hint{Kind: realtime.CannedReplyChanged})
	return audit.Record(ctx, tx, a, audit.Entry{Action: action, TargetKind: "canned_reply", TargetID: id})
}

// clean brings a text into its form, or says what is wrong with it.
func (t Text) clean() (Text, error) {
	t.Shortcut = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(t.Shortcut), "/"))
	t.Title = strings.Join(strings.Fields(strings.ReplaceAll(t.Title, "\x00", "")), " ")
	t.Body = strings.TrimSpace(strings.ReplaceAll(t.Body, "\x00", "")) // PostgreSQL takes no zero bytes
	switch {
	case !shortcut.MatchString(t.Shortcut):
		return t, errs.InvalidField("shortcut", "A shortcut is 1 to 32 letters and digits without spaces, such as hours.")
	case t.Title == "" || utf8.RuneCountInString(t.Title) > longestTitle:
		return t, errs.InvalidField("title", "A title needs 1 to %d characters.", longestTitle)
	case t.Body == "" || utf8.RuneCountInString(t.Body) > longestBody:
		return t, errs.InvalidField("text", "A text needs 1 to %d characters.", longestBody)
	}
	for _, found := range variable.FindAllStringSubmatch(t.Body, -1) {
		if !slices.Contains(Variables, found[1]) {
			return t, errs.InvalidField("text", "There is no variable %q. There are %s.", found[1], strings.Join(Variables, ", "))
		}
	}
	return t, nil
}

package db

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"parley/internal/actor"
)

// groupLimit is how long PostgreSQL may take over one group before the connection counts as lost; a row that somebody
// else locks is waited for a shorter time.
const (
	groupLimit = 30 * time.Second
	lockLimit  = "SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'"
	// Steps find their rows by key: planning them anew for each value costs more than running them.
	planOnce = "SET plan_cache_mode = force_generic_plan"
)

// pgConn is a writer's connection. What must come before a statement (BEGIN, the savepoint, the tenant) is sent with
// the first one, in the same round trip. Nothing runs under a caller's context.
type pgConn struct {
	login    login
	c        *pgx.Conn
	used     bool   // the transaction was begun
	saved    bool   // the savepoint is there
	toSave   bool   // and is to be made before the next statement
	tenant   string // of the step that runs
	user     string
	settings string // what the transaction's settings are
}

func (c *pgConn) close() error {
	if c.c == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeWait)
	defer cancel()
	return c.c.Close(ctx)
}

func (c *pgConn) lost() bool { return c.c == nil || c.c.IsClosed() }

func (c *pgConn) mend(ctx context.Context) error {
	if !c.lost() {
		return nil
	}
	fresh, err := c.login.connect(ctx, "writer")
	if err != nil {
		return err
	}
	if _, err := fresh.PgConn().Exec(ctx, lockLimit+"; "+planOnce).ReadAll(); err != nil {
		return errors.Join(err, fresh.Close(ctx))
	}
	c.c = fresh
	return nil
}

func (c *pgConn) begin() error {
	c.used, c.saved, c.toSave, c.settings = false, false, false, ""
	if c.lost() {
		return errLost
	}
	return c.c.PgConn().Conn().SetDeadline(time.Now().Add(groupLimit))
}

// enter is remembered until a statement needs it; after a step of the same tenant and user nothing is sent.
func (c *pgConn) enter(a actor.Actor) { c.tenant, c.user = a.Tenant(), a.UserID() }

func (c *pgConn) stands() bool { return !c.used || c.c.PgConn().TxStatus() == 'T' }

func (c *pgConn) savepoint() error {
	c.toSave = true
	return nil
}

// rollbackTo also undoes the settings made since the savepoint, so the next step enters anew.
func (c *pgConn) rollbackTo() error {
	if c.toSave {
		c.toSave = false
		if c.stands() {
			return nil // the step sent nothing
		}
		return errors.New("the transaction was broken off before the step's savepoint")
	}
	c.settings = ""
	if err := c.simply("ROLLBACK TO SAVEPOINT step"); err != nil {
		return err
	}
	if !c.stands() {
		return errors.New("the transaction does not stand after the roll-back to its savepoint")
	}
	return nil
}

// simply runs a command that has no arguments and needs no preparing.
func (c *pgConn) simply(text string) error {
	if c.lost() {
		return errLost
	}
	_, err := c.c.PgConn().Exec(context.Background(), text).ReadAll()
	return lostOr(c.c, err)
}

func (c *pgConn) commit() error {
	if !c.used {
		return nil // nothing was asked of the database
	}
	c.used = false
	if c.lost() {
		return errLost
	}
	if c.c.PgConn().TxStatus() != 'T' {
		return errors.New("the transaction does not stand at its commit")
	}
	_, err := c.c.PgConn().Exec(context.Background(), "COMMIT").ReadAll()
	if err == nil || !c.c.IsClosed() {
		return err
	}
	// The driver's word that this is safe to try again is not asked: it calls a connection that broke while the answer
	// was waited for one that was closed before.
	return errors.Join(errUnknown, err)
}

func (c *pgConn) rollback() {
	c.used = false
	if c.lost() || c.c.PgConn().TxStatus() == 'I' {
		return
	}
	if err := c.simply("ROLLBACK"); err != nil {
		_ = c.close()
	}
}

// lead is what has to be sent before the next statement.
func (c *pgConn) lead(b *pgx.Batch) {
	if !c.used {
		b.Queue("BEGIN")
	}
	if c.toSave && c.saved {
		b.Queue("RELEASE SAVEPOINT step")
	}
	if c.toSave {
		b.Queue("SAVEPOINT step")
	}
	if c.settings != c.tenant+"\x00"+c.user {
		b.Queue(enterSQL, c.tenant, c.user)
	}
}

// led notes that it was sent.
func (c *pgConn) led() {
	c.saved = c.saved || c.toSave
	c.used, c.toSave, c.settings = true, false, c.tenant+"\x00"+c.user
}

// send pipelines what leads and the statements; the results are those of the statements.
func (c *pgConn) send(items []pipelined) (pgx.BatchResults, error) {
	if c.lost() {
		return nil, errLost
	}
	b := &pgx.Batch{}
	c.lead(b)
	leading := b.Len()
	for _, it := range items {
		plainly, err := bound(it.args)
		if err != nil {
			return nil, err
		}
		b.Queue(it.sql, plainly...)
	}
	results := c.c.SendBatch(context.Background(), b)
	for range leading {
		if _, err := results.Exec(); err != nil {
			_ = results.Close()
			c.used = c.lost() || c.c.PgConn().TxStatus() != 'I' // a statement may be refused before BEGIN is sent
			return nil, lostOr(c.c, err)
		}
	}
	c.led()
	return results, nil
}

// ready reports that nothing has to lead.
func (c *pgConn) ready() bool {
	return c.used && !c.toSave && c.settings == c.tenant+"\x00"+c.user && !c.lost()
}

func (c *pgConn) exec(before []pipelined, text string, args []any) (n int64, err error) {
	if len(before) > 0 || !c.ready() {
		_, err := c.pipeline(append(before, pipelined{sql: text, args: args, rows: &n}))
		return n, err
	}
	plainly, err := bound(args)
	if err != nil {
		return 0, err
	}
	tag, err := c.c.Exec(context.Background(), text, plainly...)
	return tag.RowsAffected(), lostOr(c.c, err)
}

func (c *pgConn) query(before []pipelined, text string, args []any) (Rows, error) {
	if len(before) == 0 && c.ready() {
		plainly, err := bound(args)
		if err != nil {
			return nil, err
		}
		rows, err := c.c.Query(context.Background(), text, plainly...)
		return &pgRows{Rows: rows, c: c.c, done: func() error { return nil }}, lostOr(c.c, err)
	}
	results, err := c.send(append(before, pipelined{sql: text, args: args}))
	if err != nil {
		return nil, err
	}
	if _, err := c.answers(results, before); err != nil {
		return nil, err
	}
	rows, err := results.Query()
	if err != nil {
		_ = results.Close()
		return nil, lostOr(c.c, err)
	}
	return &pgRows{Rows: rows, c: c.c, done: results.Close}, nil
}

func (c *pgConn) pipeline(items []pipelined) (unread, failed error) {
	results, err := c.send(items)
	if err != nil {
		return nil, err
	}
	if unread, failed = c.answers(results, items); failed != nil {
		return unread, failed
	}
	return unread, lostOr(c.c, results.Close())
}

// answers reads those of the items, up to the first that failed, which ends the results.
func (c *pgConn) answers(results pgx.BatchResults, items []pipelined) (unread, failed error) {
	for _, it := range items {
		missing, err := answer(results, it)
		if err != nil {
			_ = results.Close()
			return unread, it.called(lostOr(c.c, err))
		}
		if unread == nil {
			unread = missing
		}
	}
	return unread, nil
}

// answer reads one statement's.
func answer(results pgx.BatchResults, it pipelined) (unread, failed error) {
	if it.dest == nil {
		tag, err := results.Exec()
		if err == nil && it.rows != nil {
			*it.rows = tag.RowsAffected()
		}
		return nil, err
	}
	rows, err := results.Query()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	unread = ErrNoRows
	if rows.Next() {
		unread = rows.Scan(it.dest...)
	}
	rows.Close()
	if unread != nil && !errors.Is(unread, ErrNoRows) {
		return nil, unread // what was asked for does not fit the answer
	}
	return unread, rows.Err()
}

package db_test

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/db/dbtest"
)

// onPostgres opens a fresh PostgreSQL database, unless this run is for SQLite only.
func onPostgres(t *testing.T) (*db.DB, db.Options) {
	t.Helper()
	if !slices.Contains(dbtest.Kinds(), dbtest.Postgres) {
		t.Skip("this run is for SQLite; the one for PostgreSQL has this test")
	}
	o := dbtest.Options(t, dbtest.Postgres)
	d, err := db.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d, o
}

func connect(t *testing.T, o db.Options) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(t.Context(), o.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	return c
}

func TestEveryTenantTableHasThePolicyOrAReason(t *testing.T) {
	t.Parallel()
	_, o := onPostgres(t)
	c := connect(t, o)
	rows, err := c.Query(t.Context(), `
		SELECT k.relname FROM pg_class k WHERE k.relkind = 'r' AND k.relnamespace = 'public'::regnamespace
			AND NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = k.oid AND k.relrowsecurity) ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	// Read before a tenant is known, or claimed across tenants: ids, hashes, sealed bytes and times only. A new table
	// belongs here only if that is true of it.
	want := []string{
		"api_key_hashes", "channel_numbers", "channels_heard", "goose_db_version", "installation", "letters", "memberships",
		"one_time_tokens", "outbox", "processes", "sessions", "tenant_hosts", "turns", "user_emails", "webhook_envelopes", "webhook_keys",
	}
	if !slices.Equal(got, want) {
		t.Errorf("tables without a policy: %v\nwant: %v", got, want)
	}
}

func TestAStartThatCouldSeePastThePoliciesIsRefused(t *testing.T) {
	t.Parallel()
	_, o := onPostgres(t)
	super, err := url.Parse(dbtest.Server())
	if err != nil {
		t.Fatal(err)
	}
	ours, err := url.Parse(o.URL)
	if err != nil {
		t.Fatal(err)
	}
	super.Path = ours.Path
	root, err := pgx.Connect(t.Context(), super.String())
	if err != nil {
		t.Fatal(err)
	}
	bypass := unique("_bypass")
	t.Cleanup(func() { // it was given rights in this database before it was refused
		if _, err := root.Exec(context.Background(), "DROP OWNED BY "+bypass+"; DROP ROLE "+bypass); err != nil {
			t.Log(err)
		}
		_ = root.Close(context.Background())
	})
	do(t, root, "CREATE ROLE "+bypass+" LOGIN BYPASSRLS"+password(t))
	past, err := dbtest.Address(strings.TrimPrefix(ours.Path, "/"), bypass)
	if err != nil {
		t.Fatal(err)
	}
	for why, app := range map[string]string{
		"owns tables": o.URL, "is a superuser": super.String(), "bypasses row-level security": past,
	} {
		refused := o
		refused.AppURL = app
		_, err := db.Open(t.Context(), refused)
		if err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("a working role that %s: %v", why, err)
		}
	}
}

func TestTwoStartsAtOnceMigrateOnce(t *testing.T) {
	t.Parallel()
	_, o := onPostgres(t)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			d, err := db.Open(t.Context(), o)
			if err != nil {
				t.Error(err)
				return
			}
			_ = d.Close()
		})
	}
	wg.Wait()
}

// Under a policy the planner cannot use an index for every operator: what the inbox and the searches ask for must be
// among those it can, as the role that works.
func TestTheIndexesAreUsedUnderThePolicy(t *testing.T) {
	t.Parallel()
	d, o := onPostgres(t)
	acme, zeta := dbtest.Tenants(t, d)
	c := connect(t, o)
	for _, tenantID := range []string{acme, zeta} {
		channel := dbtest.Channel(t, d, tenantID)
		// A customer in three has written many times.
		do(t, c, `INSERT INTO contacts (tenant_id, id, created_at, updated_at)
				SELECT '`+tenantID+`', 'k' || n, n, n FROM generate_series(1, 3000) n`,
			`INSERT INTO contact_identities (tenant_id, kind, value, contact_id, source, first_seen)
				SELECT tenant_id, 'wa_id', id, id, 'webhook', 0 FROM contacts WHERE tenant_id = '`+tenantID+`'`,
			`INSERT INTO contact_terms (tenant_id, term, contact_id)
				SELECT tenant_id, 'name' || id, id FROM contacts WHERE tenant_id = '`+tenantID+`'`,
			`INSERT INTO conversations (tenant_id, id, channel_id, contact_id, lane, status, mode, handler, episode, episode_seq,
				last_seq, said_seq, ours_seq, last_message_id, last_sender, last_kind, last_text, last_at, last_customer_seq,
				customer_at, window_until, created_at, updated_at)
				SELECT '`+tenantID+`', 'c' || n, '`+channel+`', 'k' || n, n, CASE n % 5 WHEN 0 THEN 'closed' ELSE 'active' END,
				'auto', 'ai', 1, 1, 1, 1, 0, '', 'customer', 'text', '', n, 1, n, n, n, n FROM generate_series(1, 3000) n`,
			`INSERT INTO messages (tenant_id, id, conversation_id, channel_id, seq, episode, sender, author_id, kind, body, payload,
				external_id, status, said_at, created_at)
				SELECT '`+tenantID+`', 'm' || n, 'c' || n % 1000 + 1, '`+channel+`', n, 1, 'customer', '', 'text', 'hello', '{}',
				'wamid.' || n, 'received', n, n FROM generate_series(1, 20000) n`,
			`INSERT INTO message_words (tenant_id, term, message_id, others, hits)
				SELECT tenant_id, 'term' || seq % 500, id, '', 1 FROM messages WHERE tenant_id = '`+tenantID+`'`)
	}
	do(t, c, `ANALYZE`)
	for name, sql := range map[string]string{
		"words by their beginning": `SELECT message_id FROM message_words WHERE tenant_id = $1 AND term >= 'term42' AND term < 'term43'
			ORDER BY message_id DESC LIMIT 100`,
		"the newest with a word": `SELECT message_id FROM message_words WHERE tenant_id = $1 AND term = 'term7'
			ORDER BY message_id DESC LIMIT 100`,
		"contacts by a beginning": `SELECT contact_id FROM contact_terms WHERE tenant_id = $1 AND term >= 'namek4' AND term < 'namek5'
			LIMIT 100`,
		"the inbox": `SELECT id FROM conversations WHERE tenant_id = $1 AND status = 'active'
			ORDER BY last_at DESC, id DESC LIMIT 30`,
		"its next page": `SELECT id FROM conversations WHERE tenant_id = $1 AND status = 'active'
			AND (last_at < 2000 OR last_at = 2000 AND id < 'c2000') ORDER BY last_at DESC, id DESC LIMIT 30`,
		"one conversation": `SELECT id FROM conversations WHERE tenant_id = $1 AND id = 'c7'`,
		"whose it is":      `SELECT contact_id FROM contact_identities WHERE tenant_id = $1 AND kind = 'wa_id' AND value = 'k7'`,
		"a thread": `SELECT id FROM messages WHERE tenant_id = $1 AND conversation_id = 'c7' AND seq < 19000
			ORDER BY seq DESC LIMIT 50`,
		"a message seen before":  `SELECT 1 FROM messages WHERE tenant_id = $1 AND channel_id = 'ch' AND external_id = 'wamid.7'`,
		"messages to be indexed": `SELECT id FROM messages WHERE tenant_id = $1 AND id > 'm19' AND id < 'm2' ORDER BY id LIMIT 100`,
	} {
		if plan := explain(t, c, acme, sql); strings.Contains(plan, "Seq Scan") {
			t.Errorf("%s: no index is used:\n%s", name, plan)
		}
	}
	// The same look would scan the table if the operator were not leakproof: the test can tell.
	if plan := explain(t, c, acme, `SELECT id FROM messages WHERE tenant_id = $1 AND body LIKE 'hello%'`); !strings.Contains(plan, "Seq Scan") {
		t.Errorf("a search by pattern uses an index:\n%s", plan)
	}
}

// explain plans a query as the working role sees it.
func explain(t *testing.T, c *pgx.Conn, tenantID, sql string) string {
	t.Helper()
	tx, err := c.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	for _, set := range []string{`SET LOCAL ROLE application_role`, `SELECT set_config('app.current_tenant_id', '` + tenantID + `', true)`} {
		if _, err := tx.Exec(t.Context(), set); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := tx.Query(t.Context(), "EXPLAIN "+strings.ReplaceAll(sql, "$1", "'"+tenantID+"'"))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

func TestADeadlockIsRunAgain(t *testing.T) {
	t.Parallel()
	d, o := onPostgres(t)
	acme, _ := dbtest.Tenants(t, d)
	other, err := db.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	for _, id := range []string{"a", "b"} {
		if err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error { return put(tx, id) }); err != nil {
			t.Fatal(err)
		}
	}
	touch := func(tx *db.Tx, id string) error {
		_, err := tx.Exec(t.Context(), `UPDATE contacts SET name = name || '.' WHERE tenant_id = $1 AND id = $2`, acme, id)
		return err
	}
	// Each of two processes takes its row and waits for the other to have taken its own; both go on into the other's.
	var met sync.WaitGroup
	met.Add(2)
	var runs atomic.Int64
	cross := func(d *db.DB, first, second string) error {
		var once sync.Once
		return d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error {
			runs.Add(1)
			if err := touch(tx, first); err != nil {
				return err
			}
			once.Do(func() { met.Done(); met.Wait() })
			return touch(tx, second)
		})
	}
	results := make(chan error, 2)
	go func() { results <- cross(d, "a", "b") }()
	go func() { results <- cross(other, "b", "a") }()
	for range 2 {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
	if runs.Load() < 3 {
		t.Error("there was no deadlock to run again")
	}
}

func TestALostConnectionIsMadeAnew(t *testing.T) {
	t.Parallel()
	d, o := onPostgres(t)
	acme, _ := dbtest.Tenants(t, d)
	c := connect(t, o)
	_, err := c.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
	if err != nil {
		t.Fatal(err)
	}
	for lane := range int64(4) {
		err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error { return put(tx, fmt.Sprint(lane)) }, db.InLane(lane))
		if err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, d, acme); n != 4 {
		t.Errorf("%d rows", n)
	}
}

func TestAWakeUpReachesTheOtherProcessAlsoAfterACut(t *testing.T) {
	t.Parallel()
	d, o := onPostgres(t)
	other, err := db.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	connected, heard := make(chan struct{}, 10), make(chan string, 1000)
	go func() { _ = other.Listen(ctx, func() { connected <- struct{}{} }, func(p string) { heard <- p }) }()
	<-connected
	for range 200 {
		if err := d.Notify(t.Context(), "turns"); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Notify(t.Context(), "the last"); err != nil {
		t.Fatal(err)
	}
	n, last := 0, false
	for n == 0 || !last {
		switch got := <-heard; got {
		case "turns":
			n++
		case "the last":
			last = true
		default:
			t.Fatalf("heard %q", got)
		}
	}
	if n > 50 {
		t.Errorf("200 wake-ups at once were sent as %d", n)
	}
	c := connect(t, o)
	_, err = c.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
	if err != nil {
		t.Fatal(err)
	}
	<-connected // it listens again, and says so: whoever was not told looks for himself
	for len(heard) > 0 {
		<-heard
	}
	deadline := time.After(10 * time.Second)
	for {
		if err := d.Notify(t.Context(), "outbox"); err != nil {
			t.Fatal(err)
		}
		select {
		case got := <-heard:
			if got != "outbox" {
				continue
			}
			return
		case <-time.After(20 * time.Millisecond):
		case <-deadline:
			t.Fatal("no wake-up after the cut")
		}
	}
}

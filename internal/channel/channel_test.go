package channel_test

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/errs"
	"parley/internal/seal"
)

// world is two tenants who want channels.
type world struct {
	t          *testing.T
	d          *db.DB
	channels   *channel.Service
	acme, zeta actor.Actor
}

func each(t *testing.T, do func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { do(t, newWorld(t, d)) })
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	box, err := seal.New(bytes.Repeat([]byte{7}, seal.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, d: d, channels: channel.New(box, nil)}
	acme, zeta := dbtest.Tenants(t, d)
	w.acme, w.zeta = actor.ForUser(acme, "ada", "192.0.2.7", nil), actor.ForUser(zeta, "zoe", "192.0.2.8", nil)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) step(a actor.Actor, do func(tx *db.Tx) error) error {
	return w.d.InTx(w.t.Context(), a, do)
}

func (w *world) ensure(a actor.Actor, n channel.Number) (c channel.Channel, err error) {
	err = w.step(a, func(tx *db.Tx) (err error) {
		c, err = w.channels.Ensure(w.t.Context(), tx, a, n)
		return err
	})
	return c, err
}

func number(id string) channel.Number {
	return channel.Number{Kind: channel.WhatsApp, Name: "Shop", ExternalID: id, AccountID: "waba", Token: "EAAG-" + id}
}

func TestANumberBelongsToOneTenant(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c, err := w.ensure(w.acme, number("1"))
		w.must(err)
		if c.State != channel.Unproven || c.Mode != "auto" {
			t.Errorf("got %+v", c)
		}
		if _, err := w.ensure(w.zeta, number("1")); !errs.Is(err, errs.Conflict) {
			t.Errorf("Zeta took Acme's number: %v", err)
		}
		route, err := channel.Lookup(t.Context(), w.d.As(actor.ForSystem("")), channel.WhatsApp, "1")
		if err != nil || route != (channel.Route{TenantID: w.acme.Tenant(), ChannelID: c.ID}) {
			t.Errorf("the number leads to %+v, %v", route, err)
		}
		// The same id on another kind of channel is another number.
		if _, err := w.ensure(w.zeta, channel.Number{Kind: channel.Demo, ExternalID: "1", ConnectionID: channel.DemoConnection}); err != nil {
			t.Error(err)
		}
		if _, err := channel.Lookup(t.Context(), w.d.As(w.acme), channel.WhatsApp, "unknown"); !errs.Is(err, errs.NotFound) {
			t.Errorf("an unknown number: %v", err)
		}
		if _, err := w.ensure(w.acme, channel.Number{Kind: channel.WhatsApp}); !errs.Is(err, errs.Invalid) {
			t.Errorf("a number without an id: %v", err)
		}
	})
}

// Two tenants that claim a number at the same moment do not both get it.
func TestOfTwoWhoClaimANumberAtOnceOneGetsIt(t *testing.T) {
	t.Parallel()
	dbtest.Only(t, dbtest.Postgres)
	w := newWorld(t, dbtest.Open(t, dbtest.Postgres))
	inside, goOn, first, second := make(chan struct{}), make(chan struct{}), make(chan error, 1), make(chan error, 1)
	claim := func(a actor.Actor, lane int64, then func()) error {
		return w.d.InTx(t.Context(), a, func(tx *db.Tx) error {
			_, err := w.channels.Ensure(t.Context(), tx, a, number("1"))
			then()
			return err
		}, db.InLane(lane))
	}
	hold := true
	go func() {
		first <- claim(w.acme, 0, func() {
			if hold {
				hold = false
				close(inside)
				<-goOn
			}
		})
	}()
	<-inside
	go func() { second <- claim(w.zeta, 1, func() {}) }()
	dbtest.AwaitBlocked(t, w.d)
	close(goOn)
	w.must(<-first)
	if err := <-second; !errs.Is(err, errs.Conflict) {
		t.Errorf("Zeta: %v", err)
	}
}

func TestANumberIsBroughtUpToDate(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c, err := w.ensure(w.acme, number("1"))
		w.must(err)
		w.must(w.step(w.acme, func(tx *db.Tx) error {
			return w.channels.Prove(t.Context(), tx, w.acme, c.ID, "+44 7700 900000", "Named by Meta")
		}))
		again := number("1")
		again.Token, again.AccountID, again.DisplayPhone = "", "other", ""
		got, err := w.ensure(w.acme, again)
		w.must(err)
		if got.ID != c.ID || got.AccountID != "other" || got.DisplayPhone != "+44 7700 900000" || got.State != channel.Active || got.Name != "Shop" {
			t.Errorf("got %+v", got)
		}
		if token := w.token(w.acme, c.ID); token != "EAAG-1" {
			t.Errorf("a token that was not given anew is %q", token)
		}
		again.Token = "EAAG-new"
		if _, err := w.ensure(w.acme, again); err != nil || w.token(w.acme, c.ID) != "EAAG-new" {
			t.Errorf("the new token is %q, %v", w.token(w.acme, c.ID), err)
		}
	})
}

func (w *world) token(a actor.Actor, id string) string {
	w.t.Helper()
	token, err := w.channels.Token(a, w.get(a, id))
	w.must(err)
	return token
}

func TestAChannelThatMetaRefusesIsBrokenUntilItIsProvenAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c, err := w.ensure(w.acme, number("1"))
		w.must(err)
		breaks := func(a actor.Actor) error {
			return w.step(a, func(tx *db.Tx) error { return w.channels.Break(t.Context(), tx, a, c.ID, "The token has expired.") })
		}
		proves := func(a actor.Actor) error {
			return w.step(a, func(tx *db.Tx) error { return w.channels.Prove(t.Context(), tx, a, c.ID, "+44", "x") })
		}
		if err := breaks(w.zeta); !errs.Is(err, errs.NotFound) {
			t.Errorf("Zeta breaks Acme's channel: %v", err)
		}
		if err := proves(w.zeta); !errs.Is(err, errs.NotFound) {
			t.Errorf("Zeta proves Acme's channel: %v", err)
		}
		w.must(breaks(w.acme))
		if got := w.get(w.acme, c.ID); got.State != channel.Broken || got.LastError != "The token has expired." {
			t.Errorf("got %+v", got)
		}
		w.must(proves(w.acme))
		if got := w.get(w.acme, c.ID); got.State != channel.Active || got.LastError != "" || got.ProvenAt.IsZero() {
			t.Errorf("got %+v", got)
		}
	})
}

func (w *world) get(a actor.Actor, id string) channel.Channel {
	w.t.Helper()
	c, err := channel.Get(w.t.Context(), w.d.As(a), a, id)
	w.must(err)
	return c
}

// What changes a channel is in the audit log; a start with the same settings is not, and no token ever.
func TestTheAuditLogKnowsWhatChangedAChannel(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c, err := w.ensure(w.acme, number("1"))
		w.must(err)
		again := func(change func(n *channel.Number)) {
			n := number("1")
			change(&n)
			_, err := w.ensure(w.acme, n)
			w.must(err)
		}
		same := func(*channel.Number) {}
		proves := func(tx *db.Tx) error { return w.channels.Prove(t.Context(), tx, w.acme, c.ID, "", "") }
		breaks := func(tx *db.Tx) error { return w.channels.Break(t.Context(), tx, w.acme, c.ID, "Expired.") }
		again(same)
		again(func(n *channel.Number) { n.Token = "" })
		again(func(n *channel.Number) { n.Token = "EAAG-new" })
		again(func(n *channel.Number) { n.Token, n.AccountID = "EAAG-new", "other" })
		for _, do := range []func(tx *db.Tx) error{proves, proves, breaks, breaks, proves} {
			w.must(w.step(w.acme, do))
		}
		rows, err := w.d.As(w.acme).Query(t.Context(), `SELECT action, before || after FROM audit_entries WHERE tenant_id = $1 ORDER BY id`,
			w.acme.Tenant())
		w.must(err)
		defer rows.Close()
		var actions []string
		for rows.Next() {
			var action, said string
			w.must(rows.Scan(&action, &said))
			actions = append(actions, strings.TrimPrefix(action, "channel."))
			if strings.Contains(said, "EAAG") {
				t.Errorf("a token stands in the audit log: %s", said)
			}
		}
		w.must(rows.Err())
		if want := []string{"added", "changed", "changed", "proven", "broken", "proven"}; !slices.Equal(actions, want) {
			t.Errorf("the audit log says %v", actions)
		}
	})
}

func TestAnotherTenantsChannelIsNotThere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c, err := w.ensure(w.acme, number("1"))
		w.must(err)
		q := w.d.As(w.zeta)
		if _, err := channel.Get(t.Context(), q, w.zeta, c.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("get: %v", err)
		}
		if _, err := channel.OfKind(t.Context(), q, w.zeta, channel.WhatsApp); !errs.Is(err, errs.NotFound) {
			t.Errorf("of a kind: %v", err)
		}
		if all, err := channel.List(t.Context(), q, w.zeta); err != nil || len(all) != 0 {
			t.Errorf("list: %v, %v", all, err)
		}
		if token, err := w.channels.Token(w.zeta, w.get(w.acme, c.ID)); err == nil {
			t.Errorf("Zeta opens Acme's token: %q", token)
		}
	})
}

func TestATokenIsSealedForItsChannelAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c, err := w.ensure(w.acme, number("1"))
		w.must(err)
		z, err := w.ensure(w.zeta, number("2"))
		w.must(err)
		none, err := w.ensure(w.zeta, channel.Number{Kind: channel.Demo, ExternalID: "demo"})
		w.must(err)
		if token := w.token(w.zeta, none.ID); token != "" {
			t.Errorf("a channel without a token has %q", token)
		}
		var sealed string
		w.must(w.d.As(w.acme).QueryRow(t.Context(), `SELECT token_sealed FROM channels WHERE tenant_id = $1 AND id = $2`,
			w.acme.Tenant(), c.ID).Scan(&sealed))
		if sealed == "" || strings.Contains(sealed, "EAAG") {
			t.Errorf("stored as %q", sealed)
		}
		// A sealed token that is copied to another tenant's row does not open there.
		w.must(w.step(w.zeta, func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE channels SET token_sealed = $3 WHERE tenant_id = $1 AND id = $2`, w.zeta.Tenant(), z.ID, sealed)
			return err
		}))
		if token, err := w.channels.Token(w.zeta, w.get(w.zeta, z.ID)); err == nil {
			t.Errorf("it opens: %q", token)
		}
	})
}

func TestAChannelIsFoundByItsKind(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		first, err := w.ensure(w.acme, number("1"))
		w.must(err)
		_, err = w.ensure(w.acme, number("2"))
		w.must(err)
		demo, err := w.ensure(w.acme, channel.Number{Kind: channel.Demo, ExternalID: "3", ConnectionID: channel.DemoConnection, State: channel.Active})
		w.must(err)
		z, err := w.ensure(w.zeta, number("4"))
		w.must(err)
		got, err := channel.OfKind(t.Context(), w.d.As(w.acme), w.acme, channel.WhatsApp)
		if err != nil || got.ID != first.ID {
			t.Errorf("the first number is %s, %v", got.ID, err)
		}
		list, err := channel.List(t.Context(), w.d.As(w.acme), w.acme)
		if err != nil || len(list) != 3 || list[0].ID != first.ID || list[2].ID != demo.ID {
			t.Errorf("list %+v, %v", list, err)
		}
		all, err := channel.AllOfKind(t.Context(), w.d.As(actor.ForSystem("")), channel.WhatsApp)
		w.must(err)
		if got := slices.Sorted(maps.Keys(all)); !slices.Equal(got, []string{"1", "2", "4"}) || all["4"].ChannelID != z.ID || all["4"].TenantID != w.zeta.Tenant() {
			t.Errorf("all numbers: %v", all)
		}
		tenants, err := channel.Tenants(t.Context(), w.d.As(actor.ForSystem("")))
		w.must(err)
		if want := slices.Sorted(slices.Values([]string{w.acme.Tenant(), w.zeta.Tenant()})); !slices.Equal(tenants, want) {
			t.Errorf("tenants %v", tenants)
		}
	})
}

func TestWhenAChannelWasLastHeard(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c, err := w.ensure(w.acme, number("1"))
		w.must(err)
		last := func(a actor.Actor) db.Time {
			at, err := channel.LastHeard(t.Context(), w.d.As(a), a, c.ID)
			w.must(err)
			return at
		}
		if !last(w.acme).IsZero() {
			t.Error("heard before it ever was")
		}
		for _, at := range []db.Time{1000, 3000, 2000} {
			w.must(w.step(w.acme, func(tx *db.Tx) error { return channel.Heard(t.Context(), tx, heard(w.acme, c, at)) }))
		}
		if last(w.acme) != 3000 || !last(w.zeta).IsZero() {
			t.Errorf("last heard at %d, by Zeta at %d", last(w.acme), last(w.zeta))
		}
	})
}

func heard(a actor.Actor, c channel.Channel, at db.Time) map[channel.Route]db.Time {
	return map[channel.Route]db.Time{{TenantID: a.Tenant(), ChannelID: c.ID}: at}
}

// However many channels of however many tenants were heard, it is one statement.
func TestAllThatWereHeardAreWrittenDownAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		all := map[channel.Route]db.Time{}
		for i := range 20 {
			for _, a := range []actor.Actor{w.acme, w.zeta} {
				c, err := w.ensure(a, number(a.Tenant()+"-"+strconv.Itoa(i)))
				w.must(err)
				all[channel.Route{TenantID: a.Tenant(), ChannelID: c.ID}] = db.Time(1000 + i)
				all[channel.Route{TenantID: a.Tenant(), ChannelID: c.ID, ConnectionID: "another"}] = db.Time(500)
			}
		}
		before := w.d.Stats().Statements
		w.must(w.step(actor.ForSystem(""), func(tx *db.Tx) error { return channel.Heard(t.Context(), tx, all) }))
		if n := w.d.Stats().Statements - before; n != 1 {
			t.Errorf("%d statements for 40 channels", n)
		}
		for r, at := range all {
			a := actor.ForSystem(r.TenantID)
			last, err := channel.LastHeard(t.Context(), w.d.As(a), a, r.ChannelID)
			w.must(err)
			if r.ConnectionID == "" && last != at {
				t.Errorf("last heard at %d, want %d", last, at)
			}
		}
	})
}

func TestAnAppConnectionIsFoundByItsKey(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		key := strings.Repeat("k", 32)
		add := func(a actor.Actor, n channel.NewConnection) (id string, err error) {
			err = w.step(a, func(tx *db.Tx) (err error) {
				id, err = w.channels.AddConnection(t.Context(), tx, a, n)
				return err
			})
			return id, err
		}
		id, err := add(w.acme, channel.NewConnection{Name: "Our app", AppID: "42", Secret: "shh", VerifyToken: "hello", Key: key})
		w.must(err)
		c, err := w.channels.ConnectionByKey(t.Context(), w.d, key)
		w.must(err)
		if c.ID != id || c.TenantID != w.acme.Tenant() || string(c.Secret) != "shh" || c.VerifyToken != "hello" || c.Kind != channel.WhatsApp {
			t.Errorf("got %+v", c)
		}
		if _, err := w.channels.ConnectionByKey(t.Context(), w.d, key[1:]); !errs.Is(err, errs.NotFound) {
			t.Errorf("another key: %v", err)
		}
		if _, err := add(w.zeta, channel.NewConnection{Secret: "x", Key: key}); err == nil {
			t.Error("one key leads to two tenants")
		}
		for field, n := range map[string]channel.NewConnection{"secret": {Key: key}, "key": {Secret: "x", Key: "short"}} {
			if _, err := add(w.acme, n); !errs.Is(err, errs.Invalid) || errs.FieldOf(err) != field {
				t.Errorf("without a %s: %v", field, err)
			}
		}
		w.storesNoSecret("shh", "hello", key)
	})
}

// storesNoSecret looks for secrets in what the connection left behind.
func (w *world) storesNoSecret(secrets ...string) {
	w.t.Helper()
	var row, hash, before string
	w.must(w.d.As(w.acme).QueryRow(w.t.Context(), `SELECT name || app_id || secret_sealed || verify_token_sealed FROM app_connections
		WHERE tenant_id = $1`, w.acme.Tenant()).Scan(&row))
	w.must(w.d.As(w.acme).QueryRow(w.t.Context(), `SELECT key_hash FROM webhook_keys WHERE tenant_id = $1`, w.acme.Tenant()).Scan(&hash))
	w.must(w.d.As(w.acme).QueryRow(w.t.Context(), `SELECT before || after FROM audit_entries WHERE tenant_id = $1
		AND action = 'connection.added'`, w.acme.Tenant()).Scan(&before))
	for _, s := range secrets {
		if strings.Contains(row+hash+before, s) {
			w.t.Errorf("%q is stored as it is", s)
		}
	}
}

package phone_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strconv"
	"testing"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/contact"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/phone"
	"parley/internal/realtime"
	"parley/internal/seal"
)

// wire writes down what is written on the phones of all processes, as intake would.
type wire struct {
	t     *testing.T
	d     *db.DB
	talks *conversation.Service
	n     int
}

func (w *wire) Write(ctx context.Context, number string, from phone.Customer, text string) error {
	route, err := channel.Lookup(ctx, w.d.As(actor.ForSystem("")), channel.Demo, number)
	if err != nil {
		return err
	}
	w.n++
	a := actor.ForChannel(route.TenantID, route.ChannelID)
	return w.d.InTx(ctx, a, func(tx *db.Tx) error {
		who, _, err := contact.See(ctx, tx, a, contact.Sighting{WaID: from.WaID, Name: from.Name})
		if err != nil {
			return err
		}
		_, err = w.talks.Receive(ctx, tx, a, conversation.Inbound{
			ChannelID: route.ChannelID, ContactID: who.ID, ExternalID: "wamid." + strconv.Itoa(w.n), Kind: "text", Body: text,
			Payload: json.RawMessage("{}"), SaidAt: tx.Now(), OpensWindow: true,
		})
		return err
	})
}

func (w *wire) Typing(string, string) bool { return false }

// Behind a balancer one request comes to this process and the next to that one: the phone is the same.
func TestThePhoneIsOneInAllProcesses(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		ctx := t.Context()
		live, err := realtime.New(slog.New(slog.DiscardHandler), realtime.Options{})
		must(err)
		t.Cleanup(func() { _ = live.Stop(context.Background()) })
		box, err := seal.New(bytes.Repeat([]byte("k"), seal.KeySize))
		must(err)
		acme, zeta := dbtest.Tenants(t, d)
		for _, id := range []string{acme, zeta} {
			a := actor.ForSystem(id)
			must(d.InTx(ctx, a, func(tx *db.Tx) error {
				_, err := channel.New(box, nil).Ensure(ctx, tx, a, channel.Number{
					Kind: channel.Demo, Name: "Demo phone", ExternalID: "demo-" + id, ConnectionID: channel.DemoConnection, State: channel.Active,
				})
				return err
			}))
		}
		parts := phone.Parts{DB: d, Wire: &wire{t: t, d: d, talks: conversation.New(live)}}
		one, other := phone.New(parts, phone.Options{Demo: "on"}), phone.New(parts, phone.Options{Demo: "on"})
		a := actor.ForUser(acme, "owner", "192.0.2.1", nil)
		shows := func(s *phone.Service, want int) {
			t.Helper()
			thread, err := s.Thread(ctx, a)
			must(err)
			if len(thread.Lines) != want {
				t.Errorf("the phone shows %d lines, want %d", len(thread.Lines), want)
			}
		}
		shows(one, 0)
		shows(other, 0)
		must(one.Send(ctx, a, "Hello"))
		must(other.Send(ctx, a, "Anybody there?"))
		shows(one, 2)
		shows(other, 2)
		must(one.Reset(ctx, a))
		must(other.Reset(ctx, a))
		must(one.Send(ctx, a, "I am somebody else"))
		shows(one, 1)
		shows(other, 1)
		z, err := one.Thread(ctx, actor.ForUser(zeta, "owner", "192.0.2.1", nil))
		if err != nil || len(z.Lines) != 0 {
			t.Errorf("Zeta's phone shows %+v: %v", z, err)
		}
	})
}

package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/db"
	"parley/internal/whatsapp"
)

// noticed lists for whom a change tells something about an account, a number or a template: the tenants that have numbers
// of the account, on this connection.
func (s *Service) noticed(ctx context.Context, conn channel.Connection, change whatsapp.Change) (items []item, err error) {
	n, is := change.Notice()
	if !is {
		return nil, nil
	}
	routes, err := channel.OfAccount(ctx, s.DB.As(actor.ForSystem("")), conn.Kind, change.AccountID)
	if err != nil {
		return nil, err
	}
	told := map[string]bool{}
	for _, route := range routes {
		foreign := route.ConnectionID != conn.ID || conn.TenantID != "" && conn.TenantID != route.TenantID
		if foreign || told[route.TenantID] {
			continue
		}
		told[route.TenantID] = true
		route.ChannelID = "" // of all the tenant's numbers
		items = append(items, s.telling(route, change, n))
		if aboutTemplates[change.Field] {
			items = append(items, s.reading(route, conn.Kind, change.AccountID))
		}
	}
	return items, nil
}

// aboutTemplates are the fields that tell of a template.
//
//nolint:gochecknoglobals // a table that never changes
var aboutTemplates = map[string]bool{
	"message_template_status_update": true, "message_template_quality_update": true, "message_template_components_update": true,
	"template_category_update": true,
}

// reading has the templates read again: what Meta tells of a change is only a part of it.
func (s *Service) reading(route channel.Route, kind channel.Kind, accountID string) item {
	a := actor.ForSystem(route.TenantID)
	return item{db.Lane(route.TenantID), func(ctx context.Context) error {
		return s.DB.InTx(ctx, a, func(tx *db.Tx) error { return s.Templates.WantOf(ctx, tx, a, kind, accountID) })
	}}
}

func (s *Service) telling(route channel.Route, change whatsapp.Change, n whatsapp.Notice) item {
	return item{db.Lane(route.TenantID), func(ctx context.Context) error { return s.tell(ctx, route, change, n) }}
}

// tell keeps what Meta told, for the owner to see. It comes again as often as anything else does.
func (s *Service) tell(ctx context.Context, route channel.Route, change whatsapp.Change, n whatsapp.Notice) error {
	a := actor.ForSystem(route.TenantID)
	sum := sha256.Sum256([]byte(change.Field + "\n" + strconv.FormatInt(change.At.Unix(), 10) + "\n" + string(change.Raw)))
	e := channel.Event{
		ChannelID: route.ChannelID, AccountID: change.AccountID, Field: change.Field, Kind: n.Kind, Severity: string(n.Severity),
		Subject: n.Subject, Detail: n.Words, Data: change.Raw, At: s.said(n.At),
	}
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		if e.ChannelID == "" && n.DisplayPhone != "" {
			var err error
			if e.ChannelID, err = channelOf(ctx, tx, a, n.DisplayPhone); err != nil {
				return err
			}
		}
		tx.AfterCommit(func() { s.Counted.Told.Add(1) })
		return channel.Told(ctx, tx, a, e, hex.EncodeToString(sum[:]))
	})
}

// channelOf is the tenant's channel with a number, "" when it has none.
func channelOf(ctx context.Context, q db.Querier, a actor.Actor, phone string) (string, error) {
	all, err := channel.List(ctx, q, a)
	for _, c := range all {
		if digits(c.DisplayPhone) == phone {
			return c.ID, nil
		}
	}
	return "", err
}

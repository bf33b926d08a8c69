package intake

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/errs"
	"parley/internal/whatsapp"
)

// parallel bounds how many customers of one webhook are written at the same time.
const parallel = 16

// item is one thing of a delivery that belongs to a known number: what is done with it, and for which customer.
type item struct {
	lane int64
	take func(ctx context.Context) error
}

// Take stores a delivery whose signature was right. An error means that it is not stored and must come again.
func (s *Service) Take(ctx context.Context, conn channel.Connection, body []byte) error {
	delivered, err := whatsapp.Parse(body)
	if err != nil {
		return s.keep(ctx, conn, "", "unreadable", body)
	}
	if delivered.Len() > maxAtOnce {
		return s.keepToTake(ctx, conn, body)
	}
	return s.takeAll(ctx, conn, delivered, body)
}

func (s *Service) takeAll(ctx context.Context, conn channel.Connection, delivered whatsapp.Delivery, body []byte) error {
	items, unknown, err := s.sort(ctx, conn, delivered)
	if err != nil {
		return err
	}
	if unknown != "" {
		s.Counted.Unknown.Add(1)
		if err := s.keep(ctx, conn, "", unknown, body); err != nil {
			return err
		}
	}
	err = inLanes(ctx, items)
	if err != nil && !errs.Is(err, errs.Unavailable) && ctx.Err() == nil {
		// The database refuses this message for its own sake: asking Meta to send it again for days helps nobody.
		return s.keepToTake(ctx, conn, body)
	}
	return err
}

// inLanes takes the items of one customer in their order and different customers side by side.
func inLanes(ctx context.Context, items []item) error {
	if len(items) == 1 {
		return items[0].take(ctx)
	}
	byLane := map[int64][]item{}
	var order []int64
	for _, it := range items {
		if _, seen := byLane[it.lane]; !seen {
			order = append(order, it.lane)
		}
		byLane[it.lane] = append(byLane[it.lane], it)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for _, lane := range order {
		group.Go(func() error {
			for _, it := range byLane[lane] {
				if err := it.take(ctx); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// sort finds whose each part of a delivery is. unknown says why something in it belongs to nobody here: the body is
// then kept. A number that belongs to another connection is as unknown as one that does not exist, or a tenant could
// forge another's messages under its own signature.
func (s *Service) sort(ctx context.Context, conn channel.Connection, delivered whatsapp.Delivery) (items []item, unknown string, err error) {
	if delivered.Object != whatsapp.ObjectBusinessAccount {
		return nil, "object", nil
	}
	routes := map[string]channel.Route{}
	for _, change := range delivered.Changes {
		if change.PhoneNumberID == "" {
			told, err := s.noticed(ctx, conn, change)
			if err != nil {
				return nil, "", err
			}
			items = append(items, told...)
			if len(told) == 0 && !change.Empty() {
				unknown = "field"
			}
			continue
		}
		route, seen := routes[change.PhoneNumberID]
		if !seen {
			if route, err = s.route(ctx, conn, change.PhoneNumberID); err != nil {
				return nil, "", err
			}
			routes[change.PhoneNumberID] = route
		}
		if route.TenantID == "" {
			unknown = "number"
			continue
		}
		s.heard.at(route, newest(change, s.DB.Now()))
		found, rest := s.itemsOf(route, change)
		items = append(items, found...)
		if rest {
			unknown = "field"
		}
	}
	return items, unknown, nil
}

// number names a number of a kind of channel.
type number struct {
	kind channel.Kind
	id   string
}

// route is empty when the number is nobody's, or not this connection's.
func (s *Service) route(ctx context.Context, conn channel.Connection, phoneNumberID string) (channel.Route, error) {
	route, err := s.routes.Get(ctx, number{conn.Kind, phoneNumberID}, func() (channel.Route, error) {
		return channel.Lookup(ctx, s.DB.As(actor.ForSystem("")), conn.Kind, phoneNumberID)
	})
	if errs.Is(err, errs.NotFound) {
		return channel.Route{}, nil
	}
	if err != nil {
		return route, fmt.Errorf("route webhook: %w", err)
	}
	if route.ConnectionID != conn.ID || (conn.TenantID != "" && conn.TenantID != route.TenantID) {
		return channel.Route{}, nil
	}
	return route, nil
}

// itemsOf lists what a change asks for; rest says that something in it is only kept.
func (s *Service) itemsOf(route channel.Route, change whatsapp.Change) (items []item, rest bool) {
	for _, m := range change.Messages {
		if m.GroupID != "" {
			rest = true // a group is not a customer; it is kept and never answered
			continue
		}
		lane := sighting(m).Lane(route.ChannelID)
		items = append(items, item{lane, func(ctx context.Context) error { return s.message(ctx, route, m, lane) }})
	}
	for _, m := range change.Echoes {
		lane := echoed(m).Lane(route.ChannelID)
		items = append(items, item{lane, func(ctx context.Context) error { return s.echo(ctx, route, m, lane) }})
	}
	for _, st := range change.Statuses {
		lane := recipient(st).Lane(route.ChannelID)
		items = append(items, item{lane, func(ctx context.Context) error { return s.status(ctx, route, st, lane) }})
	}
	for _, t := range change.History {
		lane := withCustomer(t).Lane(route.ChannelID)
		items = append(items, item{lane, func(ctx context.Context) error { return s.history(ctx, route, t, lane) }})
	}
	for _, c := range change.Calls {
		if !c.FromCustomer() {
			rest = true
			continue
		}
		lane := caller(c).Lane(route.ChannelID)
		items = append(items, item{lane, func(ctx context.Context) error { return s.call(ctx, route, c, lane) }})
	}
	for _, p := range change.Preferences {
		lane := wishing(p).Lane(route.ChannelID)
		items = append(items, item{lane, func(ctx context.Context) error { return s.preference(ctx, route, p, lane) }})
	}
	if n, is := change.Notice(); is {
		items = append(items, s.telling(route, change, n))
	}
	return items, rest || len(items) == 0 && !change.Empty()
}

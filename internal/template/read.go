package template

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/job"
	"parley/internal/realtime"
	"parley/internal/whatsapp"
)

// Limits of one reading.
const (
	readingTime  = 5 * time.Minute
	mostReadings = 8  // tries
	mostPages    = 80 // of 100: an account has at most 6,000 templates
)

// readArgs are the channel whose templates are read.
type readArgs struct {
	TenantID  string `json:"tenant"`
	ChannelID string `json:"channel"`
}

// Kind names the job.
func (readArgs) Kind() string { return "template.read" }

// Want has the templates of a channel read from Meta. Asked for again while it waits, it is read once.
func (s *Service) Want(ctx context.Context, tx *db.Tx, a actor.Actor, channelID string) error {
	c, err := channel.Get(ctx, tx, a, channelID)
	if err != nil {
		return err
	}
	switch {
	case c.State == channel.Disconnected:
		return errs.New(errs.NotFound, "There is no such channel.")
	case c.Account() == "":
		return errs.New(errs.Conflict, "The WhatsApp business account of this number is not known, so its templates cannot be read.")
	}
	waits, err := ask(ctx, tx, a, channelID)
	if err != nil || waits {
		return err
	}
	s.changed(tx)
	_, err = s.Jobs.Insert(ctx, tx, readArgs{TenantID: a.Tenant(), ChannelID: channelID}, job.Opts{})
	return err
}

// ask notes that a channel's templates are wanted. waits says that they were already: the job that is there reads them once
// more, for it looks at this row when it is done, and the row is locked until then.
func ask(ctx context.Context, tx *db.Tx, a actor.Actor, channelID string) (waits bool, err error) {
	var r Reading
	err = tx.QueryRow(ctx, `
		UPDATE template_readings SET asked_at = asked_at WHERE tenant_id = $1 AND channel_id = $2
		RETURNING asked_at, read_at, failure`, a.Tenant(), channelID).Scan(&r.AskedAt, &r.ReadAt, &r.Failure)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return false, fmt.Errorf("look at a reading: %w", err)
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO template_readings (tenant_id, channel_id, asked_at) VALUES ($1, $2, $3)
		ON CONFLICT (tenant_id, channel_id) DO UPDATE SET asked_at = excluded.asked_at, failure = ''`,
		a.Tenant(), channelID, tx.Now())
	if err != nil {
		return false, fmt.Errorf("ask for templates: %w", err)
	}
	return r.Waits(), nil
}

// WantOf has the templates of an account read, on all of the tenant's channels: Meta told that one has changed.
func (s *Service) WantOf(ctx context.Context, tx *db.Tx, a actor.Actor, kind channel.Kind, accountID string) error {
	routes, err := channel.OfAccount(ctx, tx, kind, accountID)
	if err != nil {
		return err
	}
	for _, r := range routes {
		if r.TenantID != a.Tenant() {
			continue
		}
		if err := s.Want(ctx, tx, a, r.ChannelID); err != nil {
			return err
		}
	}
	return nil
}

// read reads a channel's templates, page after page, and marks what is not there any more, once all pages have come. Done
// again it changes nothing.
func (s *Service) read(ctx context.Context, args readArgs) error {
	a := actor.ForSystem(args.TenantID)
	c, err := channel.Get(ctx, s.DB.As(a), a, args.ChannelID)
	if err != nil || c.State == channel.Disconnected {
		return err
	}
	for again := true; again; {
		began := s.DB.Now()
		if err := s.pages(ctx, a, c, began); err != nil {
			return s.broke(ctx, a, c, err)
		}
		err := s.DB.InTx(ctx, a, func(tx *db.Tx) (err error) {
			again, err = s.done(ctx, tx, a, c.ID, began)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// broke decides what a failure of a reading means: what may pass is tried again by the queue.
func (s *Service) broke(ctx context.Context, a actor.Actor, c channel.Channel, err error) error {
	if ctx.Err() != nil {
		return err
	}
	graph, told := errors.AsType[*whatsapp.GraphError](err)
	why := "WhatsApp could not be reached. It is tried again by itself."
	if told {
		why = graph.Title
	}
	kept := s.DB.InTx(ctx, a, func(tx *db.Tx) error { return s.failed(ctx, tx, a, c.ID, why) })
	if told && (graph.Class() == whatsapp.Stop || graph.Class() == whatsapp.Fail) {
		return kept // asking again would bring the same answer
	}
	return errors.Join(err, kept)
}

func (s *Service) pages(ctx context.Context, a actor.Actor, c channel.Channel, began db.Time) error {
	token := s.o.Tokens[c.Kind]
	if token == "" {
		var err error
		if token, err = s.Channels.Token(a, c); err != nil {
			return err
		}
	}
	after := ""
	for range mostPages {
		page, next, err := s.o.Clients[c.Kind].Templates(ctx, c.Account(), token, after)
		if err != nil {
			return err
		}
		err = s.DB.InTx(ctx, a, func(tx *db.Tx) error { return keep(ctx, tx, a, c.ID, page, began) })
		if err != nil || next == "" {
			return err
		}
		after = next
	}
	return errs.New(errs.Internal, "an account has more templates than Meta allows")
}

// done marks what did not come any more. again says that they were asked for meanwhile: Meta may have changed what was read
// before.
func (s *Service) done(ctx context.Context, tx *db.Tx, a actor.Actor, channelID string, began db.Time) (again bool, err error) {
	_, err = tx.Exec(ctx, `
		UPDATE templates SET removed_at = $3
		WHERE tenant_id = $1 AND channel_id = $2 AND removed_at IS NULL AND read_at < $4`, a.Tenant(), channelID, tx.Now(), began)
	if err != nil {
		return false, fmt.Errorf("mark removed templates: %w", err)
	}
	n, err := tx.Exec(ctx, `
		UPDATE template_readings SET read_at = $3, failure = '' WHERE tenant_id = $1 AND channel_id = $2 AND asked_at <= $4`,
		a.Tenant(), channelID, tx.Now(), began)
	if err != nil {
		return false, fmt.Errorf("note a reading: %w", err)
	}
	s.changed(tx)
	return n == 0, nil
}

func (s *Service) failed(ctx context.Context, tx *db.Tx, a actor.Actor, channelID, why string) error {
	_, err := tx.Exec(ctx, `UPDATE template_readings SET failure = $3 WHERE tenant_id = $1 AND channel_id = $2`,
		a.Tenant(), channelID, why)
	if err != nil {
		return fmt.Errorf("note a failed reading: %w", err)
	}
	s.changed(tx)
	return nil
}

func (s *Service) changed(tx *db.Tx) {
	s.Live.Announce(tx, realtime.Hint{Kind: realtime.ChannelChanged})
}

package delivery

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/lease"
	"parley/internal/limit"
	"parley/internal/whatsapp"
)

// work takes one outbox row to its end: sent, failed for good, put back for later, or left uncertain.
func (s *Service) work(ctx context.Context, it lease.Item) error {
	a := actor.ForSystem(it.Tenant)
	l, err := s.letter(ctx, a, it)
	if err != nil || l.messageID == "" {
		return err
	}
	if l.status != conversation.StatusQueued {
		return s.settle(ctx, a, it, nil) // a status said so before we could
	}
	if it.Uncertain {
		again, err := s.judge(ctx, a, it, l)
		if err != nil || !again {
			return err
		}
	}
	if l.channel.State == channel.Disconnected {
		return s.fail(ctx, a, it, l, whatsapp.NoCode, "The number was disconnected before the message was sent.")
	}
	if closed := l.windowUntil.Before(s.DB.Now()); closed && l.kind != conversation.KindTemplate {
		return s.fail(ctx, a, it, l, 131047, "The 24-hour window was closed when the message was to be sent.")
	}
	if until := s.mustWait(it.Tenant, l); !until.IsZero() {
		return lease.RetryAt(until, nil)
	}
	return s.send(ctx, a, it, l)
}

// send makes the request. The lease is looked at just before it: a process that was asleep may have lost its rows.
func (s *Service) send(ctx context.Context, a actor.Actor, it lease.Item, l letter) error {
	token, err := s.token(a, l.channel)
	if err != nil {
		return err
	}
	by := whatsapp.Credentials{PhoneNumberID: l.channel.ExternalID, Token: token}
	out, err := l.outgoing()
	if err != nil {
		return err
	}
	if l.hasFile() {
		if out.File, err = s.uploaded(ctx, a, l, by); err != nil {
			return s.notUploaded(ctx, a, it, l, err)
		}
	}
	if !s.Process.MaySend(sendDeadline) {
		return lease.RetryAt(s.DB.Now().Add(time.Second), errors.New("the lease is too short for a request"))
	}
	request, cancel := context.WithTimeout(ctx, sendDeadline)
	defer cancel()
	began := s.DB.Now()
	result, err := s.o.Clients[l.channel.Kind].Send(request, by, out)
	s.asked(l.messageID, began, err)
	if err != nil {
		return s.refused(ctx, a, it, l, err)
	}
	err = s.settle(ctx, a, it, &conversation.Receipt{
		ChannelID: l.channel.ID, MessageID: l.messageID, ExternalID: result.MessageID,
		Status: conversation.StatusSent, At: s.DB.Now(),
	})
	if err != nil { // it has left: sending it again for that would bring it twice
		return lease.CutOff(err)
	}
	return nil
}

// refused decides what an error of the request means for the message.
func (s *Service) refused(ctx context.Context, a actor.Actor, it lease.Item, l letter, err error) error {
	log := s.Log.With(slog.String("tenant", it.Tenant), slog.String("message", l.messageID), slog.Int("attempt", it.Attempts+1))
	if whatsapp.IsUncertain(err) {
		log.WarnContext(ctx, "send cut off, waiting for its status", slog.Any("error", err))
		return lease.CutOff(err)
	}
	graph, told := errors.AsType[*whatsapp.GraphError](err)
	if !told {
		log.WarnContext(ctx, "Graph not reached", slog.Any("error", err))
		return lease.RetryAt(s.paused.outage(l.channel.ID, s.DB.Now(), it.Attempts), err)
	}
	log.WarnContext(ctx, "Graph refused a message", slog.Int("code", graph.Code), slog.String("class", graph.Class().String()))
	switch graph.Class() {
	case whatsapp.Retry, whatsapp.Throttle:
		if it.Attempts+1 < maxAttempts {
			return lease.RetryAt(s.paused.throttled(l.channel.ID, l.to.ContactID, graph, s.DB.Now(), it.Attempts), err)
		}
	case whatsapp.Fail:
	case whatsapp.Stop:
		s.paused.stopped(l.channel.ID, s.DB.Now())
		if err := s.breakChannel(ctx, a, l, graph); err != nil {
			return err
		}
	}
	return s.fail(ctx, a, it, l, int64(graph.Code), graph.Title)
}

// settle takes the row away, under the message's new state if there is one, and lets its successor go.
func (s *Service) settle(ctx context.Context, a actor.Actor, it lease.Item, r *conversation.Receipt) error {
	// The message has left; whoever stops the worker now must not stop this being written down.
	ctx = context.WithoutCancel(ctx)
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		if r != nil {
			found := conversation.Marked{MessageID: r.MessageID, ConversationID: it.Conversation, Seq: it.Seq, Lane: it.Lane}
			s.Conversations.MarkFound(tx, a, found, *r)
		}
		s.remove(tx, it)
		return nil
	}, db.InLane(it.Lane), db.Urgent())
}

func (s *Service) fail(ctx context.Context, a actor.Actor, it lease.Item, l letter, code int64, why string) error {
	return s.settle(ctx, a, it, &conversation.Receipt{
		ChannelID: l.channel.ID, MessageID: l.messageID, Status: conversation.StatusFailed, At: s.DB.Now(),
		ErrorCode: code, ErrorText: why,
	})
}

func (s *Service) breakChannel(ctx context.Context, a actor.Actor, l letter, graph *whatsapp.GraphError) error {
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		return s.Channels.Break(ctx, tx, a, l.channel.ID, graph.Title)
	})
}

// mustWait is until when a message has to wait for its number or its recipient, zero when it need not.
func (s *Service) mustWait(tenantID string, l letter) db.Time {
	now := s.DB.Now()
	if until := s.paused.until(l.channel.ID, l.to.ContactID, now); !until.IsZero() {
		return until
	}
	if s.o.MessagesPerSecond > 0 && l.channel.Kind == channel.WhatsApp {
		rate := limit.Rate{Burst: s.o.MessagesPerSecond, Every: time.Second / time.Duration(s.o.MessagesPerSecond)}
		if ok, wait := s.Limits.Take(limit.OfTenant(tenantID, "number:"+l.channel.ID), rate, 1); !ok {
			return now.Add(wait)
		}
	}
	pair := limit.Rate{Burst: 45, Every: 6 * time.Second} // Meta's pair limit: error 131056
	if ok, wait := s.Limits.Take(limit.OfTenant(tenantID, "pair:"+l.channel.ID+":"+l.to.ContactID), pair, 1); !ok {
		return now.Add(wait)
	}
	return 0
}

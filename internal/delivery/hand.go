package delivery

import (
	"context"
	"sync"
	"time"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/lease"
)

const (
	// handMost and handFor bound what is kept at hand: work begins at once, or the row is read like any other.
	handMost = 20_000
	handFor  = 10 * time.Second
	// channelsFor is how old a channel may be that something is sent from.
	channelsFor = 2 * time.Second
)

// hand keeps the letters whose rows were just born here, claimed, so that their worker need not read what its process
// has only now written.
type hand struct {
	mu      sync.Mutex
	letters map[lease.Item]letter
}

func newHand() *hand { return &hand{letters: map[lease.Item]letter{}} }

func (h *hand) put(it lease.Item, l letter) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.letters) >= handMost { // rows whose work never began: the process is stopping, or lost its lease
		clear(h.letters)
	}
	h.letters[it] = l
}

func (h *hand) take(it lease.Item, now db.Time) (l letter, has bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	l, has = h.letters[it]
	delete(h.letters, it)
	return l, has && now.Sub(l.dueAt) < handFor
}

// keepAtHand remembers what is needed to send a message that was just said, once its row is stored.
func (s *Service) keepAtHand(it lease.Item, m conversation.Message, said conversation.Said) {
	if m.Kind != conversation.KindText {
		return
	}
	s.hand.put(it, letter{
		messageID: m.ID, kind: m.Kind, body: m.Body, replyTo: m.ReplyTo, status: m.Status, dueAt: m.SaidAt,
		windowUntil: said.WindowUntil, to: said.To, channel: channel.Channel{ID: m.ChannelID},
	})
}

// letter is what an outbox row sends: as it lies at hand, or read. It is empty when the row is gone.
func (s *Service) letter(ctx context.Context, a actor.Actor, it lease.Item) (letter, error) {
	l, has := s.hand.take(it, s.DB.Now())
	if !has {
		return readLetter(ctx, s.DB.As(a), a, it)
	}
	var err error
	l.channel, err = s.channels.Get(ctx, channelKey{it.Tenant, l.channel.ID}, func() (channel.Channel, error) {
		return channel.Get(ctx, s.DB.As(a), a, l.channel.ID)
	})
	return l, err
}

type channelKey struct{ tenant, channel string }

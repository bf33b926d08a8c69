// Package realtime tells open dashboards that something changed, over a WebSocket. It carries hints, never content:
// the socket says what changed, HTTP says what it is now. A hint that is missed heals at the next one, so hints are
// sent once, at most, and whoever is too slow to hear them is let go and starts over.
//
// The wire protocol is centrifuge's (https://centrifugal.dev/docs/transports/client_protocol). Clients are subscribed
// by the server to the channel of their tenant; they cannot subscribe or publish themselves. All they may say is which
// conversation they look at, and whether something is being written there (colleague.go).
package realtime

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/centrifugal/centrifuge"

	"parley/internal/db"
	"parley/internal/limit"
)

// The kinds of hints: what should be read again.
const (
	ConversationChanged = "conversation.changed"
	MessageAdded        = "message.added"
	MessageChanged      = "message.changed"
	DocumentChanged     = "document.changed"
	ChannelChanged      = "channel.changed"
	ContactChanged      = "contact.changed" // without an id: many of them
	LabelChanged        = "label.changed"
	CannedReplyChanged  = "canned_reply.changed"
	InvitationChanged   = "invitation.changed"
	KeyChanged          = "key.changed"
	TenantChanged       = "tenant.changed" // also stands for "very much changed at once: read everything again"
)

// Hint says what changed. Ids only: nothing private can leak through a hint that went astray.
type Hint struct {
	Kind           string `json:"kind"`
	ConversationID string `json:"conversationId,omitempty"`
	MessageID      string `json:"messageId,omitempty"`
	DocumentID     string `json:"documentId,omitempty"`
	ContactID      string `json:"contactId,omitempty"`
	Seq            int64  `json:"seq,omitempty"`
}

// Check says who a token belongs to, in which tenant, and when it expires. An error of the kinds Unauthenticated,
// Forbidden and NotFound is a no; of any other kind it means that nobody could tell, and the client tries again.
type Check func(ctx context.Context, token string) (userID, tenantID string, expires time.Time, err error)

// Options are what can be chosen.
type Options struct {
	// Check is asked when a client connects and whenever it brings a fresh token. Without it nobody may connect.
	Check Check
	// Redis is the address of a server that carries hints between processes (redis://[[user]:password@]host:port[/db],
	// also rediss:// and unix://). Empty keeps them in this process. It need not be there: see Away.
	Redis string
	// RedisPrefix is before all names there, where installations share one.
	RedisPrefix string
	// Window is how long hints are gathered, so that the same hint is sent once; 0 is 5 ms.
	Window time.Duration
	// RefreshGrace is how long after its token expired a client may still bring a fresh one; 0 is 25 s.
	RefreshGrace time.Duration
	// QueueBytes is what may wait for one client before it is let go as too slow; 0 is 64 KiB.
	QueueBytes int
	// Clock is the time tokens expire by; nil is time.Now.
	Clock func() time.Time
}

func (o *Options) defaults() {
	if o.Window <= 0 {
		o.Window = 5 * time.Millisecond
	}
	if o.RefreshGrace <= 0 {
		o.RefreshGrace = 25 * time.Second
	}
	if o.QueueBytes <= 0 {
		o.QueueBytes = 64 << 10
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
}

// Hub passes hints to the clients of one tenant. It is safe for concurrent use.
type Hub struct {
	o       Options
	log     *slog.Logger
	node    *centrifuge.Node
	carrier *carrier // nil without Redis

	waiting gathered
	places  places
	says    *limit.Memory // how often people say where they are
	quit    chan struct{}
	done    chan struct{}
	once    sync.Once
}

// New makes a Hub and starts it; it works until Stop. A Redis that is wanted is looked for beside that.
func New(log *slog.Logger, o Options) (*Hub, error) {
	o.defaults()
	h := &Hub{o: o, log: log, quit: make(chan struct{}), done: make(chan struct{}), says: limit.New(o.Clock)}
	h.waiting.wake = make(chan struct{}, 1)
	var err error
	if h.node, err = newNode(log, o); err != nil {
		return nil, err
	}
	if o.Redis != "" {
		if h.carrier, err = newCarrier(log, h.node, o, h.hear); err != nil {
			return nil, err
		}
	}
	h.node.OnConnecting(h.connecting)
	h.node.OnConnect(h.connected)
	if err := h.node.Run(); err != nil {
		return nil, err
	}
	if h.carrier != nil {
		h.carrier.start()
	}
	go h.publish()
	return h, nil
}

// Stop sends what was announced, and closes the sockets; the clients come back to whoever answers then.
func (h *Hub) Stop(ctx context.Context) error {
	h.once.Do(func() { close(h.quit) })
	select {
	case <-h.done:
	case <-ctx.Done():
	}
	return errors.Join(ctx.Err(), h.node.Shutdown(ctx))
}

// Announce sends a hint to the tenant of the step's actor once the step is committed, and never otherwise. It does not
// wait for anybody: hints are gathered for a few milliseconds, the same one is sent once.
func (h *Hub) Announce(tx *db.Tx, hint Hint) {
	tenantID := tx.Actor().Tenant()
	tx.AfterCommit(func() { h.hint(tenantID, hint) })
}

// Disconnect closes the sockets of a user, on every process when there is Redis. Whoever is still signed in comes back
// by himself; whoever is not is refused then, so call it after the session has ended.
func (h *Hub) Disconnect(userID string) error {
	return h.node.Disconnect(userID, centrifuge.WithCustomDisconnect(centrifuge.DisconnectForceReconnect))
}

// Away reports whether there should be Redis and is not: then hints reach the sockets of their own process only, and
// pages of the other processes learn of a change when they look by themselves.
func (h *Hub) Away() bool { return h.carrier != nil && !h.carrier.here.Load() }

// Clients is how many sockets are open in this process.
func (h *Hub) Clients() int { return h.node.Hub().NumClients() }

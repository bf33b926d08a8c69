package realtime

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/centrifugal/centrifuge"

	"parley/internal/errs"
)

// What a client may cost.
const (
	writeTimeout   = 5 * time.Second
	writeDelay     = 5 * time.Millisecond // messages of one socket leave together
	mostInOneFrame = 64
	mostFromClient = 8 << 10 // bytes in one frame: a connect command with its token
	readBuffer     = 512     // bytes; a client that only listens needs no more
)

// tenantKey finds a client's tenant in its context.
type tenantKey struct{}

const channelPrefix = "tenant:"

func channelOf(tenantID string) string { return channelPrefix + tenantID }

// Handler answers at the address of the socket. The token comes in the connect frame, never in the address; as no
// cookie lets anybody in, a page of another site has nothing to connect with, and the Origin is left to the edge.
func (h *Hub) Handler() http.Handler {
	return centrifuge.NewWebsocketHandler(h.node, centrifuge.WebsocketConfig{
		CheckOrigin:                func(*http.Request) bool { return true },
		ReadBufferSize:             readBuffer,
		UseWriteBufferPool:         true,
		WriteTimeout:               writeTimeout,
		MessageSizeLimit:           mostFromClient,
		ProcessCommandsOffReadLoop: true,
	})
}

// connecting lets a client in whose token is good, and subscribes it to its tenant.
func (h *Hub) connecting(ctx context.Context, e centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
	userID, tenantID, expires, err := h.check(ctx, e.Token)
	if err != nil {
		return centrifuge.ConnectReply{}, h.refusal(ctx, err, centrifuge.ErrorTokenExpired)
	}
	return centrifuge.ConnectReply{
		Context:            context.WithValue(ctx, tenantKey{}, tenantID),
		Credentials:        &centrifuge.Credentials{UserID: userID, ExpireAt: expires.Unix()},
		Subscriptions:      map[string]centrifuge.SubscribeOptions{channelOf(tenantID): {}},
		Data:               h.whereOthersAre(tenantID),
		ClientSideRefresh:  true,
		WriteDelay:         writeDelay,
		WriteWithTimer:     true,
		MaxMessagesInFrame: mostInOneFrame,
	}, nil
}

// connected says what a client that is in may do: bring a fresh token, say where it is, and nothing else.
func (h *Hub) connected(c *centrifuge.Client) {
	c.OnRefresh(func(e centrifuge.RefreshEvent, done centrifuge.RefreshCallback) {
		ctx := c.Context()
		userID, tenantID, expires, err := h.check(ctx, e.Token)
		if err != nil {
			done(centrifuge.RefreshReply{}, h.refusal(ctx, err, centrifuge.DisconnectInvalidToken))
			return
		}
		if userID != c.UserID() || tenantID != ctx.Value(tenantKey{}) {
			done(centrifuge.RefreshReply{}, centrifuge.DisconnectForceReconnect) // another workspace: begin anew
			return
		}
		done(centrifuge.RefreshReply{ExpireAt: expires.Unix()}, nil)
	})
	c.OnMessage(func(e centrifuge.MessageEvent) { h.told(c, e.Data) })
	c.OnDisconnect(func(centrifuge.DisconnectEvent) { h.left(c) })
	c.OnSubscribe(func(_ centrifuge.SubscribeEvent, done centrifuge.SubscribeCallback) {
		done(centrifuge.SubscribeReply{}, centrifuge.ErrorPermissionDenied)
	})
	c.OnPublish(func(_ centrifuge.PublishEvent, done centrifuge.PublishCallback) {
		done(centrifuge.PublishReply{}, centrifuge.ErrorPermissionDenied)
	})
}

// check asks whose token it is. A token that has run out is refused whatever Check says.
func (h *Hub) check(ctx context.Context, token string) (userID, tenantID string, expires time.Time, err error) {
	if token == "" || h.o.Check == nil {
		return "", "", expires, errs.New(errs.Forbidden, "Sign in to see live changes.")
	}
	userID, tenantID, expires, err = h.o.Check(ctx, token)
	if err == nil && !expires.After(h.o.Clock()) {
		err = errs.New(errs.Unauthenticated, "Your session has expired. Please sign in again.")
	}
	if err == nil && (userID == "" || tenantID == "") {
		err = errs.New(errs.Forbidden, "Choose a workspace to see live changes.")
	}
	return userID, tenantID, expires, err
}

// refusal is what a client is told. A token that is good no more is answered with stale: a client that connects
// fetches a fresh one and tries again, a client that just brought a fresh one is put out.
func (h *Hub) refusal(ctx context.Context, err, stale error) error {
	switch errs.KindOf(err) {
	case errs.Unauthenticated:
		return stale
	case errs.Forbidden, errs.NotFound:
		return centrifuge.DisconnectInvalidToken
	default:
		h.log.WarnContext(ctx, "socket's token not checked", slog.Any("error", err))
		return centrifuge.ErrorInternal
	}
}

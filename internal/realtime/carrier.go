package realtime

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/centrifugal/centrifuge"
	"github.com/google/uuid"
	"github.com/redis/rueidis"
)

// Redis is listened to through numbered probes: what this process publishes there must come back to it, all of it. The
// engine waits 250 ms before it listens anew on a connection that was lost, so a loss swallows at least one probe.
const (
	probeEvery  = 200 * time.Millisecond
	connectWait = time.Second     // before the next try to connect
	probeLost   = 3 * time.Second // without one coming back, Redis counts as away
	redisWait   = time.Second     // for a connection, and for an answer
	probePrefix = "probe:"
)

// errAway is why Redis counts as away when it takes what is published and nothing comes back.
var errAway = errors.New("what is published does not come back")

// carrier takes hints, and the engine's own messages, to the other processes through Redis. While Redis is away
// clients may come and hear what happens in this process; when it is back they read everything again, as nobody knows
// what they have missed.
type carrier struct {
	o     Options
	log   *slog.Logger
	node  *centrifuge.Node
	hear  func(channel string, data []byte) // is told what comes from Redis
	probe string                            // the channel of probes

	redis  atomic.Pointer[redis] // nil until Redis was reached for the first time
	here   atomic.Bool           // what is published there comes back
	sent   int64                 // the number of the last probe; of the loop
	number atomic.Int64          // of the last one that came back
	heard  atomic.Int64          // when it did, in nanoseconds since 1970
	missed chan struct{}         // some did not, and now they do
	stop   context.CancelFunc
	loop   sync.WaitGroup
	closed sync.Once
}

// redis is a connection, and the engine's parts that use it.
type redis struct {
	shard  *centrifuge.RedisShard
	broker *centrifuge.RedisBroker
}

// newCarrier makes a carrier that the node uses, and that looks for Redis once the node runs.
func newCarrier(
	log *slog.Logger, node *centrifuge.Node, o Options, hear func(channel string, data []byte),
) (*carrier, error) {
	if _, err := rueidis.ParseURL(o.Redis); err != nil {
		return nil, errors.New("the address of Redis is not one like redis://host:6379") // it may hold a password
	}
	c := &carrier{o: o, log: log, node: node, hear: hear, probe: probePrefix + uuid.NewString(), missed: make(chan struct{}, 1)}
	node.SetBroker(c)
	return c, nil
}

// start looks for Redis, and after it.
func (c *carrier) start() {
	ctx, stop := context.WithCancel(context.Background())
	c.stop = stop
	c.loop.Go(func() { c.watch(ctx) })
}

// Close is called by the node when it ends.
func (c *carrier) Close(ctx context.Context) (err error) {
	c.closed.Do(func() {
		c.stop()
		c.loop.Wait()
		if r := c.redis.Load(); r != nil {
			err = r.broker.Close(ctx)
			r.shard.Close()
		}
	})
	return err
}

// watch connects, and probes from then on.
func (c *carrier) watch(ctx context.Context) {
	said := false
	for c.redis.Load() == nil {
		err := c.connect()
		if err != nil && !said {
			said = true
			c.log.WarnContext(ctx, "Redis is not there: hints stay in this process", slog.Any("error", err))
		}
		if err == nil {
			break
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(connectWait):
		}
	}
	tick := time.NewTicker(probeEvery)
	defer tick.Stop()
	for {
		c.sendProbe()
		select {
		case <-ctx.Done():
			return
		case <-c.missed:
			c.resync(ctx)
		case <-tick.C:
		}
	}
}

// connect makes the engine's parts on a Redis that answers.
func (c *carrier) connect() error {
	shard, err := centrifuge.NewRedisShard(c.node, centrifuge.RedisShardConfig{
		Address: c.o.Redis, ConnectTimeout: redisWait, IOTimeout: redisWait,
	})
	if err != nil {
		return err
	}
	r := &redis{shard: shard}
	if err := c.equip(r); err != nil {
		if r.broker != nil {
			_ = r.broker.Close(context.Background())
		}
		shard.Close()
		return err
	}
	c.redis.Store(r)
	return nil
}

func (c *carrier) equip(r *redis) (err error) {
	shards, prefix := []*centrifuge.RedisShard{r.shard}, c.o.RedisPrefix+"parley.live"
	r.broker, err = centrifuge.NewRedisBroker(c.node, centrifuge.RedisBrokerConfig{Prefix: prefix, Shards: shards})
	if err != nil {
		return err
	}
	if err := r.broker.RegisterControlEventHandler(c.node); err != nil {
		return err
	}
	return r.broker.RegisterBrokerEventHandler(c)
}

// sendProbe publishes something for this process alone, and notes when the last ones did not come back.
func (c *carrier) sendProbe() {
	if c.here.Load() && time.Since(time.Unix(0, c.heard.Load())) > probeLost {
		c.lose(errAway)
	}
	var err error
	broker := c.redis.Load().broker
	if !c.here.Load() {
		err = broker.Subscribe(c.probe) // again and again: the first may have failed, and another one changes nothing
	}
	if err == nil {
		c.sent++
		_, err = broker.Publish(c.probe, []byte(strconv.FormatInt(c.sent, 10)), centrifuge.PublishOptions{})
	}
	if err != nil {
		c.lose(err)
	}
}

// lose notes that Redis is away, once.
func (c *carrier) lose(why error) {
	if c.here.CompareAndSwap(true, false) {
		c.log.Warn("Redis is away: hints stay in this process", slog.Any("error", why))
	}
}

// found notes that a probe came back, and whether the one before it did.
func (c *carrier) found(probe []byte) {
	number, _ := strconv.ParseInt(string(probe), 10, 64)
	gap := c.number.Swap(number) != number-1
	c.heard.Store(time.Now().UnixNano())
	if was := c.here.Swap(true); was && !gap {
		return
	}
	select {
	case c.missed <- struct{}{}:
	default:
	}
}

// resync is done when Redis is back, if only from a moment's absence: the clients' channels are asked for again, then the clients are told to read
// everything again.
func (c *carrier) resync(ctx context.Context) {
	channels := c.node.Hub().Channels()
	if err := c.redis.Load().broker.Subscribe(channels...); err != nil {
		c.lose(err)
		return
	}
	c.log.InfoContext(ctx, "Redis is there: hints reach all processes", slog.Int("workspaces", len(channels)))
	for _, channel := range channels {
		_ = c.deliver(channel, []byte(`{"kind":"`+TenantChanged+`"}`))
	}
}

// deliver brings something to the clients of this process.
func (c *carrier) deliver(channel string, data []byte) error {
	return c.node.HandlePublication(channel, &centrifuge.Publication{Data: data}, centrifuge.StreamPosition{}, false, nil)
}

// there is Redis, nil while it is away.
func (c *carrier) there() *redis {
	if !c.here.Load() {
		return nil
	}
	return c.redis.Load()
}

package limit

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/rueidis"
)

// Patience is how long a Shared waits for Redis before it decides by itself.
const Patience = 100 * time.Millisecond

// Connections to Redis. It is asked again every second while it is away, by the Shared itself and not by who takes.
const (
	dialTimeout = time.Second
	ioTimeout   = time.Second
	askAgain    = time.Second
)

//go:embed take.lua
var takeScript string

// SharedOptions are what can be chosen.
type SharedOptions struct {
	// URL is the address of the Redis: redis://[[user]:password@]host:port[/db], also rediss:// and unix://.
	URL string
	// Clock is the time of this process's own buckets; nil is time.Now.
	Clock func() time.Time
	// SharedClock is the time of the buckets in Redis. nil is the server's, which is the same for all processes: with
	// their own clocks the one that goes fast would refill the buckets of all.
	SharedClock func() time.Time
	// Prefix is before the names of all buckets, to keep installations apart that use one Redis database.
	Prefix string
	// Patience is how long a take waits for Redis; 0 is Patience.
	Patience time.Duration
	Log      *slog.Logger
}

// Shared is a Limiter whose buckets lie in Redis, so that all processes together keep to a rate. A take is one script
// there, which is atomic. A bucket is a key that ends by itself when the bucket is full, so Redis holds only those
// from which something is missing.
//
// While Redis is away, or slower than Patience, each process keeps to the rates by itself: it has noted what it gave
// before, so the loss opens nothing here; all together they may give their number of processes times as much. When
// Redis is back, each tells it with its next take how empty its own bucket is.
type Shared struct {
	o      SharedOptions
	own    *Memory
	script *rueidis.Lua

	client atomic.Pointer[rueidis.Client] // nil while Redis is away
	gone   chan struct{}                  // Redis was found to be away
	stop   context.CancelFunc
	loop   sync.WaitGroup
}

// NewShared makes a Shared that works at once: Redis is looked for beside that, and need not be there. Close it. The
// error is that of an address that cannot be one; it does not repeat it, as it may hold a password.
func NewShared(o SharedOptions) (*Shared, error) {
	option, err := rueidis.ParseURL(o.URL)
	if err != nil {
		return nil, errors.New("the address of Redis is not one like redis://host:6379")
	}
	if o.Patience <= 0 {
		o.Patience = Patience
	}
	option.DisableCache, option.DisableRetry, option.ForceSingleClient = true, true, true
	option.Dialer.Timeout, option.ConnWriteTimeout = dialTimeout, ioTimeout
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Shared{o: o, own: New(o.Clock), script: rueidis.NewLuaScript(takeScript), gone: make(chan struct{}, 1)}
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	s.loop.Go(func() { s.watch(ctx, option) })
	return s, nil
}

// Close lets go of Redis. What is taken later is taken from this process's own buckets.
func (s *Shared) Close() {
	s.stop()
	s.loop.Wait()
}

// Away reports whether Redis is away, so that the rates hold for each process by itself.
func (s *Shared) Away() bool { return s.client.Load() == nil }

// Take implements Limiter.
func (s *Shared) Take(key string, rate Rate, n int) (ok bool, retryAfter time.Duration) {
	if n <= 0 || rate.Every <= 0 {
		return true, 0
	}
	client := s.client.Load()
	if client == nil {
		return s.own.Take(key, rate, n)
	}
	asked := s.own.moment() // before Redis's answer, so that a bucket of ours is never emptier than the shared one
	ok, retryAfter, err := s.ask(*client, key, rate, n, s.own.left(key, asked))
	if err != nil {
		s.lose(client, err)
		return s.own.Take(key, rate, n)
	}
	if ok {
		s.own.note(key, rate, n, asked)
	}
	return ok, retryAfter
}

// ask has Redis decide. left is how long the bucket is not full, as far as this process knows.
func (s *Shared) ask(client rueidis.Client, key string, rate Rate, n int, left time.Duration) (bool, time.Duration, error) {
	ctx, cancel := context.WithTimeout(context.Background(), s.o.Patience)
	defer cancel()
	rate.Every = max(rate.Every, time.Microsecond)
	depth, cost := micros(times(max(rate.Burst, 1), rate.Every)), micros(times(n, rate.Every))
	if n > max(rate.Burst, 1) {
		cost = depth + 1
	}
	now := ""
	if s.o.SharedClock != nil {
		now = decimal(s.o.SharedClock().UnixMicro())
	}
	args := []string{decimal(depth), decimal(cost), decimal(micros(left)), now}
	said, err := s.script.Exec(ctx, client, []string{s.name(key)}, args).AsIntSlice()
	if err == nil && len(said) != 2 {
		err = fmt.Errorf("the script said %d things", len(said))
	}
	if err != nil {
		return false, 0, err
	}
	return said[0] == 1, time.Duration(said[1]) * time.Microsecond, nil
}

// name is the bucket's key in Redis.
func (s *Shared) name(key string) string {
	if strings.HasPrefix(key, ofTenants) {
		return s.o.Prefix + key
	}
	return s.o.Prefix + "limit:" + key
}

// micros rounds up: what takes a little longer is never too much.
func micros(d time.Duration) int64 { return int64((d + time.Microsecond - 1) / time.Microsecond) }

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

package db

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// notifyEvery is how often at most a process wakes the others: a NOTIFY inside the steps would take a lock of the
	// whole database at each commit.
	notifyEvery = 5 * time.Millisecond
	// topic is the one channel of notifications.
	topic = "parley"
	// longestPause is how long at most an attempt to connect again is put off.
	longestPause = 5 * time.Second
)

// Notify wakes the other processes, and this one's Listen: soon, on a connection of its own, and with one statement
// in 5 ms for all that was asked in the meantime, each payload once. A lost one costs the listener's next poll. SQLite
// has no other process. It fails only when ctx has ended.
func (d *DB) Notify(ctx context.Context, payload string) error {
	if err := ctx.Err(); err != nil {
		return tooLate(err)
	}
	if p, is := d.engine.(*postgres); is {
		p.bell.ask(payload)
	}
	return nil
}

// notifier sends what was asked for, gathered.
type notifier struct {
	log   *slog.Logger
	login login
	conn  *pgx.Conn
	mu    sync.Mutex
	asked map[string]struct{}
	wake  chan struct{}
	stop  context.CancelFunc
	over  chan struct{}
}

func newNotifier(log *slog.Logger, l login) *notifier {
	ctx, stop := context.WithCancel(context.Background())
	n := &notifier{
		log: log, login: l, asked: map[string]struct{}{}, wake: make(chan struct{}, 1), stop: stop, over: make(chan struct{}),
	}
	go n.loop(ctx)
	return n
}

func (n *notifier) close() {
	n.stop()
	<-n.over
}

func (n *notifier) ask(payloads ...string) {
	n.mu.Lock()
	for _, p := range payloads {
		n.asked[p] = struct{}{}
	}
	n.mu.Unlock()
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

func (n *notifier) take() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	all := slices.Collect(maps.Keys(n.asked))
	clear(n.asked)
	return all
}

// loop sends at once, then waits; after a failure what was asked is sent again, later and later.
func (n *notifier) loop(ctx context.Context) {
	defer close(n.over)
	defer n.disconnect()
	wait := notifyEvery
	for {
		select {
		case <-ctx.Done():
			return
		case <-n.wake:
		}
		payloads := n.take()
		if err := n.send(ctx, payloads); err != nil && ctx.Err() == nil {
			n.log.WarnContext(ctx, "other processes not woken; they will look for themselves", slog.Any("error", err))
			n.ask(payloads...)
			wait = min(2*wait, longestPause)
		} else {
			wait = notifyEvery
		}
		if !sleep(ctx, wait) {
			return
		}
	}
}

func (n *notifier) send(ctx context.Context, payloads []string) (err error) {
	if n.conn == nil {
		if n.conn, err = n.login.connect(ctx, "notifier"); err != nil {
			return err
		}
	}
	if _, err = n.conn.Exec(ctx, "SELECT pg_notify($1, p) FROM unnest($2::text[]) AS p", topic, payloads); err != nil {
		n.disconnect()
	}
	return err
}

func (n *notifier) disconnect() {
	if n.conn != nil {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = n.conn.Close(ctx)
		n.conn = nil
	}
}

// sleep reports whether it slept to the end.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

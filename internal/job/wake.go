package job

import (
	"context"

	"github.com/riverqueue/river/riverdriver"
)

// bell rings in this process when a job was inserted by it. A NOTIFY inside the step would take a lock of the whole
// database at each commit, and SQLite has none, so on both databases the process that inserts looks for the job itself,
// after the commit; others find it when they poll.
type bell struct{ normal, quick chan struct{} }

func newBell() *bell { return &bell{normal: make(chan struct{}, 1), quick: make(chan struct{}, 1)} }

func (b *bell) ring(queue string) {
	ch := b.normal
	if queue == quick {
		ch = b.quick
	}
	select {
	case ch <- struct{}{}:
	default:
	}
}

// awake is a River driver that hears the bell instead of the database. River declares the interface unstable, so the
// tests of this room stand on it too.
type awake[Tx any] struct {
	riverdriver.Driver[Tx]
	bell *bell
}

func (a awake[Tx]) SupportsListener() bool     { return true }
func (a awake[Tx]) SupportsListenNotify() bool { return false } // keeps River from notifying inside the steps

func (a awake[Tx]) GetListener(p *riverdriver.GetListenenerParams) riverdriver.Listener {
	return &listener{bell: a.bell, schema: p.Schema}
}

// listener makes River's notifications out of the bell.
type listener struct {
	bell   *bell
	schema string
}

func (l *listener) Connect(context.Context) error          { return nil }
func (l *listener) Close(context.Context) error            { return nil }
func (l *listener) Listen(context.Context, string) error   { return nil }
func (l *listener) Unlisten(context.Context, string) error { return nil }
func (l *listener) Ping(context.Context) error             { return nil }
func (l *listener) Schema() string                         { return l.schema }
func (l *listener) SetAfterConnectExec(string)             {}

// WaitForNotification waits for the bell.
func (l *listener) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	queue := normal
	select {
	case <-l.bell.normal:
	case <-l.bell.quick:
		queue = quick
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return &riverdriver.Notification{Topic: "river_insert", Payload: `{"queue":"` + queue + `"}`}, nil
}

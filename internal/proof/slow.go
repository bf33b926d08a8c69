//go:build unix

package proof

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"parley/internal/bench"
)

// What slow connections do. A body of Meta's largest size arrives piece by piece.
const (
	largest = 4 << 20
	piece   = 16 << 10
)

// mostMemory is what the server may hold under 500 slow connections, in MiB: 64 of bodies, and what it is anyway.
const mostMemory = 400

// mostWait is how long a good webhook may wait for its answer meanwhile.
const mostWait = time.Second

// slow holds many connections open that drip large bodies, and as many that never end their headers, and posts good
// webhooks beside them.
func slow(ctx context.Context, t *trial) error {
	many, how := pick(t, 500, 100), pick(t, 35*time.Second, 6*time.Second)
	t.faults = fmt.Sprintf("%d connections that drip bodies of 4 MiB, %d that drip their headers, for %.0f s", many, many, how.Seconds())
	quietly, over := context.WithTimeout(ctx, pick(t, 5*time.Second, 2*time.Second))
	before, _, _ := t.goodWebhooks(quietly)
	over()
	slowly, cancel := context.WithTimeout(ctx, how)
	defer cancel()
	host := strings.TrimPrefix(t.target.URL, "http://")
	var all sync.WaitGroup
	var open atomic.Int64
	for range many {
		all.Go(func() { again(slowly, host, &open, dripBody) })
		all.Go(func() { again(slowly, host, &open, dripHeader) })
	}
	worst, refused, posted := t.goodWebhooks(slowly)
	cancel()
	all.Wait()
	t.calmed()
	t.note = fmt.Sprintf("The slowest of %d good webhooks beside them took %d ms, %d were refused; before, the slowest took %d ms",
		posted, worst.Milliseconds(), refused, before.Milliseconds())
	if worst > t.most(mostWait, before) || refused > 0 || posted == 0 {
		t.fail("slow connections keep good webhooks out")
	}
	if peak := t.target.Peak(); peak > mostMemory {
		t.fail("%.0f MiB under slow connections, more than %d", peak, mostMemory)
	}
	return ctx.Err()
}

// goodWebhooks are customers who write beside it, ten a second, each with a webhook that is waited for.
func (t *trial) goodWebhooks(ctx context.Context) (worst time.Duration, refused, posted int) {
	var mu sync.Mutex
	var all sync.WaitGroup
	bench.Pace(ctx, 10, func() bool {
		if ctx.Err() != nil {
			return false
		}
		all.Go(func() {
			began := time.Now()
			taken := t.crowd.write(context.WithoutCancel(ctx))
			took := time.Since(began)
			mu.Lock()
			defer mu.Unlock()
			posted++
			worst = max(worst, took)
			if !taken {
				refused++
			}
		})
		return true
	})
	all.Wait()
	return worst, refused, posted
}

// again connects, does it, and begins anew when the server has had enough of it, until ctx ends.
func again(ctx context.Context, host string, open *atomic.Int64, do func(context.Context, net.Conn)) {
	for ctx.Err() == nil {
		c, err := new(net.Dialer).DialContext(ctx, "tcp", host)
		if err != nil {
			pause(ctx, 100*time.Millisecond)
			continue
		}
		open.Add(1)
		stop := context.AfterFunc(ctx, func() { _ = c.Close() })
		do(ctx, c)
		stop()
		_ = c.Close()
		open.Add(-1)
	}
}

// dripBody announces a large body and lets it come piece by piece; when the server answers, it is over.
func dripBody(ctx context.Context, c net.Conn) {
	_, err := fmt.Fprintf(c, "POST /webhooks/whatsapp HTTP/1.1\r\nHost: parley\r\nContent-Type: application/json\r\n"+
		"X-Hub-Signature-256: sha256=%064d\r\nContent-Length: %d\r\n\r\n", 0, largest)
	answered := make(chan struct{})
	go func() { defer close(answered); _, _ = bufio.NewReader(c).ReadByte() }()
	buf := make([]byte, piece)
	for sent := 0; err == nil && sent < largest && ctx.Err() == nil; sent += piece {
		_, err = c.Write(buf)
		select {
		case <-answered:
			return
		case <-ctx.Done():
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// dripHeader never comes to the end of its headers.
func dripHeader(ctx context.Context, c net.Conn) {
	_, err := io.WriteString(c, "POST /webhooks/whatsapp HTTP/1.1\r\nHost: parley\r\n")
	for i := 0; err == nil && ctx.Err() == nil; i++ {
		pause(ctx, time.Second)
		_, err = fmt.Fprintf(c, "X-%d: x\r\n", i)
	}
}

package llm

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// largestHeader bounds the header of an answer.
const largestHeader = 64 << 10

// plain is a line of HTTP/1.1 without TLS (RFC 9112): a connection for each call under way. net/http would spend two
// goroutines and their buffers on each, which is most of the memory of ten thousand waiting calls; here a waiting
// call holds a socket, and buffers only while it writes and reads.
type plain struct {
	address string // host and port
	head    []byte // of every request, up to its length
	most    int    // idle connections kept
	readers sync.Pool

	mu       sync.Mutex
	idle     []*conn // the latest used last
	sweeping bool
}

// conn is a connection that may have carried a call before.
type conn struct {
	net.Conn
	used  bool
	fresh bool // of an idle one: put back since the last sweep
}

func newPlain(u *url.URL, header http.Header, slots int) *plain {
	address := u.Host
	if u.Port() == "" {
		address = net.JoinHostPort(u.Hostname(), "80")
	}
	var head bytes.Buffer
	fmt.Fprintf(&head, "POST %s HTTP/1.1\r\nHost: %s\r\n", u.RequestURI(), u.Host)
	_ = header.Write(&head)
	head.WriteString("Content-Length: ")
	return &plain{address: address, head: head.Bytes(), most: slots}
}

// errStale is a kept connection that the endpoint had closed.
var errStale = errors.New("the connection was closed")

func (p *plain) post(ctx context.Context, write func() (*bytes.Buffer, error), free func(*bytes.Buffer)) (reply, error) {
	for {
		c, err := p.connect(ctx)
		if err != nil {
			return reply{}, err
		}
		got, keep, err := p.call(ctx, c, write, free)
		if keep && err == nil {
			p.keep(c)
		} else {
			_ = c.Close()
		}
		if !errors.Is(err, errStale) || ctx.Err() != nil {
			return got, err
		}
	}
}

// call makes one call on a connection; keep says that another may follow.
func (p *plain) call(
	ctx context.Context, c *conn, write func() (*bytes.Buffer, error), free func(*bytes.Buffer),
) (got reply, keep bool, err error) {
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	defer func() {
		if !stop() {
			keep = false // the deadline may be set at any moment
		}
	}()
	question, err := write()
	if err != nil {
		return got, true, err
	}
	head := fmt.Appendf(nil, "%s%d\r\n\r\n", p.head, question.Len())
	_, sent := (&net.Buffers{head, question.Bytes()}).WriteTo(c.Conn)
	free(question)
	var first [1]byte
	if _, err = io.ReadFull(c.Conn, first[:]); err != nil {
		// An answer may be there although not all was sent: 413, say. Nothing at all on a used connection: a stale one.
		return got, false, staleOr(c, errors.Join(sent, err))
	}
	return p.answer(c, first)
}

func staleOr(c *conn, err error) error {
	if timeout, is := errors.AsType[net.Error](err); c.used && (!is || !timeout.Timeout()) {
		return errors.Join(errStale, err)
	}
	return err
}

// answer reads what follows the first byte.
func (p *plain) answer(c *conn, first [1]byte) (got reply, keep bool, err error) {
	bounded := &io.LimitedReader{R: io.MultiReader(bytes.NewReader(first[:]), c.Conn), N: largestHeader}
	r, _ := p.readers.Get().(*bufio.Reader)
	if r == nil {
		r = bufio.NewReaderSize(nil, 4<<10)
	}
	r.Reset(bounded)
	defer func() {
		r.Reset(nil)
		p.readers.Put(r)
	}()
	resp, err := http.ReadResponse(r, nil)
	for err == nil && resp.StatusCode < http.StatusOK { // interim answers
		resp, err = http.ReadResponse(r, nil)
	}
	if err != nil {
		return got, false, err
	}
	defer func() { _ = resp.Body.Close() }()
	bounded.N = 2 * largestAnswer
	got, err = readReply(resp)
	return got, err == nil && !resp.Close && len(got.body) <= largestAnswer && r.Buffered() == 0, err
}

// connect takes the connection used last, or a new one.
func (p *plain) connect(ctx context.Context) (*conn, error) {
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		c := p.idle[n-1]
		p.idle[n-1] = nil
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return c, nil
	}
	p.mu.Unlock()
	c, err := dialer.DialContext(ctx, "tcp", p.address)
	if err != nil {
		return nil, err
	}
	return &conn{Conn: c}, nil
}

func (p *plain) keep(c *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c.used, c.fresh = true, true
	if len(p.idle) >= p.most {
		_ = c.Close()
		return
	}
	p.idle = append(p.idle, c)
	if !p.sweeping {
		p.sweeping = true
		time.AfterFunc(idleTime, p.sweep)
	}
}

// sweep closes what was idle since the last sweep.
func (p *plain) sweep() {
	p.mu.Lock()
	defer p.mu.Unlock()
	kept := p.idle[:0]
	for _, c := range p.idle {
		if !c.fresh {
			_ = c.Close()
			continue
		}
		c.fresh = false
		kept = append(kept, c)
	}
	clear(p.idle[len(kept):])
	p.idle = kept
	if p.sweeping = len(kept) > 0; p.sweeping {
		time.AfterFunc(idleTime, p.sweep)
	}
}

func (p *plain) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.idle {
		_ = c.Close()
	}
	p.idle = nil
}

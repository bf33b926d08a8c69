package llm

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// secure is a line over TLS, or through a proxy. It does not follow redirects: they would carry the key and the
// conversation to somebody else.
type secure struct {
	url       *url.URL
	header    http.Header
	transport *http.Transport
}

func transport(slots int) *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		TLSHandshakeTimeout:    5 * time.Second,
		MaxIdleConns:           slots,
		MaxIdleConnsPerHost:    slots,
		IdleConnTimeout:        idleTime,
		ReadBufferSize:         1 << 10,
		WriteBufferSize:        1 << 10,
		MaxResponseHeaderBytes: largestHeader,
		DisableCompression:     true,
		ForceAttemptHTTP2:      true,
	}
}

func (s secure) close() { s.transport.CloseIdleConnections() }

func (s secure) post(ctx context.Context, write func() (*bytes.Buffer, error), free func(*bytes.Buffer)) (reply, error) {
	open := func() (io.ReadCloser, error) {
		buf, err := write()
		if err != nil {
			return nil, err
		}
		return &body{buf: buf, free: free, size: int64(buf.Len())}, nil
	}
	first, err := open()
	if err != nil {
		return reply{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url.String(), first)
	if err != nil {
		return reply{}, errAddress
	}
	req.ContentLength = first.(*body).size //nolint:forcetypeassert // open makes nothing else
	req.GetBody = open
	req.Header = s.header.Clone()
	req.Header["Idempotency-Key"] = nil // not sent; it lets the transport write again on a connection that was closed
	resp, err := s.transport.RoundTrip(req)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	return readReply(resp)
}

// body is read once and gives its buffer back when it is closed, which the transport may do from another goroutine.
type body struct {
	mu   sync.Mutex
	buf  *bytes.Buffer
	free func(*bytes.Buffer)
	size int64
}

func (b *body) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.buf == nil {
		return 0, io.EOF
	}
	return b.buf.Read(p)
}

func (b *body) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.buf != nil {
		b.free(b.buf)
		b.buf = nil
	}
	return nil
}

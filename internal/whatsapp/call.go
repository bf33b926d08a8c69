package whatsapp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"
)

// maxAnswer bounds what is read of an answer: an id, an error, a number's fields.
const maxAnswer = 64 << 10

// call is one request to the Graph API.
type call struct {
	method string
	token  string
	id     string // of the node: a number or an account
	edge   string // "" is the node itself
	query  url.Values
	body   []byte
	into   any   // what a 200 holds; nil when that does not matter
	most   int64 // what is read of the answer at most; 0 is maxAnswer
}

// call makes the request and reads its answer. The error is a *GraphError when Graph said no, and else tells through
// IsUncertain whether the request may have arrived all the same.
func (c *Client) call(ctx context.Context, x call) error {
	if err := x.check(); err != nil {
		return err
	}
	var p progress
	req, err := x.request(httptrace.WithClientTrace(ctx, p.trace()), c.base)
	if err != nil {
		return &callError{cause: bare(err)}
	}
	res, err := c.http.Do(req)
	if err != nil {
		return &callError{uncertain: p.mayHaveArrived(), cause: bare(err)}
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(res.Body, max(x.most, maxAnswer)))
	if res.StatusCode != http.StatusOK {
		return refusal(res, raw, x.token)
	}
	if err == nil && x.into != nil {
		err = fill(raw, x.into)
	}
	if err != nil {
		return &callError{uncertain: true, cause: errors.New("the answer of the Graph API could not be read")}
	}
	return nil
}

// check stops what could never be a request, before anything of it could end up in an error of the HTTP client.
func (x call) check() error {
	if x.id == "" || x.id == "." || x.id == ".." {
		return &GraphError{Code: 100, Subcode: 33, Title: "The number's id at Meta is missing."}
	}
	if x.token == "" {
		return &GraphError{Code: 104, Title: lookUp(104).title}
	}
	for i := range len(x.token) {
		if x.token[i] <= ' ' || x.token[i] > '~' {
			return &GraphError{Code: 190, Title: "The access token holds characters no token has."}
		}
	}
	return nil
}

func (x call) request(ctx context.Context, base string) (*http.Request, error) {
	address := base + url.PathEscape(x.id)
	if x.edge != "" {
		address += "/" + x.edge
	}
	if len(x.query) > 0 {
		address += "?" + x.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, x.method, address, bytes.NewReader(x.body))
	if err != nil {
		return nil, err
	}
	req.Header["Authorization"] = []string{"Bearer " + x.token}
	req.Header["User-Agent"] = []string{"parley"}
	if x.body != nil {
		req.Header["Content-Type"] = []string{"application/json"}
	}
	return req, nil
}

// progress is how far a request came. The HTTP client repeats a request by itself only when nothing of it was written.
type progress struct{ at atomic.Int32 }

const (
	waiting   = iota // for a connection
	connected        // may be writing at this moment
	unwritten        // writing failed, so that not all of it can have arrived
	written
)

func (p *progress) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(string) { p.at.Store(waiting) },
		GotConn: func(httptrace.GotConnInfo) { p.at.Store(connected) },
		WroteRequest: func(w httptrace.WroteRequestInfo) {
			if w.Err != nil {
				p.at.Store(unwritten)
			} else {
				p.at.Store(written)
			}
		},
	}
}

// mayHaveArrived: a request that was being written when its time ended counts as arrived, for the writing goes on
// beside the call that was given up.
func (p *progress) mayHaveArrived() bool {
	at := p.at.Load()
	return at == connected || at == written
}

// refusal reads an answer that is no 200.
func refusal(res *http.Response, raw []byte, token string) error {
	var body struct {
		Error *wireGraphError `json:"error"`
	}
	if fill(raw, &body) == nil && body.Error != nil && body.Error.Code != nil {
		return body.Error.graph(res, token)
	}
	switch code := res.StatusCode; {
	case code >= 200 && code <= 299, code == http.StatusInternalServerError, code == http.StatusBadGateway,
		code == http.StatusGatewayTimeout, code >= 505:
		// Something between us and Graph gave up; behind it the message may have been taken.
		return &callError{uncertain: true, cause: errors.New("the Graph API answered " + strconv.Itoa(code) + " without saying why")}
	default:
		return &GraphError{
			Code: NoCode, HTTPStatus: code, Title: "The Graph API answered " + strconv.Itoa(code) + " without saying why.",
			RetryAfter: retryAfter(res.Header),
		}
	}
}

// wireGraphError is an error as Graph writes it. error_data is an object, and now and then a string.
type wireGraphError struct {
	Code      *looseNumber    `json:"code"`
	Subcode   looseNumber     `json:"error_subcode"`
	Message   looseText       `json:"message"`
	Data      json.RawMessage `json:"error_data"`
	Trace     looseText       `json:"fbtrace_id"`
	Transient looseBool       `json:"is_transient"`
}

func (w wireGraphError) graph(res *http.Response, token string) *GraphError {
	var data struct {
		Details looseText `json:"details"`
	}
	detail := ""
	if fill(w.Data, &data) == nil {
		detail = string(data.Details)
	}
	e := &GraphError{
		Code: int(*w.Code), Subcode: int(w.Subcode), HTTPStatus: res.StatusCode, Detail: clean(detail, token),
		TraceID: oneLine(w.Trace), Transient: bool(w.Transient), RetryAfter: retryAfter(res.Header),
	}
	e.Title = lookUp(e.Code).title
	if e.Title == "" {
		e.Title = clean(string(w.Message), token)
	}
	return e
}

// retryAfter reads how many seconds to wait, 0 when nobody said.
func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || seconds < 0 || seconds > 24*60*60 {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// bare takes the address off an error of the HTTP client.
func bare(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// transport is made for many short requests to one host: connections are kept, and there is a most of them.
func transport(connections int) *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout: 5 * time.Second, ForceAttemptHTTP2: true, DisableCompression: true,
		MaxIdleConns: connections, MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections,
		IdleConnTimeout: 90 * time.Second, ReadBufferSize: 2 << 10, WriteBufferSize: 2 << 10,
	}
}

// noRedirect: a token goes to the host it was meant for and to no other.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

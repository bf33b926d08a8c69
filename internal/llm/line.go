package llm

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// line carries questions to an endpoint. write fills a buffer that is given to free as soon as it has been sent; it
// may be called again when a kept connection turns out to be closed.
type line interface {
	post(ctx context.Context, write func() (*bytes.Buffer, error), free func(*bytes.Buffer)) (reply, error)
	close()
}

// reply is what came back, cut behind largestAnswer.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func readReply(resp *http.Response) (reply, error) {
	body, err := io.ReadAll(io.LimitReader(resp.Body, largestAnswer+1))
	return reply{status: resp.StatusCode, header: resp.Header, body: body}, err
}

var errAddress = errors.New("the endpoint's address is not valid")

// idleTime is how long a connection that nobody uses is kept.
const idleTime = 30 * time.Second

var dialer = net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}

// newLine takes the line that suits the endpoint: over TLS its calls share a few connections of HTTP/2; without, each
// has one of its own, which must cost little.
func newLine(o ClientOptions) line {
	u, err := url.Parse(o.BaseURL + "/chat/completions")
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return noLine{}
	}
	header := http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json"}, "User-Agent": {"Parley"}}
	if o.Key != "" {
		header.Set("Authorization", "Bearer "+strings.NewReplacer("\r", "", "\n", "").Replace(o.Key))
	}
	proxy, _ := http.ProxyFromEnvironment(&http.Request{URL: u})
	if u.Scheme == "http" && proxy == nil && u.User == nil {
		return newPlain(u, header, o.Slots)
	}
	return secure{url: u, header: header, transport: transport(o.Slots)}
}

// noLine leads nowhere.
type noLine struct{}

func (noLine) post(context.Context, func() (*bytes.Buffer, error), func(*bytes.Buffer)) (reply, error) {
	return reply{}, errAddress
}

func (noLine) close() {}

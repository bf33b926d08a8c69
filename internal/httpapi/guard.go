package httpapi

import (
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parley/internal/errs"
	"parley/internal/limit"
)

// contentPolicy lets the dashboard load its own files and nothing else.
const contentPolicy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
	"media-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"

// addressRate bounds what one address asks of the API; the limits of sign-in are tighter and lie in tenant.
var addressRate = limit.Rate{Burst: 300, Every: 20 * time.Millisecond}

// userRate bounds what one user asks, from however many addresses.
var userRate = limit.Rate{Burst: 300, Every: 20 * time.Millisecond}

// keyRate bounds what one key asks: less than a person's pages, as a program asks without a pause.
var keyRate = limit.Rate{Burst: 100, Every: 100 * time.Millisecond}

// liveRate bounds how many sockets an address opens: an office behind one address opens its tabs at once, and after a
// restart all of them come back.
var liveRate = limit.Rate{Burst: 1000, Every: 20 * time.Millisecond}

// parting asks whoever still comes while the program is about to stop to open a new connection for the next request,
// which then goes to another process.
func (s *Server) parting(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.o.Leaving != nil && s.o.Leaving() && r.Header.Get("Upgrade") == "" {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// guarded sets the security headers of every answer and contains what panics.
func (s *Server) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		h.Set("Content-Security-Policy", contentPolicy)
		if strings.HasPrefix(s.o.PublicURL, "https://") {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		defer func() {
			if cause := recover(); cause != nil {
				if cause == http.ErrAbortHandler { //nolint:errorlint // it is panicked with as it is
					panic(cause) // an answer was broken off on purpose, and the browser must notice
				}
				s.Log.ErrorContext(r.Context(), "request panicked", slog.String("panic", errs.Panicked(cause)),
					slog.String("stack", string(debug.Stack())))
				http.Error(w, errs.Message(errs.New(errs.Internal, "")), http.StatusInternalServerError)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// sameOrigin refuses what a browser sends on behalf of another site: a request that changes something, or opens the
// socket, and whose Origin is not ours. Programs send no Origin.
func (s *Server) sameOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin := r.Header.Get("Origin")
		safe := (r.Method == http.MethodGet || r.Method == http.MethodHead) && r.Header.Get("Upgrade") == ""
		if origin != "" && !safe && !s.ours(origin, r.Host) {
			writeProblem(w, http.StatusForbidden, "This request came from another site.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Server) ours(origin, host string) bool {
	if s.o.PublicURL != "" && strings.EqualFold(origin, strings.TrimSuffix(s.o.PublicURL, "/")) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && strings.EqualFold(u.Host, host)
}

// neighbourhood is what limits count as one: an address, or the /64 of IPv6 that one customer of a provider is given.
func neighbourhood(host string) string {
	ip, err := netip.ParseAddr(host)
	if err != nil || ip.Unmap().Is4() {
		return host
	}
	return netip.PrefixFrom(ip, 64).Masked().String()
}

// throttled bounds each address.
func (s *Server) throttled(next http.Handler) http.Handler {
	return s.bounded("address:", addressRate, next)
}

// unshown keeps browsers from showing an answer of the API as a page: opened by its address, it is a file.
func unshown(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Disposition", `attachment; filename="api.json"`)
		next.ServeHTTP(w, r)
	})
}

// bounded lets each address come at a rate, in buckets of a name of its own.
func (s *Server) bounded(name string, rate limit.Rate, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		who := s.address(r.RemoteAddr, strings.Join(r.Header.Values(forwardedFor), ","))
		if ok, wait := s.Limits.Take(name+neighbourhood(who), rate, 1); !ok {
			w.Header().Set("Retry-After", seconds(wait))
			writeProblem(w, http.StatusTooManyRequests, "Too many requests from your address. Wait a moment.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// address is who asks: the peer, or what the nearest proxies we trust say of it.
func (s *Server) address(remote, forwarded string) string {
	host := hostOf(remote)
	hops := strings.Split(forwarded, ",")
	for i := len(hops) - 1; i >= 0 && s.trusted(host); i-- {
		hop := strings.TrimSpace(hops[i])
		if _, err := netip.ParseAddr(hop); err != nil {
			break
		}
		host = hop
	}
	return host
}

// forwardedFor is where proxies say whom they ask for: some in a line of their own, below what the client wrote itself.
const forwardedFor = "X-Forwarded-For"

// addressOf is who asks for an operation.
func (s *Server) addressOf(ctx huma.Context) string {
	var lines []string
	ctx.EachHeader(func(name, value string) {
		if strings.EqualFold(name, forwardedFor) {
			lines = append(lines, value)
		}
	})
	return s.address(ctx.RemoteAddr(), strings.Join(lines, ","))
}

// hostOf is an address without its port.
func hostOf(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return remote
	}
	return host
}

func (s *Server) trusted(host string) bool {
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	for _, p := range s.o.TrustedProxies {
		if p.Contains(ip.Unmap()) {
			return true
		}
	}
	return false
}

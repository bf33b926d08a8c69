package httpapi

import (
	"crypto/subtle"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// health says that the process runs and answers.
func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, "application/json", struct {
		Status  string `json:"status"`
		Version string `json:"version"`
	}{"ok", s.o.Version})
}

// ready says that database, migrations and workers are there, so that traffic may come.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if err := s.o.Ready(r.Context()); err != nil {
		s.Log.WarnContext(r.Context(), "not ready", slog.Any("error", err))
		writeProblem(w, http.StatusServiceUnavailable, "Not ready: the log says why.")
		return
	}
	writeJSON(w, http.StatusOK, "application/json", struct {
		Status  string   `json:"status"`
		Without []string `json:"without,omitempty"`
	}{"ready", s.without()})
}

func (s *Server) without() []string {
	if s.o.Without == nil {
		return nil
	}
	return s.o.Without()
}

// metrics shows the program's numbers to who has the token or, without one, to this machine.
func (s *Server) metrics(w http.ResponseWriter, r *http.Request) {
	given := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	allowed := s.o.MetricsToken != "" && subtle.ConstantTimeCompare([]byte(given), []byte(s.o.MetricsToken)) == 1
	if s.o.MetricsToken == "" {
		allowed = loopback(r)
	}
	if !allowed {
		writeProblem(w, http.StatusUnauthorized, "Metrics need the token of METRICS_TOKEN.")
		return
	}
	s.o.Metrics.ServeHTTP(w, r)
}

// loopback believes only the peer itself: behind a proxy everybody would be this machine.
func loopback(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil || r.Header.Get("X-Forwarded-For") != "" {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

func writeJSON(w http.ResponseWriter, status int, contentType string, v any) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func writeProblem(w http.ResponseWriter, status int, detail string) {
	writeJSON(w, status, "application/problem+json", struct {
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail"`
	}{http.StatusText(status), status, detail})
}

func seconds(d time.Duration) string { return strconv.Itoa(int((d + time.Second - 1) / time.Second)) }

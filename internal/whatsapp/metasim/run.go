package metasim

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Server is a Sim on a socket.
type Server struct {
	*Sim
	URL string // for the Graph client's base URL: http://127.0.0.1:port

	http *http.Server
}

// Listen starts a Sim on an address, such as "127.0.0.1:0". Only its Graph API is served; Close ends both.
func Listen(ctx context.Context, address string, o Options) (*Server, error) {
	s := New(o)
	srv, err := s.listen(ctx, address, s.Handler())
	if err != nil {
		s.Close()
		return nil, err
	}
	return srv, nil
}

func (s *Sim) listen(ctx context.Context, address string, h http.Handler) (*Server, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("metasim: %w", err)
	}
	srv := &Server{
		Sim: s, URL: "http://" + l.Addr().String(),
		http: &http.Server{
			Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
			ErrorLog: slog.NewLogLogger(s.o.Log.Handler(), slog.LevelDebug),
		},
	}
	s.work.Go(func() { _ = srv.http.Serve(l) })
	return srv, nil
}

// Close stops listening and the Sim. Requests under way are cut.
func (s *Server) Close() {
	s.end()
	_ = s.http.Close()
	s.Sim.Close()
}

// RunOptions are for the stand-in as a program of its own.
type RunOptions struct {
	Options
	Address string // to listen on; "" is 127.0.0.1:8090
	Numbers []Number
	// Ready is told the address and what a business must set to use the stand-in.
	Ready func(url, token, appSecret string)
}

// Run is the program `parley metasim`: the Graph API, and the control under /_sim/, until ctx ends. It listens on
// loopback only.
func Run(ctx context.Context, o RunOptions) error {
	if o.Address == "" {
		o.Address = "127.0.0.1:8090"
	}
	if !loopback(o.Address) {
		return errors.New("metasim: the stand-in listens on loopback only: whoever reaches it plays every customer")
	}
	s := New(o.Options)
	for _, n := range o.Numbers {
		s.AddNumber(n)
	}
	mux := http.NewServeMux()
	mux.Handle("/_sim/", s.Control())
	mux.Handle("/", s.Handler())
	srv, err := s.listen(ctx, o.Address, mux)
	if err != nil {
		s.Close()
		return err
	}
	defer srv.Close()
	if o.Ready != nil {
		o.Ready(srv.URL, s.Token(), s.AppSecret())
	}
	<-ctx.Done()
	return nil
}

// loopback reports whether an address with a port is this machine's own.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

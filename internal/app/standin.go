package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/phone"
	"parley/internal/seal"
	"parley/internal/setup"
	"parley/internal/whatsapp"
	"parley/internal/whatsapp/metasim"
)

// standIn is Meta for the demo channels of this process: on a random port of this machine, behind a token and a webhook
// key that nobody else knows and that end with the process.
type standIn struct {
	sim     *metasim.Sim
	server  *http.Server
	graph   net.Listener
	key     string // of /webhooks/whatsapp/{key}
	secret  string // signs its webhooks
	webhook string // where they go, known once the program listens
	log     *slog.Logger
}

// newStandIn listens, so that its address is known, and answers nobody before start.
func newStandIn(ctx context.Context, log *slog.Logger) (*standIn, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &standIn{graph: l, key: seal.Token(), secret: seal.Token(), log: log}
	s.sim = metasim.New(metasim.Options{Token: seal.Token(), AppSecret: s.secret, Log: log})
	return s, nil
}

// client speaks to it.
func (s *standIn) client() *whatsapp.Client {
	return whatsapp.NewClient(whatsapp.ClientOptions{BaseURL: "http://" + s.graph.Addr().String()})
}

// connection is what intake knows of it: its webhooks are signed like any other app's.
func (s *standIn) connection() channel.Connection {
	return channel.Connection{ID: channel.DemoConnection, Kind: channel.Demo, Secret: []byte(s.secret)}
}

// start answers, and delivers webhooks to the program that listens on l.
func (s *standIn) start(ctx context.Context, a *App, l net.Listener) error {
	s.webhook = "http://" + reachable(l.Addr()) + "/webhooks/whatsapp/" + s.key
	numbers, err := channel.AllOfKind(ctx, a.DB.As(actor.ForSystem("")), channel.Demo)
	if err != nil {
		return err
	}
	for id := range numbers {
		s.Connect(id)
	}
	s.server = &http.Server{Handler: s.meets(s.sim.Handler()), ReadHeaderTimeout: headerTimeout}
	go func() {
		if err := s.server.Serve(s.graph); err != nil && !errors.Is(err, http.ErrServerClosed) {
			s.log.ErrorContext(ctx, "the stand-in of Meta ended", slog.Any("error", err))
		}
	}()
	return nil
}

// meets makes a demo number known when it is first heard of: another process may have made it.
func (s *standIn) meets(graph http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for part := range strings.SplitSeq(r.URL.Path, "/") {
			if strings.HasPrefix(part, setup.DemoNumber("")) {
				s.Connect(part)
			}
		}
		graph.ServeHTTP(w, r)
	})
}

// stop ends it; what it had not delivered is forgotten, as a demo may be.
func (s *standIn) stop(ctx context.Context) error {
	s.sim.Close()
	if s.server == nil {
		return s.graph.Close()
	}
	return s.server.Shutdown(ctx)
}

// Connect makes a tenant's demo number known to the stand-in; again does no harm.
func (s *standIn) Connect(phoneNumberID string) {
	s.sim.AddNumber(metasim.Number{
		PhoneNumberID: phoneNumberID, AccountID: channel.DemoAccount, DisplayPhone: "+1 555 010 0000", VerifiedName: "Demo",
		WebhookURL: s.webhook, Secret: s.secret, AlwaysOpen: true,
	})
}

// Write lets a customer write to a demo number.
func (s *standIn) Write(ctx context.Context, phoneNumberID string, from phone.Customer, text string) error {
	s.Connect(phoneNumberID)
	_, err := s.sim.Write(ctx, phoneNumberID, metasim.Customer{WaID: from.WaID, Name: from.Name}, text)
	return err
}

// Typing reports whether the customer sees that somebody is writing.
func (s *standIn) Typing(phoneNumberID, waID string) bool {
	return s.sim.Thread(phoneNumberID, waID).Typing
}

// reachable is how this machine reaches a listener that may listen everywhere.
func reachable(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

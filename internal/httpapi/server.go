// Package httpapi is the HTTP edge: it decodes, calls one verb and answers with a value or a problem. The OpenAPI
// document comes out of the operations' types, the browser's types out of that. One file per resource; the
// socket is realtime's, and the webhook alone lives in intake.
package httpapi

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"parley/internal/assistant"
	"parley/internal/canned"
	"parley/internal/channel"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/delivery"
	"parley/internal/doctor"
	"parley/internal/dossier"
	"parley/internal/intake"
	"parley/internal/knowledge"
	"parley/internal/limit"
	"parley/internal/media"
	"parley/internal/phone"
	"parley/internal/prompt"
	"parley/internal/realtime"
	"parley/internal/setup"
	"parley/internal/template"
	"parley/internal/tenant"
)

// Parts are the rooms the edge opens to the outside.
type Parts struct {
	DB            *db.DB
	Tenants       *tenant.Service
	Channels      *channel.Service
	Templates     *template.Service
	Doctor        *doctor.Service
	Conversations *conversation.Service
	Media         *media.Service
	Knowledge     *knowledge.Service
	Canned        *canned.Service
	Prompts       *prompt.Service
	Delivery      *delivery.Service
	Assistant     *assistant.Service
	Intake        *intake.Service
	Dossier       *dossier.Service
	Setup         *setup.Service
	Live          *realtime.Hub
	Phone         *phone.Service
	Limits        limit.Limiter
	Log           *slog.Logger
}

// Options are what can be chosen.
type Options struct {
	PublicURL      string         // what browsers call us, scheme and host; "" accepts the host that was asked for
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed
	MetricsToken   string         // "" lets only loopback read /metrics
	Version        string
	Site           fs.FS // the built dashboard
	// Ready says why the program cannot serve yet, nil when it can.
	Ready func(ctx context.Context) error
	// Without names what the program can do without and does without now; nil is nothing.
	Without func() []string
	// Leaving reports whether the program is about to stop; nil is never.
	Leaving func() bool
	// Metrics writes the numbers of /metrics.
	Metrics http.Handler
}

// Server is the HTTP edge.
type Server struct {
	Parts
	o   Options
	api huma.API
}

// New puts the edge together.
func New(p Parts, o Options) *Server {
	s := &Server{Parts: p, o: o}
	mux := http.NewServeMux()
	s.api = humago.New(mux, apiConfig(o.Version))
	knowTypes(s.api.OpenAPI().Components.Schemas)
	s.operations()
	settle(s.api.OpenAPI().Components.Schemas)
	return s
}

// operations registers every operation there is; the OpenAPI document lists them in this order.
func (s *Server) operations() {
	s.authOperations()
	s.sessionOperations()
	s.tenantOperations()
	s.teamOperations()
	s.invitationOperations()
	s.keyOperations()
	s.memberOperations()
	s.conversationOperations()
	s.organiseOperations()
	s.bulkOperations()
	s.labelOperations()
	s.cannedOperations()
	s.messageOperations()
	s.fileOperations()
	s.contactOperations()
	s.dossierOperations()
	s.reportOperations()
	s.documentOperations()
	s.channelOperations()
	s.templateOperations()
	s.channelEventOperations()
	s.demoOperations()
}

// Handler is everything the program answers over HTTP.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /webhooks/whatsapp", s.Intake)
	mux.Handle("POST /webhooks/whatsapp", s.Intake)
	mux.Handle("GET /webhooks/whatsapp/{key}", s.Intake)
	mux.Handle("POST /webhooks/whatsapp/{key}", s.Intake)
	mux.Handle("/api/live", s.sameOrigin(s.bounded("live:", liveRate, s.Live.Handler())))
	mux.Handle("GET /api/health", http.HandlerFunc(s.health))
	mux.Handle("GET /api/ready", http.HandlerFunc(s.ready))
	mux.Handle("GET /metrics", http.HandlerFunc(s.metrics))
	mux.Handle("GET /api/openapi.json", s.throttled(unshown(http.HandlerFunc(s.openAPI))))
	mux.Handle("GET /api/docs", s.throttled(http.HandlerFunc(s.docs)))
	mux.Handle("/api/", s.sameOrigin(s.throttled(unshown(s.api.Adapter()))))
	mux.Handle("/", s.site())
	return s.guarded(s.parting(mux))
}

// OpenAPI is the document of all operations, as JSON.
func (s *Server) OpenAPI() ([]byte, error) { return s.api.OpenAPI().MarshalJSON() }

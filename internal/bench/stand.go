package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"
)

// Stand is a Graph API and a model that only count: what the model is asked comes back with the customer's tag, what
// Graph is given is noted with the time.
type Stand struct {
	URL    string
	server *http.Server

	mu      sync.Mutex
	think   time.Duration
	replies replies
	moved   chan struct{}
}

// replies are the answers that arrived, by tag.
type replies struct {
	byTag    map[string][]time.Time
	untagged int
	last     time.Time
}

// NewStand listens on loopback.
func NewStand(ctx context.Context) (*Stand, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Stand{URL: "http://" + l.Addr().String(), moved: make(chan struct{}, 1)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /model/chat/completions", s.model)
	mux.HandleFunc("POST /graph/{version}/{number}/messages", s.graph)
	mux.HandleFunc("/graph/", s.other)
	s.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.server.Serve(l) }()
	return s, nil
}

// Close stops listening.
func (s *Stand) Close() error { return s.server.Close() }

func (s *Stand) begin(think time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.think, s.replies = think, replies{byTag: map[string][]time.Time{}, last: time.Now()}
}

var tagged = regexp.MustCompile(`tag-[a-z0-9]+-[a-z0-9]+-\d+`)

// model thinks as long as the scenario says and answers with the tag of the customer's last message.
func (s *Stand) model(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	s.mu.Lock()
	think := s.think
	s.mu.Unlock()
	select {
	case <-time.After(think):
	case <-r.Context().Done():
		return
	}
	all := tagged.FindAllString(string(raw), -1)
	tag := "no tag"
	if len(all) > 0 {
		tag = all[len(all)-1]
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"id":"x","object":"chat.completion","model":"stand-in","choices":[{"index":0,"finish_reason":"stop",`+
		`"message":{"role":"assistant","content":"We open on Monday at nine. %s"}}],`+
		`"usage":{"prompt_tokens":400,"completion_tokens":20,"total_tokens":420,"cost":0.0001}}`, tag)
}

// graph notes a reply's arrival before it answers.
func (s *Stand) graph(w http.ResponseWriter, r *http.Request) {
	at := time.Now()
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	var body struct {
		Type   string `json:"type"`
		Status string `json:"status"`
		To     string `json:"to"`
		Text   struct {
			Body string `json:"body"`
		} `json:"text"`
	}
	if err := json.Unmarshal(raw, &body); err != nil || body.Status == "read" {
		_, _ = io.WriteString(w, `{"success":true}`)
		return
	}
	s.arrived(body.Text.Body, at)
	w.Header().Set("Content-Type", "application/json")
	to := strings.TrimPrefix(body.To, "+")
	_, _ = fmt.Fprintf(w, `{"messaging_product":"whatsapp","contacts":[{"input":%q,"wa_id":%q}],"messages":[{"id":"wamid.out.%d"}]}`,
		body.To, to, at.UnixNano())
}

func (s *Stand) arrived(text string, at time.Time) {
	tag := tagged.FindString(text)
	s.mu.Lock()
	defer s.mu.Unlock()
	if tag == "" {
		s.replies.untagged++
	} else {
		s.replies.byTag[tag] = append(s.replies.byTag[tag], at)
	}
	s.replies.last = at
	select {
	case s.moved <- struct{}{}:
	default:
	}
}

// other answers what set-up asks of Graph: whose number is it.
func (s *Stand) other(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"id":%q,"display_phone_number":"+1 555 000 1000","verified_name":"Bench","quality_rating":"GREEN","success":true}`, NumberID)
}

// wait returns when everything acknowledged was answered and nothing more came for a while, or time is up.
func (s *Stand) wait(ctx context.Context, want int, timeout time.Duration) replies {
	deadline := time.After(timeout)
	for {
		s.mu.Lock()
		got := len(s.replies.byTag)
		s.mu.Unlock()
		settle := timeout
		if got >= want {
			settle = 500 * time.Millisecond // a second answer would come about now
		}
		select {
		case <-s.moved:
			continue
		case <-time.After(settle):
		case <-deadline:
		case <-ctx.Done():
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.replies
	}
}

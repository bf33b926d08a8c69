package httpapi

import (
	"context"
	"net/http"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/limit"
	"parley/internal/phone"
	"parley/internal/realtime"
)

// PhoneThread is the screen of the built-in phone.
type PhoneThread struct {
	Items  []PhoneMessage `json:"items"`
	Typing bool           `json:"typing" doc:"The business is writing."`
}

// PhoneMessage is one bubble on it.
type PhoneMessage struct {
	ID     string  `json:"id"`
	From   string  `json:"from" enum:"me,business"`
	Text   string  `json:"text"`
	At     db.Time `json:"at"`
	Status string  `json:"status" enum:"delivered,read" doc:"Of what I wrote; read once the business has answered."`
}

// PhoneState says whether there is a phone.
type PhoneState struct {
	Enabled bool   `json:"enabled"`
	Reason  string `json:"reason"`
}

type writeOnPhone struct {
	Body struct {
		Text string `json:"text" minLength:"1" maxLength:"4096"`
	}
}

// phoneRate bounds what one workspace's phone writes.
var phoneRate = limit.Rate{Burst: 30, Every: 2 * time.Second}

func (s *Server) demoOperations() {
	handle(s, operation{
		id: "get-phone", method: http.MethodGet, path: "/api/demo", tag: "Phone",
		summary: "Is there a built-in phone?", permission: actor.DemoUse,
	}, s.phoneState)
	handle(s, operation{
		id: "list-phone-messages", method: http.MethodGet, path: "/api/demo/messages", tag: "Phone",
		summary: "What the phone shows", permission: actor.DemoUse,
	}, s.phoneThread)
	handleNothing(s, operation{
		id: "write-on-phone", method: http.MethodPost, path: "/api/demo/messages", tag: "Phone",
		summary: "Write to the business as a customer", permission: actor.DemoUse,
	}, s.writeOnPhone)
	handleNothing(s, operation{
		id: "reset-phone", method: http.MethodPost, path: "/api/demo/reset", tag: "Phone",
		summary: "Start over as a new customer", permission: actor.DemoUse,
	}, s.resetPhone)
}

func (s *Server) phoneState(ctx context.Context, a actor.Actor, _ *struct{}) (PhoneState, error) {
	enabled, reason, err := s.Phone.State(ctx, a)
	return PhoneState{Enabled: enabled, Reason: reason}, err
}

func (s *Server) phoneThread(ctx context.Context, a actor.Actor, _ *struct{}) (PhoneThread, error) {
	if err := s.phoneOn(ctx, a); err != nil {
		return PhoneThread{}, err
	}
	t, err := s.Phone.Thread(ctx, a)
	out := PhoneThread{Items: make([]PhoneMessage, 0, len(t.Lines)), Typing: t.Typing}
	for _, l := range t.Lines {
		out.Items = append(out.Items, showLine(l))
	}
	return out, err
}

func showLine(l phone.Line) PhoneMessage {
	m := PhoneMessage{ID: l.ID, From: "business", Text: l.Text, At: l.At, Status: l.Status}
	if l.Mine {
		m.From = "me"
	}
	return m
}

func (s *Server) writeOnPhone(ctx context.Context, a actor.Actor, in *writeOnPhone) error {
	if err := s.phoneOn(ctx, a); err != nil {
		return err
	}
	if ok, wait := s.Limits.Take(limit.OfTenant(a.Tenant(), "phone"), phoneRate, 1); !ok {
		return errs.Wait(wait, "The phone may write 30 messages a minute. Wait a moment and send it again.")
	}
	return s.Phone.Send(ctx, a, in.Body.Text)
}

func (s *Server) resetPhone(ctx context.Context, a actor.Actor, _ *struct{}) error {
	if err := s.phoneOn(ctx, a); err != nil {
		return err
	}
	if err := s.Phone.Reset(ctx, a); err != nil {
		return err
	}
	// A reset stores nothing, but the phone may be on other screens.
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		s.Live.Announce(tx, realtime.Hint{Kind: realtime.ChannelChanged})
		return nil
	})
}

func (s *Server) phoneOn(ctx context.Context, a actor.Actor) error {
	enabled, reason, err := s.Phone.State(ctx, a)
	if err == nil && !enabled {
		return errs.New(errs.NotFound, "%s", reason)
	}
	return err
}

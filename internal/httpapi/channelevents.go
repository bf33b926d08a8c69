package httpapi

import (
	"context"
	"encoding/json"
	"net/http"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/db"
)

// ChannelEvent is something Meta told about an account, a number or a template.
type ChannelEvent struct {
	ID        string          `json:"id"`
	ChannelID string          `json:"channelId" doc:"Empty when it is about the whole account."`
	AccountID string          `json:"accountId" doc:"Meta's id of the WhatsApp account."`
	Field     string          `json:"field" doc:"Meta's name of what changed."`
	Kind      string          `json:"kind" doc:"Meta's word for what happened."`
	Severity  string          `json:"severity" enum:"info,warning,critical"`
	Subject   string          `json:"subject" doc:"What it is about: a template, a number; empty for the account."`
	Detail    string          `json:"detail" doc:"In plain words."`
	Data      json.RawMessage `json:"data" doc:"As Meta sent it."`
	At        db.Time         `json:"at"`
}

type eventCursor struct {
	ID string `json:"id"`
}

func (s *Server) channelEventOperations() {
	handle(s, operation{
		id: "list-channel-events", method: http.MethodGet, path: "/api/channels/events", tag: "Channels",
		summary: "List what Meta told about accounts, numbers and templates, the newest first", permission: actor.ChannelsRead,
	}, s.listChannelEvents)
}

func (s *Server) listChannelEvents(ctx context.Context, a actor.Actor, in *Paging) (Page[ChannelEvent], error) {
	var after eventCursor
	if err := decodeCursor(in.After, &after); err != nil {
		return Page[ChannelEvent]{}, err
	}
	rows, err := channel.Events(ctx, s.DB.As(a), a, after.ID, in.Limit+1)
	if err != nil {
		return Page[ChannelEvent]{}, err
	}
	return pageOf(rows, in.Limit, showChannelEvent, func(e channel.Event) any { return eventCursor{e.ID} }), nil
}

func showChannelEvent(e channel.Event) ChannelEvent {
	return ChannelEvent{
		ID: e.ID, ChannelID: e.ChannelID, AccountID: e.AccountID, Field: e.Field, Kind: e.Kind, Severity: e.Severity,
		Subject: e.Subject, Detail: e.Detail, Data: e.Data, At: e.At,
	}
}

package httpapi

import (
	"context"
	"net/http"

	"parley/internal/actor"
	"parley/internal/channel"
)

// Channel is one number of the workspace.
type Channel struct {
	ID           string `json:"id"`
	Kind         string `json:"kind" enum:"whatsapp,demo"`
	Name         string `json:"name"`
	State        string `json:"state" enum:"unproven,active,broken"`
	Mode         string `json:"mode" enum:"off,suggest,auto"`
	DisplayPhone string `json:"displayPhone"`
	LastError    string `json:"lastError"`
}

func (s *Server) channelOperations() {
	handle(s, operation{
		id: "list-channels", method: http.MethodGet, path: "/api/channels", tag: "Channels",
		summary: "List the workspace's numbers", permission: actor.ChannelsRead,
	}, s.listChannels)
}

func (s *Server) listChannels(ctx context.Context, a actor.Actor, _ *struct{}) (Page[Channel], error) {
	all, err := channel.List(ctx, s.DB.As(a), a)
	p := Page[Channel]{Items: []Channel{}}
	for _, c := range all {
		p.Items = append(p.Items, Channel{
			ID: c.ID, Kind: string(c.Kind), Name: c.Name, State: string(c.State), Mode: c.Mode,
			DisplayPhone: c.DisplayPhone, LastError: c.LastError,
		})
	}
	return p, err
}

package httpapi

import (
	"context"
	"net/http"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/db"
	"parley/internal/doctor"
)

// Channel is one number of the workspace.
type Channel struct {
	ID             string  `json:"id"`
	Kind           string  `json:"kind" enum:"whatsapp,demo"`
	Name           string  `json:"name"`
	State          string  `json:"state" enum:"unproven,active,broken"`
	Mode           string  `json:"mode" enum:"off,suggest,auto"`
	DisplayPhone   string  `json:"displayPhone"`
	LastError      string  `json:"lastError"`
	PhoneNumberID  string  `json:"phoneNumberId" doc:"Meta's id of the number; empty for the built-in phone."`
	AccountID      string  `json:"accountId" doc:"Meta's id of the WhatsApp business account."`
	Quality        string  `json:"quality" doc:"GREEN, YELLOW or RED, as Meta rates the number; empty when it is not known."`
	MessagingLimit string  `json:"messagingLimit" doc:"How many customers a day may be written to first, in Meta's word: TIER_250, …"`
	HeardAt        db.Time `json:"heardAt" doc:"When Meta last brought something; null is never."`
	CheckedAt      db.Time `json:"checkedAt"`
}

// ChannelCheck is one line of what was found out about a number.
type ChannelCheck struct {
	ID     string            `json:"id" enum:"token,scopes,number,account,secret,registered,quality,subscribed,address,handshake,heard"`
	Result string            `json:"result" enum:"ok,warning,failed,waiting,unknown"`
	Why    string            `json:"why" doc:"A word for what is to be said, such as expires, missing, refused; empty for nothing."`
	Code   int               `json:"code" doc:"Meta's code, 0 when it named none."`
	Said   string            `json:"said" doc:"What Meta's refusal means, in plain words."`
	Todo   string            `json:"todo" doc:"What to do about Meta's code."`
	Values map[string]string `json:"values" doc:"What belongs to the words: at, missing, phone, name, status, host, …"`
}

// Connecting is what came of connecting a number, or of looking at it again.
type Connecting struct {
	Channel *Channel       `json:"channel" doc:"Null when it was not connected: a check failed, and nothing was stored."`
	Checks  []ChannelCheck `json:"checks"`
	Webhook *Webhook       `json:"webhook"`
}

// Webhook is what has to be typed at Meta.
type Webhook struct {
	CallbackURL string `json:"callbackUrl"`
	VerifyToken string `json:"verifyToken" doc:"Empty when the address is the installation's own: its operator knows the token."`
}

type connectChannel struct {
	Body struct {
		Name          string `json:"name" maxLength:"400"`
		PhoneNumberID string `json:"phoneNumberId" maxLength:"100"`
		AccountID     string `json:"accountId" maxLength:"100"`
		Token         string `json:"token" maxLength:"4000"`
		AppSecret     string `json:"appSecret" maxLength:"4000" doc:"May be empty when a number of this account is connected already."`
	}
}

// ChannelRef names a channel in a path; exported for the reason Paging is.
type ChannelRef struct {
	ID string `path:"id" maxLength:"64"`
}

type renewToken struct {
	ChannelRef
	Body struct {
		Token     string `json:"token" maxLength:"4000"`
		AppSecret string `json:"appSecret,omitempty" maxLength:"4000" doc:"Only when it has changed."`
	}
}

type nameChannel struct {
	ChannelRef
	Body struct {
		Name string `json:"name" maxLength:"400"`
	}
}

func (s *Server) channelOperations() {
	const tag = "Channels"
	handle(s, operation{
		id: "list-channels", method: http.MethodGet, path: "/api/channels", tag: tag,
		summary: "List the workspace's numbers", permission: actor.ChannelsRead,
	}, s.listChannels)
	handle(s, operation{
		id: "connect-channel", method: http.MethodPost, path: "/api/channels", tag: tag,
		summary: "Ask Meta about a number and connect it when it is yours", permission: actor.ChannelsWrite,
	}, s.connectChannel)
	handleNothing(s, operation{
		id: "rename-channel", method: http.MethodPatch, path: "/api/channels/{id}", tag: tag,
		summary: "Give a number another name; customers do not see it", permission: actor.ChannelsWrite,
	}, s.renameChannel)
	handle(s, operation{
		id: "check-channel", method: http.MethodPost, path: "/api/channels/{id}/check", tag: tag,
		summary: "Ask Meta about a number again, and mend what can be mended", permission: actor.ChannelsWrite,
	}, s.checkChannel)
	handle(s, operation{
		id: "renew-channel-token", method: http.MethodPut, path: "/api/channels/{id}/token", tag: tag,
		summary: "Give a number a new access token; one that is not the number's is not stored", permission: actor.ChannelsWrite,
	}, s.renewToken)
	handle(s, operation{
		id: "get-channel-webhook", method: http.MethodGet, path: "/api/channels/{id}/webhook", tag: tag,
		summary: "Read what has to be typed at Meta for a number's webhooks", permission: actor.ChannelsWrite,
	}, s.channelWebhook)
	handleNothing(s, operation{
		id: "disconnect-channel", method: http.MethodPost, path: "/api/channels/{id}/disconnect", tag: tag,
		summary: "Let go of a number, named once more; what was said on it stays", permission: actor.ChannelsWrite,
	}, s.disconnectChannel)
}

func (s *Server) listChannels(ctx context.Context, a actor.Actor, _ *struct{}) (Page[Channel], error) {
	all, err := channel.Details(ctx, s.DB.As(a), a)
	p := Page[Channel]{Items: []Channel{}}
	for _, c := range all {
		p.Items = append(p.Items, showChannel(c))
	}
	return p, err
}

func (s *Server) connectChannel(ctx context.Context, a actor.Actor, in *connectChannel) (Connecting, error) {
	b := in.Body
	out, err := s.Doctor.Connect(ctx, a, doctor.Number{
		Name: b.Name, PhoneID: b.PhoneNumberID, AccountID: b.AccountID, Token: b.Token, Secret: b.AppSecret,
	})
	if err != nil {
		return Connecting{}, err
	}
	return s.connecting(ctx, a, out)
}

func (s *Server) checkChannel(ctx context.Context, a actor.Actor, in *ChannelRef) (Connecting, error) {
	out, err := s.Doctor.Again(ctx, a, in.ID)
	if err != nil {
		return Connecting{}, err
	}
	return s.connecting(ctx, a, out)
}

func (s *Server) renewToken(ctx context.Context, a actor.Actor, in *renewToken) (Connecting, error) {
	out, err := s.Doctor.Renew(ctx, a, in.ID, in.Body.Token, in.Body.AppSecret)
	if err != nil {
		return Connecting{}, err
	}
	return s.connecting(ctx, a, out)
}

// connecting shows what the doctor found, and the channel as it is now.
func (s *Server) connecting(ctx context.Context, a actor.Actor, out doctor.Outcome) (Connecting, error) {
	c := Connecting{Checks: make([]ChannelCheck, 0, len(out.Checks))}
	for _, check := range out.Checks {
		c.Checks = append(c.Checks, showCheck(check))
	}
	if out.ChannelID == "" {
		return c, nil
	}
	d, err := channel.DetailOf(ctx, s.DB.As(a), a, out.ChannelID)
	if err != nil {
		return c, err
	}
	w, err := s.channelWebhook(ctx, a, &ChannelRef{ID: d.ID})
	shown := showChannel(d)
	c.Channel, c.Webhook = &shown, &w
	return c, err
}

func (s *Server) renameChannel(ctx context.Context, a actor.Actor, in *nameChannel) error {
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error { return s.Channels.Rename(ctx, tx, a, in.ID, in.Body.Name) })
}

func (s *Server) channelWebhook(ctx context.Context, a actor.Actor, in *ChannelRef) (Webhook, error) {
	d, err := channel.DetailOf(ctx, s.DB.As(a), a, in.ID)
	if err != nil {
		return Webhook{}, err
	}
	w, err := s.Doctor.WebhookOf(ctx, s.DB.As(a), a, d.Channel)
	return Webhook{CallbackURL: w.URL, VerifyToken: w.VerifyToken}, err
}

func (s *Server) disconnectChannel(ctx context.Context, a actor.Actor, in *nameChannel) error {
	return s.Doctor.Disconnect(ctx, a, in.ID, in.Body.Name)
}

func showChannel(c channel.Detail) Channel {
	out := Channel{
		ID: c.ID, Kind: string(c.Kind), Name: c.Name, State: string(c.State), Mode: c.Mode, DisplayPhone: c.DisplayPhone,
		LastError: c.LastError, Quality: c.Quality, MessagingLimit: c.MessagingLimit, HeardAt: c.HeardAt, CheckedAt: c.CheckedAt,
	}
	if c.Kind == channel.WhatsApp {
		out.PhoneNumberID, out.AccountID = c.ExternalID, c.AccountID
	}
	return out
}

func showCheck(c doctor.Check) ChannelCheck {
	out := ChannelCheck{
		ID: string(c.ID), Result: string(c.Result), Why: string(c.Why), Code: c.Code, Said: c.Said, Todo: c.Todo(), Values: c.Values,
	}
	if out.Values == nil {
		out.Values = map[string]string{}
	}
	return out
}

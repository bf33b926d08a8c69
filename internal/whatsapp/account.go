package whatsapp

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// TokenInfo is what Meta says about a token.
type TokenInfo struct {
	Valid     bool
	AppID     string
	Kind      string    // SYSTEM_USER, USER, …
	ExpiresAt time.Time // zero is never
	Scopes    []string
	// Accounts are the WhatsApp accounts the token may act for; nil is all of its business.
	Accounts []string
}

// The permissions a token needs.
const (
	ScopeMessaging  = "whatsapp_business_messaging"
	ScopeManagement = "whatsapp_business_management"
)

// Token asks what a token is: by itself, or by another one, such as an app's own (AppToken).
func (c *Client) Token(ctx context.Context, token, by string) (TokenInfo, error) {
	var got struct {
		Data struct {
			AppID    looseText    `json:"app_id"`
			Type     looseText    `json:"type"`
			Valid    looseBool    `json:"is_valid"`
			Expires  looseNumber  `json:"expires_at"`
			Scopes   looseStrings `json:"scopes"`
			Granular []struct {
				Scope   looseText    `json:"scope"`
				Targets looseStrings `json:"target_ids"`
			} `json:"granular_scopes"`
		} `json:"data"`
	}
	if err := (call{id: "debug_token", token: token}).check(); err != nil {
		return TokenInfo{}, err
	}
	err := c.call(ctx, call{
		method: http.MethodGet, token: by, id: "debug_token", query: url.Values{"input_token": {token}}, into: &got,
	})
	if err != nil {
		return TokenInfo{}, err
	}
	d := got.Data
	info := TokenInfo{Valid: bool(d.Valid), AppID: string(d.AppID), Kind: string(d.Type), Scopes: d.Scopes}
	if d.Expires > 0 {
		info.ExpiresAt = time.Unix(int64(d.Expires), 0)
	}
	for _, g := range d.Granular {
		if g.Scope == ScopeManagement {
			info.Accounts = g.Targets
		}
	}
	return info, nil
}

// AppToken is an app's own token.
func AppToken(appID, secret string) string { return appID + "|" + secret }

// NumbersOf lists the ids of an account's numbers.
func (c *Client) NumbersOf(ctx context.Context, accountID, token string) ([]string, error) {
	var got struct {
		Data []struct {
			ID looseText `json:"id"`
		} `json:"data"`
	}
	err := c.call(ctx, call{
		method: http.MethodGet, token: token, id: accountID, edge: "phone_numbers",
		query: url.Values{"fields": {"id"}, "limit": {"1000"}}, into: &got,
	})
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(got.Data))
	for _, n := range got.Data {
		ids = append(ids, string(n.ID))
	}
	return ids, nil
}

// Subscription is an app that gets the webhooks of an account.
type Subscription struct {
	AppID    string
	Override string // where the account's messages go instead of the app's address; "" is nowhere else
}

// Subscriptions lists the apps that get the webhooks of an account.
func (c *Client) Subscriptions(ctx context.Context, accountID, token string) ([]Subscription, error) {
	var got struct {
		Data []struct {
			App struct {
				ID looseText `json:"id"`
			} `json:"whatsapp_business_api_data"`
			Override looseText `json:"override_callback_uri"`
		} `json:"data"`
	}
	err := c.call(ctx, call{method: http.MethodGet, token: token, id: accountID, edge: "subscribed_apps", into: &got})
	if err != nil {
		return nil, err
	}
	all := make([]Subscription, 0, len(got.Data))
	for _, s := range got.Data {
		all = append(all, Subscription{AppID: string(s.App.ID), Override: string(s.Override)})
	}
	return all, nil
}

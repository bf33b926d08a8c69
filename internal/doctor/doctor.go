// Package doctor connects WhatsApp numbers, and finds out why one does not work. It asks Meta, line by line, what must be
// true for messages to come and go, and mends by itself what a program can mend. Nothing of a number is stored before its
// token has shown that it is the tenant's.
package doctor

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/limit"
	"parley/internal/template"
	"parley/internal/whatsapp"
)

// askingTime bounds one question to Meta.
const askingTime = 10 * time.Second

// askingRate is how often a tenant may have Meta asked: a check is several calls.
var askingRate = limit.Rate{Burst: 20, Every: 6 * time.Second} //nolint:gochecknoglobals // never changes

// Parts are the rooms the doctor stands on.
type Parts struct {
	DB        *db.DB
	Channels  *channel.Service
	Templates *template.Service
	Limits    limit.Limiter
	Log       *slog.Logger
}

// Options are what can be chosen.
type Options struct {
	Graph     *whatsapp.Client
	PublicURL string // what Meta calls this installation
	// OfSettings is the id of the number that comes from the settings, "" when there is none. It is changed there.
	OfSettings string
}

// Service asks and connects.
type Service struct {
	Parts
	o Options
}

// New makes a Service.
func New(p Parts, o Options) *Service {
	o.PublicURL = strings.TrimSuffix(o.PublicURL, "/")
	return &Service{Parts: p, o: o}
}

// Number is what a person types to connect one.
type Number struct {
	Name      string
	PhoneID   string // Meta's phone number id
	AccountID string // Meta's id of the WhatsApp business account
	Token     string
	Secret    string // of the Meta app
}

// clean checks what can be checked without asking Meta.
func (n Number) clean() (Number, error) {
	var err error
	if n.Name, err = channel.Name(n.Name); err != nil {
		return n, err
	}
	n.PhoneID, n.AccountID = strings.TrimSpace(n.PhoneID), strings.TrimSpace(n.AccountID)
	n.Token, n.Secret = strings.TrimSpace(n.Token), strings.TrimSpace(n.Secret)
	switch {
	case !isID(n.PhoneID):
		return n, errs.InvalidField("phoneNumberId", "The phone number id is a number of up to 20 digits: not the telephone number "+
			"itself, but Meta's id of it.")
	case !isID(n.AccountID):
		return n, errs.InvalidField("accountId", "The WhatsApp business account id is a number of up to 20 digits.")
	case n.PhoneID == n.AccountID:
		return n, errs.InvalidField("phoneNumberId", "This is the id of the account. The number has one of its own, beside it at Meta.")
	}
	return n, n.cleanSecrets()
}

func (n Number) cleanSecrets() error {
	switch {
	case !printable(n.Token):
		return errs.InvalidField("token", "The access token is one long word without spaces. Copy it whole.")
	case n.Secret != "" && !printable(n.Secret):
		return errs.InvalidField("appSecret", "The app secret is one word without spaces. Copy it whole.")
	}
	return nil
}

func isID(s string) bool {
	return s != "" && len(s) <= 20 && strings.Trim(s, "0123456789") == ""
}

func printable(s string) bool {
	return s != "" && len(s) <= 2000 && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

// Webhook is what has to be typed at Meta.
type Webhook struct {
	URL         string
	VerifyToken string // "" when it is the operator's, who knows it
}

// WebhookOf is where a channel's webhooks have to go.
func (s *Service) WebhookOf(ctx context.Context, q db.Querier, a actor.Actor, c channel.Channel) (Webhook, error) {
	at, own, err := s.Channels.AddressOf(ctx, q, a, c)
	if err != nil || !own {
		return Webhook{URL: s.o.PublicURL + "/webhooks/whatsapp"}, err
	}
	return Webhook{URL: s.o.PublicURL + "/webhooks/whatsapp/" + at.Key, VerifyToken: at.VerifyToken}, nil
}

// Outcome is what came of connecting, or of looking again.
type Outcome struct {
	ChannelID string // "" when it was not connected: a check failed
	Checks    []Check
}

// Connect asks Meta about a number and, when it is the tenant's, connects it and has its webhooks sent here. When it is
// not, nothing is stored, and the checks say why.
func (s *Service) Connect(ctx context.Context, a actor.Actor, n Number) (Outcome, error) {
	n, err := s.admitted(a, n)
	if err != nil {
		return Outcome{}, err
	}
	has, err := s.hasAddress(ctx, a, n.AccountID)
	if err != nil {
		return Outcome{}, err
	}
	if n.Secret == "" && !has {
		return Outcome{}, errs.InvalidField("appSecret", "The app secret is needed: without it nobody can tell Meta's webhooks from forged ones.")
	}
	e := s.examine(ctx, n)
	if e.failed() {
		return Outcome{Checks: e.checks}, nil
	}
	var c channel.Channel
	err = s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		c, err = s.Channels.Connect(ctx, tx, a, channel.NewNumber{
			Name: n.Name, ExternalID: n.PhoneID, AccountID: n.AccountID, Token: n.Token, AppID: e.token.AppID, Secret: n.Secret,
		})
		if err != nil {
			return err
		}
		return s.learn(ctx, tx, a, c.ID, e)
	})
	if err != nil {
		return Outcome{}, err
	}
	return s.follow(ctx, a, c, n, e)
}

// admitted says whether a person may have Meta asked about a number.
func (s *Service) admitted(a actor.Actor, n Number) (Number, error) {
	if err := a.Require(actor.ChannelsWrite); err != nil {
		return n, err
	}
	n, err := n.clean()
	if err == nil && n.PhoneID == s.o.OfSettings {
		err = ofSettings()
	}
	if err == nil {
		err = s.mayAsk(a)
	}
	return n, err
}

func (s *Service) mayAsk(a actor.Actor) error {
	if ok, wait := s.Limits.Take(limit.OfTenant(a.Tenant(), "doctor"), askingRate, 1); !ok {
		return errs.Wait(wait, "Meta was asked very often. Wait a moment.")
	}
	return nil
}

func ofSettings() error {
	return errs.New(errs.Conflict, "This number comes from the settings of the server (WHATSAPP_PHONE_NUMBER_ID) and is changed there.")
}

// hasAddress reports whether the tenant has a webhook address for an account already.
func (s *Service) hasAddress(ctx context.Context, a actor.Actor, accountID string) (bool, error) {
	routes, err := channel.OfAccount(ctx, s.DB.As(a), channel.WhatsApp, accountID)
	return slices.ContainsFunc(routes, func(r channel.Route) bool { return r.TenantID == a.Tenant() }), err
}

// note writes down what was found of a number.
func (s *Service) note(ctx context.Context, tx *db.Tx, a actor.Actor, channelID string, e *examination) error {
	if err := s.Channels.Prove(ctx, tx, a, channelID, e.number.DisplayPhone, e.number.VerifiedName); err != nil {
		return err
	}
	return s.Channels.Found(ctx, tx, a, channelID, e.number.Quality, e.number.Limit)
}

// learn writes down what was found of a number that has a new token, and wants its templates.
func (s *Service) learn(ctx context.Context, tx *db.Tx, a actor.Actor, channelID string, e *examination) error {
	if err := s.note(ctx, tx, a, channelID, e); err != nil {
		return err
	}
	return s.Templates.Want(ctx, tx, a, channelID)
}

// Again looks at a connected number once more, and mends what can be mended.
func (s *Service) Again(ctx context.Context, a actor.Actor, channelID string) (Outcome, error) {
	if err := a.Require(actor.ChannelsWrite); err != nil {
		return Outcome{}, err
	}
	c, n, err := s.known(ctx, a, channelID)
	if err == nil {
		err = s.mayAsk(a)
	}
	if err != nil {
		return Outcome{}, err
	}
	e := s.examine(ctx, n)
	err = s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		if why := e.refused(); why != "" {
			return s.Channels.Break(ctx, tx, a, c.ID, why)
		}
		if e.failed() { // nobody could tell
			return nil
		}
		return s.note(ctx, tx, a, c.ID, e)
	})
	if err != nil {
		return Outcome{}, err
	}
	if e.failed() {
		return Outcome{ChannelID: c.ID, Checks: e.checks}, nil
	}
	return s.follow(ctx, a, c, n, e)
}

// known is a connected number with its secrets.
func (s *Service) known(ctx context.Context, a actor.Actor, channelID string) (c channel.Channel, n Number, err error) {
	q := s.DB.As(a)
	d, err := channel.DetailOf(ctx, q, a, channelID)
	if err == nil && d.Kind != channel.WhatsApp {
		err = errs.New(errs.Conflict, "The built-in phone needs no checks: it has no Meta behind it.")
	}
	if err != nil {
		return c, n, err
	}
	c = d.Channel
	n = Number{Name: c.Name, PhoneID: c.ExternalID, AccountID: c.AccountID}
	if n.Token, err = s.Channels.Token(a, c); err != nil {
		return c, n, err
	}
	n.Secret, err = s.Channels.SecretOf(ctx, q, a, c)
	return c, n, err
}

// Renew gives a connected number a new token, and its app a new secret unless that is "". Meta is asked first: a token that
// is not the number's is not stored.
func (s *Service) Renew(ctx context.Context, a actor.Actor, channelID, token, secret string) (Outcome, error) {
	if err := a.Require(actor.ChannelsWrite); err != nil {
		return Outcome{}, err
	}
	c, n, err := s.known(ctx, a, channelID)
	if err != nil {
		return Outcome{}, err
	}
	if c.ExternalID == s.o.OfSettings {
		return Outcome{}, ofSettings()
	}
	n.Token = strings.TrimSpace(token)
	if secret = strings.TrimSpace(secret); secret != "" {
		n.Secret = secret
	}
	if err := n.cleanSecrets(); err != nil {
		return Outcome{}, err
	}
	if err := s.mayAsk(a); err != nil {
		return Outcome{}, err
	}
	e := s.examine(ctx, n)
	if e.failed() {
		return Outcome{Checks: e.checks}, nil
	}
	err = s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		err := s.Channels.Renew(ctx, tx, a, c.ID, channel.NewNumber{
			AccountID: c.AccountID, Token: n.Token, AppID: e.token.AppID, Secret: secret,
		})
		if err != nil {
			return err
		}
		return s.learn(ctx, tx, a, c.ID, e)
	})
	if err != nil {
		return Outcome{}, err
	}
	return s.follow(ctx, a, c, n, e)
}

// Disconnect lets go of a number; name repeats its name.
func (s *Service) Disconnect(ctx context.Context, a actor.Actor, channelID, name string) error {
	c, err := channel.Get(ctx, s.DB.As(a), a, channelID)
	if err != nil {
		return err
	}
	if c.Kind == channel.WhatsApp && c.ExternalID == s.o.OfSettings {
		return ofSettings()
	}
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error { return s.Channels.Disconnect(ctx, tx, a, channelID, name) })
}

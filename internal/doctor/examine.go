package doctor

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/db"
	"parley/internal/whatsapp"
)

// Check is one line of what the doctor found.
type Check struct {
	ID     ID
	Result Result
	Why    Why    // "" when nothing is to be said beyond the result
	Code   int    // Meta's, 0 when it named none
	Said   string // in Meta's words, or plain ones for its code
	Values map[string]string
}

// Todo is what can be done about Meta's refusal, "" when there was none.
func (c Check) Todo() string {
	if c.Code == 0 && c.Why != Refused {
		return ""
	}
	_, todo := whatsapp.Explain(c.Code)
	return todo
}

// ID is what is looked at.
type ID string

// What is looked at, in this order. Each needs the ones before it.
const (
	OfToken      ID = "token"      // it is valid, and for how long
	OfScopes     ID = "scopes"     // it has the permissions
	OfNumber     ID = "number"     // there is such a number, and the token may use it
	OfAccount    ID = "account"    // it belongs to the account
	OfSecret     ID = "secret"     // it is the token's app's
	OfRegistered ID = "registered" // the number is connected to the Cloud API
	OfQuality    ID = "quality"    // as customers see it
	OfSubscribed ID = "subscribed" // the account's webhooks come to the app
	OfAddress    ID = "address"    // Meta can call us
	OfHandshake  ID = "handshake"  // Meta has called us
	OfHeard      ID = "heard"      // a webhook has come
)

// Result is how a look went.
type Result string

// The results.
const (
	OK      Result = "ok"
	Warning Result = "warning" // works, but something should be done
	Failed  Result = "failed"  // does not work before something is done
	Waiting Result = "waiting" // for Meta, or for a first message
	Unknown Result = "unknown" // nobody could tell
)

// Why says more about a result.
type Why string

// What can be said.
const (
	Expires      Why = "expires"      // the token, at "at"
	Invalid      Why = "invalid"      // the token
	Missing      Why = "missing"      // permissions, in "missing"
	Unreached    Why = "unreached"    // Meta did not answer
	Refused      Why = "refused"      // Meta said no
	NotInAccount Why = "notInAccount" // the number is another account's
	Wrong        Why = "wrong"        // the app secret
	NotConnected Why = "notConnected" // the number's status is "status"
	Low          Why = "low"          // the quality
	Made         Why = "made"         // subscribed just now
	Elsewhere    Why = "elsewhere"    // the webhooks go to "host"
	NotHTTPS     Why = "notHttps"
)

// examination is what Meta said of a number.
type examination struct {
	checks []Check
	token  whatsapp.TokenInfo
	number whatsapp.NumberInfo
}

func (e *examination) add(c Check) { e.checks = append(e.checks, c) }

// failed reports whether the number cannot be used as it is.
func (e *examination) failed() bool {
	return slices.ContainsFunc(e.checks, func(c Check) bool { return c.Result == Failed })
}

// refused is Meta's no to the token or the number, in words; "" when it did not say no.
func (e *examination) refused() string {
	for _, c := range e.checks {
		if c.Result == Failed && c.Why != Unreached && (c.ID == OfToken || c.ID == OfNumber) {
			return c.Said
		}
	}
	return ""
}

// said puts an error of Meta's into a check.
func (c Check) said(err error) Check {
	c.Why = Unreached
	if graph, told := errors.AsType[*whatsapp.GraphError](err); told {
		c.Why, c.Said = Refused, graph.Title
		if graph.Code != whatsapp.NoCode {
			c.Code = graph.Code
		}
	}
	return c
}

// examine asks Meta what must be true before anything is stored. Each question is asked once the ones it needs are answered.
func (s *Service) examine(ctx context.Context, n Number) *examination {
	e := &examination{}
	for _, look := range []func(context.Context, *examination, Number) bool{s.lookAtToken, s.lookAtNumber, s.lookAtAccount, s.lookAtSecret} {
		if !look(ctx, e, n) {
			break
		}
	}
	return e
}

// lookAtToken asks what the token is. When Meta does not say, whether the number can be read decides.
func (s *Service) lookAtToken(ctx context.Context, e *examination, n Number) bool {
	ctx, cancel := context.WithTimeout(ctx, askingTime)
	defer cancel()
	c := Check{ID: OfToken, Result: OK}
	info, err := s.o.Graph.Token(ctx, n.Token, n.Token)
	switch graph, told := errors.AsType[*whatsapp.GraphError](err); {
	case told && (graph.Code == 190 || graph.Code == 104 || graph.Code == 0):
		c.Result = Failed
		e.add(c.said(err))
		return false
	case told:
		c.Result = Unknown
		e.add(c.said(err))
		return true
	case err != nil:
		c.Result = Failed
		e.add(c.said(err))
		return false
	case !info.Valid:
		c.Result, c.Why, c.Code = Failed, Invalid, 190
		c.Said, _ = whatsapp.Explain(190)
		e.add(c)
		return false
	case !info.ExpiresAt.IsZero():
		c.Result, c.Why, c.Values = Warning, Expires, map[string]string{"at": info.ExpiresAt.UTC().Format(time.RFC3339)}
	}
	e.token = info
	e.add(c)
	return lookAtScopes(e, info)
}

func lookAtScopes(e *examination, info whatsapp.TokenInfo) bool {
	var missing []string
	for _, scope := range []string{whatsapp.ScopeMessaging, whatsapp.ScopeManagement} {
		if !slices.Contains(info.Scopes, scope) {
			missing = append(missing, scope)
		}
	}
	c := Check{ID: OfScopes, Result: OK}
	if len(missing) > 0 {
		c.Result, c.Why, c.Values = Failed, Missing, map[string]string{"missing": strings.Join(missing, ", ")}
	}
	e.add(c)
	return len(missing) == 0
}

func (s *Service) lookAtNumber(ctx context.Context, e *examination, n Number) bool {
	ctx, cancel := context.WithTimeout(ctx, askingTime)
	defer cancel()
	c := Check{ID: OfNumber, Result: OK}
	var err error
	e.number, err = s.o.Graph.Number(ctx, whatsapp.Credentials{PhoneNumberID: n.PhoneID, Token: n.Token})
	if err != nil {
		c.Result = Failed
		e.add(c.said(err))
		return false
	}
	c.Values = map[string]string{"phone": e.number.DisplayPhone, "name": e.number.VerifiedName}
	e.add(c)
	return true
}

// lookAtAccount asks for the account's numbers, which also shows that the token may manage it.
func (s *Service) lookAtAccount(ctx context.Context, e *examination, n Number) bool {
	ctx, cancel := context.WithTimeout(ctx, askingTime)
	defer cancel()
	c := Check{ID: OfAccount, Result: OK}
	if n.AccountID == "" { // of a number from the settings, which may leave it out
		c.Result = Unknown
		e.add(c)
		return true
	}
	ids, err := s.o.Graph.NumbersOf(ctx, n.AccountID, n.Token)
	switch {
	case err != nil:
		c.Result = Failed
		c = c.said(err)
	case !slices.Contains(ids, n.PhoneID):
		c.Result, c.Why = Failed, NotInAccount
	}
	e.add(c)
	return c.Result == OK
}

// lookAtSecret has the app itself ask, with its secret. A wrong one would turn every webhook away later.
func (s *Service) lookAtSecret(ctx context.Context, e *examination, n Number) bool {
	defer e.lookAtState()
	if n.Secret == "" { // the platform's app, whose secret is the operator's
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, askingTime)
	defer cancel()
	c := Check{ID: OfSecret, Result: OK}
	if e.token.AppID == "" {
		c.Result = Unknown
		e.add(c)
		return true
	}
	_, err := s.o.Graph.Token(ctx, n.Token, whatsapp.AppToken(e.token.AppID, n.Secret))
	switch _, told := errors.AsType[*whatsapp.GraphError](err); {
	case told:
		c.Result = Failed
		c = c.said(err)
		c.Why, c.Said = Wrong, "" // what Meta says here is about a token nobody typed
	case err != nil:
		c.Result = Unknown
		c = c.said(err)
	}
	e.add(c)
	return c.Result != Failed
}

// lookAtState reads what Meta has said of the number.
func (e *examination) lookAtState() {
	registered := Check{ID: OfRegistered, Result: OK}
	switch e.number.Status {
	case "CONNECTED":
	case "":
		registered.Result = Unknown
	default:
		registered.Result, registered.Why, registered.Values = Warning, NotConnected, map[string]string{"status": e.number.Status}
	}
	quality := Check{ID: OfQuality, Result: OK, Values: map[string]string{"quality": e.number.Quality, "limit": e.number.Limit}}
	if e.number.Quality == "YELLOW" || e.number.Quality == "RED" {
		quality.Result, quality.Why = Warning, Low
	}
	e.add(registered)
	e.add(quality)
}

// follow looks at what must be true for webhooks to come, once the number is connected, and subscribes the app when it is not.
func (s *Service) follow(ctx context.Context, a actor.Actor, c channel.Channel, n Number, e *examination) (Outcome, error) {
	q := s.DB.As(a)
	to, err := s.WebhookOf(ctx, q, a, c)
	if err != nil {
		return Outcome{}, err
	}
	if n.AccountID != "" {
		e.add(s.subscribed(ctx, n, e.token.AppID, to))
	}
	e.add(address(s.o.PublicURL))
	d, err := channel.DetailOf(ctx, q, a, c.ID)
	if err != nil {
		return Outcome{}, err
	}
	if to.VerifyToken != "" {
		e.add(since(OfHandshake, d.HandshakeAt))
	}
	e.add(since(OfHeard, d.HeardAt))
	return Outcome{ChannelID: c.ID, Checks: e.checks}, nil
}

// subscribed looks whether the account's webhooks come to the app, and sees to it. Where they go to an address of somebody
// else's, they are left there, and said so.
func (s *Service) subscribed(ctx context.Context, n Number, appID string, to Webhook) Check {
	ctx, cancel := context.WithTimeout(ctx, askingTime)
	defer cancel()
	c := Check{ID: OfSubscribed, Result: OK}
	all, err := s.o.Graph.Subscriptions(ctx, n.AccountID, n.Token)
	if err != nil {
		c.Result = Failed
		return c.said(err)
	}
	for _, sub := range all {
		if appID != "" && sub.AppID != appID {
			continue
		}
		if sub.Override != "" && sub.Override != to.URL {
			c.Result, c.Why, c.Values = Warning, Elsewhere, map[string]string{"host": hostOf(sub.Override)}
		}
		return c
	}
	var override *whatsapp.Override
	if to.VerifyToken != "" {
		override = &whatsapp.Override{URL: to.URL, VerifyToken: to.VerifyToken}
	}
	if err := s.o.Graph.Subscribe(ctx, n.AccountID, n.Token, override); err != nil {
		c.Result = Failed
		return c.said(err)
	}
	c.Why = Made
	return c
}

func address(publicURL string) Check {
	c := Check{ID: OfAddress, Result: OK, Values: map[string]string{"url": publicURL}}
	if !strings.HasPrefix(publicURL, "https://") {
		c.Result, c.Why = Warning, NotHTTPS
	}
	return c
}

func since(id ID, at db.Time) Check {
	if at.IsZero() {
		return Check{ID: id, Result: Waiting}
	}
	return Check{ID: id, Result: OK, Values: map[string]string{"at": at.Time().UTC().Format(time.RFC3339)}}
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

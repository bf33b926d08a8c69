package tenant

import (
	"context"
	"slices"
	"strings"
	"time"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/seal"
)

// How long sessions live.
const (
	idleLife = 30 * 24 * time.Hour // without a refresh
	grace    = 30 * time.Second    // in which a refresh token that was replaced still gives its successor
	memory   = 90 * 24 * time.Hour // how long an ended session speaks for the address it came from
)

// Visit is where a request comes from.
type Visit struct {
	Address string // an IP without port
	Host    string // the host name that was asked for; says which of several workspaces is meant
	Agent   string // the User-Agent header
}

// Workspace is a tenant as its member sees it.
type Workspace struct {
	ID   string
	Name string
	Role Role
}

// Me is who is signed in, where, and what they may do there.
type Me struct {
	UserID      string
	Name        string
	Email       string
	Language    string // that letters are written in; "" until told
	MustChange  bool   // a password of one's own must be chosen before anything else
	Tenant      Workspace
	Tenants     []Workspace
	Permissions []actor.Permission
}

// Session is what signing in gives.
type Session struct {
	Me
	AccessToken string
	ExpiresAt   time.Time // of the access token
	// RefreshToken renews the access token; "" when the one the browser has stays good.
	RefreshToken string
	RefreshLife  time.Duration
}

// WhoAmI is who the actor is.
func (s *Service) WhoAmI(ctx context.Context, a actor.Actor) (Me, error) {
	me, err := s.me(ctx, a.UserID(), a.Tenant())
	if err == nil && me.Tenant.ID != a.Tenant() {
		return Me{}, expired()
	}
	return me, err
}

// me reads a user who is, or would like to be, in a tenant: when they are no member there, their first one is taken.
func (s *Service) me(ctx context.Context, userID, tenantID string) (Me, error) {
	u, err := readUser(ctx, s.DB.As(actor.ForUser("", userID, "", nil)), userID)
	if err != nil {
		return Me{}, err
	}
	me := Me{UserID: userID, Name: u.name, Email: u.email, Language: u.locale, MustChange: u.mustChange, Permissions: []actor.Permission{}}
	ids, err := readMemberships(ctx, s.DB.As(actor.ForSystem("")), userID)
	if err != nil {
		return Me{}, err
	}
	for _, id := range ids {
		w, err := readWorkspace(ctx, s.DB.As(actor.ForUser(id, userID, "", nil)), id, userID)
		if errs.Is(err, errs.NotFound) {
			continue // removed this moment
		}
		if err != nil {
			return Me{}, err
		}
		me.Tenants = append(me.Tenants, w)
		if id == tenantID || me.Tenant.ID == "" {
			me.Tenant = w
		}
	}
	if me.Tenant.ID == "" {
		return Me{}, errs.New(errs.Forbidden, "You are not a member of any workspace. Ask an owner or admin to invite you.")
	}
	if !me.MustChange {
		me.Permissions = Permissions(me.Tenant.Role)
	}
	return me, nil
}

// Start signs a user in, whose password or one-time link was right, in the tenant, or in their first one when they
// are no member there.
func (s *Service) Start(ctx context.Context, userID, tenantID string, v Visit) (Session, error) {
	me, err := s.me(ctx, userID, tenantID)
	if err != nil {
		return Session{}, err
	}
	secret := seal.Token()
	var id, token string
	a := actor.ForUser(me.Tenant.ID, userID, v.Address, nil)
	err = s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		id = tx.NewID()
		token = joined(id, secret)
		if err := deleteOldSessions(ctx, tx, userID, tx.Now().Add(-memory)); err != nil {
			return err
		}
		agent, err := s.sealAgent(id, v.Agent)
		if err != nil {
			return err
		}
		err = insertSession(ctx, tx, session{
			id: id, userID: userID, tenantID: me.Tenant.ID, tokenHash: s.tokenHash(token),
			addressHash: s.addressHash(v.Address), agentSealed: agent, expiresAt: tx.Now().Add(idleLife),
		})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, a, audit.Entry{Action: "user.signed_in", TargetKind: "user", TargetID: userID})
	})
	if err != nil {
		return Session{}, err
	}
	return s.session(me, id, token)
}

// session is what a user holds of a session.
func (s *Service) session(me Me, id, refreshToken string) (Session, error) {
	access, expires, err := s.tokens.sign(me.UserID, pass{session: id, tenant: me.Tenant.ID})
	return Session{Me: me, AccessToken: access, ExpiresAt: expires, RefreshToken: refreshToken, RefreshLife: idleLife}, err
}

// A refresh token is the session's id and a secret, so that it can be found without being stored.
func joined(id, secret string) string { return id + "." + secret }

func cutToken(token string) (id, secret string, ok bool) {
	id, secret, ok = strings.Cut(token, ".")
	return id, secret, ok && id != "" && secret != "" && len(token) <= 200
}

// successor is the token that replaces another one: always the same, and only we can tell it (decision 7).
func (s *Service) successor(token string) string {
	id, secret, _ := cutToken(token)
	return joined(id, s.Box.Hash("refresh token successor", id+"\x00"+secret))
}

func (s *Service) tokenHash(token string) string { return s.Box.Hash("sessions.token", token) }

func (s *Service) addressHash(address string) string {
	return s.Box.Hash("sessions.address", network(address))
}

// first is the tenant to sign in to: the one that is meant by the host name, else the one last worked in.
func (s *Service) first(ctx context.Context, userID, host string) (string, error) {
	q := s.DB.As(actor.ForSystem(""))
	tenantID, err := s.OfHost(ctx, q, host)
	if err == nil {
		ids, err := readMemberships(ctx, q, userID)
		if err != nil || slices.Contains(ids, tenantID) {
			return tenantID, err
		}
	} else if !errs.Is(err, errs.NotFound) {
		return "", err
	}
	return readLastTenant(ctx, q, userID)
}

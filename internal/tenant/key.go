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
	"parley/internal/realtime"
	"parley/internal/seal"
)

// keyMark begins every key, so that people, and programs that look for secrets in public places, know one when they see it.
const keyMark = "pk_"

const (
	mostKeys  = 100            // of one tenant that work
	shownKey  = 8              // characters of a key that are kept to know it by
	touchEach = time.Minute    // how often it is written down that a key was used
	longKey   = 5 * 366        // days a key may live
	keyDay    = 24 * time.Hour // of ExpiresIn
)

// Key is a key with which a program uses the API. The key itself is shown once and not kept.
type Key struct {
	ID         string
	Name       string
	Prefix     string
	Scopes     []actor.Permission
	MadeBy     string // a user's id
	CreatedAt  db.Time
	LastUsedAt db.Time // to the minute
	ExpiresAt  db.Time // zero: never
}

// NewKey is a key to be made.
type NewKey struct {
	Name   string
	Scopes []actor.Permission
	Days   int // until it expires; 0 is never
}

// keyStanding is what counts of a key: what it may do, and what its maker may do now.
type keyStanding struct {
	id, tenant, maker string
	scopes            []actor.Permission
	role              Role
	lastUsed          db.Time
}

// KeyScopes are what a key could be allowed by somebody of a role. Members, keys and sessions are for people alone: a
// key that was stolen must not make itself a way back in.
func KeyScopes(r Role) []actor.Permission {
	return slices.DeleteFunc(Permissions(r), func(p actor.Permission) bool {
		return p == actor.MembersWrite || p == actor.KeysWrite
	})
}

// IsKey reports whether a bearer token is a key, going by how it begins.
func IsKey(token string) bool { return strings.HasPrefix(token, keyMark) }

// Keys lists the tenant's keys that were not revoked, the newest first.
func (s *Service) Keys(ctx context.Context, q db.Querier, a actor.Actor) ([]Key, error) {
	if err := a.Require(actor.KeysWrite); err != nil {
		return nil, err
	}
	return readKeys(ctx, q, a.Tenant())
}

// MakeKey makes a key and gives it, once.
func (s *Service) MakeKey(ctx context.Context, tx *db.Tx, a actor.Actor, n NewKey) (k Key, secret string, err error) {
	if err := a.Require(actor.KeysWrite); err != nil {
		return k, "", err
	}
	if k.Name, err = checkName("name", n.Name); err != nil {
		return k, "", err
	}
	if k.Scopes, err = checkScopes(a, n.Scopes); err != nil {
		return k, "", err
	}
	if n.Days < 0 || n.Days > longKey {
		return k, "", errs.InvalidField("days", "A key lives for at most %d days, or 0 for as long as it is not revoked.", longKey)
	}
	if n.Days > 0 {
		k.ExpiresAt = tx.Now().Add(time.Duration(n.Days) * keyDay)
	}
	if err := lockTenant(ctx, tx, a.Tenant()); err != nil {
		return k, "", err
	}
	all, err := readKeys(ctx, tx, a.Tenant())
	if err != nil {
		return k, "", err
	}
	if len(all) >= mostKeys {
		return k, "", errs.New(errs.Conflict, "A workspace has at most %d keys. Revoke some that nothing uses.", mostKeys)
	}
	secret = keyMark + seal.Token()
	k.ID, k.Prefix, k.MadeBy, k.CreatedAt = tx.NewID(), secret[:len(keyMark)+shownKey], a.UserID(), tx.Now()
	if err := insertKey(ctx, tx, a.Tenant(), k, s.keyHash(secret)); err != nil {
		return k, "", err
	}
	s.hint(tx, realtime.KeyChanged)
	s.named(tx, a.Tenant())
	return k, secret, audit.Record(ctx, tx, a, audit.Entry{
		Action: "key.made", TargetKind: "key", TargetID: k.ID, After: struct {
			Name   string             `json:"name"`
			Scopes []actor.Permission `json:"scopes"`
		}{k.Name, k.Scopes},
	})
}

// checkScopes takes what keys may do at all and the actor may do now.
func checkScopes(a actor.Actor, scopes []actor.Permission) ([]actor.Permission, error) {
	if len(scopes) == 0 {
		return nil, errs.InvalidField("scopes", "Choose at least one thing that the key may do.")
	}
	for _, p := range scopes {
		if !slices.Contains(KeyScopes(Owner), p) {
			return nil, errs.InvalidField("scopes", "A key cannot be allowed %q.", p)
		}
		if !a.Can(p) {
			return nil, errs.InvalidField("scopes", "You may not do this yourself, so your key may not either: %s.", p)
		}
	}
	scopes = slices.Clone(scopes)
	slices.Sort(scopes)
	return slices.Compact(scopes), nil
}

// RevokeKey ends a key, here at once and in every other process after StandingBound.
func (s *Service) RevokeKey(ctx context.Context, tx *db.Tx, a actor.Actor, id string) error {
	if err := a.Require(actor.KeysWrite); err != nil {
		return err
	}
	n, err := revokeKey(ctx, tx, a.Tenant(), id)
	if err := db.One(n, err, "key"); err != nil {
		return err
	}
	tx.AfterCommit(func() { s.keys.Forget(func(_ string, st keyStanding) bool { return st.id == id }) })
	s.hint(tx, realtime.KeyChanged)
	return audit.Record(ctx, tx, a, audit.Entry{Action: "key.revoked", TargetKind: "key", TargetID: id})
}

// AuthenticateKey makes the actor of a key: with its scopes, as far as who made it may do the same now. When they left
// the workspace, it may do nothing.
func (s *Service) AuthenticateKey(ctx context.Context, secret, address string) (actor.Actor, error) {
	hash := s.keyHash(secret)
	st, err := s.keys.Get(ctx, hash, func() (keyStanding, error) { return s.lookUpKey(ctx, hash) })
	if err != nil {
		return actor.Actor{}, err
	}
	makers := KeyScopes(st.role)
	may := slices.DeleteFunc(slices.Clone(st.scopes), func(p actor.Permission) bool { return !slices.Contains(makers, p) })
	return actor.ForKey(st.tenant, st.id, address, may), nil
}

// lookUpKey reads what counts of a key, and writes down that it is used when that was last done a while ago.
func (s *Service) lookUpKey(ctx context.Context, hash string) (st keyStanding, err error) {
	tenantID, id, err := readKeyHash(ctx, s.DB.As(actor.ForSystem("")), hash)
	if err != nil {
		return st, err
	}
	if id == "" {
		return st, badKey()
	}
	a := actor.ForSystem(tenantID)
	st, err = readKeyStanding(ctx, s.DB.As(a), tenantID, id, s.DB.Now())
	if err != nil {
		return st, err
	}
	if st.id == "" {
		return st, badKey()
	}
	if st.lastUsed.Add(touchEach).After(s.DB.Now()) {
		return st, nil
	}
	return st, s.DB.InTx(ctx, a, func(tx *db.Tx) error { return touchKey(ctx, tx, tenantID, id, tx.Now().Add(-touchEach)) })
}

func (s *Service) keyHash(secret string) string { return s.Box.Hash("api_keys", secret) }

func badKey() error {
	return errs.New(errs.Unauthenticated, "This API key does not work: it is wrong, expired or revoked, or who made it left.")
}

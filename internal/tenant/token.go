package tenant

import (
	"cmp"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"parley/internal/errs"
)

// accessLife is how long an access token is good for unless it is chosen otherwise.
const accessLife = 10 * time.Minute

// tokens makes and reads access tokens. They say who, where and in which session; what one may do there is looked up.
type tokens struct {
	secret []byte
	life   time.Duration
	parser *jwt.Parser
	now    func() time.Time
}

// pass names a session and the tenant it is used in.
type pass struct {
	session string
	tenant  string
}

// claims is what an access token says.
type claims struct {
	jwt.RegisteredClaims
	Tenant  string `json:"tid"`
	Session string `json:"sid"`
}

func (c claims) pass() pass { return pass{session: c.Session, tenant: c.Tenant} }

func newTokens(secret []byte, life time.Duration, now func() time.Time) tokens {
	return tokens{secret: secret, life: cmp.Or(life, accessLife), now: now, parser: jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), jwt.WithIssuer(issuer),
		jwt.WithExpirationRequired(), jwt.WithTimeFunc(now))}
}

const issuer = "parley"

// sign makes the access token of a user in a session, and says when it expires.
func (t tokens) sign(userID string, p pass) (token string, expires time.Time, err error) {
	now := t.now()
	expires = now.Add(t.life).Truncate(time.Second).UTC()
	token, err = jwt.NewWithClaims(jwt.SigningMethodHS256, claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: issuer, Subject: userID, IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(expires),
		},
		Tenant: p.tenant, Session: p.session,
	}).SignedString(t.secret)
	return token, expires, err
}

// read checks a token's signature and time.
func (t tokens) read(token string) (claims, error) {
	var c claims
	_, err := t.parser.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return t.secret, nil })
	if err != nil || c.Subject == "" || c.Session == "" {
		return c, expired()
	}
	return c, nil
}

func expired() error {
	return errs.New(errs.Unauthenticated, "Your session has expired. Please sign in again.")
}

package tenant

import (
	"context"
	"strings"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/errs"
)

// SignedIn is one of a user's sessions, as they see it. Where it came from is kept as a hash only, so it cannot be shown.
type SignedIn struct {
	ID       string
	Here     bool   // the one that asks
	Browser  string // "Firefox on Linux"; "" when it is not known
	Since    db.Time
	LastSeen db.Time // when it was last renewed
}

// Sessions lists the sessions of the token's user that go on, the newest first.
func (s *Service) Sessions(ctx context.Context, token string) ([]SignedIn, error) {
	c, st, err := s.identify(ctx, token)
	if err != nil {
		return nil, err
	}
	rows, err := readSessions(ctx, s.DB.As(actor.ForSystem("")), st.user, s.DB.Now())
	if err != nil {
		return nil, err
	}
	all := make([]SignedIn, 0, len(rows))
	for _, r := range rows {
		one := SignedIn{ID: r.id, Here: r.id == c.Session, Since: r.createdAt, LastSeen: r.rotatedAt}
		if r.agentSealed != "" {
			browser, err := s.Box.Open(r.agentSealed, "sessions.agent", r.id)
			if err != nil {
				return nil, err
			}
			one.Browser = string(browser)
		}
		all = append(all, one)
	}
	return all, nil
}

// EndSession ends one of the token's user's sessions.
func (s *Service) EndSession(ctx context.Context, token, id string, v Visit) error {
	c, st, err := s.identify(ctx, token)
	if err != nil {
		return err
	}
	a := actor.ForUser(c.Tenant, st.user, v.Address, nil)
	return s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		n, err := endSessionOf(ctx, tx, id, st.user)
		if err := db.One(n, err, "session"); err != nil {
			return err
		}
		s.forgetUser(tx, st.user)
		s.hangUp(tx, st.user)
		return audit.Record(ctx, tx, a, audit.Entry{Action: "session.ended", TargetKind: "session", TargetID: id})
	})
}

// named finds the first of some words that stands in a text; pairs are what is looked for and what it is called.
func named(text string, pairs ...string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		if strings.Contains(text, pairs[i]) {
			return pairs[i+1]
		}
	}
	return ""
}

// browser is what a User-Agent header says, in words people use. Most browsers name several; the first below is right.
func browser(header string) string {
	name := named(header, "Edg", "Edge", "OPR/", "Opera", "SamsungBrowser", "Samsung Internet", "Firefox", "Firefox", "FxiOS", "Firefox",
		"CriOS", "Chrome", "Chrome", "Chrome", "Safari", "Safari", "curl/", "curl")
	system := named(header, "iPhone", "iPhone", "iPad", "iPad", "Android", "Android", "Windows", "Windows", "Mac OS X", "Mac",
		"CrOS", "ChromeOS", "Linux", "Linux")
	switch {
	case name == "":
		return system
	case system == "":
		return name
	}
	return name + " on " + system
}

// sealAgent is what is kept of a User-Agent header.
func (s *Service) sealAgent(sessionID, header string) (string, error) {
	words := browser(header)
	if words == "" {
		return "", nil
	}
	sealed, err := s.Box.Seal([]byte(words), "sessions.agent", sessionID)
	if err != nil {
		return "", errs.Wrap(err, errs.Internal, "seal")
	}
	return sealed, nil
}

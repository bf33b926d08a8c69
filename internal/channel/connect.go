package channel

import (
	"context"
	"errors"
	"fmt"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/errs"
)

// Number is what is needed to add a WhatsApp number, or to bring the one from the settings up to date.
type Number struct {
	Kind         Kind
	Name         string
	ExternalID   string
	AccountID    string
	DisplayPhone string
	ConnectionID string
	Token        string
	Mode         string // "" is auto
	State        State  // "" is Unproven
}

// Ensure adds a number to the actor's tenant, or brings it up to date when it is there already. A number that
// another tenant holds is a Conflict: nobody can register somebody else's number.
func (s *Service) Ensure(ctx context.Context, tx *db.Tx, a actor.Actor, n Number) (Channel, error) {
	if n.ExternalID == "" {
		return Channel{}, errs.InvalidField("phoneNumberId", "A number needs Meta's phone number id.")
	}
	route, err := Lookup(ctx, tx, n.Kind, n.ExternalID)
	switch {
	case errs.Is(err, errs.NotFound):
		return s.addOrRevive(ctx, tx, a, n)
	case err != nil:
		return Channel{}, err
	case route.TenantID != a.Tenant():
		return Channel{}, errs.New(errs.Conflict, "This number already belongs to another workspace of this installation.")
	}
	return s.refresh(ctx, tx, a, route.ChannelID, n)
}

// addOrRevive brings back a number that was disconnected here, with what was said on it.
func (s *Service) addOrRevive(ctx context.Context, tx *db.Tx, a actor.Actor, n Number) (Channel, error) {
	c, err := scan(tx.QueryRow(ctx, `SELECT `+JoinColumns+` FROM channels ch
		WHERE tenant_id = $1 AND kind = $2 AND external_id = $3 AND state = 'disconnected'`, a.Tenant(), n.Kind, n.ExternalID))
	if errors.Is(err, db.ErrNoRows) {
		return s.add(ctx, tx, a, n)
	}
	if err != nil {
		return c, fmt.Errorf("look for a disconnected channel: %w", err)
	}
	c.State, c.AccountID, c.ConnectionID = orElse(n.State, Unproven), n.AccountID, n.ConnectionID
	_, err = tx.Exec(ctx, `
		UPDATE channels SET state = $3, connection_id = $4, name = CASE WHEN $5 = '' THEN name ELSE $5 END
		WHERE tenant_id = $1 AND id = $2`, a.Tenant(), c.ID, c.State, c.ConnectionID, n.Name)
	if err != nil {
		return c, fmt.Errorf("connect a channel again: %w", err)
	}
	if err := claim(ctx, tx, a, c); err != nil {
		return c, err
	}
	return s.refresh(ctx, tx, a, c.ID, n)
}

func (s *Service) add(ctx context.Context, tx *db.Tx, a actor.Actor, n Number) (Channel, error) {
	c := Channel{
		ID: tx.NewID(), Kind: n.Kind, Name: n.Name, State: orElse(n.State, Unproven), Mode: orElse(n.Mode, "auto"),
		ExternalID: n.ExternalID, AccountID: n.AccountID, DisplayPhone: n.DisplayPhone, ConnectionID: n.ConnectionID,
		CreatedAt: tx.Now(), UpdatedAt: tx.Now(),
	}
	sealed, err := s.sealToken(a, c.ID, n.Token)
	if err != nil {
		return c, err
	}
	if err := insert(ctx, tx, a, c, sealed); err != nil {
		return c, err
	}
	return c, s.changed(ctx, tx, a, audit.Entry{
		Action: "channel.added", TargetID: c.ID, After: auditView(c),
	})
}

// refresh writes what is new to the channel; a start with the same settings changes nothing and leaves no trace.
func (s *Service) refresh(ctx context.Context, tx *db.Tx, a actor.Actor, id string, n Number) (Channel, error) {
	before, err := Get(ctx, tx, a, id)
	if err != nil {
		return before, err
	}
	sealed, replaced, err := s.reseal(a, before, n.Token)
	if err != nil {
		return before, err
	}
	if err := update(ctx, tx, a, id, n, sealed); err != nil {
		return before, err
	}
	c, err := Get(ctx, tx, a, id)
	if err != nil || !replaced && c.AccountID == before.AccountID && c.DisplayPhone == before.DisplayPhone {
		return c, err
	}
	return c, s.changed(ctx, tx, a, audit.Entry{
		Action: "channel.changed", TargetID: id, After: struct {
			AccountID     string `json:"accountId"`
			TokenReplaced bool   `json:"tokenReplaced"`
		}{c.AccountID, replaced},
	})
}

// reseal seals a token that differs from the channel's; "" leaves that as it is.
func (s *Service) reseal(a actor.Actor, c Channel, token string) (sealed string, replaced bool, err error) {
	if old, err := s.Token(a, c); err == nil && (token == "" || token == old) {
		return "", false, nil
	}
	sealed, err = s.sealToken(a, c.ID, token)
	return sealed, sealed != "", err
}

// Prove notes that Graph answered for the number with its token: it is ours.
func (s *Service) Prove(ctx context.Context, tx *db.Tx, a actor.Actor, id, displayPhone, name string) error {
	before, err := Get(ctx, tx, a, id)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		UPDATE channels SET state = 'active', proven_at = $3, display_phone = $4, last_error = '',
			name = CASE WHEN name = '' THEN $5 ELSE name END, updated_at = $3
		WHERE tenant_id = $1 AND id = $2 AND state <> 'disconnected'`, a.Tenant(), id, tx.Now(), displayPhone, name)
	if err != nil || before.State == Active || before.State == Disconnected {
		return err
	}
	return s.changed(ctx, tx, a, audit.Entry{
		Action: "channel.proven", TargetID: id, Before: before.State, After: Active,
	})
}

// Break notes why Meta refuses the channel. It stays broken until it is proven again.
func (s *Service) Break(ctx context.Context, tx *db.Tx, a actor.Actor, id, reason string) error {
	before, err := Get(ctx, tx, a, id)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		UPDATE channels SET state = 'broken', last_error = $3, updated_at = $4
		WHERE tenant_id = $1 AND id = $2 AND state <> 'disconnected'`, a.Tenant(), id, reason, tx.Now())
	if err != nil || before.State == Broken || before.State == Disconnected {
		return err
	}
	return s.changed(ctx, tx, a, audit.Entry{
		Action: "channel.broken", TargetID: id, Before: before.State, After: Broken,
	})
}

// Token opens the access token of one of the actor's channels, "" when it has none.
func (s *Service) Token(a actor.Actor, c Channel) (string, error) {
	if c.tokenSealed == "" {
		return "", nil
	}
	token, err := s.box.Open(c.tokenSealed, a.Tenant(), "channels.token", c.ID)
	return string(token), err
}

func (s *Service) sealToken(a actor.Actor, id, token string) (string, error) {
	if token == "" {
		return "", nil
	}
	return s.box.Seal([]byte(token), a.Tenant(), "channels.token", id)
}

func auditView(c Channel) any {
	return struct {
		Kind Kind   `json:"kind"`
		Name string `json:"name"`
		Mode string `json:"mode"`
	}{c.Kind, c.Name, c.Mode}
}

func orElse[T ~string](v, fallback T) T {
	if v == "" {
		return fallback
	}
	return v
}

package setup

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/template"
	"parley/internal/tenant"
)

// Names of what the first start makes; its owner may change them.
const (
	firstTenantName = "My business"
	firstOwnerName  = "Owner"
)

// Result is what a start found or made.
type Result struct {
	TenantID string   // the default tenant
	DemoID   string   // the number of its demo channel, "" when there is none
	Lines    []string // what to tell whoever started it; a made password stands here and nowhere else
}

// FirstStart makes what is missing. Call it at every start, when migrations are done and before anything listens.
func (s *Service) FirstStart(ctx context.Context) (r Result, err error) {
	if r.TenantID, err = s.tenant(ctx); err != nil {
		return r, fmt.Errorf("make the default workspace: %w", err)
	}
	if r.DemoID, err = s.channels(ctx, r.TenantID); err != nil {
		return r, err
	}
	r.Lines, err = s.owner(ctx, r.TenantID)
	return r, err
}

// tenant makes the default tenant. Its id is chosen first, by one process; making it is then the same for all.
func (s *Service) tenant(ctx context.Context) (id string, err error) {
	if id, err = s.Tenants.NewID(ctx); err != nil {
		return "", err
	}
	if id, err = noteDown(ctx, s.DB, defaultTenant, id); err != nil {
		return "", err
	}
	a := actor.ForSystem(id)
	return id, s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		_, err := s.Tenants.Create(ctx, tx, a, tenant.NewTenant{Name: firstTenantName})
		return err
	})
}

// channels makes the demo channel, and adds the number from the settings or brings it up to date.
func (s *Service) channels(ctx context.Context, tenantID string) (demoID string, err error) {
	a := actor.ForSystem(tenantID)
	again := true // a second process may have made them since we looked
	for {
		err = s.DB.InTx(ctx, a, func(tx *db.Tx) error {
			if err := s.Equip(ctx, tx, a); err != nil {
				return err
			}
			return s.number(ctx, tx, a)
		})
		if !again || !errs.Is(err, errs.Conflict) {
			break
		}
		again = false
	}
	if err != nil {
		return "", fmt.Errorf("make the channels of the default workspace: %w", err)
	}
	if s.o.Demo {
		demoID = DemoNumber(tenantID)
	}
	return demoID, nil
}

// Equip gives a tenant what every new one has: the demo channel, unless it is switched off.
func (s *Service) Equip(ctx context.Context, tx *db.Tx, a actor.Actor) error {
	if !s.o.Demo {
		return nil
	}
	c, err := s.Channels.Ensure(ctx, tx, a, channel.Number{
		Kind: channel.Demo, Name: "Demo phone", ExternalID: DemoNumber(a.Tenant()), ConnectionID: channel.DemoConnection,
		State: channel.Active,
	})
	if err != nil || s.Templates == nil {
		return err
	}
	r, err := template.ReadingOf(ctx, tx, a, c.ID)
	if err != nil || !r.AskedAt.IsZero() {
		return err
	}
	return s.Templates.Want(ctx, tx, a, c.ID)
}

// DemoNumber is the number of a tenant's demo channel.
func DemoNumber(tenantID string) string { return "demo-" + tenantID }

// number adds the number of the settings. It is the operator's word that it is ours, so it is used at once; Prove
// asks Meta about it.
func (s *Service) number(ctx context.Context, tx *db.Tx, a actor.Actor) error {
	n := s.o.WhatsApp
	if n.PhoneNumberID == "" {
		return nil
	}
	_, err := s.Channels.Ensure(ctx, tx, a, channel.Number{
		Kind: channel.WhatsApp, Name: "WhatsApp", ExternalID: n.PhoneNumberID, AccountID: n.AccountID, Token: n.Token,
		ConnectionID: channel.PlatformConnection,
	})
	return err
}

// owner makes the first owner, or the way for them to come in.
func (s *Service) owner(ctx context.Context, tenantID string) (lines []string, err error) {
	has, err := fact(ctx, s.DB.As(actor.ForSystem("")), firstOwner)
	if err != nil {
		return nil, err
	}
	switch {
	case has != "":
		return []string{"Open " + s.o.PublicURL}, nil
	case s.o.AdminPassword != "":
		return s.ownerBySettings(ctx, tenantID)
	case s.o.Terminal:
		return s.ownerByPrint(ctx, tenantID)
	}
	if err := s.keepLink(ctx); err != nil {
		return nil, err
	}
	return []string{"Nobody can sign in yet. For a link that makes the first owner, run: parley setup"}, nil
}

func (s *Service) ownerBySettings(ctx context.Context, tenantID string) ([]string, error) {
	p, err := s.Tenants.Prepare(ctx, firstOwnerName, s.o.AdminEmail, s.o.AdminPassword, false)
	if err != nil {
		return nil, fmt.Errorf("make the first owner of ADMIN_EMAIL and ADMIN_PASSWORD: %w", err)
	}
	if _, err = s.makeOwner(ctx, tenantID, p); err != nil {
		return nil, err
	}
	lines := []string{"Open " + s.o.PublicURL, "Sign in as " + p.Email + " with the password of ADMIN_PASSWORD."}
	if why := tenant.Weakness(s.o.AdminPassword, p.Email); why != "" {
		lines = append(lines, "Change it soon. "+why)
	}
	return lines, nil
}

func (s *Service) ownerByPrint(ctx context.Context, tenantID string) ([]string, error) {
	password := madePassword()
	p, err := s.Tenants.Prepare(ctx, firstOwnerName, s.o.AdminEmail, password, false)
	if err != nil {
		return nil, fmt.Errorf("make the first owner of ADMIN_EMAIL: %w", err)
	}
	p.MustChange = true
	made, err := s.makeOwner(ctx, tenantID, p)
	if err != nil || !made {
		return []string{"Open " + s.o.PublicURL}, err
	}
	return []string{
		"Open " + s.o.PublicURL,
		"E-mail    " + p.Email,
		"Password  " + password,
		"It is shown only now. At the first sign-in you choose your own.",
	}, nil
}

// makeOwner makes the first owner, unless another process has; then it changes nothing.
func (s *Service) makeOwner(ctx context.Context, tenantID string, p tenant.Person) (made bool, err error) {
	a := actor.ForSystem(tenantID)
	err = s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		_, made, err = s.firstOwner(ctx, tx, a, p)
		return err
	})
	if err == nil && made {
		err = s.dropLink()
	}
	return made, err
}

// firstOwner makes the owner in a step, if it is the first. Links that would make another one are void.
func (s *Service) firstOwner(ctx context.Context, tx *db.Tx, a actor.Actor, p tenant.Person) (id string, made bool, err error) {
	if made, err = claim(ctx, tx, firstOwner, "made"); err != nil || !made {
		return "", false, err
	}
	if id, err = s.Tenants.AddUser(ctx, tx, a, p); err != nil {
		return "", false, err
	}
	if err := s.Tenants.AddMember(ctx, tx, a, id, tenant.Owner); err != nil {
		return "", false, err
	}
	return id, true, s.Tenants.VoidTokens(ctx, tx, tenant.ForSetup)
}

// madePassword is 100 bits in letters and digits that are not mistaken for each other.
func madePassword() string {
	text := strings.ToLower(rand.Text())
	return text[:5] + "-" + text[5:10] + "-" + text[10:15] + "-" + text[15:20]
}

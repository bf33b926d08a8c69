package tenant

import (
	"context"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/errs"
)

// NewTenant is a tenant to be made.
type NewTenant struct {
	Name     string
	Locale   string // "" is en
	TimeZone string // "" is UTC
	Tier     Tier   // "" is SelfHosted
}

// Create makes the actor's tenant, whose id was chosen before: a step acts in one tenant from its beginning. It says
// false when the tenant is there already.
func (s *Service) Create(ctx context.Context, tx *db.Tx, a actor.Actor, n NewTenant) (made bool, err error) {
	t := Tenant{ID: a.Tenant(), Name: n.Name, Locale: "en", TimeZone: "UTC", Tier: SelfHosted, Settings: defaults()}
	if n.Locale != "" {
		t.Locale = n.Locale
	}
	if n.TimeZone != "" {
		t.TimeZone = n.TimeZone
	}
	if n.Tier != "" {
		t.Tier = n.Tier
	}
	if made, err = insertTenant(ctx, tx, t); err != nil || !made {
		return false, err
	}
	s.changed(tx, t.ID)
	return true, audit.Record(ctx, tx, a, audit.Entry{
		Action: "tenant.created", TargetKind: "tenant", TargetID: t.ID, After: view(t, []string{"name"}),
	})
}

// NewID makes the id of a tenant that is to be made.
func (s *Service) NewID(ctx context.Context) (id string, err error) {
	err = s.DB.InTx(ctx, actor.ForSystem(""), func(tx *db.Tx) error {
		id = tx.NewID()
		return nil
	})
	return id, err
}

// Person is a user to be made. Prepare makes it, outside the step: hashing takes its time.
type Person struct {
	Name  string
	Email string // folded
	hash  string
	// MustChange asks for a password of one's own at the first sign-in.
	MustChange bool
}

// Prepare checks what was typed and hashes the password. chosen says that a person chose it just now, and holds it to
// the rules; what an operator set, or we made, is taken as it is.
func (s *Service) Prepare(ctx context.Context, name, email, password string, chosen bool) (p Person, err error) {
	if p.Name, err = checkName("name", name); err != nil {
		return p, err
	}
	if p.Email, err = checkEmail(email); err != nil {
		return p, err
	}
	if chosen {
		err = checkPassword("password", password, p.Name, p.Email)
	}
	if err == nil {
		p.hash, err = s.hasher.hash(ctx, password)
	}
	return p, err
}

// AddUser makes a user and gives their id. An address that has an account already is a Conflict.
func (s *Service) AddUser(ctx context.Context, tx *db.Tx, a actor.Actor, p Person) (id string, err error) {
	id = tx.NewID()
	if err := insertUser(ctx, tx, id, p); err != nil {
		return "", err
	}
	free, err := insertEmail(ctx, tx, s.emailHash(p.Email), id)
	if err != nil {
		return "", err
	}
	if !free {
		return "", errs.New(errs.Conflict,
			"No account can be made with this e-mail address. If it is yours, and you have one already, sign in with it.")
	}
	return id, audit.Record(ctx, tx, a, audit.Entry{Action: "user.created", TargetKind: "user", TargetID: id})
}

func (s *Service) emailHash(email string) string { return s.Box.Hash("user_emails", email) }

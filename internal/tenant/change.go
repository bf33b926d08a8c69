package tenant

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/errs"
)

// Limits of what a tenant may say of itself.
const (
	longestAbout   = 4000 // characters
	longestQuietMs = 3000 // the assistant holds no answer longer anyway
	longestMailMin = 1440 // a day
)

var locales = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

// Change is what to change about a tenant; nil stays as it is.
type Change struct {
	Name          *string
	About         *string
	Locale        *string
	TimeZone      *string
	Hours         *[]Hours
	QuietWindowMs *int

	HandoffMailMinutes *int
	HandoffMailClosed  *bool
}

// Change changes the actor's tenant.
func (s *Service) Change(ctx context.Context, tx *db.Tx, a actor.Actor, c Change) error {
	if err := a.Require(actor.TenantWrite); err != nil {
		return err
	}
	if err := lockTenant(ctx, tx, a.Tenant()); err != nil { // two changes at once: one after the other
		return err
	}
	before, err := readTenant(ctx, tx, a.Tenant())
	if err != nil {
		return err
	}
	after := before
	if err := c.apply(&after); err != nil {
		return err
	}
	what := changes(before, after)
	if len(what) == 0 {
		return nil
	}
	if err := updateTenant(ctx, tx, after); err != nil {
		return err
	}
	s.changed(tx, a.Tenant())
	return audit.Record(ctx, tx, a, audit.Entry{
		Action: "tenant.changed", TargetKind: "tenant", TargetID: a.Tenant(), Before: view(before, what), After: view(after, what),
	})
}

func (c Change) apply(t *Tenant) (err error) {
	if c.Name != nil {
		if t.Name, err = checkName("name", *c.Name); err != nil {
			return err
		}
	}
	if c.About != nil {
		t.About = strings.TrimSpace(*c.About)
		if utf8.RuneCountInString(t.About) > longestAbout || !utf8.ValidString(t.About) || strings.ContainsRune(t.About, 0) {
			return errs.InvalidField("about", "What you write about the business may have at most %d characters.", longestAbout)
		}
	}
	if c.Locale != nil {
		if t.Locale = *c.Locale; len(t.Locale) > 35 || !locales.MatchString(t.Locale) {
			return errs.InvalidField("locale", "A language is written like en, de or pt-BR.")
		}
	}
	if c.TimeZone != nil {
		if err := checkZone(*c.TimeZone); err != nil {
			return err
		}
		t.TimeZone = *c.TimeZone
	}
	if c.Hours != nil {
		if err := checkHours(*c.Hours); err != nil {
			return err
		}
		t.Hours = *c.Hours
	}
	if c.QuietWindowMs != nil {
		if t.Settings.QuietWindowMs = *c.QuietWindowMs; t.Settings.QuietWindowMs < 0 || t.Settings.QuietWindowMs > longestQuietMs {
			return errs.InvalidField("quietWindowMs", "The quiet window is from 0 to %d milliseconds.", longestQuietMs)
		}
	}
	return c.applyMail(&t.Settings)
}

func (c Change) applyMail(s *Settings) error {
	if c.HandoffMailMinutes != nil {
		if s.HandoffMailMinutes = *c.HandoffMailMinutes; s.HandoffMailMinutes < 0 || s.HandoffMailMinutes > longestMailMin {
			return errs.InvalidField("handoffMailMinutes", "People are written to after 1 to %d minutes; 0 is never.", longestMailMin)
		}
	}
	if c.HandoffMailClosed != nil {
		s.HandoffMailClosed = *c.HandoffMailClosed
	}
	return nil
}

func checkZone(name string) error {
	if _, err := time.LoadLocation(name); err != nil || name == "" || name == "Local" {
		return errs.InvalidField("timeZone", "A time zone is written like Europe/Berlin or UTC.")
	}
	return nil
}

// changes names what differs.
func changes(before, after Tenant) (what []string) {
	for name, differs := range map[string]bool{
		"name": before.Name != after.Name, "about": before.About != after.About, "locale": before.Locale != after.Locale,
		"timeZone": before.TimeZone != after.TimeZone, "hours": !slices.Equal(before.Hours, after.Hours),
		"settings": before.Settings != after.Settings,
	} {
		if differs {
			what = append(what, name)
		}
	}
	slices.Sort(what)
	return what
}

// view is what the audit log keeps of a change; of a long text only that it changed.
func view(t Tenant, what []string) any {
	var v struct {
		Changed  []string  `json:"changed"`
		Name     string    `json:"name,omitempty"`
		Locale   string    `json:"locale,omitempty"`
		TimeZone string    `json:"timeZone,omitempty"`
		Hours    []Hours   `json:"hours,omitempty"`
		Settings *Settings `json:"settings,omitempty"`
	}
	v.Changed = what
	for _, name := range what {
		switch name {
		case "name":
			v.Name = t.Name
		case "locale":
			v.Locale = t.Locale
		case "timeZone":
			v.TimeZone = t.TimeZone
		case "hours":
			v.Hours = t.Hours
		case "settings":
			v.Settings = &t.Settings
		}
	}
	return v
}

// readSettings lays what is stored over the defaults.
func readSettings(raw string) (Settings, error) {
	s := defaults()
	err := json.Unmarshal([]byte(raw), &s)
	return s, err
}

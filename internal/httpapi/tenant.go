package httpapi

import (
	"context"
	"net/http"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/tenant"
)

// Tenant is the workspace.
type Tenant struct {
	ID            string         `json:"id"`
	Name          string         `json:"name"`
	About         string         `json:"about" doc:"What the AI should know about the business as such."`
	Locale        string         `json:"locale" doc:"A language tag, such as en or pt-BR."`
	TimeZone      string         `json:"timeZone" doc:"Such as Europe/Berlin."`
	QuietWindowMs int            `json:"quietWindowMs" doc:"How long an answer is held back, in case the customer writes on."`
	Hours         []OpeningHours `json:"hours" doc:"When the business is open, by the clock on its wall; empty when it has not told."`

	HandoffMailMinutes int  `json:"handoffMailMinutes" doc:"After how long people are written to when nobody touches a hand-off; 0 is never."`
	HandoffMailClosed  bool `json:"handoffMailClosed" doc:"Write to them while the business is closed, too."`
	Mails              bool `json:"mails" doc:"Whether this installation can send mail."`
	Model              bool `json:"model" doc:"Whether a language model answers; without one the built-in answerer quotes the documents."`
}

// OpeningHours is one stretch of a week in which the business is open.
type OpeningHours struct {
	Day   int    `json:"day" minimum:"0" maximum:"6" doc:"0 is Sunday."`
	Open  string `json:"open" maxLength:"5" doc:"Such as 09:00."`
	Close string `json:"close" maxLength:"5" doc:"Such as 18:00; not after open means on the next day."`
}

// TenantPatch is what to change about it; what is left out stays.
type TenantPatch struct {
	Name          *string         `json:"name,omitempty" maxLength:"400"`
	About         *string         `json:"about,omitempty" maxLength:"16000"`
	Locale        *string         `json:"locale,omitempty" maxLength:"64"`
	TimeZone      *string         `json:"timeZone,omitempty" maxLength:"64"`
	QuietWindowMs *int            `json:"quietWindowMs,omitempty" minimum:"0" maximum:"3000"`
	Hours         *[]OpeningHours `json:"hours,omitempty" maxItems:"100"`

	HandoffMailMinutes *int  `json:"handoffMailMinutes,omitempty" minimum:"0" maximum:"1440"`
	HandoffMailClosed  *bool `json:"handoffMailClosed,omitempty"`
}

func (s *Server) tenantOperations() {
	handle(s, operation{
		id: "get-tenant", method: http.MethodGet, path: "/api/tenant", tag: "Workspace",
		summary: "Read the workspace", permission: actor.TenantRead,
	}, s.getTenant)
	handle(s, operation{
		id: "change-tenant", method: http.MethodPatch, path: "/api/tenant", tag: "Workspace",
		summary: "Change the workspace", permission: actor.TenantWrite,
	}, s.changeTenant)
}

func (s *Server) getTenant(ctx context.Context, a actor.Actor, _ *struct{}) (Tenant, error) {
	t, err := s.Tenants.Get(ctx, s.DB.As(a), a)
	out := Tenant{
		ID: t.ID, Name: t.Name, About: t.About, Locale: t.Locale, TimeZone: t.TimeZone, QuietWindowMs: t.Settings.QuietWindowMs,
		Hours: []OpeningHours{}, HandoffMailMinutes: t.Settings.HandoffMailMinutes, HandoffMailClosed: t.Settings.HandoffMailClosed,
		Mails: s.Tenants.Mails(), Model: s.Assistant.HasModel(),
	}
	for _, h := range t.Hours {
		out.Hours = append(out.Hours, OpeningHours{Day: int(h.Day), Open: h.Open, Close: h.Close})
	}
	return out, err
}

func readHours(all *[]OpeningHours) *[]tenant.Hours {
	if all == nil {
		return nil
	}
	hours := make([]tenant.Hours, len(*all))
	for i, h := range *all {
		hours[i] = tenant.Hours{Day: time.Weekday(h.Day), Open: h.Open, Close: h.Close}
	}
	return &hours
}

func (s *Server) changeTenant(ctx context.Context, a actor.Actor, in *with[TenantPatch]) (Tenant, error) {
	p := in.Body
	err := s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		return s.Tenants.Change(ctx, tx, a, tenant.Change{
			Name: p.Name, About: p.About, Locale: p.Locale, TimeZone: p.TimeZone, QuietWindowMs: p.QuietWindowMs,
			Hours: readHours(p.Hours), HandoffMailMinutes: p.HandoffMailMinutes, HandoffMailClosed: p.HandoffMailClosed,
		})
	})
	if err != nil {
		return Tenant{}, err
	}
	return s.getTenant(ctx, a, nil)
}

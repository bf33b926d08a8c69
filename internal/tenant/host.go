package tenant

import (
	"context"
	"net"
	"strings"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/errs"
)

// HostKind is what sort of name a tenant answers under.
type HostKind string

// The kinds of host.
const (
	Subdomain    HostKind = "subdomain"
	CustomDomain HostKind = "domain"
)

// AddHost lets the actor's tenant answer under a host name. A name belongs to one tenant.
func (s *Service) AddHost(ctx context.Context, tx *db.Tx, a actor.Actor, host string, kind HostKind) error {
	if err := a.Require(actor.TenantWrite); err != nil {
		return err
	}
	folded := foldHost(host)
	if folded == "" || len(folded) > 253 || strings.ContainsAny(folded, " /:@?#") || !strings.Contains(folded, ".") {
		return errs.InvalidField("host", "A host name is written like chat.example.com.")
	}
	free, err := insertHost(ctx, tx, folded, kind, a.Tenant())
	if err != nil {
		return err
	}
	if !free {
		return errs.New(errs.Conflict, "This host name is in use already.")
	}
	return audit.Record(ctx, tx, a, audit.Entry{
		Action: "tenant.host_added", TargetKind: "tenant", TargetID: a.Tenant(), After: folded,
	})
}

// OfHost finds the tenant that answers under a host name, with or without a port; NotFound when none does.
func (s *Service) OfHost(ctx context.Context, q db.Querier, host string) (tenantID string, err error) {
	return readHost(ctx, q, foldHost(host))
}

// foldHost is a host name as it is compared: no port, no dot at the end, lower case.
func foldHost(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(strings.TrimSpace(host), "."))
}

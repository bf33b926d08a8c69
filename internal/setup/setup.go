// Package setup is the first start: the keys beside the database, the default tenant with its channels, and its first
// owner. All of it may be done again at every start, and by two processes at once; it makes everything once.
//
// The first owner comes from ADMIN_PASSWORD; else, on a terminal, from a password made for them and printed once; else
// from a one-time link that only whoever may read DATA_DIR gets to see.
package setup

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"parley/internal/channel"
	"parley/internal/db"
	"parley/internal/seal"
	"parley/internal/template"
	"parley/internal/tenant"
)

// linkLife is how long the one-time link works.
const linkLife = 24 * time.Hour

// Parts are the rooms set-up works with.
type Parts struct {
	DB       *db.DB
	Box      *seal.Box
	Tenants  *tenant.Service
	Channels *channel.Service
	// Templates are read when a channel is new, or was proven; nil reads none.
	Templates *template.Service
	Log       *slog.Logger
}

// Options are what was set.
type Options struct {
	PublicURL     string // what to open in a browser, without a slash at the end
	DataDir       string
	AdminEmail    string
	AdminPassword string
	Terminal      bool // somebody reads what is printed
	Demo          bool // make the demo channel
	WhatsApp      Number
}

// Number is the default tenant's own number from the settings; without an id there is none.
type Number struct {
	PhoneNumberID string
	AccountID     string
	Token         string
}

// Service sets up.
type Service struct {
	Parts
	o       Options
	settled atomic.Bool // there is an owner, and no link is needed any more
}

// New makes a Service.
func New(p Parts, o Options) *Service {
	o.PublicURL = strings.TrimSuffix(o.PublicURL, "/")
	return &Service{Parts: p, o: o}
}

// What set-up writes down in the table installation.
const (
	keyCheck      = "key_check"
	defaultTenant = "default_tenant"
	firstOwner    = "first_owner"
)

// CheckKey refuses a database whose secrets were sealed under another master key; the first key it sees is the one.
func CheckKey(ctx context.Context, d *db.DB, box *seal.Box) error {
	kept, err := noteDown(ctx, d, keyCheck, box.CheckValue())
	if err != nil {
		return fmt.Errorf("check the master key: %w", err)
	}
	if kept != box.CheckValue() {
		return errWrongKey
	}
	return nil
}

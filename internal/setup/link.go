package setup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/tenant"
)

// linkFile is the file in DATA_DIR that holds the one-time link, for its owner's eyes only.
const linkFile = "first-sign-in"

const linkPath = "/setup#"

// NewLink makes a one-time link for the first owner; the one before is void. Conflict says that there is an owner.
func (s *Service) NewLink(ctx context.Context) (url string, err error) {
	return s.link(ctx, func(tx *db.Tx) error {
		has, err := fact(ctx, tx, firstOwner)
		if err == nil && has != "" {
			err = errs.New(errs.Conflict, "There is an owner already. Sign in at %s", s.o.PublicURL)
		}
		if err != nil {
			return err
		}
		return s.Tenants.VoidTokens(ctx, tx, tenant.ForSetup)
	})
}

// KeptLink reads the link from DATA_DIR: what `parley setup` prints while another process holds the database.
// NotFound says that there is none, because there is an owner or the program was not started yet.
func KeptLink(dataDir string) (url string, err error) {
	raw, err := os.ReadFile(filepath.Join(dataDir, linkFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", errs.New(errs.NotFound, "There is no link for a first owner in DATA_DIR. If nobody can sign in, start Parley first.")
	}
	if err != nil {
		return "", fmt.Errorf("read the link in DATA_DIR: %w", err)
	}
	return strings.TrimSpace(string(raw)), nil
}

// RenewLink leaves a new link in DATA_DIR when nobody has used the one there and it has run out. The program calls it
// every second; once there is an owner, made by whichever process, it takes the link away and does nothing any more.
// Before the first start there is nothing to renew.
func (s *Service) RenewLink(ctx context.Context) error {
	if s.settled.Load() {
		return nil
	}
	q := s.DB.As(actor.ForSystem(""))
	if begun, err := fact(ctx, q, defaultTenant); err != nil || begun == "" {
		return err
	}
	has, err := fact(ctx, q, firstOwner)
	if err != nil {
		return err
	}
	if has == "" {
		return s.keepLink(ctx)
	}
	if err := s.dropLink(); err != nil {
		return err
	}
	s.settled.Store(true)
	return nil
}

// keepLink leaves a link in DATA_DIR that works, the one that is there if it still does.
func (s *Service) keepLink(ctx context.Context) error {
	url, err := KeptLink(s.o.DataDir)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	if _, token, found := strings.Cut(url, linkPath); found && strings.HasPrefix(url, s.o.PublicURL+linkPath) {
		good, err := s.Tenants.TokenGood(ctx, s.DB.As(actor.ForSystem("")), tenant.ForSetup, token)
		if err != nil || good {
			return err
		}
	}
	// The links of other processes, in folders of their own, stay good.
	_, err = s.link(ctx, func(*db.Tx) error { return nil })
	return err
}

// link makes a link, and whatever belongs before it into the same step.
func (s *Service) link(ctx context.Context, before func(tx *db.Tx) error) (url string, err error) {
	var token string
	err = s.DB.InTx(ctx, actor.ForSystem(""), func(tx *db.Tx) (err error) {
		if err := before(tx); err != nil {
			return err
		}
		token, err = s.Tenants.NewToken(ctx, tx, tenant.ForSetup, linkLife)
		return err
	})
	if err != nil {
		return "", err
	}
	url = s.o.PublicURL + linkPath + token
	return url, s.writeLink(url)
}

func (s *Service) writeLink(url string) error {
	if err := os.MkdirAll(s.o.DataDir, 0o700); err != nil {
		return fmt.Errorf("make DATA_DIR: %w", err)
	}
	draft, err := writeDraft(s.o.DataDir, linkFile, url)
	if err != nil {
		return err
	}
	if err := os.Rename(draft, filepath.Join(s.o.DataDir, linkFile)); err != nil {
		return errors.Join(fmt.Errorf("write the link into DATA_DIR: %w", err), os.Remove(draft))
	}
	return nil
}

// dropLink removes the link, which is of no use any more.
func (s *Service) dropLink() error {
	err := os.Remove(filepath.Join(s.o.DataDir, linkFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the used link from DATA_DIR: %w", err)
	}
	return nil
}

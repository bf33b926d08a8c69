package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"parley/internal/app"
	"parley/internal/config"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/setup"
)

// setupCommand prints the one-time link of the first owner.
func setupCommand() *cobra.Command {
	return &cobra.Command{
		Use: "setup", Short: "Print a link that makes the first owner (once, within 24 hours)", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := settings()
			if err != nil {
				return err
			}
			var link string
			err = built(c.Context(), func(ctx context.Context, _ config.Config, a *app.App) (err error) {
				link, err = a.Setup.NewLink(ctx)
				return err
			})
			if err != nil && !errs.Is(err, errs.Conflict) {
				// A server that runs on SQLite holds the database, and has left its link in a file.
				if kept, keptErr := setup.KeptLink(cfg.DataDir); keptErr == nil {
					link, err = kept, nil
				}
			}
			if err == nil {
				_, err = fmt.Fprintln(c.OutOrStdout(), link)
			}
			return err
		},
	}
}

// migrateCommand brings the database up to date, for who wants that apart from starting.
func migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use: "migrate", Short: "Bring the database up to date and stop", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := settings()
			if err != nil {
				return err
			}
			o := database(cfg)
			o.Log = logger(cfg)
			d, err := db.Open(c.Context(), o)
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintln(c.OutOrStdout(), "The database is up to date."); err != nil {
				return err
			}
			return d.Close()
		},
	}
}

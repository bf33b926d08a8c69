package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"parley/internal/app"
	"parley/internal/bench"
	"parley/internal/config"
)

// seedCommand fills the first workspace with made-up conversations.
func seedCommand() *cobra.Command {
	var crowd bench.Crowd
	c := &cobra.Command{
		Use: "seed", Short: "Fill an empty workspace with made-up conversations, to see or measure what many are like", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return built(c.Context(), func(ctx context.Context, _ config.Config, a *app.App) error {
				first, err := a.Setup.FirstStart(ctx)
				if err != nil {
					return err
				}
				return bench.Seed(ctx, a.DB, first.TenantID, crowd, func(n int) {
					_, _ = fmt.Fprintf(c.ErrOrStderr(), "%d of %d conversations\n", n, crowd.Conversations)
				})
			})
		},
	}
	c.Flags().IntVar(&crowd.Conversations, "conversations", 100_000, "how many")
	c.Flags().IntVar(&crowd.Messages, "messages", 2_000_000, "how many in all of them together")
	return c
}

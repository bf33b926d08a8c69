package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"parley/internal/app"
	"parley/internal/config"
)

// serveCommand is the program as it runs for a business.
func serveCommand() *cobra.Command {
	return &cobra.Command{
		Use: "serve", Short: "Serve webhooks, workers, API and dashboard on PORT", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := settings()
			if err != nil {
				return err
			}
			return serve(c.Context(), c.OutOrStdout(), cfg, "")
		},
	}
}

// devCommand is serve for this machine alone: what `make run` starts.
func devCommand() *cobra.Command {
	return &cobra.Command{
		Use: "dev", Short: "Like serve, but reachable from this machine only", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := settings()
			if err != nil {
				return err
			}
			return serve(c.Context(), c.OutOrStdout(), cfg, "127.0.0.1")
		},
	}
}

// serve runs the program until ctx ends. It listens only when the database is up to date and the first start is done.
func serve(ctx context.Context, out io.Writer, cfg config.Config, host string) error {
	log := logger(cfg)
	for _, name := range cfg.NotUsedYet {
		log.WarnContext(ctx, name+" is set, and this version does nothing with it yet")
	}
	a, err := build(ctx, cfg, log)
	if err != nil {
		return err
	}
	first, err := a.Setup.FirstStart(ctx)
	if err != nil {
		_ = a.Close(ctx)
		return err
	}
	address := net.JoinHostPort(host, strconv.Itoa(cfg.Port))
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	for _, line := range first.Lines { // also when it cannot listen: a password that was made is shown only now
		_, _ = fmt.Fprintln(out, line)
	}
	if err != nil {
		_ = a.Close(ctx)
		return fmt.Errorf("cannot listen on %s (is another program there? PORT chooses another): %w", address, err)
	}
	log.InfoContext(ctx, "listening", "address", l.Addr().String(), "open", cfg.Open(), "version", version)
	go a.ProveNumber(ctx, first.TenantID)
	return a.Serve(ctx, l)
}

// onTerminal reports whether what is printed is read by a person.
func onTerminal() bool { return term.IsTerminal(int(os.Stdout.Fd())) }

// built closes a program that was put together for one question.
func built(ctx context.Context, do func(ctx context.Context, cfg config.Config, a *app.App) error) error {
	cfg, err := settings()
	if err != nil {
		return err
	}
	a, err := build(ctx, cfg, logger(cfg))
	if err != nil {
		return err
	}
	defer func() { _ = a.Close(ctx) }()
	return do(ctx, cfg, a)
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"parley/internal/bench"
)

// benchFlags are the choices of a measurement.
type benchFlags struct {
	database string
	json     string
	at       string
	only     []string
	short    bool
	inbox    bool
	crowd    bench.Crowd
}

// benchCommand measures a server under load: its own child by default. Traffic goes to this machine only.
func benchCommand() *cobra.Command {
	var f benchFlags
	c := &cobra.Command{
		Use: "bench", Short: "Measure a server under load, with stand-ins for Meta and the model", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if f.inbox {
				return measureInbox(c.Context(), c.OutOrStdout(), f)
			}
			return measure(c.Context(), c.OutOrStdout(), f)
		},
	}
	c.Flags().StringVar(&f.database, "database", "sqlite", "sqlite, or the postgres:// address of an empty database")
	c.Flags().StringVar(&f.json, "json", "", "a file to write the results to")
	c.Flags().StringVar(&f.at, "at", "", "the address of a server that runs already, instead of starting one")
	c.Flags().StringSliceVar(&f.only, "scenario", nil, "steady, saturation, burst10k, inflight10k, duplicates; all when not given")
	c.Flags().BoolVar(&f.short, "short", false, "a few hundred messages of each, for a quick look")
	c.Flags().BoolVar(&f.inbox, "inbox", false, "measure instead what looking takes in a workspace that parley seed has filled")
	c.Flags().IntVar(&f.crowd.Conversations, "conversations", 100_000, "with --inbox: how many to fill it with")
	c.Flags().IntVar(&f.crowd.Messages, "messages", 2_000_000, "with --inbox: how many in all of them together")
	return c
}

// measureInbox fills a workspace and has readers look at it while customers write.
func measureInbox(ctx context.Context, out io.Writer, f benchFlags) (err error) {
	stand, err := bench.NewStand(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = stand.Close() }()
	target, err := benchTarget(ctx, f, stand)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Stop()) }()
	filling, indexing, err := target.Fill(ctx, f.crowd)
	if err != nil {
		return err
	}
	readings, err := bench.Inbox(ctx, target)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out, "%s\n%d conversations, %d messages; filled in %.0f s, found by their words after %.0f s; %.0f MiB\n%s\n", bench.Machine(),
		f.crowd.Conversations, f.crowd.Messages, filling.Seconds(), indexing.Seconds(), target.Peak(), bench.ReadingHeader())
	for _, r := range readings {
		_, _ = fmt.Fprintln(out, r.Row())
	}
	return writeJSON(f.json, readings)
}

func measure(ctx context.Context, out io.Writer, f benchFlags) error {
	stand, err := bench.NewStand(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = stand.Close() }()
	chosen, err := bench.Choose(bench.Scenarios(f.short), f.only)
	if err != nil {
		return err
	}
	results, err := runAll(ctx, out, f, stand, chosen)
	if err != nil {
		return err
	}
	if err := writeJSON(f.json, results); err != nil {
		return err
	}
	var broken []error
	for _, r := range results {
		broken = append(broken, r.Failed())
	}
	return errors.Join(broken...)
}

// writeJSON writes results to a file, when one was named.
func writeJSON(path string, results any) error {
	if path == "" {
		return nil
	}
	raw, err := json.MarshalIndent(results, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(raw, '\n'), 0o600)
}

// runAll measures one scenario after the other, each on a fresh server so that none inherits another's memory.
func runAll(ctx context.Context, out io.Writer, f benchFlags, stand *bench.Stand, chosen []bench.Scenario) ([]bench.Result, error) {
	_, _ = fmt.Fprintln(out, bench.Machine())
	_, _ = fmt.Fprintln(out, bench.Header())
	var results []bench.Result
	for _, s := range chosen {
		target, err := benchTarget(ctx, f, stand)
		if err != nil {
			return results, err
		}
		r, err := bench.Run(ctx, target, s)
		if err := errors.Join(err, target.Stop()); err != nil {
			return results, err
		}
		_, _ = fmt.Fprintln(out, r.Row())
		results = append(results, r)
	}
	return results, nil
}

func benchTarget(ctx context.Context, f benchFlags, stand *bench.Stand) (*bench.Target, error) {
	if f.at != "" {
		return bench.At(ctx, f.at, stand)
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	database := f.database
	if database == "sqlite" {
		database = ""
	}
	return bench.Start(ctx, self, database, os.Environ(), stand)
}

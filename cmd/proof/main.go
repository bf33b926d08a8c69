//go:build unix

// Command proof runs the proofs of internal/proof against a built program and prints one table. It ends with 1 when a
// line of it is red. `make proof` starts it with the servers it needs.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"parley/internal/bench"
	"parley/internal/proof"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "proof:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	short := flag.Bool("short", false, "small runs of all proofs, in a minute")
	only := flag.String("only", "", "proofs to run, with commas between; all when not given")
	on := flag.String("on", "", "sqlite or postgres; both when not given")
	binary := flag.String("binary", "bin/parley", "the program")
	folder := flag.String("out", "data/proof", "where table, results and the servers' logs go")
	flag.Parse()
	var names []string
	if *only != "" {
		names = strings.Split(*only, ",")
	}
	proofs, err := proof.Choose(names)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(*folder, 0o750); err != nil {
		return err
	}
	began := time.Now()
	o := proof.Options{
		Binary: *binary, On: *on, Env: os.Environ(), Short: *short, Folder: *folder, Scenario: scenario,
		Log: func(line string) { fmt.Fprintln(os.Stderr, time.Now().Format("15:04:05"), line) },
	}
	if *on != proof.SQLite {
		o.Database, o.Crash = os.Getenv("TEST_DATABASE_URL"), os.Getenv("TEST_CRASH_DATABASE_URL")
		if o.Database == "" || o.Crash == "" {
			return errors.New("TEST_DATABASE_URL and TEST_CRASH_DATABASE_URL are not set: start it by `make proof`")
		}
	}
	rows, err := proof.Run(ctx, o, proofs)
	text := header(ctx, o, time.Since(began)) + "\n" + proof.Table(rows)
	fmt.Print("\n", text)
	return errors.Join(err, keep(*folder, text, rows), verdict(rows))
}

// verdict is an error when a promise was broken.
func verdict(rows []proof.Row) error {
	if n := proof.Red(rows); n > 0 {
		return fmt.Errorf("%d of %d lines are red", n, len(rows))
	}
	return nil
}

// keep writes the table and the results.
func keep(folder, text string, rows []proof.Row) error {
	raw, err := json.MarshalIndent(rows, "", "  ")
	return errors.Join(err,
		os.WriteFile(filepath.Join(folder, "proof.md"), []byte(text), 0o644), //nolint:gosec // for everybody to read
		os.WriteFile(filepath.Join(folder, "proof.json"), append(raw, '\n'), 0o600))
}

// header says what was tried, when, where and how loaded the machine was.
func header(ctx context.Context, o proof.Options, took time.Duration) string {
	size := "full"
	if o.Short {
		size = "small"
	}
	return fmt.Sprintf("Commit %s, %s, %s runs, %.0f min. %s. %s. Load of the machine at the end: %s.\n",
		said(ctx, "git", "describe", "--tags", "--always", "--dirty"), time.Now().UTC().Format("2006-01-02 15:04 UTC"), size, took.Minutes(),
		bench.Machine(), version(ctx, o.Database), load())
}

func version(ctx context.Context, database string) string {
	if database == "" {
		return "SQLite alone"
	}
	conn, err := pgx.Connect(ctx, database)
	if err != nil {
		return "PostgreSQL: " + err.Error()
	}
	defer func() { _ = conn.Close(ctx) }()
	return "PostgreSQL " + conn.PgConn().ParameterStatus("server_version")
}

func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(text))[:3], ", ")
}

func said(ctx context.Context, name string, args ...string) string {
	out, err := exec.CommandContext(ctx, name, args...).Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

// scenario runs one of the program's own tests on a database.
func scenario(ctx context.Context, name, database string) error {
	//nolint:gosec // a name of our own
	cmd := exec.CommandContext(ctx, "go", "test", "-count=1", "-v", "-run", "^"+name+"$", "./internal/app")
	cmd.Env = append(os.Environ(), "TEST_DATABASES="+database)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: ") {
		return fmt.Errorf("%s: %w\n%s", name, err, out)
	}
	return nil
}

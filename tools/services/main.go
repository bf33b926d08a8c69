// Command services finds or starts the PostgreSQL and the Redis that the tests need, says which ones it took, runs
// the command named after its flags with TEST_DATABASE_URL and TEST_REDIS_URL set, and stops what it started:
//
//	bin/tools/services go test ./internal/db/...
//
// With -own PostgreSQL is always started here, durable as in earnest, and started again whenever it ends, and a second
// one beside it as TEST_CRASH_DATABASE_URL, on a small disk of its own when root may mount one: for `make proof`, which
// crashes them.
//
// With -quick PostgreSQL is started here too where one is installed, but spares itself all that is for a power cut: the
// tests make hundreds of databases.
//
// A service is looked for in this order: the address in the environment, its usual port on 127.0.0.1, a program of
// this machine, and last what can be had without installing anything: PostgreSQL from an npm package, Redis within
// this process. Nothing is skipped: a service that cannot be had ends the run with an error.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

// grace is how long a stopped program may take to end before it is killed.
const grace = 15 * time.Second

// service is a server the tests may use, and how to be rid of it.
type service struct {
	url  string
	from string // where it comes from, for the line that says so
	stop func()
}

func main() {
	wantPostgres := flag.Bool("postgres", true, "offer PostgreSQL as TEST_DATABASE_URL")
	wantRedis := flag.Bool("redis", true, "offer Redis as TEST_REDIS_URL")
	own := flag.Bool("own", false, "start PostgreSQL here whatever there is, twice, and again whenever it ends")
	quick := flag.Bool("quick", false, "start a PostgreSQL that forgets in a power cut, where one is installed")
	flag.Parse()
	code, err := run(wanted{*wantPostgres, *wantRedis, *own, *quick}, flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "services:", err)
	}
	os.Exit(code)
}

// wanted are the services asked for.
type wanted struct{ postgres, redis, own, quick bool }

// run returns the exit code of the command, or 1 with the reason when there was no running it.
func run(want wanted, command []string) (int, error) {
	if len(command) == 0 {
		return 2, errors.New("name the command to run, as in: services go test")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	env := os.Environ()
	for _, offered := range want.databases() {
		pg, err := offered.get(ctx)
		if err != nil {
			return 1, fmt.Errorf("PostgreSQL: %w", err)
		}
		defer pg.stop()
		fmt.Fprintln(os.Stderr, "services: PostgreSQL:", pg.from)
		env = append(env, offered.name+"="+pg.url)
	}
	if want.redis {
		rd, err := redis(ctx)
		if err != nil {
			return 1, fmt.Errorf("redis: %w", err)
		}
		defer rd.stop()
		fmt.Fprintln(os.Stderr, "services: Redis:", rd.from)
		env = append(env, "TEST_REDIS_URL="+rd.url)
	}
	return runCommand(ctx, env, command)
}

// offer is a database and the variable that names it.
type offer struct {
	name string
	get  func(context.Context) (service, error)
}

func (w wanted) databases() []offer {
	switch {
	case !w.postgres:
		return nil
	case w.own:
		return []offer{
			{"TEST_DATABASE_URL", func(ctx context.Context) (service, error) { return ownPostgres(ctx, false) }},
			{"TEST_CRASH_DATABASE_URL", func(ctx context.Context) (service, error) { return ownPostgres(ctx, true) }},
		}
	case w.quick:
		return []offer{{"TEST_DATABASE_URL", quickPostgres}}
	}
	return []offer{{"TEST_DATABASE_URL", postgres}}
}

// runCommand passes an interrupt on as a request to end, and its exit code back.
func runCommand(ctx context.Context, env, command []string) (int, error) {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = env, os.Stdin, os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = grace
	err := cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() > 0 {
		return exit.ExitCode(), nil
	}
	if err != nil {
		return 1, err
	}
	return 0, nil
}

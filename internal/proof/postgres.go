//go:build unix

package proof

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// owner is the login the program has: as docs/running/postgresql.md makes it, and no superuser.
const owner = "proof_owner"

// newDatabase makes a database of its own for a proof and returns its address. It goes with its server.
func newDatabase(ctx context.Context, server, proof string) (string, error) {
	at, err := url.Parse(server)
	if err != nil {
		return "", err
	}
	err = execute(ctx, server, `CREATE ROLE `+owner+` LOGIN CREATEROLE`)
	if e, is := errors.AsType[*pgconn.PgError](err); err != nil && (!is || e.Code != roleTaken && e.Code != roleRaced) {
		return "", fmt.Errorf("make a login: %w", err)
	}
	name := fmt.Sprintf("proof_%s_%d", proof, time.Now().UnixNano())
	if err := execute(ctx, server, `CREATE DATABASE `+name+` OWNER `+owner); err != nil {
		return "", fmt.Errorf("make a database: %w", err)
	}
	at.User, at.Path = url.User(owner), "/"+name
	return at.String(), nil
}

// What PostgreSQL says when the login is there already, and when somebody else makes it at this moment.
const (
	roleTaken = "42710"
	roleRaced = "23505"
)

func execute(ctx context.Context, server, sql string) error {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, sql)
	return err
}

// postmaster is the process of a server on this machine whose owner starts it again when it ends.
type postmaster struct{ server, folder string }

// findPostmaster asks the server where its data lies.
func findPostmaster(ctx context.Context, server string) (p postmaster, err error) {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return p, err
	}
	defer func() { _ = conn.Close(ctx) }()
	p.server = server
	return p, conn.QueryRow(ctx, `SHOW data_directory`).Scan(&p.folder)
}

func (p postmaster) pid() (int, error) {
	text, err := os.ReadFile(filepath.Join(p.folder, "postmaster.pid"))
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	return strconv.Atoi(first)
}

// end sends the server a signal that ends it, and waits until it has been started again and answers.
func (p postmaster) end(ctx context.Context, s syscall.Signal) error {
	pid, err := p.pid()
	if err != nil {
		return err
	}
	if err := syscall.Kill(pid, s); err != nil {
		return err
	}
	for gone := false; !gone && ctx.Err() == nil; pause(ctx, 20*time.Millisecond) {
		now, err := p.pid()
		gone = err != nil || now != pid
	}
	return p.answers(ctx, 30*time.Second)
}

// answers waits until the server does.
func (p postmaster) answers(ctx context.Context, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	for {
		err := execute(ctx, p.server, `SELECT 1`)
		if err == nil || ctx.Err() != nil {
			return err
		}
		pause(ctx, 50*time.Millisecond)
	}
}

// crashed restarts PostgreSQL (SIGINT, "fast"), crashes it (SIGQUIT, "immediate") and kills its postmaster, in turn,
// under load.
func crashed(ctx context.Context, t *trial) error {
	rounds := pick(t, 4, 1)
	ways := []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGKILL}
	t.faults = fmt.Sprintf("PostgreSQL restarted fast, crashed (immediate), its postmaster killed: %d × each", rounds)
	p, err := findPostmaster(ctx, t.Crash)
	if err != nil {
		return err
	}
	stop := t.crowd.begins(ctx, pick(t, 30.0, 15.0))
	defer stop()
	for range rounds {
		for _, way := range ways {
			pause(ctx, pick(t, 5*time.Second, time.Second))
			if err := p.end(ctx, way); err != nil {
				return fmt.Errorf("PostgreSQL after %s: %w", way, err)
			}
		}
	}
	t.calmed()
	pause(ctx, pick(t, 5*time.Second, time.Second))
	return ctx.Err()
}

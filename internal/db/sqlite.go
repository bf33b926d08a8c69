package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"parley/internal/actor"
)

// groupLite is how many steps of SQLite share a commit: writing the pages costs more than the steps do.
const groupLite = 256

// lite is SQLite: one writer on a connection of its own, and a few connections that only read.
type lite struct {
	steps   *writer
	readers *liteReaders
	lent    *sql.DB // the writer's connection, for database/sql
	inside  *sql.DB // the same within a step
	lock    *os.File
}

// openLite opens the file for this process alone.
func openLite(ctx context.Context, d *DB, o Options) (*lite, error) {
	if err := os.MkdirAll(filepath.Dir(o.Path), 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	lock, err := lockFolder(o.Path)
	if err != nil {
		return nil, err
	}
	l := &lite{lock: lock}
	if err := l.open(ctx, d, o); err != nil {
		return nil, errors.Join(err, l.close())
	}
	return l, nil
}

func (l *lite) open(ctx context.Context, d *DB, o Options) error {
	if err := keepPrivate(o.Path); err != nil {
		return err
	}
	if err := migrateLite(ctx, o.Path); err != nil {
		return err
	}
	conn, err := openLiteConn(o.Path, "cache_size(-65536)", "journal_size_limit(67108864)", "secure_delete(1)")
	if err != nil {
		return err
	}
	l.steps = newWriter(d, conn, groupLite, false)
	l.lent, l.inside = sql.OpenDB(lending{l}), sql.OpenDB(insider{conn})
	l.inside.SetMaxOpenConns(1)
	l.readers, err = openLiteReaders(o.Path, o.Readers)
	return err
}

// keepPrivate makes the file, if it is new, for its owner's eyes only; SQLite gives what stands beside it the same mode.
func keepPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("open SQLite: %w", err)
	}
	return f.Close()
}

// dsn is the address of a file that may have any name.
func dsn(path string, pragmas ...string) string {
	q := url.Values{"_time_format": {"sqlite"}, "_pragma": append([]string{
		"busy_timeout(5000)", "journal_mode(wal)", "synchronous(full)", "foreign_keys(1)", "temp_store(2)",
	}, pragmas...)}
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + q.Encode()
}

func (l *lite) close() error {
	var all []error
	if l.steps != nil {
		all = append(all, l.lent.Close(), l.inside.Close(), l.steps.close())
	}
	if l.readers != nil {
		all = append(all, l.readers.close())
	}
	return errors.Join(append(all, l.lock.Close())...)
}

func (l *lite) writer(int64) *writer { return l.steps }

// read answers on a connection that cannot write. SQLite keeps tenants apart by key and query alone.
func (l *lite) read(ctx context.Context, _ actor.Actor, text string, args []any) (Rows, error) {
	values, err := named(args)
	if err != nil {
		return nil, err
	}
	return l.readers.query(ctx, text, values)
}

package db

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"parley/internal/actor"
)

// Options say which database, and let tests decide time and ids.
type Options struct {
	// URL is postgres://… (the login that owns and migrates), or the path of an SQLite file; "" is SQLite at Path.
	URL string
	// Path is the SQLite file; its folder is made when it is missing.
	Path string
	// AppURL is a second PostgreSQL login that does the work, when the first may not make the working role.
	AppURL string
	// Writers and Readers are how many connections a process works with; 0 is 2 writers (on SQLite always 1), and 12
	// readers on PostgreSQL, 4 on SQLite.
	Writers, Readers int
	Clock            func() time.Time // nil is time.Now
	NewID            func() string    // nil makes UUIDs of version 7
	Log              *slog.Logger     // nil logs nothing
	// Waited is told of each step how long it waited for its writer, Grouped of each group how many steps shared it and
	// how long it took to its commit. Either may be nil.
	Waited  func(time.Duration)
	Grouped func(steps int, took time.Duration)
}

// DB is an open database whose schema is up to date.
type DB struct {
	engine engine
	clock  func() time.Time
	newID  func() string
	log    *slog.Logger
	stats  counters

	waited  func(time.Duration)
	grouped func(steps int, took time.Duration)

	close func() error
}

// engine is one of the two databases.
type engine interface {
	// writer runs the steps of a lane.
	writer(lane int64) *writer
	// read answers a query outside a step, with what the actor may see.
	read(ctx context.Context, a actor.Actor, sql string, args []any) (Rows, error)
	close() error
}

// Open connects, brings the schema up to date, and refuses a database that could not keep tenants apart. Several
// processes may open one PostgreSQL database at once; an SQLite file belongs to one process.
func Open(ctx context.Context, o Options) (*DB, error) {
	d := &DB{clock: o.Clock, newID: o.NewID, log: o.Log, waited: o.Waited, grouped: o.Grouped}
	if d.clock == nil {
		d.clock = time.Now
	}
	if d.newID == nil {
		d.newID = func() string { return uuid.Must(uuid.NewV7()).String() }
	}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	if d.waited == nil {
		d.waited = func(time.Duration) {}
	}
	if d.grouped == nil {
		d.grouped = func(int, time.Duration) {}
	}
	var err error
	if isPostgres(o.URL) {
		d.engine, err = openPostgres(ctx, d, o)
	} else {
		if o.URL != "" {
			o.Path = o.URL
		}
		d.engine, err = openLite(ctx, d, o)
	}
	if err != nil {
		return nil, err
	}
	d.close = sync.OnceValue(d.engine.close)
	return d, nil
}

func isPostgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}

// Close runs the steps that wait, ends what has begun and lets go of the database. Steps that come later are told
// that the program is stopping.
func (d *DB) Close() error { return d.close() }

// Now is the time of the program's clock.
func (d *DB) Now() Time { return FromTime(d.clock()) }

// Postgres reports which of the two databases it is; for the clauses that must differ.
func (d *DB) Postgres() bool {
	_, is := d.engine.(*postgres)
	return is
}

// NowExpr is the SQL expression of the database's own clock in microseconds (SQLite's has milliseconds): what leases
// are measured with, since the clocks of processes differ.
func (d *DB) NowExpr() string {
	if d.Postgres() {
		return `CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)`
	}
	return `CAST(unixepoch('subsec') * 1000000 AS INTEGER)`
}

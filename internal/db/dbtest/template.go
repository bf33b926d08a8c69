package dbtest

import (
	"context"
	"sync"
	"testing"

	"parley/internal/db"
)

// Template is a migrated database that is made once and copied for every test: migrating takes a hundred times as long.
type Template struct {
	name     string
	fill     func(ctx context.Context, d *db.DB) error
	file     func() ([]byte, error)
	database func() (string, error)
}

// NewTemplate is a template that holds more than our own tables: fill adds it. On PostgreSQL it outlives the process,
// under a name made of name, our schema and the versions in go.mod.
func NewTemplate(name string, fill func(ctx context.Context, d *db.DB) error) *Template {
	m := &Template{name: name, fill: fill}
	m.file = sync.OnceValues(m.makeFile)
	m.database = sync.OnceValues(m.makeDatabase)
	return m
}

// plain holds our own tables.
var plain = NewTemplate("", func(context.Context, *db.DB) error { return nil })

// Each runs a test on a copy of the template on each database, side by side.
func (m *Template) Each(t *testing.T, do func(t *testing.T, d *db.DB)) {
	t.Helper()
	for _, kind := range Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			do(t, m.Open(t, kind))
		})
	}
}

// Options name a fresh copy of the template, which is not open yet.
func (m *Template) Options(t testing.TB, kind string) db.Options {
	t.Helper()
	if kind == SQLite {
		return db.Options{Path: m.sqliteFile(t)}
	}
	return db.Options{URL: m.postgresURL(t)}
}

// Open opens a fresh copy of the template; change may set clock, ids and log.
func (m *Template) Open(t testing.TB, kind string, change ...func(*db.Options)) *db.DB {
	t.Helper()
	o := m.Options(t, kind)
	for _, c := range change {
		c(&o)
	}
	return Start(t, o)
}

// make opens a database for the first time, which migrates it, and fills it.
func (m *Template) make(ctx context.Context, o db.Options) error {
	d, err := db.Open(ctx, o)
	if err != nil {
		return err
	}
	if err := m.fill(ctx, d); err != nil {
		_ = d.Close()
		return err
	}
	return d.Close()
}

package db

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

func migrateLite(ctx context.Context, path string) error {
	conn, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		return fmt.Errorf("open SQLite: %w", err)
	}
	conn.SetMaxOpenConns(1)
	return errors.Join(up(ctx, goose.DialectSQLite3, conn), conn.Close())
}

// up runs the migrations that have not run yet.
func up(ctx context.Context, kind goose.Dialect, conn *sql.DB) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	read := dialect{FS: files, bytes: `COLLATE "C"`}
	if kind == goose.DialectSQLite3 {
		read = dialect{FS: files, rowless: "WITHOUT ROWID"}
	}
	p, err := goose.NewProvider(kind, conn, read, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// dialect reads the migrations as one database understands them: on SQLite, small tables that are found by their key
// alone keep no second row id; on PostgreSQL, words that are found by their beginning are compared by their bytes.
type dialect struct {
	fs.FS
	rowless, bytes string
}

// Open gives a file with the marks replaced.
func (d dialect) Open(name string) (fs.File, error) {
	f, err := d.FS.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil || info.IsDir() {
		return f, err
	}
	raw, err := io.ReadAll(f)
	text := strings.NewReplacer("/*ROWLESS*/", d.rowless, "/*BYTES*/", d.bytes).Replace(string(raw))
	return textFile{Reader: strings.NewReader(text), info: info}, errors.Join(err, f.Close())
}

type textFile struct {
	*strings.Reader
	info fs.FileInfo
}

func (f textFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f textFile) Close() error               { return nil }

package dbtest

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"parley/internal/db"
)

// makeFile gives the content of an SQLite file that holds what a template does.
func (m *Template) makeFile() ([]byte, error) {
	folder, err := os.MkdirTemp("", "parley-template")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	path := filepath.Join(folder, "parley.db")
	if err := m.make(context.Background(), db.Options{Path: path}); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// sqliteFile copies the template to a file that is gone after the test.
func (m *Template) sqliteFile(t testing.TB) string {
	t.Helper()
	content, err := m.file()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "parley.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

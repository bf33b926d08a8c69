package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhatDocumentsPointAtMustExist(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for name, text := range map[string]string{
		"docs/words.md":              "[The house](architecture.md#rooms), [outside](https://example.com), [up](../README.md).",
		"docs/promises.md":           "Guarded by `TestKept` and `TestForgotten`; [gone](nowhere.md)",
		"docs/security.md":           "| 1.1.1 | a | `FuzzKept` |\n| 1.1.2 | b | `FuzzForgotten` |\n| 1.1.1 | c | |\n",
		"docs/architecture.md":       "`kept/kept.go`, `web/embed.go`, `kept/lost.go`, `<room>/store.go`",
		"internal/kept/kept.go":      "package kept\n",
		"web/embed.go":               "package web\n",
		"README.md":                  "",
		"internal/kept/kept_test.go": "package kept\n\nfunc TestKept(t *testing.T) {}\n\nfunc FuzzKept(f *testing.F) {}\n",
		"web/node_modules/x/a.md":    "[not ours](missing.md)",
	} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	err := check(root)
	if err == nil || strings.Count(err.Error(), "\n") != 4 {
		t.Fatalf("want exactly five complaints, got: %v", err)
	}
	for _, part := range []string{"nowhere.md", "TestForgotten", "kept/lost.go", "FuzzForgotten", "1.1.1 stands there twice"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%s is not named in: %v", part, err)
		}
	}
}

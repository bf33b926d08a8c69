package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
)

func TestTheCommandsExitCodeComesBack(t *testing.T) {
	t.Parallel()
	code, err := run(wanted{}, []string{"sh", "-c", "exit 7"})
	if code != 7 || err != nil {
		t.Errorf("got %d, %v", code, err)
	}
	if code, err := run(wanted{}, []string{"/no/such/program"}); code == 0 || err == nil {
		t.Errorf("a command that is not there ended with %d, %v", code, err)
	}
	if code, err := run(wanted{}, nil); code == 0 || err == nil {
		t.Errorf("no command ended with %d, %v", code, err)
	}
}

func TestAServiceNamedButNotThereIsAnError(t *testing.T) {
	t.Setenv("TEST_DATABASE_URL", "postgres://nobody@127.0.0.1:1/none?sslmode=disable")
	if _, err := postgres(t.Context()); err == nil || !strings.Contains(err.Error(), "TEST_DATABASE_URL") {
		t.Errorf("PostgreSQL: want an error that names the setting, got %v", err)
	}
	t.Setenv("TEST_REDIS_URL", "redis://127.0.0.1:1")
	if _, err := redis(t.Context()); err == nil || !strings.Contains(err.Error(), "TEST_REDIS_URL") {
		t.Errorf("Redis: want an error that names the setting, got %v", err)
	}
}

func TestPingWantsTheRightPassword(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	if err := ping(t.Context(), "redis://"+server.Addr()); err != nil {
		t.Errorf("without a password: %v", err)
	}
	server.RequireAuth("secret")
	if err := ping(t.Context(), "redis://:secret@"+server.Addr()); err != nil {
		t.Errorf("with the password: %v", err)
	}
	if err := ping(t.Context(), "redis://:wrong@"+server.Addr()); err == nil {
		t.Error("a wrong password passed")
	}
}

func TestLibrariesAreLinkedAsThePackageSays(t *testing.T) {
	t.Parallel()
	pkg := t.TempDir()
	lib := filepath.Join(pkg, "native", "lib")
	if err := os.MkdirAll(lib, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"pg-symlinks.json":  `[{"source":"native/lib/libpq.so.5.18","target":"native/lib/libpq.so.5"}]`,
		"lib/libpq.so.5.18": "library",
	} {
		if err := os.WriteFile(filepath.Join(pkg, "native", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // a second time is no error
		if err := linkLibraries(pkg); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := os.ReadFile(filepath.Join(lib, "libpq.so.5")); err != nil || string(text) != "library" {
		t.Errorf("the link leads to %q, %v", text, err)
	}
}

func TestAServerThatEndsIsStartedAgainUntilItIsStopped(t *testing.T) {
	t.Parallel()
	h := &house{dir: t.TempDir()}
	starts := filepath.Join(h.dir, "starts")
	stop, err := h.keep(func() error { return nil }, "/bin/sh", "-c", "echo started >> "+starts)
	if err != nil {
		t.Fatal(err)
	}
	count := func() int {
		text, _ := os.ReadFile(starts)
		return strings.Count(string(text), "started")
	}
	for deadline := time.Now().Add(30 * time.Second); count() < 3; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d starts", count())
		}
	}
	stop()
	if _, err := os.Stat(h.dir); !os.IsNotExist(err) {
		t.Errorf("the house is still there: %v", err)
	}
}

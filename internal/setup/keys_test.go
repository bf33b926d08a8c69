package setup_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"parley/internal/seal"
	"parley/internal/setup"
)

type ctx = context.Context

const linkLife = 24 * time.Hour

func TestKeysAreMadeOnceBesideTheDatabase(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	made := make([]setup.Keys, 8)
	var all sync.WaitGroup
	for i := range made {
		all.Go(func() {
			var err error
			if made[i], err = setup.LoadKeys(dir, "", ""); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, k := range made {
		if len(k.Master) != seal.KeySize || len(k.JWT) < 32 || !bytes.Equal(k.Master, made[0].Master) || !bytes.Equal(k.JWT, made[0].JWT) {
			t.Error("processes that start at once have different keys")
		}
	}
	if bytes.Equal(made[0].Master, made[0].JWT) {
		t.Error("both keys are the same")
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 2 {
		t.Errorf("DATA_DIR holds %v: %v", files, err)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s may be read by others: %v", f.Name(), err)
		}
	}
}

func TestKeysThatAreSetLeaveNoFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	master := bytes.Repeat([]byte("m"), seal.KeySize)
	k, err := setup.LoadKeys(dir, base64.StdEncoding.EncodeToString(master), "a secret of at least thirty-two bytes")
	if err != nil || !bytes.Equal(k.Master, master) || string(k.JWT) != "a secret of at least thirty-two bytes" {
		t.Errorf("got %v", err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 0 {
		t.Errorf("DATA_DIR holds %v", files)
	}
}

func TestAKeyThatCannotBeUsedIsSaid(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := setup.LoadKeys(dir, "no base64!", "s"); err == nil {
		t.Error("a key that is none was taken")
	}
	if err := os.WriteFile(filepath.Join(dir, "master.key"), []byte("c2hvcnQ=\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := setup.LoadKeys(dir, "", "s"); err == nil {
		t.Error("a short key was taken")
	}
	for _, name := range []string{"master.key", "jwt.secret"} {
		folder := t.TempDir()
		if err := os.Mkdir(filepath.Join(folder, name), 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := setup.LoadKeys(folder, "", ""); err == nil {
			t.Errorf("%s is a folder, and nobody says so", name)
		}
	}
	if _, err := setup.LoadKeys(filepath.Join(dir, "master.key"), "", ""); err == nil {
		t.Error("DATA_DIR is a file, and nobody says so")
	}
}

func TestTheWrongMasterKeyStopsTheStart(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		other, err := seal.New(bytes.Repeat([]byte("o"), seal.KeySize))
		h.must(err)
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if err := setup.CheckKey(t.Context(), h.db, h.box); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		h.must(setup.CheckKey(t.Context(), h.db, h.box))
		if err := setup.CheckKey(t.Context(), h.db, other); err == nil {
			t.Error("another key was taken")
		}
	})
}

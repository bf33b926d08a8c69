package setup

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"parley/internal/seal"
)

// The files in DATA_DIR that hold what was not set.
const (
	masterFile = "master.key"
	jwtFile    = "jwt.secret"
)

var errWrongKey = errors.New("this database was sealed under another master key: start with the MASTER_KEY it had before, " +
	"or put the file " + masterFile + " back into DATA_DIR; without that key its sealed secrets cannot be opened")

// Keys are the secrets everything else is kept or signed with.
type Keys struct {
	Master []byte
	JWT    []byte
}

// LoadKeys takes the keys that are set, and for those that are not reads their files in dataDir, which are made at the
// first start. Only their owner may read them.
func LoadKeys(dataDir, masterKey, jwtSecret string) (k Keys, err error) {
	if masterKey == "" {
		if masterKey, err = keptKey(dataDir, masterFile); err != nil {
			return k, err
		}
	}
	if k.Master, err = base64.StdEncoding.DecodeString(masterKey); err != nil || len(k.Master) != seal.KeySize {
		return k, fmt.Errorf("the master key is not %d bytes in base64: look at MASTER_KEY, or at %s in DATA_DIR",
			seal.KeySize, masterFile)
	}
	if jwtSecret == "" {
		if jwtSecret, err = keptKey(dataDir, jwtFile); err != nil {
			return k, err
		}
	}
	k.JWT = []byte(jwtSecret)
	return k, nil
}

// keptKey reads a key's file, or makes it. Two processes that make it at once end with the same one.
func keptKey(dataDir, name string) (string, error) {
	path := filepath.Join(dataDir, name)
	if key, err := readKey(path); !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := os.MkdirAll(dataDir, 0o700); err != nil {
		return "", fmt.Errorf("make DATA_DIR: %w", err)
	}
	raw := make([]byte, seal.KeySize)
	_, _ = rand.Read(raw) // never fails (crypto/rand)
	draft, err := writeDraft(dataDir, name, base64.StdEncoding.EncodeToString(raw))
	if err != nil {
		return "", err
	}
	defer func() { _ = os.Remove(draft) }()
	// A link, unlike a rename, does not replace what another process put there a moment ago.
	if err := os.Link(draft, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("keep a key in DATA_DIR: %w", err)
	}
	return readKey(path)
}

func readKey(path string) (string, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read a key from DATA_DIR: %w", err)
	}
	return strings.TrimSpace(string(raw)), nil
}

// writeDraft writes a file that is whole and on the disk before anybody finds it under its name.
func writeDraft(dir, name, text string) (path string, err error) {
	f, err := os.CreateTemp(dir, name+".*") // only its owner may read it
	if err != nil {
		return "", fmt.Errorf("write into DATA_DIR: %w", err)
	}
	_, err = f.WriteString(text + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		_ = os.Remove(f.Name())
		return "", fmt.Errorf("write into DATA_DIR: %w", err)
	}
	return f.Name(), nil
}

// Package blob keeps files: pictures, recordings and documents of messages. What is put is sealed chunk by chunk, so
// that a file of any size passes through in a little memory, in both directions, and nothing readable touches the disk.
// A file is there whole or not at all. It is found by its owner and its id and by nothing that came from outside; one
// owner's file does not open as another's, not even when somebody copies it there.
package blob

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"parley/internal/errs"
	"parley/internal/seal"
)

// Store is a folder of sealed files: owner/first two characters of the id/id.
type Store struct {
	box  *seal.Box
	root *os.Root // every path stays below it, whatever it is made of, links included
}

// unfinished is the folder of files that are being written. No owner can be called so.
const unfinished = ".unfinished"

// Open opens the folder, and makes it for this user alone when it is not there.
func Open(folder string, box *seal.Box) (*Store, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("folder of files: %w", err)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, fmt.Errorf("folder of files: %w", err)
	}
	if err := root.MkdirAll(unfinished, 0o700); err != nil {
		return nil, errors.Join(fmt.Errorf("folder of files: %w", err), root.Close())
	}
	return &Store{box: box, root: root}, nil
}

// Sweep removes what a crash has left unfinished before a time. Younger files may be another process's, at work.
func (s *Store) Sweep(before time.Time) error {
	left, err := fs.ReadDir(s.root.FS(), unfinished)
	if err != nil {
		return fmt.Errorf("sweep files: %w", bare(err))
	}
	var failed []error
	for _, entry := range left {
		info, err := entry.Info()
		if err == nil && info.ModTime().Before(before) {
			err = s.root.Remove(path.Join(unfinished, entry.Name()))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = append(failed, bare(err))
		}
	}
	return errors.Join(failed...)
}

// Close lets go of the folder.
func (s *Store) Close() error { return s.root.Close() }

// Remove removes a file; one that is not there is removed already.
func (s *Store) Remove(owner, id string) error {
	name, err := nameOf(owner, id)
	if err != nil {
		return err
	}
	if err := s.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove file: %w", bare(err))
	}
	return nil
}

// nameOf is where a file lies. Owners and ids are made by the program; anything else is refused rather than cleaned.
func nameOf(owner, id string) (string, error) {
	if !plain(owner) || !plain(id) {
		return "", errs.New(errs.NotFound, "There is no such file.")
	}
	return path.Join(owner, strings.ToLower(id[:2]), id), nil
}

// plain reports whether a name is 8 to 64 letters, digits, hyphens and underscores, as ids are.
func plain(name string) bool {
	if len(name) < 8 || len(name) > 64 {
		return false
	}
	for i := range len(name) {
		switch c := name[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_':
		default:
			return false
		}
	}
	return true
}

// bare takes the path off an error: an owner's id is not for everybody's log.
func bare(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	if l, ok := errors.AsType[*os.LinkError](err); ok {
		return l.Err
	}
	return err
}

// syncFolder makes a new name in a folder durable.
func (s *Store) syncFolder(folder string) error {
	f, err := s.root.Open(filepath.FromSlash(folder))
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

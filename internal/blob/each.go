package blob

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"time"
)

// atOnce is how many files Each shows at a time.
const atOnce = 200

// Each shows the files that were there before a time, some of one owner at once.
func (s *Store) Each(before time.Time, do func(owner string, ids []string) error) error {
	owners, err := s.folders(".")
	if err != nil {
		return err
	}
	for _, owner := range owners {
		if !plain(owner) {
			continue
		}
		parts, err := s.folders(owner)
		if err != nil {
			return err
		}
		for _, part := range parts {
			ids, err := s.files(path.Join(owner, part), before)
			if err != nil {
				return err
			}
			for some := range slices.Chunk(ids, atOnce) {
				if err := do(owner, some); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (s *Store) folders(of string) (names []string, err error) {
	all, err := fs.ReadDir(s.root.FS(), of)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list files: %w", bare(err))
	}
	for _, entry := range all {
		if entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	return names, nil
}

func (s *Store) files(of string, before time.Time) (ids []string, err error) {
	all, err := fs.ReadDir(s.root.FS(), of)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list files: %w", bare(err))
	}
	for _, entry := range all {
		info, err := entry.Info()
		if err == nil && info.Mode().IsRegular() && plain(entry.Name()) && info.ModTime().Before(before) {
			ids = append(ids, entry.Name())
		}
	}
	return ids, nil
}

package blob

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"parley/internal/errs"
	"parley/internal/seal"
)

// Reader gives a file's plain bytes, from any place on. It is for one goroutine.
type Reader struct {
	*seal.FileReader
	file *os.File
}

// Close lets go of the file.
func (r *Reader) Close() error { return r.file.Close() }

// Open opens a file of an owner; one that is not there is NotFound.
func (s *Store) Open(owner, id string) (*Reader, error) {
	name, err := nameOf(owner, id)
	if err != nil {
		return nil, err
	}
	f, err := s.root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errs.New(errs.NotFound, "There is no such file.")
	}
	if err != nil {
		return nil, fmt.Errorf("open file: %w", bare(err))
	}
	r := &Reader{file: f}
	info, err := f.Stat()
	if err == nil {
		r.FileReader, err = s.box.OpenFile(f, info.Size(), "blob", owner, id)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open file: %w", bare(err)), f.Close())
	}
	return r, nil
}

package blob

import (
	"errors"
	"fmt"
	"os"
	"path"

	"parley/internal/seal"
)

// Writer takes a new file. Commit makes it be there; Discard, or a crash, leaves nothing.
type Writer struct {
	s         *Store
	name, tmp string
	file      *os.File
	sealed    *seal.FileWriter
	done      bool
}

// Create begins a file of an owner. Two writers of one id do not disturb each other; the last Commit stands.
func (s *Store) Create(owner, id string) (*Writer, error) {
	name, err := nameOf(owner, id)
	if err != nil {
		return nil, err
	}
	w := &Writer{s: s, name: name, tmp: path.Join(unfinished, seal.Token())}
	if w.file, err = s.root.OpenFile(w.tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
		return nil, fmt.Errorf("create file: %w", bare(err))
	}
	if w.sealed, err = s.box.SealFile(w.file, "blob", owner, id); err != nil {
		w.Discard()
		return nil, fmt.Errorf("create file: %w", bare(err))
	}
	return w, nil
}

// Write seals and writes.
func (w *Writer) Write(p []byte) (int, error) {
	n, err := w.sealed.Write(p)
	if err != nil {
		err = fmt.Errorf("write file: %w", bare(err))
	}
	return n, err
}

// Commit makes the file be there, durably: bytes first, then the name.
func (w *Writer) Commit() error {
	if w.done {
		return errors.New("the file was committed or discarded before")
	}
	err := w.sealed.Close()
	if err == nil {
		err = w.file.Sync()
	}
	if err = errors.Join(err, w.file.Close()); err == nil {
		err = w.place()
	}
	if err != nil {
		w.Discard()
		return fmt.Errorf("keep file: %w", bare(err))
	}
	return nil
}

// place gives the file its name.
func (w *Writer) place() error {
	folder := path.Dir(w.name)
	if err := w.s.root.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if err := w.s.root.Rename(w.tmp, w.name); err != nil {
		return err
	}
	w.done = true
	return errors.Join(w.s.syncFolder(folder), w.s.syncFolder(path.Dir(folder)), w.s.syncFolder("."))
}

// Discard leaves nothing; after Commit it does nothing, so that it can be deferred.
func (w *Writer) Discard() {
	if w.done {
		return
	}
	w.done = true
	_ = w.file.Close()
	_ = w.s.root.Remove(w.tmp)
}

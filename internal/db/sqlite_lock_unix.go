//go:build unix

package db

import (
	"fmt"
	"os"
	"syscall"
)

// lockFolder keeps a second process off the file: each would believe that it is the only one. The lock goes with the
// process, however it ends; the file stays.
func lockFolder(path string) (*os.File, error) {
	lock, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = lock.Close()
		return nil, inUse(path)
	}
	return lock, nil
}

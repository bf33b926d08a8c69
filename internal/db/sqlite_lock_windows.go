package db

import (
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

// lockFolder keeps a second process off the file: each would believe that it is the only one. The lock goes with the
// process, however it ends; the file stays.
func lockFolder(path string) (*os.File, error) {
	lock, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	const how = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	if err := windows.LockFileEx(windows.Handle(lock.Fd()), how, 0, 1, 0, &windows.Overlapped{}); err != nil {
		_ = lock.Close()
		return nil, inUse(path)
	}
	return lock, nil
}

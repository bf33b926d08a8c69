//go:build unix

package proof

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// smallDisk puts the server's data, when it lies in a folder, on a file system of its own that is soon full.
func smallDisk(ctx context.Context, t *trial) (undo func(), err error) {
	if t.database != SQLite {
		return nil, nil
	}
	if os.Geteuid() != 0 {
		t.leftOut = "only root may mount a small disk; db's tests of a full disk (TestAFullDiskIsSaidAndEndsNothing) run everywhere"
		return nil, nil
	}
	//nolint:gosec // the folder is one that we have just made
	out, err := exec.CommandContext(ctx, "mount", "-t", "tmpfs", "-o", "size=48m,mode=700", "tmpfs", t.folder).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("mount a small disk: %w: %s", err, out)
	}
	folder := t.folder
	return func() { _ = exec.Command("umount", "-l", folder).Run() }, nil //nolint:noctx // it must be done, whatever has ended
}

// disk is a small file system that can be filled.
type disk struct{ filler string }

// marker stands beside a database on a small disk: nothing else is ever filled.
const marker = "small-disk"

// findDisk is where the data of the trial lies.
func (t *trial) findDisk(ctx context.Context) (d disk, ok bool, err error) {
	if t.database == SQLite {
		return disk{filepath.Join(t.folder, "filler")}, true, nil
	}
	p, err := findPostmaster(ctx, t.Crash)
	if err != nil {
		return d, false, err
	}
	home := filepath.Dir(p.folder)
	_, err = os.Stat(filepath.Join(home, marker))
	return disk{filepath.Join(home, "filler")}, err == nil, nil
}

// mostFiller bounds what is written to fill a disk, in MiB.
const mostFiller = 1024

// fill writes until nothing fits any more, first in large pieces, then in the smallest.
func (d disk) fill() error {
	f, err := os.OpenFile(d.filler, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	for _, size := range []int{1 << 20, 4096} {
		piece := make([]byte, size)
		for range mostFiller {
			if _, err := f.Write(piece); err != nil {
				break
			}
		}
	}
	return nil
}

func (d disk) empty() error { return os.Remove(d.filler) }

// full fills the disk under load, looks at what people and Meta are told meanwhile, and makes room again.
func full(ctx context.Context, t *trial) error {
	d, small, err := t.findDisk(ctx)
	if err != nil {
		return err
	}
	if !small {
		t.leftOut = "PostgreSQL's data lies on no small disk: only root may mount one"
		return nil
	}
	t.faults = fmt.Sprintf("%d × the disk is full, and has room again", pick(t, 3, 1))
	stop := t.crowd.begins(ctx, pick(t, 30.0, 15.0))
	defer stop()
	pause(ctx, time.Second)
	for range pick(t, 3, 1) {
		if err := t.fullFor(ctx, d, pick(t, 10*time.Second, 3*time.Second)); err != nil {
			return err
		}
	}
	t.calmed()
	pause(ctx, pick(t, 5*time.Second, 2*time.Second))
	return ctx.Err()
}

// fullFor is one time of a full disk.
func (t *trial) fullFor(ctx context.Context, d disk, how time.Duration) error {
	if err := d.fill(); err != nil {
		return err
	}
	refused := t.meta.Counts().Failures
	until := time.Now().Add(how)
	for time.Now().Before(until) && ctx.Err() == nil {
		pause(ctx, 300*time.Millisecond)
		if err := d.fill(); err != nil { // what was freed in between, by a checkpoint
			return err
		}
	}
	t.whatIsSaid(ctx, t.meta.Counts().Failures-refused)
	err := d.empty()
	if t.target.Ended() {
		return errors.Join(err, errors.New("the server ended because the disk was full"))
	}
	pause(ctx, 3*time.Second)
	return err
}

// whatIsSaid looks at the program while nothing can be written: Meta is told to come again, what is there can be read,
// and who wants to change something is told why it cannot be. PostgreSQL has room in its log for small changes for a
// while; then they are kept.
func (t *trial) whatIsSaid(ctx context.Context, refused int) {
	if refused == 0 {
		t.fail("no webhook was refused while the disk was full")
	}
	write := t.target.Ask(ctx, http.MethodPatch, "/api/tenant", map[string]int{"quietWindowMs": 0}, nil)
	s := status(write)
	if stored := s == http.StatusOK && t.database == Postgres; !stored && s != http.StatusServiceUnavailable {
		t.fail("a change on a full disk is answered with %d: %v", s, write)
	}
	if t.note == "" && write != nil {
		t.note = fmt.Sprintf("A change is answered: %v", write)
	}
	for _, page := range []string{"/", "/api/health"} {
		if err := t.target.Ask(ctx, http.MethodGet, page, nil, nil); status(err) != http.StatusOK {
			t.fail("%s on a full disk: %v", page, err)
		}
	}
	read := t.target.Ask(ctx, http.MethodGet, "/api/conversations", nil, nil)
	// A PostgreSQL that cannot write its log ends and comes back: then we say that it is not there.
	if s := status(read); s != http.StatusOK && (t.database == SQLite || s != http.StatusServiceUnavailable) {
		t.fail("the inbox cannot be read on a full disk: %v", read)
	}
}

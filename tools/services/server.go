package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// house is a temporary folder in which started servers live, owned by the user they run as.
type house struct {
	dir  string
	user *syscall.Credential // nil: whoever we are
}

// newHouse makes the folder. Servers never run as root: PostgreSQL refuses to, and nothing here needs it.
func newHouse() (*house, error) {
	dir, err := os.MkdirTemp("", "parley-services-")
	if err != nil {
		return nil, err
	}
	h := &house{dir: dir}
	if os.Geteuid() != 0 {
		return h, nil
	}
	if h.user, err = unprivileged(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return h, os.Chown(dir, int(h.user.Uid), int(h.user.Gid))
}

func (h *house) remove() { _ = os.RemoveAll(h.dir) }

// unprivileged is the user that root lends its servers to.
func unprivileged() (*syscall.Credential, error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, err
	}
	return nil, errors.New("running as root, and there is no user postgres or nobody to run a server as")
}

// command is a program of the house: its own user, and its own process group, so that Ctrl-C in a terminal reaches
// the tests first and the server only through stop.
func (h *house) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = h.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + h.dir, "LC_ALL=C"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: h.user}
	return cmd
}

// running is a server that was started.
type running struct {
	cmd   *exec.Cmd
	log   *os.File
	ended chan struct{} // closed when it is gone
}

// end asks it to end (SIGINT is PostgreSQL's fast shutdown) and waits.
func (r *running) end() {
	_ = r.cmd.Process.Signal(syscall.SIGINT)
	select {
	case <-r.ended:
	case <-time.After(grace):
		_ = r.cmd.Process.Kill()
		<-r.ended
	}
	_ = r.log.Close()
}

// start runs a server until stop is called, which ends it and removes the house.
func (h *house) start(up func() error, name string, args ...string) (stop func(), err error) {
	r, err := h.run(up, name, args...)
	return func() { r.end(); h.remove() }, err
}

// run starts a server and waits until it is up. What it says goes to a file that is shown when it does not come up.
func (h *house) run(up func() error, name string, args ...string) (*running, error) {
	log, err := os.OpenFile(filepath.Join(h.dir, filepath.Base(name)+".log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	cmd := h.command(context.Background(), name, args...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, log.Close())
	}
	r := &running{cmd, log, make(chan struct{})}
	go func() { _ = cmd.Wait(); close(r.ended) }()
	if err := waitUp(up, r.ended); err != nil {
		said, _ := os.ReadFile(log.Name())
		r.end()
		return nil, fmt.Errorf("%s did not come up: %w\n%s", name, err, said)
	}
	return r, nil
}

// waitUp asks until the server answers, for at most half a minute.
func waitUp(up func() error, ended <-chan struct{}) error {
	deadline := time.Now().Add(30 * time.Second)
	for {
		err := up()
		if err == nil || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ended:
			return errors.New("it ended at once")
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// freePort finds a port of 127.0.0.1 that nobody listens on.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

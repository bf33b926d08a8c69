package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// redis finds a Redis. The one within this process (miniredis) keeps to Redis's protocol and commands but is not
// Redis: it is what a machine without any still passes the tests with.
func redis(ctx context.Context) (service, error) {
	for _, name := range []string{"TEST_REDIS_URL", "REDIS_URL"} {
		if address := os.Getenv(name); address != "" {
			if err := ping(ctx, address); err != nil {
				return service{}, fmt.Errorf("%s: %w", name, err)
			}
			return service{address, "at " + name, func() {}}, nil
		}
	}
	const usual = "redis://127.0.0.1:6379"
	if err := ping(ctx, usual); err == nil {
		return service{usual, "found at 127.0.0.1:6379", func() {}}, nil
	}
	for _, name := range []string{"redis-server", "valkey-server"} {
		if program, err := exec.LookPath(name); err == nil {
			return startRedis(ctx, program)
		}
	}
	mini := miniredis.NewMiniRedis()
	if err := mini.StartAddr("127.0.0.1:0"); err != nil {
		return service{}, err
	}
	return service{"redis://" + mini.Addr(), "within this process (miniredis; no redis-server found)", mini.Close}, nil
}

func startRedis(ctx context.Context, program string) (service, error) {
	h, err := newHouse()
	if err != nil {
		return service{}, err
	}
	port, err := freePort()
	if err != nil {
		h.remove()
		return service{}, err
	}
	address := "redis://127.0.0.1:" + port
	stop, err := h.start(func() error { return ping(ctx, address) }, program,
		"--bind", "127.0.0.1", "--port", port, "--save", "", "--appendonly", "no", "--dir", h.dir)
	if err != nil {
		h.remove()
		return service{}, err
	}
	return service{address, "started from " + program, stop}, nil
}

// ping says whether a Redis answers at the address, with the password in it if there is one.
func ping(ctx context.Context, address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return errors.New("not an address like redis://127.0.0.1:6379")
	}
	dialer := net.Dialer{Timeout: 2 * time.Second}
	conn, err := dialer.DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(2 * time.Second))
	lines := bufio.NewReader(conn)
	if password, ok := u.User.Password(); ok {
		auth := []string{"AUTH", password}
		if name := u.User.Username(); name != "" {
			auth = []string{"AUTH", name, password}
		}
		if err := say(conn, lines, "+OK", auth...); err != nil {
			return err
		}
	}
	return say(conn, lines, "+PONG", "PING")
}

// say sends a command in Redis's protocol (RESP: an array of counted strings) and wants one answer.
func say(conn net.Conn, lines *bufio.Reader, want string, command ...string) error {
	var text bytes.Buffer
	fmt.Fprintf(&text, "*%d\r\n", len(command))
	for _, word := range command {
		fmt.Fprintf(&text, "$%d\r\n%s\r\n", len(word), word)
	}
	if _, err := conn.Write(text.Bytes()); err != nil {
		return err
	}
	line, err := lines.ReadString('\n')
	if err != nil {
		return err
	}
	if got := strings.TrimSpace(line); got != want {
		return fmt.Errorf("it answered %s", got)
	}
	return nil
}

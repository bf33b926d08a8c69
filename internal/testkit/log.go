package testkit

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
)

// Log is the program's log in a world. What is logged as an error fails the test, unless the test expects it.
type Log struct {
	t        testing.TB
	mu       *sync.Mutex
	lines    *[]string
	errors   *[]string
	expected *[]string
	attrs    []slog.Attr
}

func newLog(t testing.TB) *Log {
	return &Log{t: t, mu: &sync.Mutex{}, lines: &[]string{}, errors: &[]string{}, expected: &[]string{}}
}

// Expect lets errors pass whose text contains words.
func (l *Log) Expect(words string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	*l.expected = append(*l.expected, words)
}

// Lines are all lines of level info and above so far, as the default level would show them.
func (l *Log) Lines() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), *l.lines...)
}

// judge fails the test for every error that was not expected.
func (l *Log) judge() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, line := range *l.errors {
		if !l.isExpected(line) {
			l.t.Errorf("the program logged an error: %s", line)
		}
	}
}

func (l *Log) isExpected(line string) bool {
	for _, words := range *l.expected {
		if strings.Contains(line, words) {
			return true
		}
	}
	return false
}

// Enabled is for info and above: the default level.
func (l *Log) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelInfo }

// Handle keeps a line.
func (l *Log) Handle(_ context.Context, r slog.Record) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", r.Level, r.Message)
	show := func(a slog.Attr) bool {
		fmt.Fprintf(&b, " %s=%v", a.Key, a.Value)
		return true
	}
	for _, a := range l.attrs {
		show(a)
	}
	r.Attrs(show)
	l.mu.Lock()
	defer l.mu.Unlock()
	*l.lines = append(*l.lines, b.String())
	if r.Level >= slog.LevelError {
		*l.errors = append(*l.errors, b.String())
	}
	return nil
}

// WithAttrs adds attributes to every line.
func (l *Log) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := *l
	with.attrs = append(append([]slog.Attr(nil), l.attrs...), attrs...)
	return &with
}

// WithGroup does not nest: what a line says is enough.
func (l *Log) WithGroup(string) slog.Handler { return l }

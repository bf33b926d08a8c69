package dbtest

import (
	"bytes"
	"log/slog"
	"sync"
)

// Record keeps what was logged. The zero value is ready for use, by many at once.
type Record struct {
	mu  sync.Mutex
	out bytes.Buffer
}

// Write keeps a line.
func (r *Record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.Write(p)
}

// String is all that was logged so far.
func (r *Record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.String()
}

// Log writes lines of a level and above into the record.
func (r *Record) Log(level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(r, &slog.HandlerOptions{Level: level}))
}

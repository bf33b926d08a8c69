package media

import (
	"hash"
	"io"
)

// taken passes a file on and notes what is to be known of it: its beginning, its size, its sum.
type taken struct {
	to    io.Writer
	sum   hash.Hash
	begin []byte
	size  int64
}

// Write passes on.
func (t *taken) Write(p []byte) (int, error) {
	if missing := sniffed - len(t.begin); missing > 0 {
		t.begin = append(t.begin, p[:min(missing, len(p))]...)
	}
	n, err := t.to.Write(p)
	t.sum.Write(p[:n])
	t.size += int64(n)
	return n, err
}

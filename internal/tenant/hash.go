package tenant

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"

	"parley/internal/errs"
)

// How passwords are hashed: argon2id as OWASP's cheat sheet on password storage has it (19 MiB, 2 passes, 1 lane).
const (
	passes    = 2
	memoryKiB = 19 << 10
	lanes     = 1
	saltSize  = 16
	sumSize   = 32
)

const (
	mostWaiting = 64              // for a place to hash; each costs 30 ms of one core
	longestWait = 5 * time.Second // for a place to hash
)

// hasher hashes passwords, a few at a time: each takes its memory and a core.
type hasher struct {
	usual   cost
	places  chan struct{}
	waiting atomic.Int64
	done    atomic.Int64
}

// cost is what hashing takes; it stands in what is stored.
type cost struct {
	memory uint32 // KiB
	passes uint32
	lanes  uint8
}

func newHasher(places, kib int) *hasher {
	if places <= 0 {
		places = 2
	}
	if kib <= 0 {
		kib = memoryKiB
	}
	return &hasher{usual: cost{memory: uint32(kib), passes: passes, lanes: lanes}, places: make(chan struct{}, places)}
}

// Hashed is how many passwords were hashed since the start.
func (s *Service) Hashed() int64 { return s.hasher.done.Load() }

// hash makes what is stored of a password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt) // never fails (crypto/rand)
	sum, err := h.sum(ctx, password, salt, h.usual)
	if err != nil {
		return "", err
	}
	text := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.usual.memory, h.usual.passes, h.usual.lanes,
		text.EncodeToString(salt), text.EncodeToString(sum)), nil
}

// matches reports whether a password is the one that was hashed. "" is what nobody has: it matches nothing, and
// costs what it always costs.
func (h *hasher) matches(ctx context.Context, password, hash string) (bool, error) {
	if hash == "" {
		_, err := h.sum(ctx, password, make([]byte, saltSize), h.usual)
		return false, err
	}
	c, salt, want, err := readHash(hash)
	if err != nil {
		return false, err
	}
	sum, err := h.sum(ctx, password, salt, c)
	return err == nil && subtle.ConstantTimeCompare(sum, want) == 1, err
}

// readHash takes apart what hash made.
func readHash(hash string) (c cost, salt, sum []byte, err error) {
	parts := strings.Split(hash, "$")
	if len(parts) == 6 && parts[1] == "argon2id" {
		if _, err = fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.passes, &c.lanes); err == nil {
			salt, err = base64.RawStdEncoding.DecodeString(parts[4])
		}
		if err == nil {
			sum, err = base64.RawStdEncoding.DecodeString(parts[5])
		}
	}
	if err != nil || c.memory == 0 || c.passes == 0 || c.lanes == 0 || len(sum) != sumSize {
		return c, nil, nil, errs.Wrap(err, errs.Internal, "a stored password hash cannot be read")
	}
	return c, salt, sum, nil
}

// sum hashes when there is a place. Too many in the queue, or too long in it, is Unavailable.
func (h *hasher) sum(ctx context.Context, password string, salt []byte, c cost) ([]byte, error) {
	defer h.waiting.Add(-1)
	if h.waiting.Add(1) > int64(mostWaiting+cap(h.places)) {
		return nil, busy()
	}
	patience := time.NewTimer(longestWait)
	defer patience.Stop()
	select {
	case h.places <- struct{}{}:
	case <-patience.C:
		return nil, busy()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.places }()
	h.done.Add(1)
	return argon2.IDKey([]byte(plain(password)), salt, c.passes, c.memory, c.lanes, sumSize), nil
}

func busy() error {
	return &errs.Error{
		Kind: errs.Unavailable, RetryAfter: 2 * time.Second,
		Message: "Very many people are signing in at this moment. Please try again in a few seconds.",
	}
}

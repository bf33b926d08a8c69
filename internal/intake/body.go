package intake

import (
	"errors"
	"io"

	"golang.org/x/sync/semaphore"
)

// Bytes of bodies in flight in this process; beyond them 503, and Meta tries again. What nearly every delivery is
// smaller than has a reserve: a few large and slow ones must not keep it out.
const (
	bodyBudget  = 64 << 20
	bodyReserve = 16 << 20
	ordinary    = 64 << 10
)

// errBusy says that the budget of bytes in flight is used up.
var errBusy = errors.New("too many bytes in flight")

// bodies are the budgets of what is arriving.
type bodies struct{ budget, reserve *semaphore.Weighted }

func newBodies() *bodies {
	return &bodies{budget: semaphore.NewWeighted(bodyBudget), reserve: semaphore.NewWeighted(bodyReserve)}
}

func (b *bodies) arriving(from io.Reader) *metered { return &metered{from: from, of: b} }

// metered counts what has arrived of a body against the budgets. What was only announced does not count: a few slow
// connections would keep everybody else out.
type metered struct {
	from           io.Reader
	of             *bodies
	held, reserved int64
}

// Read takes what it gives from a budget.
func (m *metered) Read(p []byte) (int, error) {
	n, err := m.from.Read(p)
	if !m.take(int64(n)) {
		return 0, errBusy
	}
	return n, err
}

func (m *metered) take(n int64) bool {
	switch {
	case m.of.budget.TryAcquire(n):
		m.held += n
	case m.held+m.reserved+n <= ordinary && m.of.reserve.TryAcquire(n):
		m.reserved += n
	default:
		return false
	}
	return true
}

func (m *metered) release() {
	m.of.budget.Release(m.held)
	m.of.reserve.Release(m.reserved)
}

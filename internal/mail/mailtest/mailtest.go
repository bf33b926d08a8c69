// Package mailtest gives tests a mailbox in the place of a mail server.
package mailtest

import (
	"context"
	"sync"

	"parley/internal/mail"
)

// Box is a mail.Sender that keeps what it is given. It is safe for concurrent use.
type Box struct {
	mu      sync.Mutex
	letters []mail.Letter
	fails   error
}

// Send keeps a letter, or fails as it was told to.
func (b *Box) Send(_ context.Context, l mail.Letter) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fails != nil {
		return b.fails
	}
	b.letters = append(b.letters, l)
	return nil
}

// Fail lets every letter from now on fail with err; nil lets them through again.
func (b *Box) Fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fails = err
}

// Letters are those that were sent, oldest first.
func (b *Box) Letters() []mail.Letter {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]mail.Letter(nil), b.letters...)
}

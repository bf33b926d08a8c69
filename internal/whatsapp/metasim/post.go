package metasim

import (
	"bytes"
	"container/heap"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"parley/internal/whatsapp"
)

// mostWaiting bounds the webhooks that wait, shuffling their jitter.
const (
	mostWaiting = 100_000
	shuffling   = 50 * time.Millisecond
)

// parcel is one update on its way to the business.
type parcel struct {
	phoneNumberID string
	customer      string // whose thread it is about
	due           time.Time
	attempt       int
	make          func(now time.Time) update // under the lock, at the first attempt
	made          *update
	taken         func()        // under the lock, after a 200
	next          *parcel       // leaves after this one was tried
	first         chan struct{} // closed when it was tried, withheld or dropped; nil when nobody waits
}

// tried lets those go on who waited for the first attempt. The lock is held.
func (p *parcel) tried() {
	if p.first != nil {
		close(p.first)
		p.first = nil
	}
}

// postOffice holds what is on its way.
type postOffice struct {
	waiting  parcels
	held     []*parcel
	chained  int // parcels behind one that waits
	underWay int
	wake     chan struct{}
}

// clock is the time webhooks wait by: real time, whatever Options.Now says.
func (*postOffice) clock() time.Time { return time.Now() }

// parcels are a heap by due time.
type parcels []*parcel

func (h parcels) Len() int           { return len(h) }
func (h parcels) Less(i, j int) bool { return h[i].due.Before(h[j].due) }
func (h parcels) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push is for container/heap.
func (h *parcels) Push(x any) { *h = append(*h, x.(*parcel)) }

// Pop is for container/heap.
func (h *parcels) Pop() any {
	all := *h
	last := all[len(all)-1]
	all[len(all)-1] = nil
	*h = all[:len(all)-1]
	return last
}

// enqueue puts a parcel on its way. The lock is held.
func (s *Sim) enqueue(p *parcel) {
	switch {
	case s.closed, len(s.post.waiting)+len(s.post.held)+s.post.chained >= mostWaiting:
		s.drop(p)
		return
	case s.mischief.Withhold:
		s.hold(p)
		return
	case s.mischief.Shuffle:
		p.due = p.due.Add(time.Duration(s.rand.Int64N(int64(shuffling))))
	}
	heap.Push(&s.post.waiting, p)
	s.nudge()
}

// nudge lets the post office look again.
func (s *Sim) nudge() {
	select {
	case s.post.wake <- struct{}{}:
	default:
	}
}

// hold keeps a parcel and what follows it until Release.
func (s *Sim) hold(p *parcel) {
	s.post.held = append(s.post.held, p)
	for q := p.next; q != nil; q = q.next {
		s.post.chained--
	}
	p.tried()
}

// drop gives a parcel and what follows it up.
func (s *Sim) drop(p *parcel) {
	s.log.counts.GivenUp++
	p.tried()
	if p.next != nil {
		s.post.chained--
		s.drop(p.next)
		p.next = nil
	}
}

// Release sends what was withheld. With the switch still on, only what comes later is withheld.
func (s *Sim) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	held := s.post.held
	s.post.held = nil
	for _, p := range held {
		for q := p.next; q != nil; q = q.next {
			s.post.chained++
		}
		p.due = s.post.clock()
		heap.Push(&s.post.waiting, p)
	}
	s.nudge()
}

// Withheld is how many webhooks are being withheld.
func (s *Sim) Withheld() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.post.held)
}

// deliverDue is the post office: it starts what is due, as many at once as there may be.
func (s *Sim) deliverDue() {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		s.mu.Lock()
		wait := s.startDue()
		s.mu.Unlock()
		timer.Reset(wait)
		select {
		case <-s.post.wake:
		case <-timer.C:
		case <-s.done.Done():
			return
		}
	}
}

// startDue starts what is due and returns when to look again. The lock is held.
func (s *Sim) startDue() time.Duration {
	for s.post.underWay < s.o.Parallel && len(s.post.waiting) > 0 {
		if wait := s.post.waiting[0].due.Sub(s.post.clock()); wait > 0 {
			return wait
		}
		batch := s.takeBatch()
		n := s.numbers[batch[0].phoneNumberID]
		address := ""
		if n != nil {
			address = s.webhook(n)
		}
		if address == "" {
			s.undeliverable(batch)
			continue
		}
		body, secret, copies := s.open(batch), n.Secret, 1
		if s.mischief.Double {
			copies = 2
		}
		s.post.underWay++
		s.work.Go(func() { s.carry(batch, address, secret, body, copies) })
	}
	return time.Hour
}

// takeBatch takes the first parcel, and with it others of its number that are due, as many as a body may hold.
func (s *Sim) takeBatch() []*parcel {
	first, _ := heap.Pop(&s.post.waiting).(*parcel)
	batch := []*parcel{first}
	for len(batch) < s.mischief.Batch && len(s.post.waiting) > 0 {
		if p := s.post.waiting[0]; p.phoneNumberID != first.phoneNumberID || p.due.After(s.post.clock()) {
			break
		}
		p, _ := heap.Pop(&s.post.waiting).(*parcel)
		batch = append(batch, p)
	}
	return batch
}

// open writes what is in the parcels. What they report happens now.
func (s *Sim) open(batch []*parcel) []byte {
	updates := make([]update, len(batch))
	for i, p := range batch {
		if p.made == nil {
			u := p.make(s.o.Now())
			p.made = &u
		}
		updates[i] = *p.made
	}
	return bodyOf(updates)
}

// undeliverable ends parcels of a number that is gone or has no webhook; what they report happens all the same.
func (s *Sim) undeliverable(batch []*parcel) {
	for _, p := range batch {
		if p.made == nil {
			p.make(s.o.Now())
		}
		s.follow(p)
	}
	s.ring()
}

// follow ends a parcel's first attempt and sends what was chained to it. The lock is held.
func (s *Sim) follow(p *parcel) {
	p.tried()
	if next := p.next; next != nil {
		p.next = nil
		s.post.chained--
		s.enqueue(next)
	}
}

// carry posts a body and decides what becomes of the parcels in it.
func (s *Sim) carry(batch []*parcel, address, secret string, body []byte, copies int) {
	results := make(chan int, copies)
	for range copies - 1 {
		s.work.Go(func() {
			status, _ := s.postOnce(s.done, address, secret, body)
			results <- status
		})
	}
	status, err := s.postOnce(s.done, address, secret, body)
	for range copies - 1 {
		if other := <-results; other == http.StatusOK {
			status = other
		}
	}
	if status != http.StatusOK && s.done.Err() == nil {
		s.o.Log.Debug("webhook not taken", slog.Int("status", status), slog.Any("error", err))
	}
	s.mu.Lock()
	s.post.underWay--
	for _, p := range batch {
		s.settle(p, status)
	}
	s.ring()
	s.nudge()
	s.mu.Unlock()
	for _, p := range batch {
		s.changed(p.phoneNumberID, p.customer)
	}
}

// settle ends a parcel's journey, or sends it again later. The lock is held.
func (s *Sim) settle(p *parcel, status int) {
	again := status != http.StatusOK && p.attempt < len(s.o.Retries)
	switch {
	case status == http.StatusOK:
		s.log.counts.Webhooks++
		if p.taken != nil {
			p.taken()
		}
	case again:
		s.log.counts.Failures++
	default:
		s.log.counts.Failures++
		s.log.counts.GivenUp++
	}
	s.follow(p)
	if again {
		p.due = s.post.clock().Add(s.o.Retries[p.attempt])
		p.attempt++
		s.enqueue(p)
	}
}

// postOnce posts a body as it is, signed.
func (s *Sim) postOnce(ctx context.Context, address, secret string, body []byte) (status int, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.o.Patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return 0, errors.New("metasim: the webhook's address is none")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "facebookexternalua")
	req.Header.Set(whatsapp.SignatureHeader, whatsapp.Sign([]byte(secret), body))
	res, err := s.o.HTTP.Do(req)
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err // the address may hold a secret key
	}
	if err != nil {
		return 0, fmt.Errorf("metasim: webhook: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10))
	return res.StatusCode, nil
}

// Post posts any bytes to any address, once, signed with the secret.
func (s *Sim) Post(ctx context.Context, address, secret string, body []byte) (status int, err error) {
	return s.postOnce(ctx, address, secret, body)
}

// Deliver posts any bytes to a number's webhook, once, signed with its secret: no retry, no mischief.
func (s *Sim) Deliver(ctx context.Context, phoneNumberID string, body []byte) (status int, err error) {
	s.mu.Lock()
	n := s.numbers[phoneNumberID]
	if n == nil {
		s.mu.Unlock()
		return 0, errNoNumber
	}
	address, secret := s.webhook(n), n.Secret
	s.mu.Unlock()
	return s.postOnce(ctx, address, secret, body)
}

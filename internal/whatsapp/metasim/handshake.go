package metasim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
)

// override is an address for webhooks that was set through Graph.
type override struct {
	URL   string `json:"override_callback_uri"`
	Token string `json:"verify_token"`
}

// Shake does Meta's handshake with a number's webhook: nil when its challenge came back unchanged.
func (s *Sim) Shake(ctx context.Context, phoneNumberID string) error {
	s.mu.Lock()
	n := s.numbers[phoneNumberID]
	if n == nil {
		s.mu.Unlock()
		return errNoNumber
	}
	at, token := s.webhook(n), n.VerifyToken
	s.mu.Unlock()
	return s.shake(ctx, at, token)
}

func (s *Sim) shake(ctx context.Context, at, token string) error {
	ctx, cancel := context.WithTimeout(ctx, s.o.Patience)
	defer cancel()
	address, err := url.Parse(at)
	if err != nil || address.Host == "" {
		return errors.New("the callback URL is no address")
	}
	s.mu.Lock()
	challenge := strconv.FormatUint(uint64(s.rand.Uint32()), 10)
	s.mu.Unlock()
	q := address.Query()
	q.Set("hub.mode", "subscribe")
	q.Set("hub.challenge", challenge)
	q.Set("hub.verify_token", token)
	address.RawQuery = q.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return errors.New("the callback URL is no address")
	}
	res, err := s.o.HTTP.Do(req)
	if err != nil {
		return errors.New("the callback URL could not be reached")
	}
	defer func() { _ = res.Body.Close() }()
	said, err := io.ReadAll(io.LimitReader(res.Body, 1024))
	if err != nil || res.StatusCode != http.StatusOK || string(said) != challenge {
		return fmt.Errorf("the callback URL answered %d and not with the challenge", res.StatusCode)
	}
	return nil
}

package limit

import (
	"context"
	"log/slog"
	"time"

	"github.com/redis/rueidis"
)

// lose notes that Redis did not answer, once for all who found that out.
func (s *Shared) lose(client *rueidis.Client, why error) {
	if !s.client.CompareAndSwap(client, nil) {
		return
	}
	s.sayAway(why)
	select {
	case s.gone <- struct{}{}:
	default:
	}
}

func (s *Shared) sayAway(why error) {
	s.o.Log.Warn("Redis is away: each process keeps to its limits by itself", slog.Any("error", why))
}

// watch looks after the connection: whenever Redis was found to be away, it asks until Redis is back.
func (s *Shared) watch(ctx context.Context, option rueidis.ClientOption) {
	var client rueidis.Client
	defer func() {
		s.client.Store(nil)
		if client != nil {
			client.Close()
		}
	}()
	client, err := s.connect(option)
	if err != nil {
		s.sayAway(err)
	}
	for {
		for s.Away() {
			select {
			case <-ctx.Done():
				return
			case <-time.After(askAgain):
			}
			if client = s.back(ctx, option, client); !s.Away() {
				s.o.Log.InfoContext(ctx, "Redis is back: limits are shared again")
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-s.gone:
		}
	}
}

// back asks Redis whether it is there again, through the connection there was, if any.
func (s *Shared) back(ctx context.Context, option rueidis.ClientOption, client rueidis.Client) rueidis.Client {
	if client == nil {
		client, _ = s.connect(option) // said at the first failure
		return client
	}
	ctx, cancel := context.WithTimeout(ctx, ioTimeout)
	defer cancel()
	if client.Do(ctx, client.B().Ping().Build()).Error() == nil {
		s.client.Store(&client)
	}
	return client
}

func (s *Shared) connect(option rueidis.ClientOption) (rueidis.Client, error) {
	client, err := rueidis.NewClient(option)
	if err != nil {
		return nil, err
	}
	s.client.Store(&client)
	return client, nil
}

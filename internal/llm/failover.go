package llm

import (
	"context"
	"errors"
	"time"
)

// Failover asks second when first fails, or has not answered after patience (0 is 12 s), which leaves second its share
// of the budget. The second endpoint answers with its own model: it may not know the name of the first one's.
func Failover(first, second Chat, patience time.Duration) Chat {
	if patience <= 0 {
		patience = 12 * time.Second
	}
	return failover{first: first, second: second, patience: patience}
}

type failover struct {
	first, second Chat
	patience      time.Duration
}

func (f failover) Complete(ctx context.Context, r Request) (Response, error) {
	share, cancel := context.WithTimeout(ctx, f.patience)
	defer cancel()
	answer, err := f.first.Complete(share, r)
	if err == nil || ctx.Err() != nil {
		return answer, err
	}
	r.Model = ""
	answer, other := f.second.Complete(ctx, r)
	if other != nil {
		return answer, errors.Join(err, other)
	}
	return answer, nil
}

package app

import (
	"time"

	"parley/internal/limit"
)

// limits are the buckets of this process, or those of all processes together when there is Redis.
func (a *App) limits() (limit.Limiter, error) {
	clock := func() time.Time { return a.DB.Now().Time() }
	if a.o.Redis == "" {
		return limit.New(clock), nil
	}
	var err error
	a.shared, err = limit.NewShared(limit.SharedOptions{
		URL: a.o.Redis, Clock: clock, Prefix: a.o.RedisPrefix, Patience: a.o.RedisPatience, Log: a.o.Log,
	})
	return a.shared, err
}

// closeLimits lets go of Redis.
func (a *App) closeLimits() {
	if a.shared != nil {
		a.shared.Close()
	}
}

// without are the services the program can do without and does without at this moment.
func (a *App) without() []string {
	if a.shared != nil && a.shared.Away() || a.Live.Away() {
		return []string{"redis"}
	}
	return nil
}

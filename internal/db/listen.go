package db

import (
	"context"
	"log/slog"
	"time"
)

// firstPause is how long the first attempt to listen again is put off; it doubles.
const firstPause = 50 * time.Millisecond

// Listen calls heard for each notification until ctx ends, and connected each time it listens anew: what was notified
// meanwhile is lost, so look for yourself then. On SQLite it calls connected once and waits. The error is ctx's.
func (d *DB) Listen(ctx context.Context, connected func(), heard func(payload string)) error {
	p, is := d.engine.(*postgres)
	if !is {
		connected()
		<-ctx.Done()
		return ctx.Err()
	}
	wait := firstPause
	for ctx.Err() == nil {
		err := p.listen(ctx, func() { wait = firstPause; connected() }, heard)
		if ctx.Err() != nil {
			break
		}
		d.log.WarnContext(ctx, "listening for other processes was cut off", slog.Any("error", err))
		sleep(ctx, wait)
		wait = min(2*wait, longestPause)
	}
	return ctx.Err()
}

func (p *postgres) listen(ctx context.Context, connected func(), heard func(string)) error {
	c, err := p.login.connect(ctx, "listener")
	if err != nil {
		return err
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = c.Close(closing)
	}()
	if _, err := c.Exec(ctx, "LISTEN "+topic); err != nil {
		return err
	}
	connected()
	for {
		n, err := c.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		heard(n.Payload)
	}
}

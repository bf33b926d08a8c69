package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Limits of a connection: a slow one must not hold memory for long, and a webhook's 4 MiB come in far less.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 30 * time.Second
	idleTimeout   = 2 * time.Minute
	maxHeader     = 32 << 10
)

// stopTime is how long a stop may take: requests and turns under way are finished or given back.
const stopTime = 25 * time.Second

// sendTime is how much of it is left to what is being sent.
const sendTime = 8 * time.Second

// Serve starts the workers and answers on l until ctx ends; then it stops in the order that loses nothing: not ready
// any more, then no new requests, requests at work finished, turns and sends finished or given back, the lease given up, the database closed.
func (a *App) Serve(ctx context.Context, l net.Listener) error {
	if err := a.start(ctx, l); err != nil {
		stopped, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
		defer cancel()
		return errors.Join(err, l.Close(), a.stop(stopped))
	}
	server := &http.Server{
		Handler: a.Handler(), ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(a.o.Log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			failed <- err
		}
	}()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		a.leave()
	}
	stopped, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	return errors.Join(err, server.Shutdown(stopped), a.stop(stopped))
}

// leave says that the program is about to stop, and goes on for as long as a balancer needs to notice: nobody is
// refused whom it still sends here.
func (a *App) leave() {
	a.leaving.Store(true)
	time.Sleep(a.o.Drain)
}

// start begins the work: first the lease, then who works under it, then who brings work.
func (a *App) start(ctx context.Context, l net.Listener) error {
	if err := a.standIn.start(ctx, a, l); err != nil {
		return err
	}
	for _, begin := range []func(context.Context) error{
		a.process.Start, a.Delivery.Start, a.Assistant.Start, a.Jobs.Start, a.indexer.Start,
	} {
		if err := begin(ctx); err != nil {
			return err
		}
	}
	a.startLoops(ctx)
	return nil
}

// stop ends the work in the order it depends on each other: who brings work first, the lease and the database last.
func (a *App) stop(ctx context.Context) error {
	a.stopLoops()
	defer a.closeLimits()
	return errors.Join(
		a.indexer.Stop(ctx),
		a.Jobs.Stop(ctx),
		a.stopAssistant(ctx),
		a.Delivery.Stop(ctx),
		a.standIn.stop(ctx),
		a.Live.Stop(ctx),
		a.process.Stop(ctx),
		a.closeFiles(),
		a.DB.Close(),
	)
}

// stopAssistant leaves what it has said time to be sent.
func (a *App) stopAssistant(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stopTime-sendTime)
	defer cancel()
	return a.Assistant.Stop(ctx)
}

// Ready is nil when the database answers and the workers hold their lease.
func (a *App) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if a.leaving.Load() {
		return errors.New("the program is about to stop")
	}
	if !a.process.MaySend(0) {
		return errors.New("the workers do not hold their lease")
	}
	return a.ask(ctx)
}

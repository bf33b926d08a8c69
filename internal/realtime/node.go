package realtime

import (
	"context"
	"log/slog"

	"github.com/centrifugal/centrifuge"
	"github.com/prometheus/client_golang/prometheus"
)

// newNode makes the engine under the Hub.
func newNode(log *slog.Logger, o Options) (*centrifuge.Node, error) {
	return centrifuge.New(centrifuge.Config{
		LogLevel:                centrifuge.LogLevelWarn,
		LogHandler:              logTo(log, o),
		ClientQueueMaxSize:      o.QueueBytes,
		ClientExpiredCloseDelay: o.RefreshGrace,
		// Its own registry: several hubs may live in one process, and its numbers are not ours to show.
		Metrics: centrifuge.MetricsConfig{RegistererGatherer: prometheus.NewRegistry()},
	})
}

// logTo passes warnings on, without the engine's other fields: they may hold what clients sent. With Redis the engine
// complains several times a second while that is away, which the carrier says once; so it is heard at debug only.
func logTo(log *slog.Logger, o Options) centrifuge.LogHandler {
	return func(e centrifuge.LogEntry) {
		level := slog.LevelWarn
		switch {
		case o.Redis != "":
			level = slog.LevelDebug
		case e.Level == centrifuge.LogLevelError:
			level = slog.LevelError
		}
		attrs := []any{slog.String("engine", e.Message)}
		if e.Error != nil {
			attrs = append(attrs, slog.Any("error", e.Error))
		}
		log.Log(context.Background(), level, "realtime", attrs...)
	}
}
